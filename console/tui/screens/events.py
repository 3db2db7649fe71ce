"""Screen 6: the alarms, and the log of what happened."""

from __future__ import annotations

import asyncio
import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.model.event import Alarm, Event
from console.model.interval import Interval
from console.model.snapshot import Snapshot
from console.model.view import EventPage
from console.tui import keys
from console.tui.cells import Line
from console.tui.screens.body import BodyScreen, moved
from console.tui.widgets.eventlog import (
    EventLog,
    Events,
    draw_events,
    filtered,
    urgent,
    with_first_page,
    with_next_page,
)
from console.tui.widgets.filterline import FilterLine

SHELVED_SECONDS = 3600.0
"""Loop seconds for which a shelved alarm stays out of sight."""
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_FEW_LEFT = 30
_MOST_SEARCHED = 2000


class EventsScreen(BodyScreen):
    """Alarms on top until they are acted on; the log follows the newest until it is read."""

    NAME = "events"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("events")

    def __init__(self) -> None:
        """Begin at the newest."""
        super().__init__()
        self._log = EventLog()
        self._words = ""
        self._chosen: str | int | None = None
        self._version = -1
        self._loading = False
        self._seen: frozenset[str] = frozenset()
        self._shelved: dict[str, float] = {}

    def compose_body(self) -> ComposeResult:
        """Give the picture and the filter."""
        yield from super().compose_body()
        yield FilterLine()

    def show(self, snapshot: Snapshot) -> None:
        """Ask for what is new, and draw."""
        if self._chosen is None and snapshot.head.latest_event != self._version:
            self._version = snapshot.head.latest_event
            self._load_first()
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw alarms and log."""
        snapshot = self.snapshot
        return draw_events(self._events(snapshot), room, height, self.look) if snapshot else []

    def on_filter_line_filtered(self, event: FilterLine.Filtered) -> None:
        """Show only the lines that pass."""
        self._words = event.text.strip()
        self._chosen = None
        self._load_more()
        self.redraw()

    def reason(self, action: str) -> str:
        """Return why there is nothing to open or to acknowledge."""
        base = super().reason(action)
        if base:
            return base
        if action in ("acknowledge", "shelve") and self._alarm() is None:
            return "No alarm stands, or none is chosen."
        if action == "open" and self._about() is None:
            return "It is about no house and no interval."
        return ""

    def copy_text(self) -> str:
        """Return the chosen line."""
        if alarm := self._alarm():
            return f"{alarm.title}: {alarm.text}"
        event = self._event()
        return f"{event.time.isoformat()} {event.kind.value} {event.text}" if event else ""

    def action_move(self, way: str) -> None:
        """Choose another line; the newest is followed again from the first one up."""
        if self.snapshot is None:
            return
        items = self._items(self.snapshot)
        if way == "home" or not items or (way == "up" and self._chosen in (None, items[0])):
            self._chosen = None
        else:
            index = items.index(self._chosen) if self._chosen in items else -1
            self._chosen = items[moved(index, way, len(items), max(2, self.rows - 8))]
        self._load_more()
        self.arrive()

    def action_open(self) -> None:
        """Go to the house or the interval that the chosen line is about."""
        about = self._about()
        if isinstance(about, Interval):
            self.mosaic.open_interval(about.start)
        elif about is not None:
            self.mosaic.open_house(about)

    def action_acknowledge(self) -> None:
        """Say that the alarm was seen; it stays until it is over."""
        if alarm := self._alarm():
            self._seen |= {alarm.key}
            self.notice(f"{alarm.title}: seen, on this console. It stays until it is over.")
            self.redraw()

    def action_shelve(self) -> None:
        """Put the alarm aside for an hour."""
        if alarm := self._alarm():
            self._shelved[alarm.key] = asyncio.get_running_loop().time() + SHELVED_SECONDS
            self._chosen = None
            self.notice(f"{alarm.title}: out of sight for an hour, on this console.")
            self.arrive()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.query_one(FilterLine).open()

    def action_leave(self) -> None:
        """Drop the filter, follow the newest again, then leave."""
        line = self.query_one(FilterLine)
        if line.value:
            line.value = ""
        elif self._chosen is not None:
            self.action_move("home")
        else:
            super().action_leave()

    def _standing(self, snapshot: Snapshot) -> tuple[Alarm, ...]:
        """The alarms that are not shelved, the most urgent first."""
        now = asyncio.get_running_loop().time()
        alarms = snapshot.head.alarms
        return urgent([alarm for alarm in alarms if self._shelved.get(alarm.key, 0.0) <= now])

    def _events(self, snapshot: Snapshot) -> Events:
        alarms = self._standing(snapshot)
        items = self._items(snapshot)
        newest = self._log.events[0].id if self._log.events else 0
        return Events(
            log=filtered(self._log, self._words, self.look),
            alarms=alarms,
            seen=self._seen,
            shelved=len(snapshot.head.alarms) - len(alarms),
            chosen=items.index(self._chosen) if self._chosen in items else None,
            newer=max(0, snapshot.head.latest_event - newest),
            filter=self._words,
            today=self.look.day(snapshot.head.now),
        )

    def _items(self, snapshot: Snapshot) -> list[str | int]:
        """What can be chosen: each alarm by its key, each event by its number."""
        log = filtered(self._log, self._words, self.look)
        return [
            *(alarm.key for alarm in self._standing(snapshot)),
            *(event.id for event in log.events),
        ]

    def _alarm(self) -> Alarm | None:
        """The chosen alarm; while nothing is chosen, the first that was not seen."""
        standing = self._standing(self.snapshot) if self.snapshot else ()
        if self._chosen is None:
            return next((alarm for alarm in standing if alarm.key not in self._seen), None)
        return next((alarm for alarm in standing if alarm.key == self._chosen), None)

    def _event(self) -> Event | None:
        return next((event for event in self._log.events if event.id == self._chosen), None)

    def _about(self) -> Interval | str | None:
        """The interval or the house that the chosen line is about."""
        snapshot, alarm, event = self.snapshot, self._alarm(), self._event()
        if snapshot is None:
            return None
        words = alarm.key if alarm is not None else event.subject if event is not None else ""
        if name := _NAME.search(words):
            try:
                return Interval.parse(name.group(), snapshot.place.minutes)
            except ValueError:
                return None
        houses = {house.id for house in snapshot.houses}
        return next((word for word in words.split() if word in houses), None)

    def _load_first(self) -> None:
        def arrived(page: EventPage) -> None:
            self._loading = False
            self._log = with_first_page(self._log, page)
            self._load_more()
            self.redraw_all()

        engine = self.mosaic.engine
        self._loading = True
        self.ask(lambda: engine.events(), arrived, group="log")

    def _load_more(self) -> None:
        """Ask for older events where the end of what is loaded comes near."""
        before, engine, snapshot = self._log.next, self.mosaic.engine, self.snapshot
        if before is None or self._loading or snapshot is None:
            return
        items = self._items(snapshot)
        place = items.index(self._chosen) if self._chosen in items else 0
        searched = bool(self._words) and len(self._log.events) >= _MOST_SEARCHED
        if len(items) - place > self.rows + _FEW_LEFT or (searched and not place):
            return

        def arrived(page: EventPage) -> None:
            self._loading = False
            self._log = with_next_page(self._log, page)
            self._load_more()
            self.redraw_all()

        self._loading = True
        self.ask(lambda: engine.events(before), arrived, group="log")
