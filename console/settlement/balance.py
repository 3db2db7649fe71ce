"""The balance: what each house took and gave in an interval, from its registers at the edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec

from console.model.balance import Balance, IntervalBalances, Missing
from console.model.interval import Interval
from console.model.reading import Reading
from console.settlement.edges import Unknown, edge_at, worse
from console.settlement.registers import Track, since_1970, steady

_MILLISECOND = timedelta(milliseconds=1)


class GapEnergy(msgspec.Struct, frozen=True):
    """Energy whose total is known and whose spread over intervals is not: the grid's."""

    import_wh: int
    """Taken, Wh."""
    export_wh: int
    """Given, Wh."""


def balance(
    interval: Interval,
    houses: Sequence[str],
    readings: Mapping[str, Sequence[Reading]],
    close: Callable[[str], timedelta],
    limits_w: Mapping[str, int],
) -> IntervalBalances:
    """Return each house's balance in an interval, or why it is not known.

    Args:
        interval: the interval.
        houses: the members' ids.
        readings: a window by house, reaching at least to one reading at or before the start edge
            and one at or after the end edge where they exist. It begins with a good reading: a
            value is held as lower only against an earlier one of the window.
        close: how far apart a house's readings around an edge may be.
        limits_w: the power that each house's main fuse allows, W; no limit for those not named.
    """
    known: list[Balance] = []
    missing: list[Missing] = []
    for house in sorted(houses):
        track = steady(readings.get(house, ()), limits_w.get(house))
        match _of_house(house, track, interval, close(house) // _MILLISECOND):
            case Balance() as found:
                known.append(found)
            case Missing() as absent:
                missing.append(absent)
    return IntervalBalances(interval=interval, balances=tuple(known), missing=tuple(missing))


def gap_energy(
    readings: Mapping[str, Sequence[Reading]],
    known: Iterable[IntervalBalances],
    limits_w: Mapping[str, int],
) -> dict[str, GapEnergy]:
    """Return each house's energy that fell into no known interval of a span.

    A house's known intervals and its gap energy add up to the difference of its registers between
    the first and the last good reading of the span.

    Args:
        readings: all readings of the span by house.
        known: the balances of the span's intervals, each interval once.
        limits_w: as for `balance`.
    """
    imported: defaultdict[str, int] = defaultdict(int)
    exported: defaultdict[str, int] = defaultdict(int)
    for balances in known:
        for one in balances.balances:
            imported[one.house] += one.imported_wh
            exported[one.house] += one.exported_wh
    gaps: dict[str, GapEnergy] = {}
    for house in sorted(readings):
        points = steady(readings[house], limits_w.get(house)).points
        if points:
            gaps[house] = GapEnergy(
                points[-1].import_wh - points[0].import_wh - imported[house],
                points[-1].export_wh - points[0].export_wh - exported[house],
            )
    return gaps


def _of_house(house: str, track: Track, interval: Interval, close_ms: int) -> Balance | Missing:
    if not track.points:
        return Missing(house=house, reason="no reading yet")
    start_ms, end_ms = since_1970(interval.start), since_1970(interval.end)
    if doubt := _doubt_within(track, start_ms, end_ms):
        return Missing(house=house, reason=doubt)
    start = edge_at(track, start_ms, close_ms)
    if isinstance(start, Unknown):
        return Missing(house=house, reason=start.reason)
    end = edge_at(track, end_ms, close_ms)
    if isinstance(end, Unknown):
        return Missing(house=house, reason=end.reason)
    return Balance(
        house=house,
        import_start_wh=start.import_wh,
        import_end_wh=end.import_wh,
        export_start_wh=start.export_wh,
        export_end_wh=end.export_wh,
        quality=worse(start.quality, end.quality),
    )


def _doubt_within(track: Track, start_ms: int, end_ms: int) -> str:
    for before, after in zip(track.points, track.points[1:], strict=False):
        if after.doubt and before.ms < end_ms and after.ms > start_ms:
            return after.doubt
    return ""
