"""The console's app: one snapshot, one feed, a mode a screen."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from typing import TYPE_CHECKING, ClassVar

from textual.reactive import var

from console.tui.appearance import Appearance
from console.tui.hearing import Hearing
from console.tui.look import Look
from console.tui.memory import Memory
from console.tui.screens import REGISTRY
from console.tui.screens.screen import ConsoleScreen

if TYPE_CHECKING:
    from textual.command import Provider

    from console.client import Engine


def _places() -> type[Provider]:
    from console.tui.palette import Places

    return Places


_START_SECONDS = 1.0
"""Loop seconds after which the first screen stands for certain."""


def end_start() -> None:
    """Let rubbish be looked for again, but not among all that was loaded by now."""
    if not gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.enable()


class MosaicApp(Hearing):
    """Shows what an engine says; it holds no key and opens no database."""

    TITLE = "Mosaic"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {_places}
    MODES: ClassVar = {entry.name: entry.load() for entry in REGISTRY}

    utc: var[bool] = var(False, init=False)
    """Whether times are shown in UTC."""

    def __init__(
        self,
        engine: Engine,
        *,
        ascii: bool = False,
        calm: bool = False,
        kiosk: bool = False,
        memory: Memory | None = None,
        theme: str = "",
        pace: float = 0.0,
    ) -> None:
        """Take the engine to show.

        Args:
            engine: whom to follow and ask.
            ascii: whether nothing outside ASCII may be drawn.
            calm: whether nothing moves but the countdown.
            kiosk: whether this is the stand.
            memory: what is remembered; None remembers until the console ends.
            theme: the name of the theme; empty for the terminal's own.
            pace: loop seconds between two pictures at least.
        """
        # without it NO_COLOR would become shades of grey
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.memory = memory or Memory()
        self.engine = engine
        self.kiosk = kiosk
        self.use_command_palette = not kiosk
        self.appearance = Appearance(self, ascii=ascii, calm=calm, theme=theme)
        self.pace = pace

    @property
    def look(self) -> Look:
        """How to draw at the moment."""
        silent = self.silent_since is not None
        return self.appearance.look(self.snapshot, utc=self.utc, silent=silent)

    def on_mount(self) -> None:
        """Begin to follow, and end cleanly when the line or the system says so."""
        self.watch(self, "utc", self.fan_out, init=False)
        for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.leave)
        self.call_after_refresh(self.begin_to_hear)

    def uncover(self) -> None:
        """Open a screen in the cover's place; the start is over then."""
        super().uncover()
        if not gc.isenabled():
            self.set_timer(_START_SECONDS, end_start)

    def leave(self) -> None:
        """Remember what is in sight, then end."""
        self.keep()
        self.exit()

    async def on_unmount(self) -> None:
        """Let go of the connection."""
        await self.engine.close()

    def wear(self, theme: str) -> None:
        """Dress in another theme, and remember it.

        Args:
            theme: its name; without colour there is only one.
        """
        self.appearance.choose(theme)
        if isinstance(self.screen, ConsoleScreen):
            told = "NO_COLOR is set: there is one theme." if self.no_color else f"Theme: {theme}."
            self.screen.notice(told)
        if not self.no_color:
            self.memory.theme = theme
        self.fan_out()

    def action_help_quit(self) -> None:
        """Tell who presses ctrl+c how to leave; the stand says nothing."""
        if isinstance(self.screen, ConsoleScreen) and not self.kiosk:
            self.screen.notice("q leaves the console.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep quit, help and palette from the stand's visitors."""
        return not (self.kiosk and action in ("quit", "help_quit", "command_palette"))
