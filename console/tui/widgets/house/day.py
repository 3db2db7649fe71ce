"""The house's day: what it is now, its plots, its intervals, its meter and its wallet."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from console.model.history import HouseHistory
from console.model.meter import MeterHealth
from console.model.settlement import State
from console.model.snapshot import HouseNow
from console.model.view import HouseDay, HouseInterval
from console.tui import format
from console.tui.cells import Line, Row, cut, spot, width
from console.tui.look import Look
from console.tui.widgets.bearing import add_name, age_of, from_files, power_of, sign, traded
from console.tui.widgets.hours import hours_in
from console.tui.widgets.house.days import Days, draw_days
from console.tui.widgets.house.meter import MeterPage, draw_meter
from console.tui.widgets.house.table import Listing, all_untold, draw_table, in_sight
from console.tui.widgets.spark import add_spark, top_of
from console.tui.widgets.timeline import local_day

_LABEL = 11
_ABOVE_TABLE = 5
_AROUND_TABLE = 8
_AROUND_DAYS = 4
WIDE = 120
SPANS = {1: "day", 7: "week", 31: "month"}
"""How many days may be shown, and what they are called."""
METER = "meter"
"""What the meter's page is called."""
_UNKNOWN_STATES = frozenset({State.HELD, State.HALTED})


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """What the house screen shows."""

    now: datetime
    """The business time, aware UTC."""
    minutes: int
    """The intervals' length."""
    house: HouseNow
    """The house at this moment."""
    day: HouseDay | None
    """Its day; None until the engine has answered."""
    history: HouseHistory | None
    """What is shown instead of the day; None until the engine has answered."""
    days: int
    """How many days are shown, one of `SPANS`."""
    metered: bool = False
    """Whether the meter's page is shown."""
    health: MeterHealth | None = None
    """The meter in full; None until the engine has answered."""
    chosen: datetime | None
    """The chosen interval's start; None before one was chosen."""
    chosen_day: date | None = None
    """The chosen day of a week or a month, likewise."""
    height: int
    """The lines there are."""
    look: Look
    """How to draw it."""


def next_span(days: int) -> int:
    """Return the number of days that comes after, in the order of the spans."""
    every = list(SPANS)
    return every[(every.index(days) + 1) % len(every)]


def sells(day: HouseDay) -> bool:
    """Return whether a house is shown as a producer: what it did more of, on that day."""
    sold = sum(interval.sold_wh for interval in day.intervals)
    bought = sum(interval.bought_wh for interval in day.intervals)
    if sold != bought:
        return sold > bought
    exported = sum(interval.exported_wh or 0 for interval in day.intervals)
    imported = sum(interval.imported_wh or 0 for interval in day.intervals)
    return exported > imported


def draw_house(portrait: Portrait, cells: int) -> list[Line]:
    """Draw the house.

    Args:
        portrait: what is known of it.
        cells: the width.
    """
    day = portrait.day
    if day is None:
        return [_head(portrait, cells), _waiting(portrait)]
    if portrait.metered:
        return [_head(portrait, cells), [], *_meter_page(portrait, cells)]
    foot = [[], _meter(portrait, day, cells), _wallet(portrait, day, cells)]
    if portrait.days > 1:
        return [_head(portrait, cells), *_several(portrait, cells), *foot]
    head = [_head(portrait, cells), *_plots(portrait, day, cells), []]
    today = day.day == local_day(portrait.now, portrait.look.zone)
    table = draw_table(
        Listing(
            day=day,
            name="today" if today else format.day(day.day),
            selling=sells(day),
            chosen=portrait.chosen,
            rows=portrait.height - _AROUND_TABLE,
            look=portrait.look,
        ),
        cells,
    )
    return [*head, *table, *foot]


def interval_at(day: HouseDay, chosen: datetime | None, line: int, height: int) -> datetime | None:
    """Return the start of the interval that stands on a line, None where there is none.

    Args:
        day: the house's day.
        chosen: the chosen interval's start.
        line: counted from the first one.
        height: the lines there are.
    """
    shown = in_sight(day, chosen, height - _AROUND_TABLE)
    place = line - _ABOVE_TABLE - 1
    return shown[place].settlement.interval.start if 0 <= place < len(shown) else None


def _waiting(portrait: Portrait) -> Line:
    return Row().to(3).add("Asking the engine.", portrait.look.ink.dim).segments


def _meter_page(portrait: Portrait, cells: int) -> list[Line]:
    health, day, look = portrait.health, portrait.day, portrait.look
    if health is None:
        return [_waiting(portrait)]
    today = day is not None and day.day == local_day(portrait.now, look.zone)
    page = MeterPage(health=health, day=day, today=today, now=portrait.now, look=look)
    return draw_meter(page, cells)


def _several(portrait: Portrait, cells: int) -> list[Line]:
    look, history = portrait.look, portrait.history
    if history is None:
        return [_waiting(portrait)]
    today = local_day(portrait.now, look.zone)
    days = Days(
        history=history,
        today=today,
        chosen=portrait.chosen_day,
        height=height_of_days(portrait.height),
        look=look,
    )
    return draw_days(days, cells)


def height_of_days(height: int) -> int:
    """Return how many of so many lines the days of a week or a month may fill."""
    return height - _AROUND_DAYS


