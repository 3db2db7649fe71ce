"""The clearer: retires the mosaics of paid bills, and signs what is decided to be cleared.

It keeps the outbox's discipline: sign, persist, announce; the follower takes it on from there.
"""

from __future__ import annotations

from collections import Counter
from typing import assert_never

import msgspec

from console.chain.clearing import clearing_key, leg_of
from console.chain.clearing_posting import (
    compose_payout,
    compose_retirement,
)
from console.chain.codec import Transaction, address_of, address_text
from console.chain.difference import revoked_in
from console.chain.seal import seal
from console.engine.bills.retirement import retirement
from console.engine.parts import Parts
from console.engine.posting.outbox import Outbox
from console.engine.posting.signing import Signing
from console.engine.settling.settler import RETRY, Settler
from console.engine.settling.takeback import claimed_back
from console.errors import ChainError
from console.model.bill import Issued
from console.model.clearing import Cell, Cleared, Clearing, ClearingKind
from console.model.event import EventKind
from console.model.observed import ClearingTag, PayoutTag, RetirementTag
from console.model.transaction import ON_ITS_WAY, Outgoing, TransactionState

AT_ONCE = 100
"""How many bills are looked at in one turn."""


class Clearer:
    """Decides what is retired and posts retirements and payouts."""

    def __init__(self, parts: Parts, outbox: Outbox, settler: Settler) -> None:
        """Announce through the outbox and come again with the settler."""
        self._parts = parts
        self._outbox = outbox
        self._settler = settler
        self._signing = Signing(parts)
        self._told: set[str] = set()
        self._coming: Counter[tuple[str, int]] | None = None

    async def work(self) -> None:
        """Retire what was paid and sign what has no living transaction; nothing while locked."""
        parts = self._parts
        if parts.key is None or self._settler.halted or not parts.members.complete:
            return
        self._coming = None  # read anew each turn: between two of them others sign, and blocks come
        for issued in await parts.store.clearings.unretired(AT_ONCE):
            await self._decide(issued)
        for clearing in await parts.store.clearings.unfinished():
            try:
                done = await self.post(clearing)
            except ChainError:
                done = False
            if not done:
                self._settler.due = min(self._settler.due, parts.clock.now() + RETRY)

    async def _decide(self, issued: Issued) -> None:
        """Write down what is retired of a paid bill; what has nothing to move is done."""
        store, now = self._parts.store.clearings, self._parts.clock.now()
        clearing = await retirement(self._parts, issued)
        await store.decide(clearing, issued.paid_by or "engine", now)
        if not clearing.cells:
            await store.finish(Cleared(name=clearing.name, parts=()), now)

    async def post(self, clearing: Clearing) -> bool:
        """Sign and announce the parts that have no living transaction.

        Returns:
            Whether every part has one now.

        Raises:
            ChainError: the node does not answer.
        """
        signed: list[Outgoing] = []
        done = True
        for number in range(1, len(clearing.cells) + 1):
            legs = await self._parts.store.settlements.named(self._leg(clearing, number))
            if any(leg.state is not TransactionState.DEAD for leg in legs):
                continue
            out = await self._sign(clearing, number, len(legs) + 1)
            if out is None:
                done = False
                break
            await self._parts.store.settlements.sign(None, [out])
            if self._coming is not None:
                self._coming.update(revoked_in(out.payload))
            signed.append(out)
        await self._outbox.announce(signed)
        return done

    async def _sign(self, clearing: Clearing, number: int, attempt: int) -> Outgoing | None:
        """Return a part signed; None where its key is not open or something must come first."""
        parts = self._parts
        operator = next(
            (one for one in parts.line.operators if one.public_key == self._key(clearing, number)),
            None,
        )
        if operator is None or operator.public_key not in parts.keys:
            await self._tell(clearing, "waits for an earlier key of the community")
            return None
        account = address_of(operator.public_key, parts.network.identifier)
        tag = self._tag(clearing, number)
        key = clearing_key(parts.settings.community.id, tag, clearing.name.house)
        if await parts.chain.note(address_text(account), key) is not None:
            await self._tell(clearing, f"part {number} stands on the chain already")
            return None
        deadline = await self._signing.deadline()
        frame = self._signing.frame(operator, deadline)
        entry = seal(account, key, clearing.root, clearing.audit_head)
        cells = clearing.cells[number - 1]
        transaction: Transaction | None
        if isinstance(tag, RetirementTag):
            held = await self._held(cells)
            wallet = cells[0].wallet
            transaction = compose_retirement(held, wallet, entry, tag, frame)
        else:
            mosaic = cells[0].mosaic
            there = await parts.chain.mosaic(mosaic) is not None
            if not there and await self._pays_out():
                return None
            community = "" if there else parts.settings.community.id
            transaction = compose_payout(
                cells, mosaic, entry, tag, frame, mint=True, define_for=community
            )
        leg, of = self._leg(clearing, number), len(clearing.cells)
        return self._signing.sign(
            operator, transaction, deadline, leg=leg, part=number, parts=of, attempt=attempt
        )

    async def _held(self, cells: tuple[Cell, ...]) -> list[Cell]:
        """Return what is due as far as the wallet still holds it, less what is on its way back."""
        wallet = cells[0].wallet
        held = await self._parts.chain.holdings(wallet)
        if self._coming is None:
            self._coming = await claimed_back(self._parts.store.settlements)
        left = {
            cell.mosaic: held.get(cell.mosaic, 0) - self._coming[wallet, cell.mosaic]
            for cell in cells
        }
        return [
            msgspec.structs.replace(cell, amount=max(0, min(cell.amount, left[cell.mosaic])))
            for cell in cells
        ]

    async def _pays_out(self) -> bool:
        """Whether a payout that makes the mosaic is on its way: it is not made twice."""
        waiting = await self._parts.store.settlements.outbox(*ON_ITS_WAY)
        return any(out.leg.startswith("E1P|") for out in waiting)

    def _key(self, clearing: Clearing, number: int) -> bytes:
        return clearing.signers[number - 1]

    def _tag(self, clearing: Clearing, number: int) -> ClearingTag:
        name, of = clearing.name, len(clearing.cells)
        match name.kind:
            case ClearingKind.RETIREMENT:
                return RetirementTag(
                    period=name.period, revision=name.revision, part=number, parts=of
                )
            case ClearingKind.PAYOUT:
                return PayoutTag(
                    period=name.period,
                    currency=clearing.currency,
                    revision=name.revision,
                    part=number,
                    parts=of,
                )
            case _:
                assert_never(name.kind)

    def _leg(self, clearing: Clearing, number: int) -> str:
        return leg_of(self._parts.settings.community.id, clearing.name, number)

    async def _tell(self, clearing: Clearing, what: str) -> None:
        name = clearing.name
        text = f"{name.told} {what}"
        if text not in self._told:
            self._told.add(text)
            await self._parts.log.say(EventKind.CHAIN, text, name.house or name.period)
