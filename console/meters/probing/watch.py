"""The watch: a meter that is read again and again, and what can be said of it so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

from console.clock import Clock
from console.errors import MeterBusy, MeterDenied, MeterError
from console.meters.line import PolledMeter
from console.meters.measurement import Measurement
from console.meters.probing.evidence import Evidence
from console.meters.probing.judgement import judge
from console.model.meter import Plate
from console.model.probe import Verdict

LEAST_PACE = 2
"""A meter is looked at every so many seconds, or as seldom as it bears."""
USUAL_TIME = timedelta(minutes=10)
"""So long a meter is watched where nobody says otherwise."""
LONGEST_TIME = timedelta(hours=1)
"""So long one is watched at most."""
LEAST_MESSAGES = 5
"""So often one that speaks seldom must be able to speak meanwhile."""
MOST_FAILURES = 5
"""After so many failures in a row a meter is watched no more."""


def time_for(plate: Plate, period: timedelta = timedelta(0)) -> timedelta:
    """Return how long a meter is watched where nobody says: the longer, the seldomer it speaks.

    Args:
        plate: what it is.
        period: the time between two looks, where it is longer than the meter's own.
    """
    apart = timedelta(seconds=max(plate.least_seconds, plate.every_seconds))
    return min(max(USUAL_TIME, LEAST_MESSAGES * max(apart, period)), LONGEST_TIME)


class Watch:
    """One meter under watch; `look` may be called by whoever keeps time, or `run` does."""

    def __init__(self, meter: PolledMeter, clock: Clock, *, taking: bool | None = None) -> None:
        """Begin without a reading.

        Args:
            meter: whom to ask; it is not closed here.
            clock: when readings are taken.
            taking: whether its house surely takes power, or gives it; None where nobody knows.
        """
        self.pace = timedelta(seconds=max(LEAST_PACE, meter.plate.least_seconds))
        """The time between two looks."""
        self.trouble = ""
        """Why the last look failed, one sentence; empty where it did not."""
        self.failures = 0
        """How many looks failed in a row."""
        self._meter = meter
        self._clock = clock
        self._taking = taking
        self._evidence: Evidence | None = None
        self._verdict = judge(None)
        self._rest = timedelta(0)

    @property
    def said(self) -> Measurement | None:
        """The newest reading; None before the first."""
        return None if self._evidence is None else self._evidence.said

    @property
    def verdict(self) -> Verdict:
        """What can be said so far."""
        return self._verdict

    @property
    def is_over(self) -> bool:
        """Whether looking on is of no use: the verdict is sure, or the meter answers no more."""
        return self._verdict.sure or self.failures >= MOST_FAILURES

    @property
    def rest(self) -> timedelta:
        """How long the meter wants to be left alone after the last look."""
        return self._rest

    def know(self, *, taking: bool) -> None:
        """Take that the house surely takes power, or gives it, and judge again."""
        self._taking = taking
        self._verdict = judge(self._evidence, taking=taking)

    def verdict_if(self, *, taking: bool) -> Verdict:
        """Return what could be said if the house surely took power, or gave it."""
        return judge(self._evidence, taking=taking)

    async def look(self) -> None:
        """Read the meter once; a failure is noted as `trouble` and changes no verdict.

        Raises:
            MeterDenied: the meter refuses us.
        """
        self._rest = timedelta(0)
        try:
            said = await self._meter.read()
        except MeterDenied:
            raise
        except MeterError as error:
            self.failures += 1
            self.trouble = error.message
            if isinstance(error, MeterBusy):
                self._rest = timedelta(seconds=error.seconds)
            return
        self.failures, self.trouble = 0, ""
        self._take(said.taken or self._clock.now() - _age(said), said)

    async def run(
        self, until: datetime, shown: Callable[[Watch], None], ended: asyncio.Event
    ) -> Verdict:
        """Look until an instant, until looking is of no use, or until told to end.

        Args:
            until: the last instant, aware UTC.
            shown: called after each look.
            ended: is set by whoever wants it to end.

        Raises:
            MeterDenied: the meter refuses us.
        """
        while True:
            due = self._clock.now() + self.pace
            await _unless(ended, self.look())
            shown(self)
            due = max(due, self._clock.now() + self._rest)
            if ended.is_set() or self.is_over or due > until:
                return self._verdict
            await _unless(ended, self._clock.wait_until(due))

    def _take(self, at: datetime, said: Measurement) -> None:
        if self._evidence is None:
            pace = self.pace.total_seconds()
            every = self._meter.plate.every_seconds
            self._evidence = Evidence(at, said, pace, listens=self._meter.listens, every=every)
        else:
            self._evidence.take(at, said)
        self._verdict = judge(self._evidence, taking=self._taking)


async def _unless(ended: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Await some work, or leave it undone once the watch is told to end."""
    doing, ending = asyncio.ensure_future(work), asyncio.ensure_future(ended.wait())
    await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
    unfinished = not doing.done()
    doing.cancel()
    ending.cancel()
    await asyncio.gather(doing, ending, return_exceptions=True)
    if not unfinished:
        doing.result()


def _age(said: Measurement) -> timedelta:
    return timedelta(seconds=float(said.age_seconds or 0))
