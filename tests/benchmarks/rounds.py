"""The rounds: candidates measured in turn within one run, so that noise falls on all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 7
"""Rounds that count; one more before them warms up and does not."""

Measure = Callable[[], Mapping[str, float]]
"""Does a candidate's work; returns what one operation cost under each of its names, s."""

Costs = Mapping[str, Sequence[float]]
"""By name, one cost a round, s."""


def alternate(*candidates: Measure, rounds: int = ROUNDS) -> Costs:
    """Measure A B C, A B C and so on; return each name's costs, the warm-up left out."""
    costs: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for measure in candidates:
            gc.collect()
            for name, seconds in measure().items():
                costs.setdefault(name, [])
                if number:
                    costs[name].append(seconds)
    return costs


def cpu(name: str, work: Callable[[], object], times: int) -> Measure:
    """Return a candidate whose cost is the CPU time of this process.

    Args:
        name: what it is called.
        work: one operation.
        times: how many operations one round takes together.
    """
    return _timed(name, work, times, time.process_time)


def wall(name: str, work: Callable[[], object], times: int) -> Measure:
    """Return a candidate whose cost is the time that passes, for what waits; as `cpu`."""
    return _timed(name, work, times, time.perf_counter)


def ratios(costs: Sequence[float], base: Sequence[float]) -> list[float]:
    """Return a candidate's cost in times of another's, round by round."""
    return [cost / other for cost, other in zip(costs, base, strict=True)]


def times_base(costs: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the ratios of the rounds."""
    return statistics.median(ratios(costs, base))


def _timed(
    name: str, work: Callable[[], object], times: int, clock: Callable[[], float]
) -> Measure:
    def measure() -> Mapping[str, float]:
        began = clock()
        for _ in range(times):
            work()
        return {name: (clock() - began) / times}

    return measure
