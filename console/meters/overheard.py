"""The overheard: a meter that somebody asks already, watched without a second client."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from console.errors import MeterError
from console.meters.line import Line
from console.meters.measurement import Measurement

_NOTHING = "it is not asked here"


class Overheard:
    """Tells what a line's polls brought, and asks nobody."""

    def __init__(self, line: Callable[[], Line | None]) -> None:
        """Listen to a line.

        Args:
            line: the line of the meter as it is now, at first there; None where there is none.

        Raises:
            MeterError: there is none.
        """
        now = line()
        if now is None:
            raise MeterError(_NOTHING)
        self.house, self.source, self.listens = now.meter.house, now.meter.source, now.meter.listens
        # looking more often than it is asked would find nothing new
        least = max(now.meter.plate.least_seconds, math.ceil(now.period.total_seconds()))
        self.plate = msgspec.structs.replace(now.meter.plate, least_seconds=least)
        self._line = line

    async def read(self) -> Measurement:
        """Return what the newest poll brought, with the instant at which it was taken.

        Raises:
            MeterDenied: the meter refused us.
            MeterError: the newest poll failed, or there was none.
        """
        line = self._line()
        if line is None:
            raise MeterError(_NOTHING)
        if line.fault is not None:
            # one fault may be told many times; it must not grow by each
            raise line.fault.with_traceback(None)
        if line.said is None:
            raise MeterError("nothing was heard of it yet")
        return line.said

    async def close(self) -> None:
        """Let go of nothing: the line goes on."""
