"""The fitting: a file's energy by interval as registers that go on from the readings around.

What the readings know is never moved. Between two known registers the file's intervals are placed
so that they add up to the registers' difference, each moved by no more than what the file's own
resolution and the reading of an edge between two readings leave open; else nothing is placed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate

from console.model.figures import kwh
from console.model.reading import Quality
from console.settlement.filed import Around, Fitted, Pair, Stretch, less, more, registers
from console.settlement.path import Bounds, path
from console.settlement.registers import Point
from console.settlement.runs import Run, gathered, runs_of

_MS_PER_HOUR = 3_600_000
_CUT_WH = 1
"""What cutting an edge to whole Wh takes at most."""


def fit(
    stretches: Sequence[Stretch],
    around: Mapping[int, Around],
    resolution_wh: int,
    limit_w: int | None = None,
) -> Fitted:
    """Return the registers that a file's intervals add to a house's readings.

    Args:
        stretches: the house's intervals in order of time, none reaching into the next.
        around: what the readings say of each instant at which one begins or ends.
        resolution_wh: the file's smallest step of energy, at least 1 Wh.
        limit_w: the power that the main fuse allows, W; None for no limit.
    """
    placing = _Placing(stretches, around, resolution_wh, limit_w)
    runs = [*runs_of(stretches, around)]
    # what hangs on known registers stands before what has to find its place between them
    for run in runs:
        if not run.floats:
            placing.take(run)
        placing.past(run)
    placing.turn(runs)
    for run in runs:
        if run.floats:
            placing.take(run)
        placing.past(run)
    return gathered(runs)


class _Placing:
    """Places run after run; knows which registers were placed last."""

    def __init__(
        self,
        stretches: Sequence[Stretch],
        around: Mapping[int, Around],
        resolution_wh: int,
        limit_w: int | None,
    ) -> None:
        self._told = _Told(stretches)
        self._around = around
        self._resolution = resolution_wh
        self._limit_w = limit_w
        self._last: Pair | None = None

    def past(self, run: Run) -> None:
        """Go past a run: what it has placed lies before the next."""
        if run.points:
            self._last = registers(run.points[-1])

    def turn(self, runs: Sequence[Run]) -> None:
        """Begin again at the first run, each with the registers that stand after it by now."""
        self._last = None
        following: Point | None = None
        for run in reversed(runs):
            run.next = following
            following = run.points[0] if run.points else following

    def take(self, run: Run) -> None:
        """Place a run, count it as known, or say why neither."""
        run.text = self._too_much(run.stretches)
        if run.text:
            return
        if run.known:
            run.text = self._difference(run)
            run.points = None if run.text else []
            return
        base = self._base(run)
        ways: list[list[int]] = []
        for way in (0, 1):
            found = self._way(run, way, base[way])
            if isinstance(found, str):
                run.text = found
                return
            ways.append(found)
        edges = [run.stretches[0].start, *(one.end for one in run.stretches)]
        qualities = [Quality.MEASURED, *(one.quality for one in run.stretches)]
        points = [Point(*one) for one in zip(edges, *ways, qualities, strict=True)]
        first, last = int(run.start.at is not None), len(points) - int(run.end.at is not None)
        run.points = points[first:last]

    def _difference(self, run: Run) -> str:
        """Say how the one stretch of a run differs from what the readings know of it."""
        [one] = run.stretches
        known = less(run.end.at or (0, 0), run.start.at or (0, 0))
        open_wh = more(run.start.slack, run.end.slack)
        if all(
            abs(known[way] - one.energy[way]) <= self._resolution + _CUT_WH + open_wh[way]
            for way in (0, 1)
        ):
            return ""
        return f"it says {_words(one.energy)}, the readings say {_words(known)}"

    def _base(self, run: Run) -> Pair:
        """Return the registers that are wanted at the start of a run."""
        begin, end = run.stretches[0].start, run.stretches[-1].end
        if run.start.at is not None:
            return run.start.at
        if run.end.at is not None:
            return less(run.end.at, self._told.between(begin, end))
        before, after = self._before(run.start), run.start.after
        if before is not None and (after is None or after.ms >= end):
            return before
        if run.next is not None and (after is None or run.next.ms < after.ms):
            after = run.next
        if after is None:
            return 0, 0
        return less(registers(after), self._told.between(begin, after.ms))

    def _before(self, around: Around) -> Pair | None:
        """Return the registers before an instant: of the readings, or those placed last."""
        if self._last is None or around.before is None:
            return around.before or self._last
        return max(self._last[0], around.before[0]), max(self._last[1], around.before[1])

    def _way(self, run: Run, way: int, base: int) -> list[int] | str:
        """Return one register at each edge of a run, or why there is none."""
        energies = [one.energy[way] for one in run.stretches]
        rooms = [self._resolution] * len(energies)
        rooms[0] += run.start.slack[way] + _CUT_WH
        rooms[-1] += run.end.slack[way] + _CUT_WH
        edges = (run.stretches[0].start, *(one.end for one in run.stretches))
        bounds = [self._bounds(run, ms, way) for ms in edges]
        found = path(energies, rooms, bounds, base)
        if not isinstance(found, int):
            return found
        if run.start.at is None and self._before(run.start) is None:
            for place in range(len(energies)):
                value = bounds[-1][0] - sum(energies[place:])
                high = bounds[place][1]
                if high is not None and value > high:
                    return _beyond(value, bounds[place], way)
        whole, (low, _), (least, most) = sum(energies), bounds[0], bounds[-1]
        counted = (least if most is None else most) - low
        if found == len(energies) or (most is not None and whole > counted):
            return (
                f"it says {kwh(whole)} kWh {_WAYS[way]} in all, the registers around it "
                f"{kwh(counted)} kWh"
            )
        return _beyond(base + sum(energies[:found]), bounds[found], way)

    def _bounds(self, run: Run, ms: int, way: int) -> Bounds:
        around = self._around[ms]
        if around.at is not None:
            return around.at[way], around.at[way]
        before = self._before(around)
        low = 0 if before is None else before[way]
        highs = [] if around.after is None else [registers(around.after)[way]]
        highs += [] if run.next is None else [registers(run.next)[way]]
        return low, min(highs, default=None)

    def _too_much(self, stretches: Sequence[Stretch]) -> str:
        if self._limit_w is None:
            return ""
        for one in stretches:
            most = self._limit_w * (one.end - one.start) // _MS_PER_HOUR
            if max(one.energy) > most + self._resolution:
                told, allowed = kwh(max(one.energy)), kwh(most)
                return f"line {one.line} says {told} kWh; the main fuse allows {allowed}"
        return ""


_WAYS = ("taken", "given")
_REGISTERS = ("import", "export")


class _Told:
    """What a file tells of the energy up to any instant, as if each stretch went on evenly."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._sums = [*accumulate((one.energy for one in stretches), more, initial=(0, 0))]

    def between(self, start: int, end: int) -> Pair:
        """Return the energy of `[start, end)`, milliseconds; what is not told counts nothing."""
        return less(self._until(end), self._until(start))

    def _until(self, ms: int) -> Pair:
        place = bisect_left(self._stretches, ms, key=lambda one: one.end)
        whole = self._sums[place]
        if place == len(self._stretches) or self._stretches[place].start >= ms:
            return whole
        one = self._stretches[place]
        passed, length = ms - one.start, one.end - one.start
        return more(whole, (one.energy[0] * passed // length, one.energy[1] * passed // length))


def _beyond(value: int, bounds: Bounds, way: int) -> str:
    low, high = bounds
    side, limit = ("above", high) if high is not None and value > high else ("below", low)
    return (
        f"its energy would put the {_REGISTERS[way]} register at {kwh(value)} kWh, "
        f"{side} the {kwh(limit)} of the readings around"
    )


def _words(energy: Pair) -> str:
    return f"{kwh(energy[0])} kWh taken and {kwh(energy[1])} given"
