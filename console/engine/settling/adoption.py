"""Adoption: an interval that the chain holds and the store does not know is taken from the chain.

After a lost store or a restored backup the seals say what is settled; it is never planned again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.chain.codec import address_of, address_text
from console.chain.seal import COMMUNITY_KEY, key_in
from console.chain.succession import (
    parse_claim,
    predecessor_key,
    successor_key,
    successor_of,
)
from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.engine.settling.settler import Settler
from console.ledger.seals import SealedInterval, find_seals
from console.ledger.vouching import ADOPT, Adopted
from console.model.entry import Entry
from console.model.event import EventKind
from console.model.interval import Interval
from console.model.observed import Noted, Observed, Place
from console.model.settlement import Settlement, State
from console.model.transaction import Tip


class Adoption:
    """Takes over the seals that the store does not know, each interval once it is whole."""

    def __init__(self, parts: Parts, settler: Settler) -> None:
        """Adopt into the parts' store; halt through the settler."""
        self._parts = parts
        self._settler = settler
        self._told: set[Place] = set()

    async def take(self, records: Sequence[Observed], entries: Sequence[Entry], tip: Tip) -> int:
        """Look through new records; adopt what is whole, halt where the chain contradicts itself.

        Args:
            records: whole aggregates of the operator above the height that was decided last.
            entries: the rows derived from them.
            tip: where the chain stands.

        Returns:
            The final height up to which nothing waits for another part or for finality.
        """
        community = self._parts.settings.community.id
        seals = find_seals(records, key_in(community))
        for seal in seals.unexplained:
            await self._tell(seal.place, f"a seal {seal.key:016X} that no message explains")
        ours = {COMMUNITY_KEY, predecessor_key(community), successor_key(community)}
        for record in records:
            if isinstance(record, Noted) and record.key not in ours:
                await self._tell(record.place, f"an entry {record.key:016X} that is not ours")
            elif isinstance(record, Noted) and record.key == successor_key(community):
                await self._hear_of_successor(record)
        decided = tip.final_height
        for sealed in seals.intervals:
            known = await self._parts.store.settlements.get(sealed.interval)
            if known is not None and await self._is_settled(known, sealed):
                continue
            final = sealed.height <= tip.final_height
            if not final:
                decided = min(decided, *(part.place.height - 1 for part in sealed.seen))
            is_new = known is None or known.plan_known or known.revision < sealed.revision
            if final or (sealed.complete and is_new) or not sealed.agreed:
                if is_new:
                    await self._record(sealed)
                await self._decide(sealed, entries, tip)
        return decided

    async def _hear_of_successor(self, record: Noted) -> None:
        """Let nothing be signed from the edge on at which an unknown account takes over."""
        parts, line = self._parts, self._parts.line
        claim = parse_claim(record.value)
        if claim is None or claim.public_key in {one.public_key for one in line.operators}:
            return
        account = address_text(address_of(claim.public_key, parts.network.identifier))
        await self._tell(record.place, f"an entry that names {account} as its successor")
        community, newest = parts.settings.community.id, line.newest.public_key
        named = await successor_of(parts.chain, community, newest)
        if named == claim:
            parts.line = msgspec.structs.replace(line, ends=claim.edge)
            text = f"the community's account named {account}, of which this engine knows nothing"
            advice = "stop the engine; docs/keys.md, Exchanging the key, says what to do"
            await parts.log.raise_alarm(alarms.succession(text, advice, parts.clock.now()))

    async def _is_settled(self, known: Settlement, sealed: SealedInterval) -> bool:
        """Return whether the store knows an interval as the chain has it, or halted it.

        An older copy of the store may know the plan and not the transactions that sealed it.
        """
        if known.state is State.HALTED:
            return True
        if known.revision > sealed.revision:
            return True
        if not known.inputs_root or known.revision != sealed.revision:
            return False
        if not known.plan_known and known.state is State.FINAL:
            return sealed.height <= (known.height or 0)
        if sealed.roots != {known.inputs_root}:
            await self._settler.halt(known, "the chain holds another inputs root than the plan")
            return True
        if not known.plan_known:
            return False
        legs = await self._parts.store.settlements.legs(sealed.interval, sealed.revision)
        return {part.place.transaction for part in sealed.seen} <= {leg.hash for leg in legs}

    async def _record(self, sealed: SealedInterval) -> None:
        """Write down that a seal was found of which the log knows nothing."""
        body = msgspec.json.encode(Adopted.of(sealed), order="sorted").decode()
        await self._parts.store.audit.append(self._parts.clock.now(), "engine", ADOPT, body)

    async def _decide(self, sealed: SealedInterval, entries: Sequence[Entry], tip: Tip) -> None:
        settlement = await self._settlement(sealed, entries, tip)
        if not sealed.agreed:
            await self._settler.halt(settlement, "its parts have different roots")
        elif not sealed.complete:
            count = f"{len(sealed.seen)} of {sealed.parts} parts"
            await self._settler.halt(settlement, f"{count} are sealed and their plan is lost")
        elif (other := await self._overlapping(sealed.interval)) is not None:
            reason = f"its hours are settled as {other.name} of {other.minutes} minutes too"
            await self._settler.halt(settlement, reason)
        else:
            await self._parts.store.settlements.put(settlement)
            self._settler.version += 1
            name = self._parts.local_name(settlement.interval)
            await self._parts.log.say(
                EventKind.CHAIN,
                f"{name} taken from the chain, plan unknown",
                settlement.interval.name,
            )

    async def _overlapping(self, interval: Interval) -> Interval | None:
        """Return a settled interval of another length in the same hours, None without one."""
        for other in await self._parts.store.settlements.between(interval.start, interval.end):
            settled = other.state in (State.SEALED, State.FINAL)
            if settled and other.interval.minutes != interval.minutes:
                return other.interval
        return None

    async def _settlement(
        self, sealed: SealedInterval, entries: Sequence[Entry], tip: Tip
    ) -> Settlement:
        earlier = await self._rows_below(sealed) if sealed.revision else []
        return taken(
            sealed.interval,
            sealed.revision,
            [
                row
                for row in (*earlier, *entries)
                if row.interval == sealed.interval and row.revision <= sealed.revision
            ],
            parts=sealed.parts,
            height=sealed.height,
            inputs_root=min(sealed.roots),
            changed=self._parts.clock.now(),
            final=sealed.height <= tip.final_height,
        )

    async def _rows_below(self, sealed: SealedInterval) -> list[Entry]:
        """The interval's rows in the blocks that are not read again."""
        store, interval = self._parts.store.entries, sealed.interval
        cursor = await store.cursor()
        rows = await store.between(interval.start, interval.end)
        return [row for row in rows if row.height <= cursor]

    async def _tell(self, place: Place, what: str) -> None:
        """Log what the operator's account did and this program did not, once each."""
        if place not in self._told:
            self._told.add(place)
            await self._parts.log.say(EventKind.CHAIN, f"the operator's account has {what}")


def taken(
    interval: Interval,
    revision: int,
    rows: Sequence[Entry],
    *,
    parts: int,
    height: int,
    inputs_root: bytes,
    changed: datetime,
    final: bool,
) -> Settlement:
    """Return an interval as the chain alone tells it.

    Args:
        interval: the interval.
        revision: its newest revision.
        rows: its ledger rows, of this revision and all before it.
        parts: how many transactions the newest revision has.
        height: the block of the last of them.
        inputs_root: the inputs root in their seals (32 bytes).
        changed: the business time.
        final: whether the last of them is final.
    """
    houses = {row.producer for row in rows} | {row.consumer for row in rows}
    return Settlement(
        interval=interval,
        revision=revision,
        state=State.FINAL if final else State.SEALED,
        changed=changed,
        houses=len(houses),
        known=len(houses),
        shared_wh=sum(row.wh for row in rows),
        amount_nano=sum(row.amount_nano for row in rows),
        rows=len(rows),
        parts=parts,
        height=height,
        inputs_root=inputs_root,
        plan_known=False,
    )
