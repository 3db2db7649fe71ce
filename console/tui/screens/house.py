"""The house screen: one house over a local day, a week or a month, and its meter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from console.model.snapshot import HouseNow, Snapshot
from console.model.view import HouseInterval
from console.tui import keys
from console.tui.cells import Line, Row
from console.tui.screens.body import BodyScreen, moved
from console.tui.screens.house_news import HouseNews
from console.tui.widgets.house.day import (
    METER,
    SPANS,
    Portrait,
    draw_house,
    height_of_days,
    interval_at,
    next_span,
)
from console.tui.widgets.house.days import day_at
from console.tui.widgets.lines import Lines
from console.tui.widgets.timeline import local_day

_AROUND_TABLE = 10


class HouseScreen(BodyScreen):
    """One house: now, its day's plots and intervals, its meter and its wallet."""

    NAME = "house"
    CHOICES: ClassVar[Mapping[str, str]] = {
        **{f"view {span}": "span" for span in SPANS.values()},
        f"view {METER}": "meter",
    }
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("house")

    def __init__(self, house: str) -> None:
        """Name the house by its id."""
        super().__init__()
        self._house = house
        self._news = HouseNews(self, house)
        self._wanted: date | None = None
        self._chosen: datetime | None = None
        self._chosen_day: date | None = None
        self._days = 1
        self._metered = False

    def show(self, snapshot: Snapshot) -> None:
        """Draw the house; ask for its day or its meter again where something has changed."""
        self._ask_if_changed(snapshot)
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the house."""
        snapshot = self.snapshot
        house = self._now(snapshot) if snapshot is not None else None
        if snapshot is None:
            return []
        if house is None:
            return [Row().to(3).add(f"{self._absent}   esc back").segments]
        portrait = Portrait(
            now=snapshot.head.now,
            minutes=snapshot.place.minutes,
            house=house,
            day=self._news.day,
            chosen=self._chosen,
            chosen_day=self._chosen_day,
            history=self._news.history if self._days > 1 else None,
            days=self._days,
            metered=self._metered,
            health=self._news.health,
            height=height,
            look=self.look,
        )
        return draw_house(portrait, room)

    @property
    def _absent(self) -> str:
        return f"{self._house} is no member of this neighbourhood."

    def _now(self, snapshot: Snapshot) -> HouseNow | None:
        return next((house for house in snapshot.houses if house.id == self._house), None)

    def _ask_if_changed(self, snapshot: Snapshot) -> None:
        house = self._now(snapshot)
        if self.mosaic.silent_since is not None or house is None:
            return
        self._news.ask(snapshot, self._wanted, self._days)
        if self._metered:
            self._news.ask_meter(house, snapshot.head.now)

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
        """Return what `w` and `m` bring."""
        if action == "span":
            return SPANS[next_span(self._days)]
        if action == "meter" and self._metered:
            return SPANS[self._days]
        if action == "open" and self._days > 1:
            return SPANS[1]
        return super().label(action)

    def action_span(self) -> None:
        """Show the day, its week or its month."""
        self.action_show_days(next_span(self._days))

    def action_meter(self) -> None:
        """Show the meter's page, or what was shown before."""
        if self._metered:
            self.action_show_days(self._days)
        else:
            self.action_show_meter()

    def action_show_days(self, days: int) -> None:
        """Show so many days.

        Args:
            days: one of `SPANS`.
        """
        self._metered = False
        if days != self._days:
            self._days, self._news.history = days, None
        self.arrive()

    def action_show_meter(self) -> None:
        """Show the meter's page."""
        self._metered = True
        self._news.forget_meter()
        self.arrive()

    def choose(self, words: str) -> None:
        """Show the day, its week or its month, or the meter."""
        if words == f"view {METER}":
            self.action_show_meter()
        else:
            self.action_show_days(next(n for n, span in SPANS.items() if words == f"view {span}"))

    def action_ledger(self) -> None:
        """Show the house's rows in the ledger."""
        mosaic = self.mosaic
        stands_there = mosaic.current_mode == "ledger"
        back = partial(mosaic.open_house, self._house) if stands_there else None
        mosaic.visit_ledger(f"house:{self._house}", back)

    def reason(self, action: str) -> str:
        """Return why there is no interval to show."""
        if action == "open" and self._metered:
            return "The meter's page has no interval to open; m shows them again."
        if action == "open" and self._days > 1:
            return "" if self._news.history else "The days are not known yet."
        if action == "open" and not self._intervals:
            return "There is no closed interval on this day yet."
        return super().reason(action)

    def sentence(self, snapshot: Snapshot) -> str:
        """Return the reason for which the meter is not live, or what every screen says."""
        house = self._now(snapshot)
        if house is None:
            return self._absent
        return house.reason or super().sentence(snapshot)

    def copy_text(self) -> str:
        """Return the house's first line, or the whole page of its meter."""
        return self.body.text if self._metered else self.body.text.partition("\n")[0].strip()

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
        shown = self._intervals if self._days == 1 else ()
        return any(one.settlement.interval.start == start for one in shown)

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
        elif self._days > 1 and not self._metered:
            self._choose_next_day(way)
        elif not self._metered:
            self._choose_next(way)

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked interval or day; open it where it was chosen already."""
        if event.lines is not self.body or self._news.day is None or self._metered:
            return
        if self._days > 1:
            self._click_day(event.line)
            return
        start = interval_at(self._news.day, self._chosen, event.line, self.rows)
        if start is not None and start == self._chosen:
            self.action_open()
        elif start is not None:
            self.choose_interval(start)

    def _click_day(self, line: int) -> None:
        if self._news.history is None:
            return
        day = day_at(self._news.history, self._chosen_day, line - 1, height_of_days(self.rows))
        if day is not None and day == self._chosen_day:
            self.action_open()
        elif day is not None:
            self._chosen_day = day
            self.redraw()

    def _turn_to(self, days: int) -> None:
        if self.snapshot is None:
            return
        today = local_day(self.snapshot.head.now, self.look.zone)
        wanted = (self._wanted or today) + timedelta(days=days * self._days)
        if wanted > today:
            self.notice("Tomorrow is not known yet.")
            return
        self._wanted = None if wanted == today else wanted
        self._chosen = self._chosen_day = None
        self.arrive()

    def _choose_next_day(self, way: str) -> None:
        if self._news.history is None:
            return
        days = [one.day for one in reversed(self._news.history.days)]
        index = days.index(self._chosen_day) if self._chosen_day in days else -1
        self._chosen_day = days[moved(index, way, len(days), self.rows - _AROUND_TABLE)]
        self.redraw()

    def _choose_next(self, way: str) -> None:
        starts = [one.settlement.interval.start for one in reversed(self._intervals)]
        if not starts:
            return
        index = starts.index(self._chosen) if self._chosen in starts else -1
        page = self.rows - _AROUND_TABLE
        self.choose_interval(starts[moved(index, way, len(starts), page)])

    @property
    def _intervals(self) -> tuple[HouseInterval, ...]:
        return self._news.day.intervals if self._news.day is not None else ()

    def action_open(self) -> None:
        """Show the chosen interval on the settlement screen, or the chosen day here; the newest."""
        if self._days > 1 and self._news.history is not None:
            self._go_to_day(self._chosen_day or self._news.history.days[-1].day)
        elif self._intervals:
            newest = self._intervals[-1].settlement.interval.start
            self.mosaic.open_interval(self._chosen or newest)

    def _go_to_day(self, day: date) -> None:
        if self.snapshot is not None:
            today = local_day(self.snapshot.head.now, self.look.zone)
            self._wanted, self._chosen = (None if day == today else day), None
            self.action_show_days(1)

    def action_leave(self) -> None:
        """Leave the meter's page, then go back to where the house was opened."""
        if self._metered:
            self.action_meter()
        else:
            self.app.pop_screen()
