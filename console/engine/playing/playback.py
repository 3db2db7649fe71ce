"""The playback: a recording played by a private engine at any speed, paused, stepped, rewound.

What is settled cannot be unsettled, so going back is a second engine: it settles the recording anew
up to the instant that is wanted while the first one still answers, and then takes its place.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from console.clock import DemoClock
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.recorded import ReplayOptions, settings_for
from console.engine.playing.stepper import Stepper
from console.errors import Refused
from console.meters.recording import Recording
from console.meters.rerun import Rerun
from console.model.play import Play, Playing, faster, slower
from console.model.snapshot import Mode
from console.model.tending import Told

TICK_SECONDS = 0.05
"""How often the clock moves, loop time."""

STRIDE_SECONDS = 0.02
"""How long it moves at most before others have their turn, loop time; about, for it is learnt."""

_SHORTEST, _LONGEST = timedelta(milliseconds=1), timedelta(minutes=15)
_GROWTH = 2.0

LIVE_SPEED = 300.0
"""Up to this speed blocks come as in life; beyond it an interval is final at once, for its
transactions would be too old by the next block."""


class Playback:
    """One engine that plays a recording, and the engine that takes its place after going back."""

    def __init__(
        self,
        options: ReplayOptions,
        recording: Recording,
        data: Path,
        engine: Engine,
        clock: DemoClock,
    ) -> None:
        """Stand at the recording's start; `open` makes one."""
        self.engine = engine
        """The engine."""
        self.successor: Playback | None = None
        """Which one goes on after the engine has ended; None where the replay is over."""
        self._options = options
        self._recording = recording
        self._data = data
        self._clock = clock
        self._stepper = Stepper(engine, clock)
        self._start = recording.start
        self._end = recording.end + engine.parts.grace
        self._paused = False
        self._far = timedelta(seconds=1)
        self._target: datetime | None = None
        self._moved = asyncio.Event()
        self._show()

    @classmethod
    async def open(
        cls, options: ReplayOptions, recording: Recording, data: Path, speed: float
    ) -> Playback:
        """Build an engine at a recording's start.

        Args:
            options: by what it is settled.
            recording: what is played.
            data: a private folder, there already and empty, whose name is a number.
            speed: recorded seconds in a real one.

        Raises:
            UsageError: an option's value cannot be.
            ConfigError: the configuration says what cannot be.
        """
        settings = settings_for(options, recording, data)
        clock = DemoClock(recording.start, speed)
        node = open_node(settings, clock, recording.start - timedelta(days=1))
        engine = await build(settings, clock, Rerun(recording, clock), node, mode=Mode.REPLAY)
        engine.settler.auto = True
        return cls(options, recording, data, engine, clock)

    @property
    def playing(self) -> Playing:
        """Where it stands."""
        return Playing(start=self._start, end=self._end, paused=self._paused, target=self._target)

    def play(self, command: Play) -> Told:
        """Do a command; what takes time is done by `pace`, one after another.

        Raises:
            Refused: it leads out of the recording.
        """
        if command.to is not None and not self._start <= command.to <= self._end:
            raise Refused(
                f"the recording goes from {self._named(self._start)} to {self._named(self._end)}."
            )
        if command.paused is not None:
            moves = self._target is not None or not self._paused
            self._paused = moves if command.paused == "turn" else command.paused
            self._target = None
        if command.speed is not None:
            self._clock.speed = command.speed
        if command.pace is not None:
            step = faster if command.pace == "faster" else slower
            self._clock.speed = step(self._clock.speed)
        if command.step:
            due = self._stepper.source_due
            self._paused, self._target = True, min(due or self._end, self._end)
        if command.to is not None:
            self._target = command.to
        self._show()
        self._moved.set()
        paced = command.speed is not None or command.pace is not None
        return Told(text=self._pace_words() if paced else self._words())

    async def pace(self) -> None:
        """Move the clock along loop time, or to where it is sent, until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while self.successor is None:
            self._moved.clear()
            if self._target is not None and self._target < self._clock.now():
                await self._go_back(self._target)
            elif self._target is not None:
                await self._stride(self._target, until_final=True)
            elif self._paused:
                await self._moved.wait()
            else:
                await asyncio.sleep(TICK_SECONDS)
                # a suspended laptop makes no gap
                elapsed, last = min(loop.time() - last, 1.0), loop.time()
                await self._play(elapsed)
                self._arrive()
                continue
            last = loop.time()
            self._arrive()
        self.engine.request_stop()

    async def _play(self, elapsed: float) -> None:
        """Go as far as the speed says for so many seconds, unless a command comes between."""
        far = timedelta(seconds=elapsed * self._clock.speed)
        wanted = min(self._clock.now() + far, self._end)
        until_final = self._clock.speed > LIVE_SPEED
        while self._clock.now() < wanted and not self._moved.is_set():
            await self._stride(wanted, until_final=until_final)

    async def _stride(self, wanted: datetime, *, until_final: bool) -> None:
        """Go some of the way, as far as took little time before, and let others have their turn."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        wanted = min(wanted, self._clock.now() + self._far)
        await self._stepper.to(wanted, until_final=until_final)
        took = max(loop.time() - began, STRIDE_SECONDS / _GROWTH)
        self._far = min(max(self._far * (STRIDE_SECONDS / took), _SHORTEST), _LONGEST)
        await asyncio.sleep(0)

    async def _go_back(self, target: datetime) -> None:
        """Settle the recording anew up to an earlier instant, beside this engine."""
        folder = self._data.with_name(str(int(self._data.name) + 1))
        await asyncio.to_thread(folder.mkdir)
        speed = self._clock.speed
        successor = await Playback.open(self._options, self._recording, folder, speed)
        # what stands on the screens while this engine ends is that the replay goes back
        await self.engine.refresh()
        try:
            successor.engine.settler.auto = self.engine.settler.auto
            while successor._clock.now() < target and self._target == target:
                await successor._stride(target, until_final=True)
                done = (successor._clock.now() - self._start) / (target - self._start)
                self.engine.picture.sentence = f"{self._words()} {done * 100:.0f} %"
        except BaseException:
            await successor.engine.close()
            raise
        if self._target == target:
            successor._paused = self._paused
            successor._clock.speed = self._clock.speed
            successor._show()
            self.successor = successor
        else:
            # it was sent elsewhere meanwhile, or told to pause where it is
            await successor.engine.close()
            await asyncio.to_thread(shutil.rmtree, folder)

    def _arrive(self) -> None:
        if self._target == self._clock.now():
            self._target = None
        if self._clock.now() >= self._end and not self._paused:
            self._paused = True
        self._show()

    def _show(self) -> None:
        picture = self.engine.picture
        if picture.playing != self.playing:
            picture.playing = self.playing
            picture.sentence = self._words()

    def _words(self) -> str:
        """Return what it does, as a sentence; none while it plays."""
        if self._target is not None:
            way = "On the way back" if self._target < self._clock.now() else "On the way"
            return f"{way} to {self._named(self._target)}."
        if self._clock.now() >= self._end:
            return "The recording ends here.   < goes back   J goes anywhere"
        return "Paused.   space goes on" if self._paused else ""

    def _pace_words(self) -> str:
        return f"{self._clock.speed:g} recorded seconds in a second."

    def _named(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.engine.parts.zone):%Y-%m-%d %H:%M:%S}"


class PlayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `mosaic replay --console` may be told."""

    replay: ReplayOptions
    """What is replayed, and by what it is settled."""
    speed: float = 60.0
    """Recorded seconds in a real one."""
    at: str = ""
    """Where to begin: a time as an operator writes it; empty for the recording's start."""
