"""The edges: a house's registers at the instants at which intervals meet."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from console.model.reading import Quality
from console.settlement.registers import Point, Track, clock_time

_ORDER = {quality: rank for rank, quality in enumerate(Quality)}


class Edge(msgspec.Struct, frozen=True):
    """Both registers at an edge, cut to whole Wh."""

    import_wh: int
    """The import register, whole Wh."""
    export_wh: int
    """The export register, whole Wh."""
    quality: Quality
    """The worse of the readings it comes from."""


class Unknown(msgspec.Struct, frozen=True):
    """An edge at which the registers are not known."""

    reason: str
    """One clause for the operator."""


def edge_at(track: Track, ms: int, close_ms: int) -> Edge | Unknown:
    """Return the registers at an instant, interpolated between close readings around it.

    Args:
        track: the house's registers, with at least one point.
        ms: the instant, milliseconds since 1970 UTC.
        close_ms: how far apart the readings around it may be, milliseconds.
    """
    points = track.points
    after = bisect_right(points, ms, key=_instant)
    if after == 0:
        return Unknown(f"no reading before {clock_time(points[0].ms)}")
    before = points[after - 1]
    if before.ms == ms:
        return Edge(before.import_wh, before.export_wh, _of_register(before))
    if after == len(points):
        return Unknown(track.held.get(before.ms) or f"no reading since {clock_time(before.ms)}")
    if points[after].ms - before.ms > close_ms:
        span = f"no reading from {clock_time(before.ms)} to {clock_time(points[after].ms)}"
        return Unknown(track.held.get(before.ms) or span)
    return _between(before, points[after], ms)


def worse(one: Quality, other: Quality) -> Quality:
    """Return the worse of two qualities, in the order in which Quality names them."""
    return max(one, other, key=_ORDER.__getitem__)


def _between(before: Point, after: Point, ms: int) -> Edge:
    passed, length = ms - before.ms, after.ms - before.ms
    return Edge(
        before.import_wh + (after.import_wh - before.import_wh) * passed // length,
        before.export_wh + (after.export_wh - before.export_wh) * passed // length,
        worse(_of_register(before), _of_register(after)),
    )


def _instant(point: Point) -> int:
    return point.ms


def _of_register(point: Point) -> Quality:
    # MISSING speaks of the energy before a reading; the register that it shows was measured.
    return Quality.MEASURED if point.quality is Quality.MISSING else point.quality
