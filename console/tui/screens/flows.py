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
from console.tui.screens.body import WIDE, BodyScreen
from console.tui.widgets.flow import flow_of, shades
from console.tui.widgets.flowing import BOTH, Flowing, chosen_after, draw_flowing, playing
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
        self._interval: Interval | None = None
        self._preview: Preview | None = None
        self._asked: tuple[str, int] | None = None
        self._matrix = False
        self._chosen = ""
        self._playing: Timer | None = None
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
        self._stop()

    def show(self, snapshot: Snapshot) -> None:
        """Ask for the interval where it is another one or has changed, and draw."""
        interval = self._interval or _newest(snapshot)
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
        look = self.look
        flowing = Flowing(
            preview=self._preview,
            shade=self._shades(snapshot),
            matrix=self._matrix,
            phase=asyncio.get_running_loop().time() % 1.0 if self.moving else None,
            chosen=self._chosen,
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
            self._take(Interval(start, self.snapshot.place.minutes))

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the interval and the house in sight."""
        interval, chosen = self._interval, self._chosen

        def back() -> None:
            self._interval, self._chosen = interval, chosen
            self.arrive()

        return back

    def has_house(self, house: str) -> bool:
        """Return True: a house may have no part in the interval, and none is chosen then."""
        return True

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval is closed."""
        newest = _newest(self.snapshot) if self.snapshot is not None else None
        return newest is not None and start <= newest.start

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
        """Say what `p` does now."""
        if action != "play":
            return ""
        if self._playing is not None:
            return "pause"
        return "play on" if self._interval is not None else ""

    def sentence(self, snapshot: Snapshot) -> str:
        """Return where in the day the playing is, or what every screen says."""
        if self._playing is None or self._interval is None:
            return super().sentence(snapshot)
        return playing(self._interval, PLAY_SECONDS, self.look)

    def reason(self, action: str) -> str:
        """Return why nothing can be opened or played."""
        if action == "open" and not self._chosen:
            return "No house is chosen: ↑↓ choose one."
        if action == "play" and (self.snapshot is None or _newest(self.snapshot) is None):
            return "No interval is closed yet: there is nothing to play."
        if action == "matrix" and self.room >= WIDE and self.rows >= BOTH:
            return "Ribbons and matrix are both in sight here."
        return super().reason(action)

    def copy_text(self) -> str:
        """Return the picture as text."""
        return self.body.text if self._preview is not None else ""

    def action_move(self, way: str) -> None:
        """Choose another interval, or another house of it."""
        if way in ("left", "right"):
            self._stop()
            self._step(-1 if way == "left" else 1)
        elif self._preview is not None and self._preview.plan is not None and self.snapshot:
            flow = flow_of(self._preview.plan, self._shades(self.snapshot))
            self._chosen = chosen_after(flow, self._chosen, way)
            self.redraw_all()

    def action_matrix(self) -> None:
        """Swap ribbons and matrix."""
        self._matrix = not self._matrix
        self.redraw()

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
        if self._playing is not None or snapshot is None:
            self._stop()
            return
        shared = [day.start for day in snapshot.day if day.shared_wh]
        if shared and self._interval is None:
            self.choose_interval(shared[0])
        self._playing = self.set_interval(PLAY_SECONDS, self._play_on)
        self.draw_bars()

    def action_leave(self) -> None:
        """Stop playing, follow the newest again, then leave."""
        if self._playing is not None:
            self._stop()
        elif self._chosen or self._interval is not None:
            self._chosen, self._interval = "", None
            self.arrive()
        else:
            super().action_leave()

    def _arrived(self, preview: Preview) -> None:
        self._preview = preview
        self.redraw_all()

    def _play_on(self) -> None:
        if not self._step(1) or self._interval is None:
            self._stop()

    def _stop(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self._playing = None
            if self.is_mounted:
                self.draw_bars()

    def _step(self, by: int) -> bool:
        """Show the interval before or after; False where there is none after."""
        newest = _newest(self.snapshot) if self.snapshot is not None else None
        if newest is None:
            return False
        at = self._interval or newest
        wanted = at.previous if by < 0 else at.next
        if wanted.start > newest.start:
            return False
        self._take(wanted)
        return True

    def _take(self, interval: Interval) -> None:
        newest = _newest(self.snapshot) if self.snapshot is not None else None
        follows = newest is not None and interval.start >= newest.start
        self._interval = None if follows else interval
        self.arrive()

    def _shades(self, snapshot: Snapshot) -> dict[str, int]:
        return shades(snapshot.houses, self._preview.plan if self._preview else None)

    def _none_yet(self, snapshot: Snapshot) -> str:
        if _newest(snapshot) is not None:
            return ""
        return f"No interval is closed yet: the first at {self.look.clock(snapshot.head.open.end)}."


def _newest(snapshot: Snapshot) -> Interval | None:
    """The newest interval that is closed."""
    return snapshot.head.last.interval if snapshot.head.last is not None else None
