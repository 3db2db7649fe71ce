"""The runs: a file's stretches between known registers, and the points that they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from console.model.reading import Quality
from console.settlement.filed import Around, Doubt, Fitted, Stretch, registers
from console.settlement.registers import Point


class Run:
    """Stretches without a known register between them, and what becomes of them."""

    def __init__(self, stretches: Sequence[Stretch], around: Mapping[int, Around]) -> None:
        """Take stretches that follow each other, and what the readings say of each instant."""
        self.stretches = stretches
        self.start = around[stretches[0].start]
        """What is known where it begins."""
        self.end = around[stretches[-1].end]
        """What is known where it ends."""
        self.points: list[Point] | None = None
        """The registers that it comes to; None where it cannot be placed."""
        self.next: Point | None = None
        """The first point that is placed after it."""
        self.text = ""
        """Why it cannot be placed."""

    @property
    def floats(self) -> bool:
        """Whether neither end is known."""
        return self.start.at is None and self.end.at is None

    @property
    def known(self) -> bool:
        """Whether there is nothing to be placed between its ends."""
        both = self.start.at is not None and self.end.at is not None
        return both and len(self.stretches) == 1


def runs_of(stretches: Sequence[Stretch], around: Mapping[int, Around]) -> Iterator[Run]:
    """Yield stretches that follow each other without a break or a known register between them."""
    run: list[Stretch] = []
    for one in stretches:
        if run and (run[-1].end != one.start or around[one.start].at is not None):
            yield Run(run, around)
            run = []
        run.append(one)
    if run:
        yield Run(run, around)


def gathered(runs: Sequence[Run]) -> Fitted:
    """Return what was placed, with what is not known between it marked as such."""
    fitted = Fitted([], [], 0, [])
    agreeing, floating = 0, None
    for run in runs:
        first = run.stretches[0]
        if run.points is None:
            fitted.doubts.append(Doubt(first.line, first.start, len(run.stretches), run.text))
            continue
        if run.known:
            agreeing += 1
            continue
        if floating is not None and _bridged(fitted.points, floating, first.start):
            floating = None
        points = [*run.points]
        unknown = floating is not None or (
            run.floats and (run.start.before is not None or bool(fitted.points))
        )
        if run.start.at is None and unknown:
            points[0] = msgspec.structs.replace(points[0], quality=Quality.MISSING)
        fitted.points.extend(points)
        fitted.taken.extend(run.stretches)
        floating = run.end.after if run.floats else None
    if floating is not None:
        _bridged(fitted.points, floating, None)
    return msgspec.structs.replace(fitted, agreeing=agreeing)


def _bridged(points: list[Point], after: Point, until: int | None) -> bool:
    """Say just before a reading that the energy up to it is not known.

    Args:
        points: what was placed so far.
        after: the next reading after it.
        until: where the next run begins, milliseconds; None where none comes.

    Returns:
        Whether that reading comes before the next run.
    """
    if until is not None and until < after.ms:
        return False
    if points[-1].ms < after.ms - 1:
        points.append(Point(after.ms - 1, *registers(after), Quality.MISSING))
    return True
