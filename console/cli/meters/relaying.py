"""The relaying: a house's meter is watched by what its engine reads anyway."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from console.cli.meters.watching import Shown, Sight, Watched
from console.client import Client
from console.clock import Clock
from console.meters.measurement import Measurement
from console.meters.probing.finding import Attempt
from console.model.probe import Glimpse, HouseProbe, Outcome, Verdict

_NOTHING = Verdict(outcome=Outcome.UNDECIDED, text="No reading yet.")


class Relayed:
    """What an engine tells of a meter that it watches."""

    def __init__(self) -> None:
        """Begin without a word."""
        self.glimpse = Glimpse()
        """What it told last."""
        self._taking: bool | None = None

    @property
    def said(self) -> Measurement | None:
        """The newest reading; None before the first."""
        seen = self.glimpse
        if seen.import_wh is None or seen.power_w is None:
            return None
        export_wh = None if seen.export_wh is None else Decimal(str(seen.export_wh))
        return Measurement(
            import_wh=Decimal(str(seen.import_wh)),
            export_wh=export_wh,
            power_w=Decimal(seen.power_w),
        )

    @property
    def verdict(self) -> Verdict:
        """What can be said so far."""
        return self.glimpse.judged(taking=self._taking).verdict or _NOTHING

    @property
    def trouble(self) -> str:
        """Why the last look failed, one sentence; empty where it did not."""
        return self.glimpse.trouble

    def know(self, *, taking: bool) -> None:
        """Take that the house surely takes power, or gives it."""
        self._taking = taking


def relay(
    socket: Path,
    asked: HouseProbe,
    way: Attempt,
    clock: Clock,
    *,
    shown: Shown,
) -> Sight:
    """Watch a house's meter by what its engine reads, until it is sure what is to be said of it.

    Ctrl-C ends it too, with what is known so far.

    Args:
        socket: the engine's, its operator's.
        asked: whose meter, and for how long.
        way: how the engine asks it.
        clock: when this is.
        shown: called after each look.

    Raises:
        EngineAbsent: no engine answers any more.
        EngineError: it refuses.
    """
    return asyncio.run(_relay(Client(socket), asked, way, clock, shown))


async def _relay(
    client: Client, asked: HouseProbe, way: Attempt, clock: Clock, shown: Shown
) -> Sight:
    relayed, began = Relayed(), clock.now()
    watched = [Watched(way=way, watch=relayed)]
    most = timedelta(minutes=asked.minutes)

    def sight() -> Sight:
        return Sight(watched=watched, passed=clock.now() - began, most=most)

    async def follow() -> None:
        async for glimpse in client.probe_house(asked):
            relayed.glimpse = glimpse
            shown(sight())
            if glimpse.over or relayed.verdict.sure:
                return

    following = asyncio.create_task(follow())
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, following.cancel)
    try:
        await asyncio.wait({following})
        if not following.cancelled():
            following.result()
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        await client.close()
    return sight()
