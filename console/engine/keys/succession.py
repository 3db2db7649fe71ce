"""The succession: an exchange of the key that was begun, taken on until it is done.

Each step is looked at anew after every look at the chain, so that it does not matter where it was
cut off: the new account's entries, then the old account's word for it, then the key files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from console.chain.chain import Chain
from console.chain.codec import AccountMetadata, address_of, address_text
from console.chain.posting import aggregate
from console.chain.seal import community_entry
from console.chain.succession import (
    Claim,
    claim_entry,
    predecessor_key,
    predecessor_of,
    successor_key,
    successor_of,
)
from console.engine.alarms import kinds as alarms
from console.engine.keys import keyfiles
from console.engine.keys.lineage import FACT, told_line
from console.engine.parts import Parts
from console.engine.posting.outbox import Outbox
from console.engine.posting.signing import Signing
from console.engine.settling.settler import Settler
from console.errors import InvariantBroken, KeyFileError, Refused
from console.model.event import EventKind
from console.model.interval import instant_name
from console.model.operator import Operator
from console.model.transaction import TransactionState

_THERE = (TransactionState.CONFIRMED, TransactionState.FINAL)


class Succession:
    """Hands over from one operator's account to the next."""

    def __init__(self, parts: Parts, outbox: Outbox, settler: Settler, key_file: Path) -> None:
        """Sign with the parts' keys, announce with the outbox."""
        self._parts = parts
        self._outbox = outbox
        self._settler = settler
        self._key_file = key_file
        self._signing = Signing(parts)

    async def go_on(self) -> None:
        """Take an exchange that is under way as far as the chain and the open keys allow.

        Raises:
            ChainError: the node does not answer; it is gone on with later.
        """
        if not self._parts.line.coming:
            return
        try:
            entered = await self._take(self._entering())
            named = await self._take(self._naming()) if entered in _THERE else None
        except Refused as refused:
            now = self._parts.clock.now()
            alarm = alarms.succession(refused.message, refused.advice, now)
            await self._parts.log.raise_alarm(alarm)
            return
        if entered is named is TransactionState.FINAL:
            await self._complete()

    def _entering(self) -> _Step:
        """Return the step by which the new account names the community and its predecessor."""
        old, new = self._parts.line.operators[-2:]
        community, account = self._parts.settings.community.id, self._account(new)
        key, claim = predecessor_key(community), _claim(new, old)
        entries = (community_entry(account, community), claim_entry(account, key, claim))
        return _Step("predecessor", new, claim, entries, predecessor_of)

    def _naming(self) -> _Step:
        """Return the step by which the old account names its successor."""
        old, new = self._parts.line.operators[-2:]
        key, claim = successor_key(self._parts.settings.community.id), _claim(new, new)
        entries = (claim_entry(self._account(old), key, claim),)
        return _Step("successor", old, claim, entries, successor_of)

    async def _take(self, step: _Step) -> TransactionState:
        """Return how far a step's transaction is, signed and announced where there is none."""
        parts = self._parts
        community = parts.settings.community.id
        leg = f"E1K|{community}|{step.name}|{instant_name(step.claim.edge)}"
        legs = await parts.store.settlements.named(leg)
        living = [out for out in legs if out.state is not TransactionState.DEAD]
        if living:
            return living[-1].state
        there = await self._claimed(step)
        if there == step.claim:
            # an older copy of the store does not know what it signed
            return TransactionState.FINAL
        if there is not None:
            raise Refused(
                f"the community's account named another {step.name} than "
                f"{address_text(self._address(step.claim.public_key))}.",
                advice="Nobody signs from that edge on; docs/keys.md says what to do.",
            )
        deadline = await self._signing.deadline()
        transaction = aggregate(step.entries, self._signing.frame(step.signer, deadline))
        signed = self._signing.sign(
            step.signer, transaction, deadline, leg=leg, attempt=1 + len(legs)
        )
        await parts.store.settlements.sign(None, [signed])
        await self._outbox.announce([signed])
        return TransactionState.SIGNED

    async def _claimed(self, step: _Step) -> Claim | None:
        """Return what a step's signer claimed already; its history is read only where it did."""
        chain, community = self._parts.chain, self._parts.settings.community.id
        account = address_text(self._account(step.signer))
        if await chain.note(account, step.entries[-1].key) is None:
            return None
        return await step.look(chain, community, step.signer.public_key)

    async def _complete(self) -> None:
        """Let the new key sign, now that the chain holds both entries for good."""
        parts = self._parts
        line = msgspec.structs.replace(parts.line, coming=False)
        account = address_text(self._account(line.newest))
        now = parts.clock.now()
        body = msgspec.json.encode({"account": account}).decode()
        facts = {FACT: told_line(line)}
        await parts.store.audit.append(now, "engine", "key exchanged", body, facts)
        parts.line = line
        self._settler.hurry()
        edge = parts.local_name(parts.interval_at(line.newest.since or now))
        await parts.log.clear_alarm(alarms.SUCCESSION, "the exchange of the key goes on")
        await parts.log.say(EventKind.ENGINE, f"account {account} signs from {edge} on")
        await self.put_in_place()

    async def put_in_place(self) -> None:
        """Bring the key files to where the exchange is; what cannot be done now is at a start."""
        try:
            await asyncio.to_thread(
                keyfiles.put_in_place, self._key_file, self._parts.line, staged=True
            )
        except (KeyFileError, OSError) as error:
            text = f"the key files are put in place at the next start: {error}"
            await self._parts.log.say(EventKind.ENGINE, text)

    def _account(self, operator: Operator) -> bytes:
        return self._address(operator.public_key)

    def _address(self, public_key: bytes) -> bytes:
        return address_of(public_key, self._parts.network.identifier)


class _Step(msgspec.Struct, frozen=True):
    """One of the two transactions of an exchange."""

    name: str
    """What its claim names."""
    signer: Operator
    """Who signs it."""
    claim: Claim
    """What it claims."""
    entries: tuple[AccountMetadata, ...]
    """What it enters."""
    look: Callable[[Chain, str, bytes], Awaitable[Claim | None]]
    """Finds on the chain what an account claimed."""


def _claim(new: Operator, named: Operator) -> Claim:
    if new.since is None:
        raise InvariantBroken("whoever takes over does so at an edge")
    return Claim(new.since, named.public_key)
