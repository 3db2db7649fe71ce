"""The surveying: what a house's stored readings say around the instants of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from console.engine.parts import Parts
from console.model.balance import LOOK_AROUND
from console.model.reading import Reading
from console.settlement.filed import Around, look_around, neighbours
from console.settlement.registers import Point, Track, since_1970, steady
from console.settlement.swaps import raised_at

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW_MS = 86_400_000
_MOST_AT_ONCE = 2_000


class Seen(msgspec.Struct, frozen=True):
    """What is known of one instant."""

    ms: int
    """The instant, milliseconds since 1970 UTC."""
    around: Around
    """What settlement makes of the readings around it; in the continued count."""
    reading: tuple[int, int] | None
    """The registers of the stored reading of that very instant, as they came; None without."""


def instant_of(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware instant in UTC."""
    return _EPOCH + ms * _MILLISECOND


class Survey:
    """Looks at one house, a day at a time; what lies far from an instant is asked for once."""

    def __init__(self, parts: Parts, house: str) -> None:
        """Look at a house's readings in the parts' store."""
        self._parts = parts
        self._house = house
        member = parts.members.houses.get(house)
        self._limit_w = member.limit_w if member is not None else None
        self._reach = LOOK_AROUND * parts.close
        self._close_ms = parts.close_of(house) // _MILLISECOND
        self._gap: tuple[int, int, Point | None, Point | None] = (0, -1, None, None)

    @property
    def limit_w(self) -> int | None:
        """The power that the house's main fuse allows, W; None for no limit."""
        return self._limit_w

    def raised(self, ms: int) -> tuple[int, int]:
        """Return by how much registers at an instant stand higher in the continued count, Wh."""
        return raised_at(self._parts.swaps.known, self._house, instant_of(ms))

    async def look(self, instants: Sequence[int]) -> AsyncIterator[list[Seen]]:
        """Yield what is known of instants in order of time, some at a time."""
        for window in _windows(instants):
            start, end = instant_of(window[0]), instant_of(window[-1])
            raw = await self._read(start, end)
            shown = {since_1970(one.time): (one.import_wh, one.export_wh) for one in raw}
            track = self._track(raw, start)
            yield [Seen(ms, await self._around(track, ms), shown.get(ms)) for ms in window]

    async def _read(self, start: datetime, end: datetime) -> list[Reading]:
        half = (end - start) // 2
        [raw] = await self._parts.store.readings.near(
            self._house, [start + half], half + self._reach + _MILLISECOND
        )
        return raw

    def _track(self, raw: Sequence[Reading], start: datetime) -> Track:
        known = self._parts.falls.before({self._house: raw}, start - self._reach)
        continued = self._parts.swaps.continued({self._house: known[self._house]})
        return steady(continued[self._house], self._limit_w)

    async def _around(self, track: Track, ms: int) -> Around:
        before, after = neighbours(track, ms)
        if before is None or after is None:
            far_before, far_after = await self._far(ms)
            before, after = before or far_before, after or far_after
        return look_around(track, ms, self._close_ms, before, after)

    async def _far(self, ms: int) -> tuple[Point | None, Point | None]:
        """Return the readings before and after an instant, however far."""
        begin, end, before, after = self._gap
        if begin <= ms <= end:
            return before, after
        instant = instant_of(ms)
        first, last = await self._parts.store.readings.around(self._house, instant)
        before = await self._believed(first, last=True)
        after = await self._believed(last, last=False)
        self._gap = (before.ms if before else 0, after.ms if after else 1 << 62, before, after)
        return before, after

    async def _believed(self, reading: Reading | None, *, last: bool) -> Point | None:
        """Return the point nearest to a reading that stands among those around it."""
        if reading is None:
            return None
        raw = await self._read(reading.time, reading.time)
        points = self._track(raw, reading.time).points
        ms = since_1970(reading.time)
        side = [one for one in points if (one.ms <= ms if last else one.ms >= ms)]
        return (side[-1] if last else side[0]) if side else None


def _windows(instants: Sequence[int]) -> Iterator[list[int]]:
    window: list[int] = []
    for ms in instants:
        if window and (ms - window[0] > _WINDOW_MS or len(window) == _MOST_AT_ONCE):
            yield window
            window = []
        window.append(ms)
    if window:
        yield window