def _head(portrait: Portrait, cells: int) -> Line:
    """Who it is; what it does now, or on another day that day; what it traded."""
    house, look, day = portrait.house, portrait.look, portrait.day
    nano: int | None
    row = add_name(Row().add(" "), house, 32, look, look.ink.strong)
    if day is None or day.day == local_day(portrait.now, look.zone):
        glyph, tint = sign(house, look)
        age = format.age(age_of(house, portrait.now))
        row.add("   ").add(glyph, tint).add(f" {format.kw(power_of(house))} kW   {age:<5}  ")
        verb, energy, money_verb, nano = traded(house)
    else:
        row.add(f"   {format.day(day.day)}    ")
        verb, energy, money_verb, nano = _traded_that_day(day)
    money = f"{money_verb} {format.money(nano, 3)} {look.currency}"
    row.add(f"{verb} {energy} kWh   {money}")
    return _add_spans(row, portrait, cells).segments


def _add_spans(row: Row, portrait: Portrait, cells: int) -> Row:
    """What may be shown, with brackets around what is; each is a spot."""
    shown = METER if portrait.metered else SPANS[portrait.days]
    words = {word: f"show_days({days})" for days, word in SPANS.items()}
    if portrait.metered or cells >= WIDE:
        words[METER] = "show_meter"
    spans = {f"[{word}]" if word == shown else word: action for word, action in words.items()}
    if row.length + 3 + len(" ".join(spans)) > cells:
        spans = {f"[{shown}]": words[shown]}
    if row.length + 3 + len(" ".join(spans)) > cells:
        return row
    row.to(cells - 1 - len(" ".join(spans)))
    for number, (word, action) in enumerate(spans.items()):
        row.add(" " if number else "").add(word, spot(action))
    return row


def _traded_that_day(day: HouseDay) -> tuple[str, str, str, int | None]:
    if all_untold(day):
        return "bought", format.UNKNOWN, "owes", None
    if sells(day):
        sold = format.kwh(sum(interval.sold_wh for interval in day.intervals))
        return "sold", sold, "earned", sum(interval.earned_nano for interval in day.intervals)
    bought = format.kwh(sum(interval.bought_wh for interval in day.intervals))
    return "bought", bought, "owes", sum(interval.owes_nano for interval in day.intervals)


def _plots(portrait: Portrait, day: HouseDay, cells: int) -> list[Line]:
    look = portrait.look
    hours = hours_in(day.day, portrait.now, portrait.minutes, cells - _LABEL, look)
    lines: list[Line] = []
    selling = sells(day)
    ink = look.ink.give if selling else look.ink.take
    pairs = _SELLING if selling else _BUYING
    first = pairs[0][1]
    top = top_of(first(interval) for interval in day.intervals)
    for label, value in pairs:
        values = {i.settlement.interval.start: value(i) for i in day.intervals}
        row = Row().add(f" {label}").to(_LABEL)
        lines.append(add_spark(row, hours.cells(values), top, look, (ink, ink)).segments)
    return [*lines, hours.axis(_LABEL, look)]


def _exported(interval: HouseInterval) -> int | None:
    return interval.exported_wh


def _imported(interval: HouseInterval) -> int | None:
    return interval.imported_wh


def _sold(interval: HouseInterval) -> int | None:
    return None if interval.settlement.state in _UNKNOWN_STATES else interval.sold_wh


def _bought(interval: HouseInterval) -> int | None:
    return None if interval.settlement.state in _UNKNOWN_STATES else interval.bought_wh


_SELLING = (("exported", _exported), ("sold", _sold))
_BUYING = (("imported", _imported), ("bought", _bought))


def _meter(portrait: Portrait, day: HouseDay, cells: int) -> Line:
    house, look = portrait.house, portrait.look
    age = format.age(age_of(house, portrait.now))
    gaps = f"{day.gaps} gap{'' if day.gaps == 1 else 's'}"
    today = "today" if day.day == local_day(portrait.now, look.zone) else format.day(day.day)
    row = Row().add(" meter", spot("show_meter", look.ink.dim)).to(_LABEL)
    row.add(f"{cut(house.meter, 24)}   {age} old   {gaps} {today}   ")
    row.add(f"{_register(day.import_wh)} Wh in   {_register(day.export_wh)} Wh out")
    said = house.reason or _trait(house)
    reason = f"   {cut(said, 60, look.glyphs.more)}"
    if said and row.length + width(reason) < cells:
        row.add(reason, look.ink.warn)
    return row.segments


def _trait(house: HouseNow) -> str:
    """What must be known of its registers, in a few words."""
    if from_files(house):
        return "not polled: its readings come from files"
    if house.per_phase:
        return "phases counted apart: not the bill's"
    return "" if house.exports else "no export register: it cannot sell"


def _register(wh: int | None) -> str:
    return format.UNKNOWN if wh is None else str(wh)


def _wallet(portrait: Portrait, day: HouseDay, cells: int) -> Line:
    look = portrait.look
    row = Row().add(" wallet", look.ink.dim).to(_LABEL)
    if not day.wallet:
        return row.add("none yet: mosaic houses address", look.ink.warn).segments
    row.add(f"{format.address(day.wallet, look.glyphs.more)}   ")
    if not day.holdings:
        return row.add("no mosaics").segments
    row.add(f"{format.kwh(sum(day.holdings.values()))} kWh of mosaics of ")
    names = " ".join(day.holdings)
    return row.add(cut(names, cells - row.length - 1, look.glyphs.more)).segments
