"""The hearing: what the engine says, kept, paced and shown, and its silence."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.reactive import var
from textual.timer import Timer
from textual.worker import WorkType

from console.model.snapshot import Snapshot
from console.tui.feed import EngineFellSilent, SnapshotArrived, follow
from console.tui.journey import Journey
from console.tui.screens.screen import ConsoleScreen
from console.tui.screens.steady import Steady

if TYPE_CHECKING:
    from console.client import Engine
    from console.errors import OtherVersion
    from console.tui.screens.version import VersionScreen

REWIND_SECONDS = 5.0
"""For how long a replay's engine may be gone while another takes its place, loop time."""


class Hearing(Journey):
    """An app that follows one engine for ever, through its restarts."""

    silent_since: var[float | None] = var(None, init=False)
    """The loop time of the last word of an engine that fell silent; None while it talks."""
    paused: var[bool] = var(False, init=False)
    """Whether the picture stands still while data flows on."""
    engine: Engine
    """Whom it follows."""
    pace = 0.0
    """Loop seconds between two pictures at least."""
    _heard = 0.0
    _shown = float("-inf")
    _newest: Snapshot | None = None
    _later: Timer | None = None
    _stranger: VersionScreen | None = None

    @property
    def silent_for(self) -> int | None:
        """Whole loop seconds since the engine's last word; None while it talks."""
        since = self.silent_since
        return None if since is None else int(asyncio.get_running_loop().time() - since)

    def begin_to_hear(self) -> None:
        """Follow the engine."""
        self._heard = asyncio.get_running_loop().time()
        for name in ("snapshot", "silent_since", "paused"):
            self.watch(self, name, self.fan_out, init=False)
        feed: WorkType[None] = partial(follow, self.engine, self.post_message)
        self.run_worker(feed, group="feed")
        self.set_interval(1.0, self._count_silence)

    def on_snapshot_arrived(self, message: SnapshotArrived) -> None:
        """Keep the newest picture, and show it now or when the pace allows it."""
        self._heard = asyncio.get_running_loop().time()
        self._newest = message.snapshot
        self.silent_since = None
        if self._stranger is not None and self._stranger is self.screen:
            self._stranger.dismiss()
        wait = self._shown + self.pace - self._heard
        if self.snapshot is None or wait <= 0:
            self._catch_up()
        elif self._later is None:
            self._later = self.set_timer(wait, self._catch_up)

    def on_engine_fell_silent(self, message: EngineFellSilent) -> None:
        """Let everything fade until the engine talks again."""
        if self._rewinds():
            return
        again = self.silent_since is not None
        self.silent_since = self._heard
        self.uncover()
        if message.strange is not None and not self.kiosk:
            self._show_stranger(message.strange)
        # every attempt fails in turn: only the first has news
        if not again and message.error.advice and isinstance(self.screen, ConsoleScreen):
            self.screen.notice(message.error.paragraph)

    def _rewinds(self) -> bool:
        """Return whether a replay goes back, for which another engine takes this one's place."""
        head = self._newest.head if self._newest is not None else None
        if head is None or head.playing is None or head.playing.target is None:
            return False
        waited = asyncio.get_running_loop().time() - self._heard
        return head.playing.target < head.now and waited < REWIND_SECONDS

    def _show_stranger(self, error: OtherVersion) -> None:
        """Say what to do about an engine of another version, with its status as it is now."""
        from console.tui.screens.version import VersionScreen

        if self._stranger is not None and self._stranger is self.screen:
            self._stranger.look_again(error)
        else:
            self._stranger = VersionScreen(error)
            self.push_screen(self._stranger)

    def watch_paused(self) -> None:
        """Catch up with the newest picture."""
        self._catch_up()

    def fan_out(self) -> None:
        """Let every screen that is in sight draw what the app holds."""
        for screen in self.screen_stack:
            if isinstance(screen, Steady):
                screen.arrive()

    def _catch_up(self) -> None:
        if self._later is not None:
            self._later.stop()
            self._later = None
        if self.paused or self._newest is None:
            return
        self._shown = asyncio.get_running_loop().time()
        self.snapshot = self._newest
        self.go_back()

    def _count_silence(self) -> None:
        if self.silent_since is not None:
            self.fan_out()
