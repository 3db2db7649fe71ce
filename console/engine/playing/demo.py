"""The demo: a simulated street on a fast clock, with a day already behind it and visitors in it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from console.clock import DemoClock
from console.config import demo_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.stepper import Stepper
from console.engine.readings.sources import simulated_source
from console.errors import Refused
from console.model.snapshot import Mode
from console.settings import Settings

STARTS = {
    "summer": datetime(2026, 6, 21, 9, 29, tzinfo=UTC),
    "winter": datetime(2026, 12, 21, 9, 29, tzinfo=UTC),
}
"""Where a demo's clock begins: one poll before an edge, whatever the date."""

TICK_SECONDS = 0.05
"""How often the clock moves, loop time."""

NIGHT_SECONDS = 5.0
"""How long a night lasts, loop time."""

RUSH_TICK = timedelta(minutes=2)
"""How far the clock moves in a tick when visitors wait for the next settlement."""

SHOWN_SECONDS = 1.5
"""How long visitors see what they did before the clock runs on, loop time."""

SENTENCE_SECONDS = 10.0
"""How long a visitor's sentence stays, loop time."""


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `mosaic demo` may be told."""

    houses: int = 12
    """How many houses."""
    speed: float = 60.0
    """Business seconds in a real second."""
    seed: int = 1
    """What the street is drawn by."""
    season: str = "summer"
    """`summer` or `winter`."""
    kiosk: bool = False
    """Whether visitors play with it."""


class Demo:
    """A demo's engine, its clock and what its visitors do."""

    def __init__(self, engine: Engine, clock: DemoClock, stepper: Stepper, speed: float) -> None:
        """Pace an engine that was stepped to the demo's start."""
        self.engine = engine
        self._clock = clock
        self.stepper = stepper
        self._speed = speed
        self._rush_until = clock.now()
        self._night_ends = clock.now()
        self._said_at = 0.0

    @classmethod
    async def open(cls, options: DemoOptions, data: Path, *, day_behind: bool) -> Demo:
        """Build a demo in a folder and step to its start.

        Args:
            options: the demo's options.
            data: a private folder.
            day_behind: whether the local day up to the start is lived through and settled first.
        """
        settings = demo_settings(options.houses, options.season, data, speed=options.speed)
        start = STARTS[options.season]
        begin = _first_instant(settings, start) if day_behind else start
        clock = DemoClock(begin, options.speed)
        source = simulated_source(settings, clock, options.seed, options.season)
        node = open_node(settings, clock, start - timedelta(days=1))
        engine = await build(settings, clock, source, node, mode=Mode.DEMO)
        engine.settler.auto = True
        stepper = Stepper(engine, clock)
        if day_behind:
            source.sparse = True
            await stepper.to(start - source.period, until_final=True)
            source.sparse = False
            stepper.look_again()
        await stepper.to(start, until_final=True)
        return cls(engine, clock, stepper, options.speed)

    async def pace(self) -> None:
        """Move the clock along loop time until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            elapsed, last = min(loop.time() - last, 1.0), loop.time()
            await self.stepper.to(self._clock.now() + self._advance(elapsed))
            self._tell_time(loop.time())

    def _advance(self, elapsed: float) -> timedelta:
        """Return how far the clock moves in a tick: at most one poll period, but in a rush."""
        now = self._clock.now()
        if now < self._rush_until:
            return min(RUSH_TICK, self._rush_until - now)
        if now < self._night_ends:
            return min(timedelta(seconds=elapsed * self._clock.speed), self._night_ends - now)
        return min(self.engine.source.period, timedelta(seconds=elapsed * self._speed))

    def _tell_time(self, loop_time: float) -> None:
        """Enter and leave the night, and let an old sentence go."""
        now, picture, source = self._clock.now(), self.engine.picture, self.engine.source
        playground = source.playground
        if playground is None:
            return
        if now >= self._night_ends and (dawn := playground.dark_until(now)) is not None:
            self._night_ends = dawn
            left = (dawn - now).total_seconds()
            self._clock.speed = max(self._speed, left / NIGHT_SECONDS)
            source.sparse = True
            self.stepper.look_again()
            local = dawn.astimezone(self.engine.parts.zone)
            self._say(f"Night passes in five seconds; the next sun is about {local:%H:%M}.")
        elif now >= self._night_ends and source.sparse:
            self._clock.speed = self._speed
            source.sparse = False
            self.stepper.look_again()
        elif picture.sentence and loop_time - self._said_at > SENTENCE_SECONDS:
            picture.sentence = ""
        houses = self.engine.parts.members.houses
        picture.charging = frozenset(h for h in houses if playground.charging(h, now))

    async def visit(self, command: str) -> str:
        """Do a visitor's `cloud`, `car`, `settle` or `next`; return a plain sentence.

        Raises:
            Refused: no such command, or the street does not allow it.
        """
        playground = self.engine.source.playground
        if playground is None:
            raise Refused("this street cannot be played with.")
        match command:
            case "cloud":
                playground.cloud(self._clock.now())
                return self._say("A cloud covers every roof: they give less, the grid fills in.")
            case "car":
                return self._plug_in()
            case "settle":
                self._rush()
                return self._say(
                    "The clock runs to the end of this quarter hour, then it is settled."
                )
            case "next":
                self.engine.picture.scene += 1
                return ""
            case _:
                raise Refused(f"visitors cannot {command!r}.")

    def _plug_in(self) -> str:
        playground = self.engine.source.playground
        house = playground.plug_in(self._clock.now()) if playground is not None else None
        if house is None:
            return self._say("Every house has its car plugged in already.")
        asyncio.get_running_loop().call_later(SHOWN_SECONDS, self._rush, 5)
        return self._say(
            f"A car charges at {house}: it takes what the roofs can spare, the rest from the grid."
        )

    def _rush(self, least_minutes: int = 0) -> None:
        """Run to the settling of the open interval, or of the next where it is nearly over."""
        interval = self.engine.parts.interval_at(self._clock.now())
        if interval.end - self._clock.now() < timedelta(minutes=least_minutes):
            interval = interval.next
        self._rush_until = interval.end + self.engine.parts.grace

    def _say(self, sentence: str) -> str:
        self.engine.picture.sentence = sentence
        self._said_at = asyncio.get_running_loop().time()
        return sentence


def _first_instant(settings: Settings, start: datetime) -> datetime:
    """Return the instant just before the local day of a start, so that its first edge is read."""
    local = start.astimezone(ZoneInfo(settings.community.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC) - timedelta(seconds=settings.engine.poll_seconds)
