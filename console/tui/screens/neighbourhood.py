"""Screen 1: the neighbourhood, all houses at this moment and the day so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from console.model.snapshot import HouseNow, Snapshot
from console.tui import format, keys
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.screens.screen import ConsoleScreen
from console.tui.screens.settling import ask_to_settle, due, nothing_due, switch_auto
from console.tui.widgets.bearing import age_of, power_of, sign, traded
from console.tui.widgets.filterline import FilterLine
from console.tui.widgets.fresh import SHOWN_SECONDS, Fresh
from console.tui.widgets.lines import Lines
from console.tui.widgets.neighbourhood.dayplot import HEIGHT, Day, draw_day
from console.tui.widgets.neighbourhood.dots import lines_of
from console.tui.widgets.neighbourhood.order import Order, Sorting, arranged, counts
from console.tui.widgets.neighbourhood.street import Sight, Street
from console.tui.widgets.neighbourhood.title import WIDE, Title, View, draw_title
from console.tui.widgets.sentences import lost_meters, night, unheard

_HIGH, _BARS = 30, 5


class NeighbourhoodScreen(ConsoleScreen):
    """All houses as cards, rows or dots; below, the day."""

    NAME = "neighbourhood"
    CHOICES: ClassVar[Mapping[str, str]] = {
        **{f"order {order.value}": "order" for order in Order},
        **{f"view {view.value}": "view" for view in View},
    }
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("neighbourhood")
    DEFAULT_CSS: ClassVar[str] = """
    NeighbourhoodScreen #title { height: 1; }
    NeighbourhoodScreen.roomy #title { margin: 1 0; }
    NeighbourhoodScreen #day { height: 5; }
    NeighbourhoodScreen.roomy #day { margin: 1 0 0 0; }
    NeighbourhoodScreen #empty { height: 2; display: none; }
    """

    def __init__(self) -> None:
        """Begin with cards in the order of names."""
        super().__init__()
        self._sorting = Sorting()
        self._filter = ""
        self._fresh = Fresh()
        self._passing: tuple[HouseNow, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Give title, street, day plot and the filter."""
        ascii_ = self.look.glyphs.ascii
        self.set_class(self.app.size.width >= WIDE and self.app.size.height >= _HIGH, "roomy")
        yield Lines[Title](draw_title, id="title", ascii=ascii_)
        yield Lines[Nothing](draw_nothing, id="empty", ascii=ascii_)
        yield Street(id="street", ascii=ascii_)
        yield Lines[Day](draw_day, id="day", ascii=ascii_)
        yield FilterLine()

    @property
    def street(self) -> Street:
        """The houses."""
        return self.query_one(Street)

    def on_resize(self, event: Resize) -> None:
        """Give blank lines and the day plot their room, where there is some."""
        self.set_class(event.size.width >= WIDE and event.size.height >= _HIGH, "roomy")
        self.arrive()

    def on_street_moved(self) -> None:
        """Tell in the title which houses are in sight."""
        if self.snapshot is not None:
            self._draw_title(self.snapshot)

    def on_street_opened(self) -> None:
        """Show the clicked house."""
        self.action_open()

    def on_filter_line_filtered(self, event: FilterLine.Filtered) -> None:
        """Show only the houses that pass."""
        self._filter = event.text
        self.arrive()

    def show(self, snapshot: Snapshot) -> None:
        """Draw the houses, the title and the day."""
        look = self.look
        fresh = self._fresh.seen(snapshot.houses, asyncio.get_running_loop().time())
        if fresh and not look.calm:
            self.set_timer(SHOWN_SECONDS, self.arrive)
        self._passing = arranged(snapshot.houses, self._filter, self._sorting)
        self.query_one("#empty", Lines).show(Nothing(len(snapshot.houses), self._filter, look))
        self.query_one("#empty").display = not self._passing
        self.street.show(
            Sight(
                houses=self._passing,
                grouped=self._sorting.grouped,
                fresh=frozenset() if look.calm else fresh,
                now=snapshot.head.now,
                look=look,
            )
        )
        self._draw_title(snapshot)
        plot = self.query_one("#day", Lines)
        plot.display = bool(snapshot.houses) and self._has_room_for_plot
        plot.show(Day(snapshot, look))

    @property
    def _has_room_for_plot(self) -> bool:
        if self.has_class("roomy"):
            return True
        if self.street.view is not View.DOTS:
            return False
        room = self.size.height - _BARS - HEIGHT
        return room >= lines_of(self._passing, self.size.width, room, grouped=self._sorting.grouped)

    def _draw_title(self, snapshot: Snapshot) -> None:
        street = self.street
        self.query_one("#title", Lines).show(
            Title(
                shown=len(self._passing),
                everyone=len(snapshot.houses),
                order=self._sorting,
                groups=counts(self._passing) if self._sorting.grouped else "",
                filter=self._filter,
                view=street.view,
                span=street.span,
                look=self.look,
            )
        )

    def sentence(self, snapshot: Snapshot) -> str:
        """Return unheard or lost meters, the night, or what every screen says."""
        meters = unheard(snapshot) or lost_meters(snapshot, self.look)
        return meters or super().sentence(snapshot) or night(snapshot, self.look)

    def reason(self, action: str) -> str:
        """Return why there is nothing to open, move to or settle."""
        if action in ("open", "order", "filter", "copy") and self.snapshot is None:
            return "Nothing is here yet: no engine has answered."
        if action == "open" and self.street.house is None:
            return "No house is chosen."
        return super().reason(action)

    def copy_text(self) -> str:
        """Return the chosen house in one line."""
        house, snapshot = self.street.house, self.snapshot
        if house is None or snapshot is None:
            return ""
        verb, energy, money_verb, nano = traded(house)
        power = f"{sign(house, self.look)[0]} {format.kw(power_of(house))} kW"
        age = format.age(age_of(house, snapshot.head.now))
        money = f"{money_verb} {format.money(nano, 3)} {snapshot.place.currency}"
        return f"{house.id}  {power}  {age}   {verb} {energy} kWh  {money}"

    def remembered(self) -> dict[str, str]:
        """Return view, order, direction, grouping and filter."""
        sorting = self._sorting
        return {
            "view": self.street.view.value,
            "order": sorting.order.value,
            "turned": "yes" if sorting.turned else "",
            "grouped": "yes" if sorting.grouped else "",
            "filter": self._filter,
        }

    def recall(self, kept: Mapping[str, str]) -> None:
        """Take what was remembered.

        Args:
            kept: what `remembered` gave; what is unknown here is ignored.
        """
        if (view := kept.get("view", "")) in list(View):
            self.street.turn(View(view))
        known = (order := kept.get("order", "")) in list(Order)
        self._sorting = Sorting(
            Order(order) if known else Order.NAME,
            known and kept.get("turned") == "yes",
            kept.get("grouped") == "yes",
        )
        if kept.get("filter"):
            self.filter_by(kept["filter"])

    def choose(self, words: str) -> None:
        """Take an order or a view by its name in the palette."""
        kind, _, name = words.partition(" ")
        if kind == "view":
            self._turn_to(View(name))
        else:
            self._sort_by(Order(name))

    def _sort_by(self, order: Order) -> None:
        self._sorting = Sorting(order, grouped=self._sorting.grouped)
        self.arrive()

    def _turn_to(self, view: View) -> None:
        self.street.turn(view)
        self.arrive()

    def standing(self) -> Callable[[], object]:
        """Return what goes back to the chosen house."""
        return partial(self.street.choose, self.street.chosen)

    def has_house(self, house: str) -> bool:
        """Return whether a house passes the filter."""
        return self.street.has(house)

    def go_to_house(self, house: str) -> None:
        """Choose a house; open one that does not pass the filter."""
        if self.has_house(house):
            self.street.choose(house)
        else:
            self.mosaic.open_house(house)

    def action_move(self, way: str) -> None:
        """Choose another house."""
        self.street.move(way)

    def action_open(self) -> None:
        """Show the chosen house."""
        if self.street.house is not None:
            self.mosaic.open_house(self.street.house.id)

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.query_one(FilterLine).open()

    def action_order(self) -> None:
        """Take the next order."""
        self._sorting = self._sorting.next
        self.arrive()

    def action_group(self) -> None:
        """Let houses that do alike stand together, or not."""
        self._sorting = msgspec.structs.replace(self._sorting, grouped=not self._sorting.grouped)
        self.arrive()

    def action_view(self) -> None:
        """Take the next view."""
        self._turn_to(self.street.view.next)

    def action_turn_to(self, view: str) -> None:
        """Take a view by its name."""
        self._turn_to(View(view))

    def action_settle(self) -> None:
        """Preview settling the oldest closed interval, then ask."""
        if self.snapshot is None:
            return
        interval = due(self.snapshot)
        if interval is None:
            self.notice(nothing_due(self.snapshot, self.look))
        else:
            ask_to_settle(self, interval.name)

    def action_auto(self) -> None:
        """Let intervals settle by themselves, or not."""
        switch_auto(self)

    def action_leave(self) -> None:
        """Drop the filter, where there is one."""
        self.query_one(FilterLine).value = ""


class Nothing(msgspec.Struct, frozen=True):
    """Why no house is in sight."""

    everyone: int
    """All houses."""
    filter: str
    """The filter's words, which none of them passes."""
    look: Look
    """How to draw it."""


def draw_nothing(nothing: Nothing, cells: int) -> list[Line]:
    """Draw what to do where there are no houses yet, or where none passes the filter."""
    look = nothing.look
    if nothing.everyone:
        first = f"None of {nothing.everyone} houses passes the filter: "
        words = cut(nothing.filter, max(1, cells - 4 - len(first)), look.glyphs.more)
        second = "esc shows all again     / changes the words"
        return [
            Row().to(3).add(first).add(words, look.ink.accent).segments,
            Row().to(3).add(second, look.ink.dim).segments,
        ]
    second = "mosaic houses add test1     or, with nothing to set up:  mosaic demo"
    return [
        Row().to(3).add("No houses yet: each needs an id, a meter and a wallet address.").segments,
        Row().to(3).add(second, look.ink.accent).segments,
    ]
