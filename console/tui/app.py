"""The console's app: one snapshot, one feed, a mode a screen."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual.app import App
from textual.binding import BindingType
from textual.reactive import reactive, var

from console.client import Engine
from console.model.snapshot import Snapshot
from console.tui.feed import EngineFellSilent, SnapshotArrived, follow
from console.tui.glyphs import ASCII, BLOCKS
from console.tui.look import Look
from console.tui.palette import Places
from console.tui.save import save_text
from console.tui.screens import REGISTRY, entry_of
from console.tui.screens.help import HelpScreen
from console.tui.screens.house import HouseScreen
from console.tui.screens.screen import ConsoleScreen
from console.tui.theme import ALL, DARK, SIXTEEN, Inks, faded, inks, textual_theme


class MosaicApp(App[str]):
    """Shows what an engine says; it holds no key and opens no database."""

    TITLE = "Mosaic"
    COMMANDS: ClassVar = {Places}
    BINDINGS: ClassVar[list[BindingType]] = []
    MODES: ClassVar = {entry.name: entry.load() for entry in REGISTRY}
    DEFAULT_MODE = "neighbourhood"
    CSS: ClassVar[str] = """
    CommandPalette { background: $background 60%; }
    CommandPalette > Vertical { margin: 3 8; width: 64; }
    """

    snapshot: reactive[Snapshot | None] = reactive(None, init=False)
    """The newest snapshot that is shown; None before the first."""
    silent_since: var[float | None] = var(None, init=False)
    """The loop time of the last word of an engine that fell silent; None while it talks."""
    utc: var[bool] = var(False, init=False)
    """Whether times are shown in UTC."""
    paused: var[bool] = var(False, init=False)
    """Whether the picture stands still while data flows on."""

    def __init__(
        self, engine: Engine, *, ascii: bool = False, calm: bool = False, kiosk: bool = False
    ) -> None:
        """Take the engine to show.

        Args:
            engine: whom to follow and ask.
            ascii: whether nothing outside ASCII may be drawn.
            calm: whether nothing moves but the countdown.
            kiosk: whether this is the stand.
        """
        super().__init__()
        self.engine = engine
        self.calm = calm
        self.kiosk = kiosk
        self._glyphs = ASCII if ascii else BLOCKS
        self._heard = 0.0
        self._newest: Snapshot | None = None
        for tones in ALL:
            self.register_theme(textual_theme(tones))
        few = self.console.color_system == "standard" and not self.no_color
        self._tones = SIXTEEN if few else DARK
        self.theme = self._tones.name

    @property
    def inks(self) -> Inks:
        """The theme's styles, also while the picture is faded."""
        return inks(self._tones)

    @property
    def look(self) -> Look:
        """How to draw at the moment."""
        place = self.snapshot.place if self.snapshot is not None else None
        return Look(
            glyphs=self._glyphs,
            ink=self.inks if self.silent_since is None else faded(self._tones),
            zone=_zone(place.timezone if place else "UTC"),
            utc=self.utc,
            currency=place.currency if place else "",
            final_height=self.snapshot.head.final_height if self.snapshot else 0,
            calm=self.calm,
        )

    @property
    def silent_for(self) -> int | None:
        """Whole loop seconds since the engine's last word; None while it talks."""
        if self.silent_since is None:
            return None
        return int(asyncio.get_running_loop().time() - self.silent_since)

    def on_mount(self) -> None:
        """Begin to follow, and end cleanly when the line or the system says so."""
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)
        if self.kiosk:
            self.switch_mode("stand")
        self.run_worker(follow(self.engine, self.post_message), group="feed", exclusive=True)
        self.set_interval(1.0, self._count_silence)

    def on_snapshot_arrived(self, message: SnapshotArrived) -> None:
        """Keep the newest picture and show it unless the picture stands still."""
        self._heard = asyncio.get_running_loop().time()
        self._newest = message.snapshot
        self.silent_since = None
        if not self.paused:
            self.snapshot = message.snapshot

    def on_engine_fell_silent(self, message: EngineFellSilent) -> None:
        """Let everything fade until the engine talks again."""
        self.silent_since = self._heard

    def watch_snapshot(self) -> None:
        """Hand a new picture to the screen in front."""
        self.fan_out()

    def watch_silent_since(self) -> None:
        """Draw everything dim, or as before."""
        self.fan_out()

    def watch_utc(self) -> None:
        """Draw all times again."""
        self.fan_out()

    def watch_paused(self, paused: bool) -> None:
        """Catch up with the newest picture."""
        if not paused and self._newest is not None:
            self.snapshot = self._newest
        self.fan_out()

    def fan_out(self) -> None:
        """Let every screen that is in sight draw what the app holds."""
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen):
                screen.arrive()

    def _count_silence(self) -> None:
        if self.silent_since is not None:
            self.fan_out()

    def open_screen(self, name_or_digit: str) -> None:
        """Open a screen and leave what stands over it."""
        entry = entry_of(name_or_digit)
        if entry is None or self.kiosk:
            return
        self.switch_mode(entry.name)
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def open_house(self, house: str) -> None:
        """Show one house.

        Args:
            house: its id.
        """
        if not self.kiosk:
            self.push_screen(HouseScreen(house))

    def open_interval(self, start: datetime) -> None:
        """Show an interval on the settlement screen.

        Args:
            start: its start, aware UTC.
        """
        self.open_screen("settlement")
        self.call_later(self._choose_interval, start)

    def _choose_interval(self, start: datetime) -> None:
        screen = self.screen
        if isinstance(screen, ConsoleScreen):
            screen.choose_interval(start)

    def show_help(self, screen: str) -> None:
        """Show the keys of a screen."""
        self.push_screen(HelpScreen(screen))

    def save_text(self, screen: str, text: str, said: Callable[[str], None]) -> None:
        """Write a screen's text into a file of the present folder and say where."""
        now = self.snapshot.head.now if self.snapshot else None
        self.run_worker(save_text(Path.cwd(), screen, now, text, said), group="save")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
