"""Screen 3: the settlement of a day, interval by interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.model.sealing import Sealing
from console.model.settlement import Settlement, State
from console.model.snapshot import Snapshot
from console.model.tending import Wait
from console.tui import format as written
from console.tui import keys
from console.tui.cells import Line
from console.tui.look import shown_state
from console.tui.screens.body import BodyScreen, moved
from console.tui.screens.settlement_day import SettlementDay
from console.tui.screens.settling import ask_to_settle, switch_auto
from console.tui.screens.settling_all import SettlingAll
from console.tui.widgets.filterline import FilterLine
from console.tui.widgets.lines import Lines
from console.tui.widgets.sentences import no_houses
from console.tui.widgets.settlement.picking import HELP
from console.tui.widgets.settlement.sealing import draw_sealing, turned
from console.tui.widgets.settlement.settling import draw_settling, listed_at
from console.tui.widgets.timeline import local_day

_WAITING = (State.CLOSED, State.FROZEN)


class SettlementScreen(BodyScreen):
    """A local day's timeline and list, and what settling the chosen interval would do."""

    NAME = "settlement"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("settlement")

    def __init__(self) -> None:
        """Begin with the present day."""
        super().__init__()
        self._days = SettlementDay(self)
        self._all = SettlingAll(self)
        self._sealing: Sealing | None = None
        self._first_part = 0
        self._halted = ""

    def show(self, snapshot: Snapshot) -> None:
        """Ask again where intervals have changed, and draw; go to what has halted once."""
        self._days.refresh(snapshot)
        if snapshot.head.halted != self._halted:
            self._halted = snapshot.head.halted
            self._sealing = None
            if self._halted:
                self.ask(self.mosaic.engine.halted, self._go_to_halted, group="halted")
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the day, or the compared parts of a halted interval."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        if self._sealing is not None:
            return draw_sealing(self._sealing, self._first_part, room, height, self.look)
        return draw_settling(self._days.settling(snapshot), room, height, self.look)

    def compose_body(self) -> ComposeResult:
        """Give the day and the filter."""
        yield from super().compose_body()
        yield FilterLine("filter", HELP)

    def sentence(self, snapshot: Snapshot) -> str:
        """Return that there are no houses yet, or what every screen says."""
        return super().sentence(snapshot) or no_houses(snapshot)

    def remembered(self) -> dict[str, str]:
        """Return the filter."""
        return {"filter": self._days.words} if self._days.words else {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Filter as when the screen was left.

        Args:
            kept: what was remembered.
        """
        if kept.get("filter"):
            self.filter_by(kept["filter"])

    def on_filter_line_filtered(self, event: FilterLine.Filtered) -> None:
        """Show only the intervals that pass."""
        self._days.filter(event.text)
        self.redraw_all()

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the chosen interval, its day and the filter."""
        chosen, day, words = self._days.interval, self._days.day, self._days.words

        def back() -> None:
            if self.snapshot is None:
                return
            if words != self._days.words:
                self.filter_by(words)
                self._days.filter(words)
            if chosen is not None:
                self._days.choose_at(chosen.interval.start, self.snapshot)
            elif day != self._days.day:
                self._days.go_to(
                    day or local_day(self.snapshot.head.now, self.look.zone), self.snapshot
                )
            self.arrive()

        return back

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval is in the picture."""
        return self._sealing is None and self._days.shows(start)

    def go_to_interval(self, start: datetime) -> None:
        """Choose an interval, of another day too."""
        self.choose_interval(start)

    def go_to_day(self, start: datetime) -> None:
        """Show a day."""
        if self.snapshot is not None:
            self._sealing = None
            self._days.go_to(local_day(start, self.look.zone), self.snapshot)
            self.arrive()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self._sealing = None
        self.query_one(FilterLine).open()

    def choose_interval(self, start: datetime) -> None:
        """Choose an interval, of another day too; a filter that may not let it pass goes.

        Args:
            start: its start, aware UTC.
        """
        if self.snapshot is None:
            return
        self._sealing = None
        if not self._days.shows(start):
            self.filter_by("")
            self._days.filter("")
        self._days.choose_at(start, self.snapshot)
        self.arrive()

    def label(self, action: str) -> str:
        """Say what `a` and `enter` do now."""
        if action == "auto" and self.snapshot is not None:
            return "auto off" if self.snapshot.head.auto else "auto on"
        chosen = self._days.interval
        halted = chosen is not None and chosen.state is State.HALTED
        return "compare" if action == "open" and halted else ""

    def reason(self, action: str) -> str:
        """Return why the chosen interval cannot be settled so."""
        base = super().reason(action)
        if base or action not in ("settle", "provisional", "wait", "open"):
            return base
        chosen = self._days.interval
        if chosen is None:
            return "No interval is chosen."
        if action == "open":
            halted = chosen.state is State.HALTED
            return "" if chosen.rows or halted else "It has no rows in the ledger yet."
        if action == "settle":
            return self._cannot_settle(chosen)
        if chosen.state is not State.HELD:
            return f"Only a held interval can {'wait' if action == 'wait' else 'be settled so'}."
        return ""

    def copy_text(self) -> str:
        """Return the chosen interval's name and state, or the compared parts."""
        if self._sealing is not None:
            return self.body.text
        chosen = self._days.interval
        if chosen is None:
            return ""
        _, word, _ = self.look.state(chosen.state, chosen.height)
        return (
            f"{chosen.interval.name}  {word}  {written.kwh(chosen.shared_wh)} kWh  {chosen.reason}"
        )

    def action_move(self, way: str) -> None:
        """Choose another interval; left and right another day, or other parts."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        if self._sealing is not None:
            self._first_part = turned(self._sealing, self._first_part, way, self.room)
            self.redraw()
        elif way in ("left", "right"):
            if why := self._days.turn(-1 if way == "left" else 1, snapshot):
                self.notice(why)
            self.arrive()
        elif names := [settlement.interval.name for settlement in self._days.passing]:
            index = names.index(self._days.chosen) if self._days.chosen in names else 0
            self._days.choose(names[moved(index, way, len(names), self.rows // 2)])
            self.arrive()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked interval."""
        if event.lines is self.body and self.snapshot is not None and self._sealing is None:
            settling = self._days.settling(self.snapshot)
            name = listed_at(settling, event.line, self.room, self.rows, self.look)
            if name:
                self._days.choose(name)
                self.arrive()

    def action_open(self) -> None:
        """Show the interval's rows in the ledger; of a halted one, its parts side by side."""
        chosen, engine = self._days.interval, self.mosaic.engine
        if chosen is None:
            return
        if chosen.state is State.HALTED:
            name = chosen.interval.name
            self.ask(lambda: engine.sealing(name), self._compare, group="sealing")
            return
        words = f"{chosen.interval.start.date()} {chosen.interval.start:%H:%M}Z"
        self.mosaic.visit_ledger(words)

    def action_leave(self) -> None:
        """Leave what is under way, the compared parts, then the filter, then the screen."""
        if self._all.running:
            self._all.leave()
        elif self._sealing is not None:
            self._sealing = None
            self.redraw_all()
        elif self._days.words:
            self.query_one(FilterLine).value = ""
        else:
            super().action_leave()

    def action_settle(self) -> None:
        """Preview settling the chosen interval, then ask."""
        ask_to_settle(self, self._days.chosen)

    def action_settle_all(self) -> None:
        """Look at all that are due, then ask once."""
        if not self._all.running:
            self._all.begin()

    def action_provisional(self) -> None:
        """Preview settling it without the houses that are not known, then ask."""
        ask_to_settle(self, self._days.chosen, provisional=True)

    def action_wait(self) -> None:
        """Record that the chosen interval waits on for what is missing."""
        engine, command = self.mosaic.engine, Wait(interval=self._days.chosen)
        self.ask(lambda: engine.wait(command), lambda told: self.notice(told.text), group="wait")

    def action_auto(self) -> None:
        """Let intervals settle by themselves, or not."""
        switch_auto(self)

    def _compare(self, sealing: Sealing) -> None:
        self._sealing, self._first_part = sealing, 0
        self.redraw_all()

    def _go_to_halted(self, halted: list[Settlement]) -> None:
        if halted:
            self.choose_interval(halted[0].interval.start)

    def _cannot_settle(self, chosen: Settlement) -> str:
        snapshot = self.snapshot
        state = shown_state(chosen.state, chosen.height, self.look.final_height)
        if state in _WAITING or chosen.late or snapshot is None:
            return ""
        if state is State.OPEN:
            left = written.left(chosen.interval.end - snapshot.head.now)
            return f"{self.look.clock(chosen.interval.start)} is open for {left} more."
        if state is State.HELD:
            return "It is held: P settles it without what is missing, W waits."
        if state is State.HALTED:
            return "It is halted: enter compares its parts and says how to go on."
        return f"It is {state.value} already."
