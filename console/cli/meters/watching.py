"""The watching: a meter's profiles are found, and those that read it are watched together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from console.clock import Clock
from console.errors import MeterDenied
from console.meters.configured import NOBODY, configured_meter
from console.meters.line import PolledMeter
from console.meters.measurement import Measurement
from console.meters.probing.finding import Attempt, Found, find
from console.meters.probing.watch import Watch
from console.model.probe import Outcome, Verdict
from console.settings import MeterSettings

MOST_WATCHED = 4
"""So many profiles are watched together."""

_BEST = (Outcome.AGREES, Outcome.UNDECIDED, Outcome.FAULT)


class Judged(Protocol):
    """What is known of a meter that is watched, here or by an engine."""

    @property
    def said(self) -> Measurement | None:
        """The newest reading; None before the first."""

    @property
    def verdict(self) -> Verdict:
        """What can be said so far."""

    @property
    def trouble(self) -> str:
        """Why the last look failed, one sentence; empty where it did not."""

    def know(self, *, taking: bool) -> None:
        """Take that the house surely takes power, or gives it, and judge again."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A meter under watch by one profile."""

    way: Attempt
    """The profile, and what it first said."""
    watch: Judged
    """What is known of it since."""

    @property
    def said(self) -> Measurement | None:
        """The newest reading."""
        return self.watch.said or self.way.said


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """All that is seen of a meter at an instant."""

    watched: list[Watched]
    """By each profile that reads it."""
    passed: timedelta
    """How long it was watched."""
    most: timedelta
    """How long it will be watched at most."""

    @property
    def ranked(self) -> list[Watched]:
        """The profiles, what fits best first, and of those alike what a real meter proves."""
        return sorted(self.watched, key=_rank)


Shown = Callable[[Sight], None]
"""Is called after each look."""


def look_for(meter: MeterSettings, folder: Path | None, clock: Clock) -> Found:
    """Ask a meter by its profile or by all; as `find`."""
    return asyncio.run(find(NOBODY, meter, folder, clock, every=True))


def watch(
    ways: list[Attempt],
    folder: Path | None,
    clock: Clock,
    *,
    most: timedelta,
    taking: bool | None,
    shown: Shown,
) -> Sight:
    """Watch a meter by the profiles that read it, until it is sure what is to be said of it.

    Ctrl-C ends it too, with what is known so far.

    Args:
        ways: the profiles that read it, at least one, at most `MOST_WATCHED`.
        folder: a folder of profiles besides the program's own.
        clock: when readings are taken.
        most: how long it is watched at most.
        taking: whether its house surely takes power, or gives it; None where nobody knows.
        shown: called after each look.

    Raises:
        MeterDenied: it refuses us.
    """
    return asyncio.run(_watch(ways, folder, clock, most, taking, shown))


async def _watch(
    ways: list[Attempt],
    folder: Path | None,
    clock: Clock,
    most: timedelta,
    taking: bool | None,
    shown: Shown,
) -> Sight:
    turn = asyncio.Lock()
    meters = [_InTurn(configured_meter(NOBODY, way.meter, folder, clock), turn) for way in ways]
    watches = [Watch(meter, clock, taking=taking) for meter in meters]
    watched = [Watched(way=way, watch=one) for way, one in zip(ways, watches, strict=True)]
    began, ended = clock.now(), asyncio.Event()

    def sight() -> Sight:
        return Sight(watched=watched, passed=clock.now() - began, most=most)

    def seen(one: Watch) -> None:
        shown(sight())
        if one.verdict.sure and one.verdict.outcome is Outcome.AGREES:
            ended.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, ended.set)
    try:
        async with asyncio.TaskGroup() as runs:
            for one in watches:
                runs.create_task(one.run(began + most, seen, ended))
    except* MeterDenied as denied:
        refusals = [error for error in denied.exceptions if isinstance(error, MeterDenied)]
        raise refusals[0] from None
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        for meter in meters:
            await meter.close()
    return sight()


def _rank(one: Watched) -> tuple[int, bool]:
    unproven = one.way.plate is None or not one.way.plate.verified
    return _BEST.index(one.watch.verdict.outcome), unproven


class _InTurn:
    """A meter that shares its device with others, which answers one question at a time."""

    def __init__(self, meter: PolledMeter, turn: asyncio.Lock) -> None:
        self.house, self.source, self.plate = meter.house, meter.source, meter.plate
        self.listens = meter.listens
        self._meter = meter
        self._turn = turn

    async def read(self) -> Measurement:
        if self.listens:
            return await self._meter.read()
        async with self._turn:
            return await self._meter.read()

    async def close(self) -> None:
        await self._meter.close()
