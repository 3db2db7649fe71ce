"""The stand: what visitors see and play with; only a chord or a signal ends it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key

from console.model.snapshot import Snapshot
from console.model.view import LedgerPage, LedgerQuery, Preview
from console.tui import keys
from console.tui.cells import Line
from console.tui.screens.body import BodyScreen
from console.tui.widgets.flows.flow import shades
from console.tui.widgets.stand.standing import SCENES, Stand, draw_stand

CHORD = ("ctrl+x", "q")
"""The keys that end the stand, one after the other."""
CHORD_SECONDS = 2.0
"""Loop seconds within which the second key counts."""
SCENE_SECONDS = 12.0
"""Loop seconds for which a picture of the tour stands."""
IDLE_SECONDS = 60.0
"""Loop seconds without a visitor's key after which the tour goes on."""
SAID_SECONDS = 8.0
"""Loop seconds for which the answer to a visitor's key stands."""
FRAME_SECONDS = 0.2
"""Loop seconds between two steps of the bright cells."""
_ROWS = 60


class StandScreen(BodyScreen, inherit_bindings=False):
    """A tour of four pictures that visitors may interrupt."""

    NAME = "stand"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("stand")

    def __init__(self) -> None:
        """Begin the tour."""
        super().__init__()
        self._scene = 0
        self._pressed = 0
        self._scene_since = 0.0
        self._touched = -IDLE_SECONDS
        self._said, self._said_until = "", 0.0
        self._preview: Preview | None = None
        self._page: LedgerPage | None = None
        self._version = -1
        self._chord_at = -CHORD_SECONDS

    def compose(self) -> ComposeResult:
        """Give the picture alone: it has a top line and a key line of its own."""
        yield from self.compose_body()

    def on_mount(self) -> None:
        """Let the tour and the bright cells run."""
        self._scene_since = self._now
        self.set_interval(0.5 if self.look.calm else FRAME_SECONDS, self._tick)

    def draw_bars(self) -> None:
        """Draw no bars: the picture holds them."""

    def notice(self, text: str, seconds: float = SAID_SECONDS) -> None:
        """Say something in the sentence's place.

        Args:
            text: one sentence.
            seconds: for how long, loop time.
        """
        self._said, self._said_until = text, self._now + seconds
        self.redraw()

    def show(self, snapshot: Snapshot) -> None:
        """Take what has changed, and draw."""
        if snapshot.head.scene != self._pressed:
            self._turn(snapshot.head.scene - self._pressed)
            self._pressed = snapshot.head.scene
        if snapshot.head.ledger_version != self._version:
            self._version = snapshot.head.ledger_version
            self._ask(snapshot)
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the picture of the tour."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        return draw_stand(self._stand(snapshot), room, height, self.look)

    def on_key(self, event: Key) -> None:
        """End with the chord."""
        first, second = CHORD
        if event.key == first:
            self._chord_at = self._now
        elif event.key == second and self._now - self._chord_at < CHORD_SECONDS:
            self.app.exit()

    async def action_attempt(self, action: str) -> None:
        """Do what a visitor asks, and say at once what happens."""
        self._touched = self._now
        if action != "next":
            self._turn(-self._scene)
        self._command(action)

    def _command(self, command: str) -> None:
        engine = self.mosaic.engine

        def answered(sentence: str) -> None:
            if sentence:
                self.notice(sentence)

        self.ask(lambda: engine.stand(command), answered, group="stand")

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _stand(self, snapshot: Snapshot) -> Stand:
        moves = not self.look.calm and self.mosaic.silent_since is None
        silent = "The engine is silent for a moment; what stands here is old."
        said = self._said if self._now < self._said_until else ""
        return Stand(
            snapshot=snapshot,
            scene=SCENES[self._scene],
            said=silent if self.mosaic.silent_since is not None else said,
            preview=self._preview,
            shade=shades(snapshot.houses, self._preview.plan if self._preview else None),
            entries=self._page.entries if self._page else (),
            rows=self._page.all_rows if self._page else 0,
            phase=self._now % 1.0 if moves else None,
        )

    def _tick(self) -> None:
        idle = self._now - self._touched > IDLE_SECONDS
        if idle and self._now - self._scene_since > SCENE_SECONDS:
            self._turn(1)
        self.redraw()

    def _turn(self, scenes: int) -> None:
        self._scene = (self._scene + scenes) % len(SCENES)
        self._scene_since = self._now
        self._said_until = self._now

    def _ask(self, snapshot: Snapshot) -> None:
        engine, last = self.mosaic.engine, snapshot.head.last

        def previewed(preview: Preview) -> None:
            if preview.plan is not None and preview.plan.trades:
                self._preview = preview
                self.redraw()

        def paged(page: LedgerPage) -> None:
            self._page = page
            self.redraw()

        if last is not None:
            self.ask(lambda: engine.preview(last.interval.name), previewed, group="preview")
        self.ask(lambda: engine.ledger(LedgerQuery(limit=_ROWS)), paged, group="rows")
