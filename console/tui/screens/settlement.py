"""Screen 3: the settlement of a day, interval by interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual.binding import BindingType

from console.model.settlement import Settlement, State
from console.model.snapshot import Snapshot
from console.model.tending import Wait
from console.model.view import DaySettlements, Preview
from console.tui import format as written
from console.tui import keys
from console.tui.cells import Line
from console.tui.look import shown_state
from console.tui.screens.body import BodyScreen, moved
from console.tui.screens.ledger import LedgerScreen
from console.tui.screens.settling import ask_to_settle, switch_auto
from console.tui.widgets.intervals import Listing
from console.tui.widgets.lines import Lines
from console.tui.widgets.settling import Settling, draw_settling, listed_at
from console.tui.widgets.timeline import local_day

_WAITING = (State.CLOSED, State.FROZEN)


class SettlementScreen(BodyScreen):
    """A local day's timeline and list, and what settling the chosen interval would do."""

    NAME = "settlement"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("settlement")

    def __init__(self) -> None:
        """Begin with the present day."""
        super().__init__()
        self._day: date | None = None
        self._settlements: tuple[Settlement, ...] = ()
        self._chosen = ""
        self._preview: Preview | None = None
        self._asked: tuple[object, ...] = ()
        self._previewed: tuple[object, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        """Ask again where intervals have changed, and draw."""
        wanted = (self._shown_day(snapshot), snapshot.head.ledger_version, snapshot.head.open)
        if wanted != self._asked:
            self._asked = wanted
            day, engine = self._shown_day(snapshot), self.mosaic.engine
            self.ask(lambda: engine.settlements(day), self._arrived, group="day")
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the day."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        return draw_settling(self._settling(snapshot), room, height, self.look)

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the chosen interval and its day."""
        chosen, day = self._interval(), self._day

        def back() -> None:
            if chosen is not None and self._day == day:
                self.choose_interval(chosen.interval.start)
            elif self._day != day and self.snapshot is not None:
                self._go_to(day or local_day(self.snapshot.head.now, self.look.zone))

        return back

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval is one of the day in sight."""
        return any(one.interval.start == start for one in self._settlements)

    def go_to_interval(self, start: datetime) -> None:
        """Choose an interval, of another day too."""
        self.choose_interval(start)

    def go_to_day(self, start: datetime) -> None:
        """Show a day."""
        self._go_to(local_day(start, self.look.zone))

    def choose_interval(self, start: datetime) -> None:
        """Choose an interval, of another day too.

        Args:
            start: its start, aware UTC.
        """
        snapshot = self.snapshot
        if snapshot is None:
            return
        day = local_day(start, self.look.zone)
        self._day = None if day == local_day(snapshot.head.now, self.look.zone) else day
        self._choose(f"{start:%Y-%m-%dT%H:%MZ}")
        self.arrive()

    def label(self, action: str) -> str:
        """Say what `a` does now."""
        if action == "auto" and self.snapshot is not None:
            return "auto off" if self.snapshot.head.auto else "auto on"
        return ""

    def reason(self, action: str) -> str:
        """Return why the chosen interval cannot be settled so."""
        base = super().reason(action)
        if base or action not in ("settle", "provisional", "wait", "open"):
            return base
        chosen = self._interval()
        if chosen is None:
            return "No interval is chosen."
        if action == "open":
            return "" if chosen.rows else "It has no rows in the ledger yet."
        if action == "settle":
            return self._cannot_settle(chosen)
        if chosen.state is not State.HELD:
            return f"Only a held interval can {'wait' if action == 'wait' else 'be settled so'}."
        return ""

    def copy_text(self) -> str:
        """Return the chosen interval's name and state."""
        chosen = self._interval()
        if chosen is None:
            return ""
        _, word, _ = self.look.state(chosen.state, chosen.height)
        return (
            f"{chosen.interval.name}  {word}  {written.kwh(chosen.shared_wh)} kWh  {chosen.reason}"
        )

    def action_move(self, way: str) -> None:
        """Choose another interval; left and right another day."""
        if way in ("left", "right"):
            self._turn(-1 if way == "left" else 1)
            return
        names = [settlement.interval.name for settlement in self._newest_first]
        if not names:
            return
        index = names.index(self._chosen) if self._chosen in names else 0
        self._choose(names[moved(index, way, len(names), self.rows // 2)])
        self.arrive()

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked interval."""
        if event.lines is self.body and self.snapshot is not None:
            settling = self._settling(self.snapshot)
            name = listed_at(settling, event.line, self.room, self.rows, self.look)
            if name:
                self._choose(name)
                self.arrive()

    def action_open(self) -> None:
        """Show the interval's rows in the ledger."""
        chosen = self._interval()
        if chosen is None:
            return
        words = f"{chosen.interval.start.date()} {chosen.interval.start:%H:%M}Z"
        self.mosaic.open_screen("ledger")
        self.app.call_later(_filter_ledger, self, words)

    def action_settle(self) -> None:
        """Preview settling the chosen interval, then ask."""
        ask_to_settle(self, self._chosen)

    def action_provisional(self) -> None:
        """Preview settling it without the houses that are not known, then ask."""
        ask_to_settle(self, self._chosen, provisional=True)

    def action_wait(self) -> None:
        """Record that the chosen interval waits on for what is missing."""
        engine, command = self.mosaic.engine, Wait(interval=self._chosen)
        self.ask(lambda: engine.wait(command), lambda told: self.notice(told.text), group="wait")

    def action_auto(self) -> None:
        """Let intervals settle by themselves, or not."""
        switch_auto(self)

    @property
    def _newest_first(self) -> tuple[Settlement, ...]:
        return tuple(reversed(self._settlements))

    def _interval(self) -> Settlement | None:
        return next((s for s in self._settlements if s.interval.name == self._chosen), None)

    def _shown_day(self, snapshot: Snapshot) -> date:
        return self._day or local_day(snapshot.head.now, self.look.zone)

    def _settling(self, snapshot: Snapshot) -> Settling:
        head = snapshot.head
        shown = self._preview
        if shown is not None and shown.settlement.interval.name != self._chosen:
            shown = None
        return Settling(
            day=self._shown_day(snapshot),
            minutes=snapshot.place.minutes,
            listing=Listing(
                settlements=self._newest_first,
                chosen=self._chosen,
                now=head.now,
                grace=head.settles - head.open.end,
                auto=head.auto,
                locked=head.locked,
            ),
            preview=shown,
        )

    def _cannot_settle(self, chosen: Settlement) -> str:
        snapshot = self.snapshot
        state = shown_state(chosen.state, chosen.height, self.look.final_height)
        if state in _WAITING or snapshot is None:
            return ""
        if state is State.OPEN:
            left = written.left(chosen.interval.end - snapshot.head.now)
            return f"{self.look.clock(chosen.interval.start)} is open for {left} more."
        if state is State.HELD:
            return "It is held: P settles it without what is missing, W waits."
        return f"It is {state.value} already."

    def _arrived(self, day: DaySettlements) -> None:
        self._settlements = day.settlements
        if self._interval() is None:
            self._chosen = _first_choice(day.settlements)
        self._ask_preview()
        self.arrive()

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._ask_preview()

    def _ask_preview(self) -> None:
        """Ask what settling the chosen interval would do, once for each of its states."""
        chosen, engine = self._interval(), self.mosaic.engine
        if chosen is None:
            return
        wanted = (chosen.interval.name, chosen.state, chosen.revision)
        if wanted == self._previewed and self._preview is not None:
            return
        self._previewed = wanted
        name, held = chosen.interval.name, chosen.state is State.HELD
        self.ask(lambda: engine.preview(name, provisional=held), self._show_preview)

    def _show_preview(self, preview: Preview) -> None:
        self._preview = preview
        self.redraw()

    def _turn(self, days: int) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        today = local_day(snapshot.head.now, self.look.zone)
        wanted = (self._day or today) + timedelta(days=days)
        if wanted > today:
            self.notice("Tomorrow has no intervals yet.")
            return
        self._go_to(wanted)

    def _go_to(self, day: date) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        self._day = None if day == local_day(snapshot.head.now, self.look.zone) else day
        self._chosen, self._settlements, self._asked = "", (), ()
        self.arrive()


def _first_choice(settlements: tuple[Settlement, ...]) -> str:
    """The newest interval that wants a decision, else the newest that is closed."""
    for wanted in ((State.HELD, State.HALTED), tuple(set(State) - {State.OPEN}), tuple(State)):
        for settlement in reversed(settlements):
            if settlement.state in wanted:
                return settlement.interval.name
    return ""


def _filter_ledger(screen: SettlementScreen, words: str) -> None:
    front = screen.app.screen
    if isinstance(front, LedgerScreen):
        front.filter_by(words)
