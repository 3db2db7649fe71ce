"""Screen 2: the flows of one interval, who gave, who bought, and what the grid took."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.timer import Timer

from console.model.interval import Interval
from console.model.snapshot import Snapshot
from console.model.view import Preview
from console.tui import keys
from console.tui.cells import Line
from console.tui.screens.body import BodyScreen
from console.tui.screens.player import Player
from console.tui.widgets.flows.flow import Flow, shades
from console.tui.widgets.flows.flowing import (
    Flowing,
    FlowMade,
    both_whole,
    cell_after,
    chosen_after,
    draw_flowing,
    playing,
)
from console.tui.widgets.flows.matrix import Cell, table_of, too_large
from console.tui.widgets.flows.reel import Reel, newest
from console.tui.widgets.sentences import no_houses, none_closed
from console.tui.widgets.timeline import local_day

FRAME_SECONDS = 0.2
"""Loop seconds between two steps of the bright cells."""
PLAY_SECONDS = 0.8
"""Loop seconds for which an interval stands while the day is played."""


class FlowsScreen(BodyScreen):
    """One interval's ribbons and matrix; the newest closed one unless another is chosen."""

    NAME = "flows"
    CHOICES: ClassVar[Mapping[str, str]] = {"view ribbons": "matrix", "view matrix": "matrix"}
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("flows")

    def __init__(self) -> None:
        """Begin with the newest interval."""
        super().__init__()
        self._reel = Reel()
        self._preview: Preview | None = None
        self._asked: tuple[str, int] | None = None
        self._flow: Flow | None = None
        self._made = FlowMade()
        self._matrix = False
        self._chosen = ""
        self._cell = Cell()
        self._player = Player(
            self,
            seconds=lambda: PLAY_SECONDS,
            ready=self._is_drawn,
            step=lambda: self._step(1) and self._reel.chosen is not None,
            ended=lambda: self.notice("Played to the newest interval. p plays the day again."),
        )
        self._moving: Timer | None = None

    def on_mount(self) -> None:
        """Let the bright cells run, unless nothing shall move."""
        if not self.look.calm:
            self._moving = self.set_interval(FRAME_SECONDS, self.redraw)

    def on_screen_resume(self) -> None:
        """Move again."""
        if self._moving is not None:
            self._moving.resume()
        super().on_screen_resume()

    def on_screen_suspend(self) -> None:
        """Move nothing while another screen is in front."""
        if self._moving is not None:
            self._moving.pause()
        self._player.stop()

    def show(self, snapshot: Snapshot) -> None:
        """Ask for the interval where it is another one or has changed, and draw."""
        interval = self._reel.shown(snapshot)
        if interval is not None:
            wanted = (interval.name, snapshot.head.ledger_version)
            if wanted != self._asked:
                self._asked = wanted
                engine = self.mosaic.engine
                self.ask(lambda: engine.preview(interval.name), self._arrived)
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the interval."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        look, preview = self.look, self._preview
        shade = shades(snapshot.houses, preview.plan if preview else None)
        self._flow = self._made.of(preview, shade)
        flowing = Flowing(
            preview=preview,
            flow=self._flow,
            matrix=self._matrix,
            phase=asyncio.get_running_loop().time() % 1.0 if self.moving else None,
            chosen=self._chosen,
            cell=self._cell,
            notice=self._none_yet(snapshot),
            today=local_day(snapshot.head.now, look.zone).isoformat(),
        )
        return draw_flowing(flowing, room, height, look)

    @property
    def moving(self) -> bool:
        """Whether bright cells run."""
        return self._moving is not None and not self.mosaic.paused

    def choose_interval(self, start: datetime) -> None:
        """Show another interval.

        Args:
            start: its start, aware UTC.
        """
        if self.snapshot is not None:
            self._reel.take(Interval(start, self.snapshot.place.minutes), self.snapshot)
            self.arrive()

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the interval and the house in sight."""
        interval, chosen = self._reel.chosen, self._chosen

        def back() -> None:
            self._reel.chosen, self._chosen = interval, chosen
            self.arrive()

        return back

    def has_house(self, house: str) -> bool:
        """Return True: a house may have no part in the interval, and none is chosen then."""
        return True

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval is closed."""
        last = newest(self.snapshot)
        return last is not None and start <= last.start

    def go_to_house(self, house: str) -> None:
        """Choose a house."""
        self._chosen = house
        self.redraw_all()

    def go_to_interval(self, start: datetime) -> None:
        """Show another interval."""
        self.choose_interval(start)

    def remembered(self) -> dict[str, str]:
        """Return whether the matrix was in sight."""
        return {"view": "matrix" if self._matrix else "ribbons"}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Show the matrix where it was in sight.

        Args:
            kept: what was remembered.
        """
        self._matrix = kept.get("view") == "matrix"

    def label(self, action: str) -> str:
        """Say what `p` and `m` do now."""
        if action == "matrix" and self._in_matrix:
            return "ribbons"
        if action != "play":
            return ""
        if self._player.playing:
            return "pause"
        return "play on" if self._reel.chosen is not None else ""

    def sentence(self, snapshot: Snapshot) -> str:
        """Return where in the day the playing is, or what every screen says."""
        if not self._player.playing or self._reel.chosen is None:
            return super().sentence(snapshot)
        return playing(self._reel.chosen, self._player.seconds, self.look)

    def reason(self, action: str) -> str:
        """Return why nothing can be opened or played."""
        if action == "open" and not self._chosen:
            return "No house is chosen: ↑↓ choose one."
        if action == "play" and (newest(self.snapshot) is None):
            return "No interval is closed yet: there is nothing to play."
        if action == "matrix" and self._both_whole:
            return "Ribbons and matrix are both in sight here."
        return super().reason(action)

    def copy_text(self) -> str:
        """Return the whole matrix as a table; the picture where none can be copied."""
        if self._flow is not None and not too_large(self._flow):
            return table_of(self._flow)
        return self.body.text if self._preview is not None else ""

    def action_move(self, way: str) -> None:
        """Choose another interval, or another house of it."""
        if way in ("left", "right"):
            self._player.stop()
            self._step(-1 if way == "left" else 1)
        elif self._flow is not None:
            if self._in_matrix:
                self._cell = cell_after(self._flow, self._cell, way)
                self._chosen = self._cell.giver if way in ("up", "down") else self._cell.buyer
            else:
                self._chosen = chosen_after(self._flow, self._chosen, way)
            self.redraw_all()

    def action_matrix(self) -> None:
        """Swap ribbons and matrix."""
        self._matrix = not self._matrix
        self.redraw_all()

    def action_copy(self) -> None:
        """Copy the matrix; say where it is too large for a clipboard."""
        super().action_copy()
        if self._flow is not None and (why := too_large(self._flow)):
            self.notice(why)

    def action_open(self) -> None:
        """Show the chosen house."""
        self.mosaic.open_house(self._chosen)

    def choose(self, words: str) -> None:
        """Show ribbons or the matrix."""
        self._matrix = words == "view matrix"
        self.redraw()

    def action_play(self) -> None:
        """Run through the day from its first shared interval, pause, or go on from here."""
        snapshot = self.snapshot
        if self._player.playing or snapshot is None:
            self._player.stop()
            return
        shared = [day.start for day in snapshot.day if day.shared_wh]
        if shared and self._reel.chosen is None:
            self.choose_interval(shared[0])
        self.forget_notice()
        self._player.run()

    def action_pause(self) -> None:
        """Pause the playing, or the picture where nothing is played."""
        if self._player.playing:
            self._player.stop()
        else:
            super().action_pause()

    def action_pace(self, way: str) -> None:
        """Play `faster` or `slower`."""
        if self._player.playing:
            self._player.change_pace(faster=way == "faster")
        else:
            self.notice("Nothing is played: p plays the day.")

    def action_leave(self) -> None:
        """Stop playing, follow the newest again, then leave."""
        if self._player.playing:
            self._player.stop()
        elif self._chosen or self._reel.chosen is not None:
            self._chosen, self._reel.chosen = "", None
            self.arrive()
        else:
            super().action_leave()

    @property
    def _both_whole(self) -> bool:
        """Whether ribbons and the whole matrix stand together."""
        return self._flow is not None and both_whole(self._flow, self.room, self.rows)

    @property
    def _in_matrix(self) -> bool:
        return self._matrix and not self._both_whole

    def _arrived(self, preview: Preview) -> None:
        self._preview = preview
        self.redraw_all()

    def _is_drawn(self) -> bool:
        """Whether the interval that was asked for last has arrived."""
        shown = self._preview.settlement.interval.name if self._preview is not None else ""
        return self._asked is None or shown == self._asked[0]

    def _step(self, by: int) -> bool:
        """Show the interval before or after; False where there is none after."""
        stepped = self._reel.step(by, self.snapshot)
        self.arrive()
        return stepped

    def _none_yet(self, snapshot: Snapshot) -> str:
        if newest(snapshot) is not None:
            return ""
        return no_houses(snapshot) or none_closed(snapshot, self.look)
