"""Screen 6: the alarms, and the log of what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.model.alarm import is_of_many, urgent
from console.model.event import Alarm, AlarmState, Event
from console.model.interval import Interval
from console.model.snapshot import Snapshot
from console.model.tending import Acknowledge, Shelve, Told, Unshelve
from console.model.view import EventPage
from console.tui import keys
from console.tui.cells import Line
from console.tui.screens.body import BodyScreen, moved
from console.tui.screens.shelving import Shelf, ShelvingScreen
from console.tui.widgets.events.alarmlist import Flood, Item, listed, numbers_of, waits
from console.tui.widgets.events.eventlog import (
    EventLog,
    Events,
    draw_events,
    filtered,
    with_first_page,
    with_next_page,
)
from console.tui.widgets.filterline import FilterLine

_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_FEW_LEFT = 30
_MOST_SEARCHED = 2000


class EventsScreen(BodyScreen):
    """Alarms on top until they are acted on; the log follows the newest until it is read."""

    NAME = "events"
    CHOICES: ClassVar[Mapping[str, str]] = {"view standing": "view", "view shelved": "view"}
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("events")

    def __init__(self) -> None:
        """Begin at the newest."""
        super().__init__()
        self._log = EventLog()
        self._words = ""
        self._chosen: str | int | None = None
        self._version = -1
        self._loading = False
        self._on_shelf = False
        self._opened: frozenset[str] = frozenset()

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
        item = self._item()
        if action in ("acknowledge", "shelve") and item is None:
            return "No alarm is chosen, or none stands."
        if action == "acknowledge" and self._on_shelf:
            return "It is shelved: V takes it off the shelf first."
        if action == "acknowledge" and item is not None and not waits(item):
            return "It was seen already."
        if action == "open" and self._about() is None:
            several = item is not None and (isinstance(item, Flood) or is_of_many(item.key))
            return "" if several else "It is about no house and no interval."
        return ""

    def label(self, action: str) -> str:
        """Say what `V` and `v` do now."""
        words = {"shelve": "unshelve", "view": "standing"} if self._on_shelf else {}
        return words.get(action, "")

    def remembered(self) -> dict[str, str]:
        """Return the filter."""
        return {"filter": self._words} if self._words else {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Filter as when the screen was left.

        Args:
            kept: what was remembered.
        """
        self.query_one(FilterLine).value = kept.get("filter", "")[:64]

    def copy_text(self) -> str:
        """Return the chosen line."""
        item = self._item()
        if isinstance(item, Flood):
            return "\n".join(f"{alarm.title}: {alarm.text}" for alarm in item.alarms)
        if item is not None:
            return f"{item.title}: {item.text}"
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
        """Go to the house, houses or interval that the chosen line is about; list a flood."""
        item = self._item()
        if isinstance(item, Flood):
            self._opened ^= {item.key}
            self._chosen = item.key
            self.arrive()
            return
        about = self._about()
        if item is not None and is_of_many(item.key):
            self.mosaic.open_houses("lost")
        elif isinstance(about, Interval):
            self.mosaic.open_interval(about.start)
        elif about is not None:
            self.mosaic.open_house(about)

    def action_acknowledge(self) -> None:
        """Say that the chosen alarms were seen; those that last stay until they are over."""
        if (item := self._item()) is not None:
            engine, command = self.mosaic.engine, Acknowledge(numbers=numbers_of(item))
            self.ask(lambda: engine.acknowledge(command), self._told, group="alarm")

    def action_shelve(self) -> None:
        """Ask why and for how long, then put the chosen alarms aside; or take them off."""
        if (item := self._item()) is None:
            return
        engine, numbers = self.mosaic.engine, numbers_of(item)
        if self._on_shelf:
            back = Unshelve(numbers=numbers)
            self.ask(lambda: engine.unshelve(back), self._told, group="alarm")
            return

        def asked(shelf: Shelf | None) -> None:
            if shelf is None:
                self.notice("Nothing was shelved.")
                return
            command = Shelve(numbers=numbers, reason=shelf.reason, seconds=shelf.seconds)
            self.ask(lambda: engine.shelve(command), self._told, group="alarm")

        count = len(numbers)
        title = item.title if isinstance(item, Alarm) else f"these {count} alarms"
        self.app.push_screen(ShelvingScreen(title), asked)

    def choose(self, words: str) -> None:
        """List what stands, or what is shelved."""
        if self._on_shelf != (words == "view shelved"):
            self.action_view()

    def action_view(self) -> None:
        """List what is shelved instead of what stands, or the other way round."""
        self._on_shelf = not self._on_shelf
        self._chosen = None
        self.arrive()

    def _told(self, told: Told) -> None:
        self._chosen = None
        self.notice(told.text)
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

    def _listed(self, snapshot: Snapshot) -> tuple[Item, ...]:
        """The list on top: what stands, or what is shelved."""
        wanted = [
            alarm
            for alarm in snapshot.head.alarms
            if (alarm.state is AlarmState.SHELVED) == self._on_shelf
        ]
        return urgent(wanted) if self._on_shelf else listed(wanted, self._opened)

    def _events(self, snapshot: Snapshot) -> Events:
        items = self._items(snapshot)
        newest = self._log.events[0].id if self._log.events else 0
        alarms = snapshot.head.alarms
        standing = tuple(alarm for alarm in alarms if alarm.state is not AlarmState.SHELVED)
        return Events(
            log=filtered(self._log, self._words, self.look),
            alarms=standing,
            items=self._listed(snapshot),
            shelved=len(alarms) - len(standing),
            on_shelf=self._on_shelf,
            chosen=items.index(self._chosen) if self._chosen in items else None,
            loaded=len(self._log.events),
            newer=max(0, snapshot.head.latest_event - newest),
            filter=self._words,
            today=self.look.day(snapshot.head.now),
        )

    def _items(self, snapshot: Snapshot) -> list[str | int]:
        """What can be chosen: each item of the list by its key, each event by its number."""
        log = filtered(self._log, self._words, self.look)
        return [
            *(item.key for item in self._listed(snapshot)),
            *(event.id for event in log.events),
        ]

    def _item(self) -> Item | None:
        """The chosen item of the list; while nothing is chosen, the first that waits."""
        items = self._listed(self.snapshot) if self.snapshot else ()
        if self._chosen is None:
            return next((item for item in items if self._on_shelf or waits(item)), None)
        return next((item for item in items if item.key == self._chosen), None)

    def _event(self) -> Event | None:
        return next((event for event in self._log.events if event.id == self._chosen), None)

    def _about(self) -> Interval | str | None:
        """The interval or the house that the chosen line is about."""
        snapshot, item, event = self.snapshot, self._item(), self._event()
        if snapshot is None:
            return None
        words = item.key if item is not None else event.subject if event is not None else ""
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
