"""The rereading: a house's registers at an interval's edges, worked out anew from its readings.

Settlement works them out too. This shares no line with it and goes another way, so that a mistake
of either is found by the other. The rule is design section 5: a reading is believed where it is not
lower than the one believed before; one that leaps over the main fuse is not where a later one is
lower again; at an edge the register lies on the line between the two believed around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import msgspec

from console.model.balance import Balance, IntervalBalances, Missing
from console.model.interval import Interval
from console.model.reading import Quality, Reading
from console.model.swap import Swap

_HOUR = timedelta(hours=1)
_QUALITIES = list(Quality)
_UNKNOWN = "its readings do not tell its registers at both edges"


class _Believed(NamedTuple):
    """A reading that is believed, and whether the energy before it is known."""

    reading: Reading
    tells: bool


def reread(
    interval: Interval,
    houses: Iterable[str],
    readings: Mapping[str, Sequence[Reading]],
    swaps: Iterable[Swap],
    close: Callable[[str], timedelta],
    limits_w: Mapping[str, int],
) -> IntervalBalances:
    """Return each house's registers at both edges; a house that is not known is missing.

    Args:
        interval: the interval.
        houses: whose.
        readings: each house's around the interval in order of time, the first of them a good one.
        swaps: the exchanges of all houses' meters.
        close: how far apart a house's readings around an edge may lie.
        limits_w: the power that a house's main fuse allows, W; no limit for those not named.
    """
    exchanges = sorted(swaps, key=lambda swap: swap.time)
    known: list[Balance] = []
    missing: list[Missing] = []
    for house in sorted(houses):
        own = [swap for swap in exchanges if swap.house == house]
        line = _one_meter(readings.get(house, ()), own)
        believed = [*_believed(line, limits_w.get(house))]
        found = _between_edges(house, believed, interval, close(house))
        if found is None:
            missing.append(Missing(house=house, reason=_UNKNOWN))
        else:
            known.append(found)
    return IntervalBalances(interval=interval, balances=tuple(known), missing=tuple(missing))


def _one_meter(readings: Sequence[Reading], swaps: Sequence[Swap]) -> Sequence[Reading]:
    """Return readings in order of time, one an instant, as if of a single meter.

    Where a meter was exchanged between two of them, its last registers are one more.
    """
    if not swaps:
        return readings
    line = [_raised(one, swaps) for one in readings]
    for place, swap in enumerate(swaps):
        inside = any(one.time < swap.time for one in readings)
        if inside and any(one.time > swap.time for one in readings):
            last = Reading(
                house=swap.house,
                time=swap.time,
                import_wh=swap.last_import_wh,
                export_wh=swap.last_export_wh,
                quality=Quality.MANUAL,
            )
            line.append(_raised(last, swaps[:place]))
    by_instant: dict[datetime, Reading] = {}
    for one in line:
        by_instant.setdefault(one.time, one)
    return [by_instant[instant] for instant in sorted(by_instant)]


def _raised(reading: Reading, swaps: Iterable[Swap]) -> Reading:
    """Return a reading with what the meters before its own had counted."""
    past = [swap for swap in swaps if swap.time <= reading.time]
    return msgspec.structs.replace(
        reading,
        import_wh=reading.import_wh + sum(one.last_import_wh - one.first_import_wh for one in past),
        export_wh=reading.export_wh + sum(one.last_export_wh - one.first_export_wh for one in past),
    )


def _believed(line: Sequence[Reading], limit_w: int | None) -> Iterator[_Believed]:
    """Yield the readings that are believed, each the next that is not below the one before."""
    if not line:
        return
    last, tells = line[0], True
    yield _Believed(last, tells=True)
    ahead = 1
    while (here := _next_up(line, ahead, last)) is not None:
        if here > ahead:
            tells = tells and all(one.quality is not Quality.MISSING for one in line[ahead:here])
        reading, ahead = line[here], here + 1
        if not _leaps(last, reading, limit_w):
            yield _Believed(reading, tells and reading.quality is not Quality.MISSING)
            last, tells = reading, True
            continue
        judge = _next_up(line, ahead, last)
        if judge is None or _reaches(line[judge], reading):
            yield _Believed(reading, tells=False)
            last = reading
        else:
            tells = tells and reading.quality is not Quality.MISSING


def _next_up(line: Sequence[Reading], ahead: int, last: Reading) -> int | None:
    """Return the place of the next reading that is not below another; None where none is."""
    for here in range(ahead, len(line)):
        if _reaches(line[here], last):
            return here
    return None


def _reaches(reading: Reading, other: Reading) -> bool:
    """Return whether neither register is lower."""
    return reading.import_wh >= other.import_wh and reading.export_wh >= other.export_wh


def _leaps(last: Reading, reading: Reading, limit_w: int | None) -> bool:
    """Return whether a register rose by more than its fuse allows, both being cut to whole Wh."""
    if limit_w is None:
        return False
    rise = max(reading.import_wh - last.import_wh, reading.export_wh - last.export_wh)
    return rise > 1 and (rise - 1) * _HOUR >= limit_w * (reading.time - last.time)


def _between_edges(
    house: str, believed: Sequence[_Believed], interval: Interval, close: timedelta
) -> Balance | None:
    """Return a house's registers at both edges; None where they, or the energy, are not known."""
    for (before, _), (after, tells) in pairwise(believed):
        if not tells and before.time < interval.end and after.time > interval.start:
            return None
    line = [one.reading for one in believed]
    start, end = _at(line, interval.start, close), _at(line, interval.end, close)
    if start is None or end is None:
        return None
    return Balance(
        house=house,
        import_start_wh=start.import_wh,
        import_end_wh=end.import_wh,
        export_start_wh=start.export_wh,
        export_end_wh=end.export_wh,
        quality=_worst(start.quality, end.quality),
    )


def _at(line: Sequence[Reading], edge: datetime, close: timedelta) -> Reading | None:
    """Return the registers at an edge: those of a reading, or between two that lie close."""
    place = bisect_left(line, edge, key=attrgetter("time"))
    if place < len(line) and line[place].time == edge:
        return line[place]
    if place in (0, len(line)):
        return None
    before, after = line[place - 1], line[place]
    length = after.time - before.time
    if length > close:
        return None
    left, passed = after.time - edge, edge - before.time
    return Reading(
        house=before.house,
        time=edge,
        import_wh=(before.import_wh * left + after.import_wh * passed) // length,
        export_wh=(before.export_wh * left + after.export_wh * passed) // length,
        quality=_worst(before.quality, after.quality),
    )


def _worst(*qualities: Quality) -> Quality:
    """Return the worst; a reading before which energy is missing shows a measured register."""
    shown = [Quality.MEASURED if one is Quality.MISSING else one for one in qualities]
    return max(shown, key=_QUALITIES.index)
