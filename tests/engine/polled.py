"""A street of scripted meters under the real poller: from polls to bills on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from console.clock import FrozenClock
from console.config import recording_settings
from console.engine.bills.billing import Billing
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.stepper import Stepper
from console.errors import MeterError
from console.meters.measurement import Measurement
from console.meters.poller import Poller
from console.model.bill import Bill, Bills
from console.model.meter import Plate
from console.model.period import Period
from console.model.settlement import Settlement
from console.settings import PriceSettings, Settings

Script = Callable[[timedelta], tuple[int, int] | None]
"""The import and the export register, Wh, so long after the start; None for no answer."""


class ScriptedMeter:
    """Shows what its script says, as a meter on the network would."""

    source = "scripted"
    listens = False
    plate = Plate(kind="scripted", register="device", balancing="meter")

    def __init__(self, house: str, script: Script, clock: FrozenClock) -> None:
        self.house = house
        self._script = script
        self._clock = clock
        self._start = clock.now()

    async def read(self) -> Measurement:
        shown = self._script(self._clock.now() - self._start)
        if shown is None:
            raise MeterError("it does not answer")
        imported, exported = shown
        return Measurement(
            import_wh=Decimal(imported), export_wh=Decimal(exported), power_w=Decimal(0)
        )

    async def close(self) -> None:
        """Let go of nothing."""


@dataclass
class Polled:
    """An engine whose meters are polled, with what steps it."""

    engine: Engine
    clock: FrozenClock
    stepper: Stepper

    async def live(self, span: timedelta) -> None:
        """Live on until all of a span is final."""
        await self.stepper.to(self.clock.now() + span, until_final=True)

    async def bills(self, period: str) -> Bills:
        engine = self.engine
        return await Billing(engine.parts, engine.books, Period.parse(period)).bills()

    async def bill(self, house: str, period: str) -> Bill:
        [bill] = (bill for bill in (await self.bills(period)).bills if bill.house == house)
        return bill

    async def settlements(self, start: datetime, end: datetime) -> list[Settlement]:
        return await self.engine.parts.store.settlements.between(start, end)

    async def told(self, house: str) -> list[str]:
        """Return what the log says of a house, oldest first."""
        events = await self.engine.parts.store.events.page(limit=1000)
        return [one.text for one in reversed(events) if one.subject == house]


@asynccontextmanager
async def polled(
    data: Path,
    scripts: Mapping[str, Script],
    start: datetime,
    *,
    zone: str = "UTC",
    minutes: int = 15,
    poll_seconds: float = 60,
    fuse_a: int | None = 25,
    changed: Callable[[Settings], Settings] = lambda settings: settings,
) -> AsyncIterator[Polled]:
    """Build an engine over scripted meters; it is closed at the end."""
    await asyncio.to_thread(data.mkdir, exist_ok=True)
    settings = recording_settings(tuple(scripts), data, minutes=minutes, poll_seconds=poll_seconds)
    members = tuple(
        msgspec.structs.replace(one, house=msgspec.structs.replace(one.house, fuse_a=fuse_a))
        for one in settings.members
    )
    settings = msgspec.structs.replace(
        settings,
        community=msgspec.structs.replace(settings.community, timezone=zone),
        price=PriceSettings(retail_micro_per_kwh=300_000, feed_in_micro_per_kwh=80_000),
        members=members,
    )
    settings = changed(settings)
    clock = FrozenClock(start)
    meters = [ScriptedMeter(house, script, clock) for house, script in scripts.items()]
    poller = Poller(
        meters, clock, timedelta(seconds=poll_seconds), minutes=minutes, zone=ZoneInfo(zone)
    )
    node = open_node(settings, clock, start - timedelta(days=1))
    engine = await build(settings, clock, poller, node, stepped=True)
    engine.settler.auto = True
    try:
        yield Polled(engine, clock, Stepper(engine, clock))
    finally:
        await engine.close()
