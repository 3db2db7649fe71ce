"""The outbox: sign, persist, announce; the same bytes again until the chain holds them.

Nothing is announced that is not stored. Whatever a node answers to an announcement proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from console.chain.codec import Transaction, address_of, address_text, sign
from console.chain.posting import compose_setup
from console.chain.seal import COMMUNITY_KEY, seal_text
from console.engine.books import Books
from console.engine.parts import Parts
from console.errors import ChainError, Refused, WrongNetwork
from console.model.settlement import Plan, Settlement, State
from console.model.transaction import Outgoing, TransactionState

LIFETIME = timedelta(hours=2)
"""How long after the chain's present a transaction may still confirm; the network may ask less."""


COMMUNITY = "*"
"""Stands for the community's own entry in the leg of a registration; no house can be named so."""


class Outbox:
    """Turns plans into signed, stored and announced transactions."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Sign with the parts' key and announce to the parts' chain."""
        self._parts = parts
        self._books = books
        self._defined: set[str] = set()
        self._entered = False

    async def post(self, settlement: Settlement, plan: Plan) -> Settlement:
        """Sign and announce all parts of a frozen interval that have no living transaction.

        Returns:
            The settlement in state signed, as stored.

        Raises:
            Refused: the engine is locked.
            ChainError: the node does not tell its time; nothing was signed.
        """
        deadline = await self._deadline()
        await self._prepare(plan, deadline)
        legs = await self._parts.store.settlements.legs(plan.interval, plan.revision)
        living = {leg.part for leg in legs if leg.state is not TransactionState.DEAD}
        attempts = {leg.part: leg.attempt for leg in legs}
        transactions = self._books.transactions(
            plan, settlement.audit_head, self._milliseconds(deadline)
        )
        signed = [
            self._sign(
                transaction,
                deadline,
                leg=seal_text(plan.community, plan.interval, plan.revision, part),
                interval=plan.interval,
                revision=plan.revision,
                part=part,
                parts=len(transactions),
                attempt=attempts.get(part, 0) + 1,
            )
            for part, transaction in enumerate(transactions, 1)
            if part not in living
        ]
        settlement = msgspec.structs.replace(
            settlement,
            state=State.SIGNED,
            changed=self._parts.clock.now(),
            parts=len(transactions),
            size=sum(len(out.payload) for out in signed)
            + sum(len(leg.payload) for leg in legs if leg.state is not TransactionState.DEAD),
        )
        await self._parts.store.settlements.sign(settlement, signed)
        await self.announce(signed)
        return settlement

    async def wants(self, settlement: Settlement) -> bool:
        """Return whether parts of a frozen or signed interval have no living transaction."""
        if settlement.state is State.FROZEN:
            return True
        legs = await self._parts.store.settlements.legs(settlement.interval, settlement.revision)
        living = [leg for leg in legs if leg.state is not TransactionState.DEAD]
        return len(living) < settlement.parts

    async def announce(self, outgoing: list[Outgoing]) -> None:
        """Hand stored bytes to the node, marked as announced first; a silent one is tried later."""
        for out in outgoing:
            if out.state is TransactionState.SIGNED:
                await self._parts.store.settlements.advance(out.hash, TransactionState.ANNOUNCED)
            try:
                await self._parts.chain.announce(out.payload)
            except ChainError:
                # the follower announces again and again, and tells when the node stays away
                return

    async def check_community(self) -> None:
        """Compare the community's id on the operator's account with the settings'.

        Raises:
            WrongNetwork: the account serves another community.
        """
        parts = self._parts
        noted = await parts.chain.note(self._account(), COMMUNITY_KEY)
        community = parts.settings.community.id
        if noted is not None and noted != community.encode("ascii"):
            other = noted.decode("ascii", "replace")
            raise WrongNetwork(
                f"the operator's account serves the community {other!r}, not {community!r}.",
                advice="One key serves one community: use another key, or mend [community] id.",
            )
        self._entered = noted is not None

    async def _prepare(self, plan: Plan, deadline: datetime) -> None:
        """Enter the community and define the mosaics that a plan needs and the chain lacks.

        A definition that is on its way is never sent twice: at supply 0 it would flip the flags.
        """
        setups = await self._setups()
        living = [out for out in setups if out.state is not TransactionState.DEAD]
        coming = {name for out in living for name in out.leg.split("|")[3].split("+")}
        if not self._entered:
            await self.check_community()
        wanted = [] if self._entered or COMMUNITY in coming else [COMMUNITY]
        for house in sorted({trade.producer for trade in plan.trades} - self._defined - coming):
            if await self._parts.chain.mosaic(self._parts.members.mosaics[house]) is None:
                wanted.append(house)
            else:
                self._defined.add(house)
        most = self._parts.network.most_inner
        signed = [
            self._sign_setup(plan.community, wanted[first : first + most], deadline, setups)
            for first in range(0, len(wanted), most)
        ]
        await self._parts.store.settlements.sign(None, signed)
        waiting = [out for out in living if out.state is not TransactionState.CONFIRMED]
        await self.announce([*waiting, *signed])

    def _sign_setup(
        self, community: str, names: list[str], deadline: datetime, setups: list[Outgoing]
    ) -> Outgoing:
        leg = f"E1|{community}|setup|{'+'.join(names)}"
        [transaction] = compose_setup(
            community,
            [name for name in names if name != COMMUNITY],
            register=COMMUNITY in names,
            operator_key=self._parts.operator_key,
            network=self._parts.network.identifier,
            most_inner=self._parts.network.most_inner,
            deadline_ms=self._milliseconds(deadline),
            fee_multiplier=self._parts.network.fee_multiplier,
        )
        attempt = 1 + sum(out.leg == leg for out in setups)
        return self._sign(transaction, deadline, leg=leg, attempt=attempt)

    async def _setups(self) -> list[Outgoing]:
        """Return all registrations but the final ones, which nothing can take back."""
        unsure = [state for state in TransactionState if state is not TransactionState.FINAL]
        known = await self._parts.store.settlements.outbox(*unsure)
        return [out for out in known if out.interval is None]

    def _sign(self, transaction: Transaction, deadline: datetime, **facts: object) -> Outgoing:
        key = self._parts.key
        if key is None:
            raise Refused("the operator's key is locked.", advice="Unlock it with: mosaic unlock")
        signed = sign(transaction, self._parts.network.generation_hash, key.sign)
        return msgspec.structs.replace(
            Outgoing(
                hash=signed.hash,
                payload=signed.payload,
                deadline=deadline,
                generation_hash=self._parts.network.generation_hash,
                leg="",
            ),
            **facts,
        )

    async def _deadline(self) -> datetime:
        network = self._parts.network
        lifetime = min(LIFETIME, timedelta(seconds=network.longest_lifetime_seconds))
        now = await self._parts.chain.now()
        return (now + lifetime).replace(microsecond=now.microsecond // 1000 * 1000)

    def _milliseconds(self, deadline: datetime) -> int:
        return (deadline - self._parts.network.epoch) // timedelta(milliseconds=1)

    def _account(self) -> str:
        parts = self._parts
        return address_text(address_of(parts.operator_key, parts.network.identifier))
