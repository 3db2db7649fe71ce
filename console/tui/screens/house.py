"""The house screen: one house over a local day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from console.model.history import HouseHistory
from console.model.snapshot import HouseNow, Snapshot
from console.model.view import HouseDay
from console.tui import keys
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.houseday import SPANS, Portrait, draw_house
from console.tui.widgets.lines import Lines
from console.tui.widgets.timeline import local_day


class HouseScreen(ConsoleScreen):
    """One house: now, its day's plots and intervals, its meter and its wallet."""

    NAME = "house"
    CHOICES: ClassVar[Mapping[str, str]] = {f"view {span}": "span" for span in SPANS.values()}
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("house")

    def __init__(self, house: str) -> None:
        """Name the house by its id."""
        super().__init__()
        self._house = house
        self._day: HouseDay | None = None
        self._wanted: date | None = None
        self._asked: tuple[int, datetime, date | None, int] | None = None
        self._chosen: datetime | None = None
        self._days = 1
        self._history: HouseHistory | None = None

    def compose_body(self) -> ComposeResult:
        """Give the one body."""
        yield Lines[Portrait](draw_house, id="house", ascii=self.look.glyphs.ascii)

    def on_resize(self, event: Resize) -> None:
        """Fit the table to the new height."""
        self.arrive()

    def show(self, snapshot: Snapshot) -> None:
        """Draw the house; ask for its day again where something was settled."""
        self._ask_if_changed(snapshot)
        house = self._now(snapshot)
        if house is None:
            return
        body = self.query_one("#house", Lines)
        body.show(self._portrait(snapshot, house, body.size.height))

    def _portrait(self, snapshot: Snapshot, house: HouseNow, height: int) -> Portrait:
        return Portrait(
            now=snapshot.head.now,
            minutes=snapshot.place.minutes,
            house=house,
            day=self._day,
            chosen=self._chosen,
            history=self._history if self._days > 1 else None,
            days=self._days,
            height=height,
            look=self.look,
        )

    def _now(self, snapshot: Snapshot) -> HouseNow | None:
        return next((house for house in snapshot.houses if house.id == self._house), None)

    def _ask_if_changed(self, snapshot: Snapshot) -> None:
        state = (snapshot.head.ledger_version, snapshot.head.open.start, self._wanted, self._days)
        if state == self._asked or self.mosaic.silent_since is not None:
            return
        self._asked = state
        wanted, days = self._wanted, self._days
        if days > 1:
            self.ask(
                lambda: self.mosaic.engine.history(self._house, wanted, days),
                self._told,
                group="history",
            )
        self.ask(lambda: self.mosaic.engine.house(self._house, wanted), self._answered)

    def _answered(self, day: HouseDay) -> None:
        self._day = day
        if self.snapshot is not None:
            self.show(self.snapshot)

    def _told(self, history: HouseHistory) -> None:
        self._history = history
        if self.snapshot is not None:
            self.show(self.snapshot)

    def remembered(self) -> dict[str, str]:
        """Return how many days are shown."""
        return {"days": str(self._days)}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Take how many days were shown.

        Args:
            kept: what `remembered` gave; anything else is ignored.
        """
        if (days := kept.get("days", "")) in [str(span) for span in SPANS]:
            self._days = int(days)

    def label(self, action: str) -> str:
        """Return which span `w` brings."""
        return SPANS[_next(self._days)] if action == "span" else super().label(action)

    def action_span(self) -> None:
        """Show the day, its week or its month."""
        self._days = _next(self._days)
        self._history = None
        self.arrive()

    def choose(self, words: str) -> None:
        """Show the day, its week or its month."""
        self._days = next(days for days, span in SPANS.items() if words == f"view {span}")
        self._history = None
        self.arrive()

    def action_ledger(self) -> None:
        """Show the house's rows in the ledger."""
        mosaic, words = self.mosaic, f"house:{self._house}"
        mosaic.open_screen("ledger")
        if isinstance(mosaic.screen, ConsoleScreen):
            mosaic.call_after_refresh(mosaic.screen.filter_by, words)

    def reason(self, action: str) -> str:
        """Return why there is no interval to show."""
        if action == "open" and not (self._day and self._day.intervals):
            return "There is no closed interval on this day yet."
        return super().reason(action)

    def sentence(self, snapshot: Snapshot) -> str:
        """Return the reason for which the meter is not live, or what every screen says."""
        house = self._now(snapshot)
        if house is None:
            return f"{self._house} is no member of this neighbourhood."
        return house.reason or super().sentence(snapshot)

    def copy_text(self) -> str:
        """Return the house's first line."""
        drawn = self.query_one("#house", Lines).text
        return drawn.partition("\n")[0].strip()

    def choose_interval(self, start: datetime) -> None:
        """Choose an interval of the day.

        Args:
            start: its start, aware UTC.
        """
        self._chosen = start
        self.arrive()

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the chosen interval."""
        return partial(setattr, self, "_chosen", self._chosen)

    def go_to_house(self, house: str) -> None:
        """Show another house in this one's place."""
        self.app.switch_screen(HouseScreen(house))

    def has_interval(self, start: datetime) -> bool:
        """Return whether an interval is one of the day in sight."""
        intervals = self._day.intervals if self._day is not None and self._days == 1 else ()
        return any(one.settlement.interval.start == start for one in intervals)

    def go_to_interval(self, start: datetime) -> None:
        """Choose an interval of the day; another is shown on the settlement screen."""
        if self.has_interval(start):
            self.choose_interval(start)
        else:
            self.mosaic.open_interval(start)

    def action_move(self, way: str) -> None:
        """Go to the day before or after, or to another interval of the day."""
        if way in ("left", "right"):
            self._turn_to(-1 if way == "left" else 1)
        elif self._day is not None and self._day.intervals:
            self._choose_next(way)

    def _turn_to(self, days: int) -> None:
        if self.snapshot is None:
            return
        today = local_day(self.snapshot.head.now, self.look.zone)
        wanted = (self._wanted or today) + timedelta(days=days * self._days)
        if wanted > today:
            self.notice("Tomorrow is not known yet.")
            return
        self._wanted = None if wanted == today else wanted
        self._chosen = None
        self.arrive()

    def _choose_next(self, way: str) -> None:
        day = self._day
        if day is None:
            return
        starts = [interval.settlement.interval.start for interval in reversed(day.intervals)]
        index = starts.index(self._chosen) if self._chosen in starts else -1
        page = max(1, self.query_one("#house", Lines).size.height - 10)
        step = {"up": -1, "down": 1, "page_up": -page, "page_down": page}
        step |= {"home": -len(starts), "end": len(starts)}
        self.choose_interval(starts[min(max(index + step[way], 0), len(starts) - 1)])

    def action_open(self) -> None:
        """Show the chosen interval, or the newest, on the settlement screen."""
        if self._day is not None and self._day.intervals:
            newest = self._day.intervals[-1].settlement.interval.start
            self.mosaic.open_interval(self._chosen or newest)

    def action_leave(self) -> None:
        """Go back to where the house was opened."""
        self.app.pop_screen()


def _next(days: int) -> int:
    """Return the number of days that comes after, in the order of the spans."""
    every = list(SPANS)
    return every[(every.index(days) + 1) % len(every)]
