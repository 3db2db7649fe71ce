"""Adoption: an interval that the chain holds and the store does not know is taken from the chain.

After a lost store or a restored backup the seals say what is settled; it is never planned again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from console.chain.seal import COMMUNITY_KEY, seal_text
from console.chain.codec import note_key
from console.engine.parts import Parts
from console.engine.settler import Settler
from console.model.entry import Entry
from console.model.event import EventKind
from console.model.interval import Interval
from console.model.observed import Delivered, IntervalTag, Noted, Observed, Sealed
from console.model.settlement import Settlement, State
from console.model.transaction import Tip


@dataclass
class Found:
    """What was seen on the chain of one unknown interval."""

    tag: IntervalTag
    roots: dict[int, bytes] = field(default_factory=dict)
    """Each seen part's inputs root."""
    heights: list[int] = field(default_factory=list)
    """The blocks of the seen parts."""


class Adoption:
    """Collects the seals that the store does not know until each interval is whole."""

    def __init__(self, parts: Parts, settler: Settler) -> None:
        """Adopt into the parts' store; halt through the settler."""
        self._parts = parts
        self._settler = settler
        self._found: dict[tuple[str, int], Found] = {}

    async def take(self, records: Sequence[Observed], entries: Sequence[Entry], tip: Tip) -> None:
        """Look through new records; adopt what is whole, halt where the chain contradicts itself."""
        tags = {
            record.place.transaction: record.tag
            for record in records
            if isinstance(record, Delivered) and record.tag is not None
        }
        for record in records:
            if isinstance(record, Sealed):
                await self._take_seal(record, tags.get(record.place.transaction))
            elif isinstance(record, Noted) and record.key != COMMUNITY_KEY:
                await self._parts.log.say(
                    EventKind.CHAIN,
                    f"an entry {record.key:016X} of the operator's account is none of this program's",
                )
        for key in list(self._found):
            await self._finish(key, entries, tip)

    async def _take_seal(self, seal: Sealed, tag: IntervalTag | None) -> None:
        community = self._parts.settings.community.id
        if tag is None or seal.key != note_key(
            seal_text(community, tag.interval, tag.revision, tag.part)
        ):
            await self._parts.log.say(
                EventKind.CHAIN,
                f"a seal {seal.key:016X} that no message explains",
                f"{seal.key:016X}",
            )
            return
        known = await self._parts.store.settlements.get(tag.interval)
        if known is not None and known.inputs_root and known.revision == tag.revision:
            if known.inputs_root != seal.inputs_root and known.state is not State.HALTED:
                await self._settler.halt(known, "the chain holds another inputs root than the plan")
            if known.plan_known or known.state is State.FINAL:
                return
        found = self._found.setdefault((tag.interval.name, tag.revision), Found(tag))
        found.roots[tag.part] = seal.inputs_root
        found.heights.append(seal.place.height)

    async def _finish(self, key: tuple[str, int], entries: Sequence[Entry], tip: Tip) -> None:
        found = self._found[key]
        settlement = self._settlement(found, entries, tip)
        if len(set(found.roots.values())) > 1:
            del self._found[key]
            await self._settler.halt(settlement, "its parts on the chain have different roots")
        elif len(found.roots) == found.tag.parts:
            del self._found[key]
            await self._adopt(settlement)
        elif max(found.heights) <= tip.final_height:
            del self._found[key]
            await self._settler.halt(
                settlement,
                f"{len(found.roots)} of {found.tag.parts} parts are sealed and their plan is lost",
            )

    async def _adopt(self, settlement: Settlement) -> None:
        store, interval = self._parts.store.settlements, settlement.interval
        overlapping = [
            other
            for other in await store.between(interval.start, interval.end)
            if other.interval != interval and other.state in (State.SEALED, State.FINAL)
        ]
        if overlapping:
            other = overlapping[0].interval
            await self._settler.halt(
                settlement, f"its hours are settled as {other.name} of {other.minutes} minutes too"
            )
            return
        await store.put(settlement)
        self._settler.version += 1
        await self._parts.log.say(
            EventKind.CHAIN, f"{interval.name} taken from the chain, plan unknown", interval.name
        )

    def _settlement(self, found: Found, entries: Sequence[Entry], tip: Tip) -> Settlement:
        interval: Interval = found.tag.interval
        rows = [
            entry
            for entry in entries
            if entry.interval == interval and entry.revision == found.tag.revision
        ]
        height = max(found.heights)
        houses = {row.producer for row in rows} | {row.consumer for row in rows}
        final = height <= tip.final_height
        return Settlement(
            interval=interval,
            revision=found.tag.revision,
            state=State.FINAL if final else State.SEALED,
            changed=self._parts.clock.now(),
            houses=len(houses),
            known=len(houses),
            shared_wh=sum(row.wh for row in rows),
            amount_nano=sum(row.amount_nano for row in rows),
            rows=len(rows),
            parts=found.tag.parts,
            height=height,
            inputs_root=next(iter(found.roots.values())),
            plan_known=False,
        )
