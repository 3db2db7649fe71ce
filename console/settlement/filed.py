"""The filed: what a file says of a house, and what the readings say around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from console.model.reading import Quality
from console.settlement.edges import Edge, edge_at
from console.settlement.registers import Point, Track

Pair = tuple[int, int]
"""Import and export, Wh."""


class Stretch(msgspec.Struct, frozen=True):
    """What a file says of a house in one interval."""

    line: int
    """Where the file says it."""
    start: int
    """Its first instant, milliseconds since 1970 UTC."""
    end: int
    """Its last instant, milliseconds since 1970 UTC."""
    energy: Pair
    """Taken and given, Wh."""
    quality: Quality = Quality.MEASURED
    """How the file says that the energy came to be."""


class Around(msgspec.Struct, frozen=True):
    """What the readings say of an instant: registers of one continued count, Wh."""

    at: Pair | None = None
    """The registers at it; None where they are not known."""
    slack: Pair = (0, 0)
    """How far those may be from the true ones, where they lie between two readings."""
    before: Pair | None = None
    """The last registers believed before it, or at it."""
    after: Point | None = None
    """The first reading believed after it, or at it."""


class Doubt(msgspec.Struct, frozen=True):
    """Why a part of a file is not taken."""

    line: int
    """Where the file begins to say it."""
    ms: int
    """The instant at which it begins, milliseconds since 1970 UTC."""
    rows: int
    """How many of the file's intervals it is about."""
    text: str
    """The reason in one clause."""


class Fitted(msgspec.Struct, frozen=True):
    """What a file adds to a house's readings."""

    points: list[Point]
    """The registers to be added, in order of time, in the continued count."""
    taken: list[Stretch]
    """The file's intervals that they tell, in order of time."""
    agreeing: int
    """How many of the file's intervals the readings know already, and as the file says."""
    doubts: list[Doubt]
    """What is not taken."""


def neighbours(track: Track, ms: int) -> tuple[Point | None, Point | None]:
    """Return the points before and after an instant, or the one at it twice."""
    points = track.points
    place = bisect_right(points, ms, key=lambda point: point.ms)
    before = points[place - 1] if place else None
    if before is not None and before.ms == ms:
        return before, before
    return before, points[place] if place < len(points) else None


def look_around(
    track: Track, ms: int, close_ms: int, before: Point | None, after: Point | None
) -> Around:
    """Return what is known of an instant.

    Args:
        track: the readings near it.
        ms: the instant, milliseconds since 1970 UTC.
        close_ms: how far apart the readings around an edge may be, milliseconds.
        before: the last point before it or at it, however far.
        after: the first one after it or at it, however far.
    """
    at, slack = None, (0, 0)
    if track.points and before is not None and after is not None:
        found = edge_at(track, ms, close_ms)
        doubted = bool(after.doubt) and before.ms < ms
        if isinstance(found, Edge) and not (doubted and ms < after.ms):
            at = (found.import_wh, found.export_wh)
            slack = (after.import_wh - before.import_wh, after.export_wh - before.export_wh)
    known = None if before is None else registers(before)
    return Around(at=at, slack=slack, before=known, after=after)


def spread(one: Stretch, length_ms: int) -> Iterator[Stretch]:
    """Yield a stretch cut at the edges of a length, its energy spread evenly, to the Wh.

    The inner edges are estimates; the energy between the outer ones is as it was told.

    Args:
        one: the stretch.
        length_ms: the length, whose edges are counted from 1970 UTC, milliseconds.
    """
    first = one.start - one.start % length_ms + length_ms
    edges = [one.start, *range(first, one.end, length_ms), one.end]
    before, lasts = (0, 0), one.end - one.start
    for start, end in pairwise(edges):
        passed = end - one.start
        up_to = one.energy[0] * passed // lasts, one.energy[1] * passed // lasts
        inner = end != one.end
        estimated = inner and one.quality is not Quality.SUBSTITUTED
        quality = Quality.ESTIMATED if estimated else one.quality
        yield Stretch(one.line, start, end, less(up_to, before), quality)
        before = up_to


def registers(point: Point) -> Pair:
    """Return both registers of a point, Wh."""
    return point.import_wh, point.export_wh


def less(one: Pair, other: Pair) -> Pair:
    """Return what one pair has more than another, Wh."""
    return one[0] - other[0], one[1] - other[1]


def more(one: Pair, other: Pair) -> Pair:
    """Return two pairs together, Wh."""
    return one[0] + other[0], one[1] + other[1]
