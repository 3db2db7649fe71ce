"""The settlement's day: its intervals as the engine says, those that pass, and the chosen one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from console.model.settlement import Settlement, State
from console.model.snapshot import Snapshot
from console.model.view import DaySettlements, Preview
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.settlement.intervals import Listing
from console.tui.widgets.settlement.picking import picked
from console.tui.widgets.settlement.settling import Settling
from console.tui.widgets.timeline import local_day

_URGENT = ((State.HALTED,), (State.HELD,), tuple(set(State) - {State.OPEN}), tuple(State))


class SettlementDay:
    """One local day, today unless another is gone to; asks the engine through its screen."""

    def __init__(self, screen: ConsoleScreen) -> None:
        """Begin with the present day and no filter.

        Args:
            screen: where to ask and what to draw again.
        """
        self.words = ""
        """The filter's words."""
        self.chosen = ""
        """The chosen interval's name."""
        self._screen = screen
        self._day: date | None = None
        self._answer: DaySettlements | None = None
        self._passing: tuple[Settlement, ...] = ()
        self._preview: Preview | None = None
        self._asked: tuple[object, ...] = ()
        self._previewed: tuple[object, ...] = ()

    @property
    def day(self) -> date | None:
        """The local day in sight; None for the present one."""
        return self._day

    @property
    def passing(self) -> tuple[Settlement, ...]:
        """The intervals that pass the filter, newest first."""
        return self._passing

    @property
    def interval(self) -> Settlement | None:
        """The chosen interval; None where none is."""
        return next((s for s in self._passing if s.interval.name == self.chosen), None)

    def shows(self, start: datetime) -> bool:
        """Return whether an interval is one of those that pass."""
        return any(one.interval.start == start for one in self._passing)

    def refresh(self, snapshot: Snapshot) -> None:
        """Ask again where intervals have changed."""
        day, engine = self._shown(snapshot), self._screen.mosaic.engine
        wanted = (day, snapshot.head.ledger_version, snapshot.head.open)
        if wanted != self._asked:
            self._asked = wanted
            self._screen.ask(lambda: engine.settlements(day), self._arrived, group="day")
        self._pick(snapshot)
        self._ask_preview()

    def settling(self, snapshot: Snapshot) -> Settling:
        """Return what the screen shows."""
        shown = self._preview
        if shown is not None and shown.settlement.interval.name != self.chosen:
            shown = None
        return Settling(
            day=self._shown(snapshot),
            minutes=snapshot.place.minutes,
            everyone=self._everyone(),
            listing=self._listing(snapshot, self._passing),
            preview=shown,
            filter=self.words,
            answered=self._answer is not None,
        )

    def choose(self, name: str) -> None:
        """Choose an interval of the day, and ask what settling it would do."""
        self.chosen = name
        self._ask_preview()

    def choose_at(self, start: datetime, snapshot: Snapshot) -> None:
        """Choose an interval of whatever day by its start."""
        self._turn_to(local_day(start, self._screen.look.zone), snapshot)
        self.choose(f"{start:%Y-%m-%dT%H:%MZ}")

    def filter(self, words: str) -> None:
        """Let only those pass that a filter names."""
        self.words = words.strip()
        if (snapshot := self._screen.snapshot) is not None:
            self._pick(snapshot)

    def go_to(self, day: date, snapshot: Snapshot) -> None:
        """Show another day from its most urgent interval on."""
        self._turn_to(day, snapshot)
        self.chosen = ""

    def turn(self, days: int, snapshot: Snapshot) -> str:
        """Show a day before or after; return why there is none, empty where there is."""
        today = local_day(snapshot.head.now, self._screen.look.zone)
        wanted = (self._day or today) + timedelta(days=days)
        if wanted > today:
            return "Tomorrow has no intervals yet."
        self.go_to(wanted, snapshot)
        return ""

    def _turn_to(self, day: date, snapshot: Snapshot) -> None:
        before = self._shown(snapshot)
        self._day = None if day == local_day(snapshot.head.now, self._screen.look.zone) else day
        if day != before:
            self._answer, self._passing, self._asked = None, (), ()

    def _shown(self, snapshot: Snapshot) -> date:
        return self._day or local_day(snapshot.head.now, self._screen.look.zone)

    def _everyone(self) -> tuple[Settlement, ...]:
        return tuple(reversed(self._answer.settlements)) if self._answer is not None else ()

    def _listing(self, snapshot: Snapshot, settlements: tuple[Settlement, ...]) -> Listing:
        head = snapshot.head
        return Listing(
            settlements=settlements,
            chosen=self.chosen,
            now=head.now,
            grace=head.settles - head.open.end,
            auto=head.auto,
            locked=head.locked,
        )

    def _pick(self, snapshot: Snapshot) -> None:
        """Filter anew; what no longer passes is not chosen any more."""
        everyone = self._listing(snapshot, self._everyone())
        self._passing = picked(everyone, self.words, self._screen.look)
        if self._answer is not None and self.interval is None:
            self.choose(_most_urgent(self._passing))

    def _arrived(self, answer: DaySettlements) -> None:
        self._answer = answer
        if (snapshot := self._screen.snapshot) is not None:
            self._pick(snapshot)
        if self._preview is None or self._preview.settlement.interval.name != self.chosen:
            self._previewed = ()
        self._ask_preview()
        self._screen.arrive()

    def _ask_preview(self) -> None:
        """Ask what settling the chosen interval would do, once for each of its states.

        While it waits for readings it is asked anew every minute of business time.
        """
        chosen, engine = self.interval, self._screen.mosaic.engine
        if chosen is None:
            return
        wanted = (
            chosen.interval.name,
            chosen.state,
            chosen.revision,
            chosen.late,
            self._minute(chosen),
        )
        if wanted == self._previewed:
            return
        self._previewed = wanted
        name, held = chosen.interval.name, chosen.state is State.HELD
        self._screen.ask(lambda: engine.preview(name, provisional=held), self._previews)

    def _minute(self, chosen: Settlement) -> datetime | None:
        snapshot = self._screen.snapshot
        if snapshot is None or chosen.state not in (State.CLOSED, State.HELD):
            return None
        return snapshot.head.now.replace(second=0, microsecond=0)

    def _previews(self, preview: Preview) -> None:
        self._preview = preview
        self._screen.arrive()


def _most_urgent(newest_first: tuple[Settlement, ...]) -> str:
    """The newest interval that wants a decision, else the newest that is closed."""
    for wanted in _URGENT:
        for settlement in newest_first:
            if settlement.state in wanted:
                return settlement.interval.name
    return ""
