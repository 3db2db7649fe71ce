"""The follower: reads the chain and moves transactions, intervals and ledger rows after it."""

from __future__ import annotations

import asyncio

import msgspec

from console.engine.bills.clearance import Clearance
from console.engine.parts import Parts
from console.engine.posting.outbox import Outbox
from console.engine.posting.records import read_records
from console.engine.posting.refusals import Refusals
from console.engine.settling.adoption import Adoption
from console.engine.settling.settler import Settler
from console.ledger.ledger import derive
from console.model.event import EventKind
from console.model.settlement import Settlement, State
from console.model.transaction import Outgoing, Tip, TransactionState

ANNOUNCE_SECONDS = 5.0
"""How often waiting bytes are announced again while no block comes, loop time."""

LIVING = (TransactionState.SIGNED, TransactionState.ANNOUNCED, TransactionState.CONFIRMED)


class Follower:
    """Keeps the store's picture of the chain true; the chain's word always wins."""

    def __init__(self, parts: Parts, outbox: Outbox, settler: Settler) -> None:
        """Follow the parts' chain."""
        self._parts = parts
        self._outbox = outbox
        self._settler = settler
        self._adoption = Adoption(parts, settler)
        self._clearance = Clearance(parts)
        self._refusals = Refusals(parts)
        self._seen: tuple[int, bytes] = (0, b"")
        self._announce_at = 0.0
        self.tip = Tip(height=0, final_height=0)
        """Where the chain stood at the last look."""
        self.waiting = 0
        """How many transactions of ours no block holds yet."""
        self.awaits_proof = False
        """Whether only a later block can tell that a transaction is dead."""
        self.version = 0
        """Counted up with every change of the ledger."""

    async def follow(self) -> None:
        """Look at the chain once and take over whatever is new.

        Raises:
            ChainError: the node does not answer as it must; nothing was changed for it.
        """
        tip = await self._parts.chain.tip()
        head = await self._parts.chain.block(tip.height)
        mark = (tip.height, head.hash if head else b"")
        if mark == self._seen and tip == self.tip:
            await self._reconcile(tip)
            return
        await self._read_ledger(tip)
        await self._reconcile(tip)
        self._seen, self.tip = mark, tip
        self.version += 1

    def look_again(self) -> None:
        """Read the ledger at the next look, whether or not a block came."""
        self._seen = (0, b"")

    async def _read_ledger(self, tip: Tip) -> None:
        """Derive the rows above the last final height again, from the chain alone.

        The cursor moves last, so that what a crash cuts off is read again. A locked engine that
        does not know every wallet leaves it where it is: rows would be missing.
        """
        if not self._parts.members.complete:
            return
        store = self._parts.store
        start = await store.entries.cursor() + 1
        records = await read_records(self._parts, start)
        derived = derive(records, self._parts.members, tip.final_height)
        decided = await self._adoption.take(records, derived.entries, tip)
        cleared = await self._clearance.take(records, tip)
        await store.entries.replace_from(start, derived.entries, min(decided, cleared))

    async def _reconcile(self, tip: Tip) -> None:
        """Move every living transaction to where the chain has it, then the intervals after."""
        settlements = self._parts.store.settlements
        self.awaits_proof, self.waiting = False, 0
        if living := await settlements.outbox(*LIVING):
            await self._move_transactions(living, tip)
        for settlement in await settlements.in_state(State.SIGNED, State.SEALED):
            if settlement.plan_known:
                await self._move_interval(settlement, tip)

    async def _move_transactions(self, living: list[Outgoing], tip: Tip) -> None:
        found = await self._parts.chain.confirmations([out.hash for out in living])
        again: list[Outgoing] = []
        for out in living:
            place = found.get(out.hash)
            if place is None:
                if await self._lost(out, tip):
                    again.append(out)
            else:
                await self._found(out, place.height, tip)
        self.waiting = len(again)
        self.awaits_proof = any(out.deadline < self._parts.clock.now() for out in again)
        await self._announce(again, tip)

    async def _announce(self, again: list[Outgoing], tip: Tip) -> None:
        """Announce the same bytes again: after each new block, and now and then in between."""
        now = asyncio.get_running_loop().time()
        if again and (tip.height != self.tip.height or now >= self._announce_at):
            self._announce_at = now + ANNOUNCE_SECONDS
            # before: what is announced anew has no status for a while
            await self._refusals.ask(again)
            await self._outbox.announce(again)

    async def _found(self, out: Outgoing, height: int, tip: Tip) -> None:
        advance = self._parts.store.settlements.advance
        if out.state is TransactionState.SIGNED:
            await advance(out.hash, TransactionState.ANNOUNCED)
        if out.state is not TransactionState.CONFIRMED:
            await advance(out.hash, TransactionState.CONFIRMED, height=height)
        elif out.height != height:
            await advance(out.hash, TransactionState.ANNOUNCED)
            await advance(out.hash, TransactionState.CONFIRMED, height=height)
        if height <= tip.final_height:
            await advance(out.hash, TransactionState.FINAL, height=height)

    async def _lost(self, out: Outgoing, tip: Tip) -> bool:
        """Deal with a transaction that no block holds; return whether to announce it again.

        It is dead only by proof: a final block past its deadline, and then the hash absent at
        that same node (design section 6).
        """
        settlements = self._parts.store.settlements
        if out.state is TransactionState.CONFIRMED:
            await settlements.advance(out.hash, TransactionState.ANNOUNCED)
        final = await self._parts.chain.block(tip.final_height)
        if final is None or final.time <= out.deadline:
            return True
        if out.hash in await self._parts.chain.confirmations([out.hash]):
            return False
        proof = f"final block {final.height} of {final.time.isoformat()} holds no such transaction"
        if out.state is TransactionState.SIGNED:
            await settlements.advance(out.hash, TransactionState.ANNOUNCED)
        await settlements.advance(out.hash, TransactionState.DEAD, proof=proof)
        self._settler.hurry()
        text = f"{out.leg} is dead: {proof}{self._refusals.reason(out.hash)}"
        await self._parts.log.say(EventKind.CHAIN, text, out.hash.hex())
        return False

    async def _move_interval(self, settlement: Settlement, tip: Tip) -> None:
        store = self._parts.store.settlements
        legs = await store.legs(settlement.interval, settlement.revision)
        state, height = standing(legs, settlement.parts)
        if state is settlement.state and height == settlement.height:
            return
        await store.put(
            msgspec.structs.replace(
                settlement, state=state, height=height, changed=self._parts.clock.now()
            )
        )
        self._settler.version += 1
        await self._tell(settlement, state, height, tip)

    async def _tell(
        self, settlement: Settlement, state: State, height: int | None, tip: Tip
    ) -> None:
        interval, name = settlement.interval, self._parts.local_name(settlement.interval)
        say = self._parts.log.say
        if state is State.SEALED:
            kwh = f"{settlement.shared_wh / 1000:.3f} kWh"
            text = f"{name} sealed in block {height}, {settlement.rows} rows, {kwh}"
            await say(EventKind.CHAIN, text, interval.name)
        elif state is State.FINAL:
            text = f"{name} final: block {height}, final height {tip.final_height}"
            await say(EventKind.CHAIN, text, interval.name)
        elif settlement.state is State.SEALED:
            await say(EventKind.CHAIN, f"{name} left the chain; announced again", interval.name)


def standing(legs: list[Outgoing], parts: int) -> tuple[State, int | None]:
    """Return the state that an interval's transactions give it, and its last block.

    Args:
        legs: all its transactions, dead ones too.
        parts: how many parts it has.
    """
    living = [leg for leg in legs if leg.state is not TransactionState.DEAD]
    if len(living) < parts:
        return State.SIGNED, None
    states = {leg.state for leg in living}
    height = max((leg.height for leg in living if leg.height is not None), default=None)
    if states == {TransactionState.FINAL}:
        return State.FINAL, height
    if states <= {TransactionState.FINAL, TransactionState.CONFIRMED}:
        return State.SEALED, height
    return State.SIGNED, None
