"""The console's app: one snapshot, one feed, a mode a screen."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import ClassVar

from textual.reactive import var
from textual.worker import WorkType

from console.client import Engine
from console.model.snapshot import Snapshot
from console.tui.appearance import Appearance
from console.tui.feed import EngineFellSilent, SnapshotArrived, follow
from console.tui.journey import Journey
from console.tui.look import Look
from console.tui.memory import Memory
from console.tui.palette import Places
from console.tui.screens import REGISTRY
from console.tui.screens.screen import ConsoleScreen


class MosaicApp(Journey):
    """Shows what an engine says; it holds no key and opens no database."""

    TITLE = "Mosaic"
    CSS_PATH = "palette.tcss"
    COMMANDS: ClassVar = {Places}
    MODES: ClassVar = {entry.name: entry.load() for entry in REGISTRY}
    DEFAULT_MODE = "neighbourhood"

    silent_since: var[float | None] = var(None, init=False)
    """The loop time of the last word of an engine that fell silent; None while it talks."""
    utc: var[bool] = var(False, init=False)
    """Whether times are shown in UTC."""
    paused: var[bool] = var(False, init=False)
    """Whether the picture stands still while data flows on."""

    def __init__(
        self,
        engine: Engine,
        *,
        ascii: bool = False,
        calm: bool = False,
        kiosk: bool = False,
        memory: Memory | None = None,
    ) -> None:
        """Take the engine to show.

        Args:
            engine: whom to follow and ask.
            ascii: whether nothing outside ASCII may be drawn.
            calm: whether nothing moves but the countdown.
            kiosk: whether this is the stand.
            memory: what is remembered; None remembers until the console ends.
        """
        super().__init__()
        self.memory = memory or Memory()
        self.engine = engine
        self.kiosk = kiosk
        self.use_command_palette = not kiosk
        self.appearance = Appearance(self, ascii=ascii, calm=calm)
        self._heard = 0.0
        self._newest: Snapshot | None = None

    @property
    def look(self) -> Look:
        """How to draw at the moment."""
        silent = self.silent_since is not None
        return self.appearance.look(self.snapshot, utc=self.utc, silent=silent)

    @property
    def silent_for(self) -> int | None:
        """Whole loop seconds since the engine's last word; None while it talks."""
        since = self.silent_since
        return None if since is None else int(asyncio.get_running_loop().time() - since)

    def on_mount(self) -> None:
        """Begin to follow, and end cleanly when the line or the system says so."""
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        for name in ("snapshot", "silent_since", "utc", "paused"):
            self.watch(self, name, self.fan_out, init=False)
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.leave)
        if self.kiosk:
            self.switch_mode("stand")
        feed: WorkType[None] = partial(follow, self.engine, self.post_message)
        self.run_worker(feed, group="feed")
        self.set_interval(1.0, self._count_silence)

    def leave(self) -> None:
        """Remember what is in sight, then end."""
        self.keep()
        self.exit()

    async def on_unmount(self) -> None:
        """Let go of the connection."""
        await self.engine.close()

    def on_snapshot_arrived(self, message: SnapshotArrived) -> None:
        """Keep the newest picture and show it unless the picture stands still."""
        self._heard = asyncio.get_running_loop().time()
        self._newest = message.snapshot
        self.silent_since = None
        if not self.paused:
            self.snapshot = message.snapshot
            self.go_back()

    def on_engine_fell_silent(self, message: EngineFellSilent) -> None:
        """Let everything fade until the engine talks again."""
        self.silent_since = self._heard
        if message.error.advice and isinstance(self.screen, ConsoleScreen):
            self.screen.notice(message.error.paragraph)

    def watch_paused(self, paused: bool) -> None:
        """Catch up with the newest picture."""
        if not paused and self._newest is not None:
            self.snapshot = self._newest

    def fan_out(self) -> None:
        """Let every screen that is in sight draw what the app holds."""
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen):
                screen.arrive()

    def _count_silence(self) -> None:
        if self.silent_since is not None:
            self.fan_out()

    def action_help_quit(self) -> None:
        """Tell who presses ctrl+c how to leave; the stand says nothing."""
        if isinstance(self.screen, ConsoleScreen) and not self.kiosk:
            self.screen.notice("q leaves the console.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep quit, help and palette from the stand's visitors."""
        return not (self.kiosk and action in ("quit", "help_quit", "command_palette"))
