"""The alarm list: the alarms on top of screen 6, a flood of them as one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from rich.style import Style

from console.model.alarm import PRIORITIES, floods, urgent
from console.model.event import Alarm, AlarmState, Priority
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_INDENT = 9
_SIGNS = {Priority.HIGH: "!", Priority.MEDIUM: "*", Priority.LOW: "-"}
"""One shape a priority, in ASCII already; its word stands beside it."""


class Flood(msgspec.Struct, frozen=True):
    """Many alarms that came at once: one line until it is opened."""

    alarms: tuple[Alarm, ...]
    """Its alarms, in the order of time."""
    opened: bool = False
    """Whether its alarms are listed below it."""

    @property
    def key(self) -> str:
        """What tells it from other floods and from alarms."""
        return f"flood {self.alarms[0].key}"

    @property
    def waiting(self) -> int:
        """How many of them nobody has seen."""
        return sum(alarm.waits for alarm in self.alarms)

    @property
    def priority(self) -> Priority:
        """The most urgent of its alarms' priorities."""
        return min((alarm.priority for alarm in self.alarms), key=PRIORITIES.index)


Item = Alarm | Flood
"""One choice of the list."""


def listed(alarms: Sequence[Alarm], opened: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    """Return the list of alarms: what waits first, and each flood as one, opened or not.

    Args:
        alarms: the alarms that are to be listed, in any order.
        opened: the keys of the floods whose alarms are listed too.
    """
    found = [Flood(crowd) for crowd in floods(alarms)]
    crowded = {alarm.key for flood in found for alarm in flood.alarms}
    items: list[Item] = [alarm for alarm in alarms if alarm.key not in crowded]
    ordered = sorted([*found, *items], key=_claim)
    shown: list[Item] = []
    for item in ordered:
        if isinstance(item, Flood) and item.key in opened:
            shown += [Flood(item.alarms, opened=True), *urgent(item.alarms)]
        else:
            shown.append(item)
    return tuple(shown)


def numbers_of(item: Item) -> tuple[int, ...]:
    """Return the numbers of the alarms of an item."""
    return tuple(alarm.number for alarm in _alarms_of(item))


def waits(item: Item) -> bool:
    """Return whether anything of an item waits to be seen."""
    return bool(item.waiting) if isinstance(item, Flood) else item.waits


def counted(alarms: Sequence[Alarm]) -> str:
    """Return how many alarms stand, and how many of them nobody has seen, where not all."""
    waiting = sum(alarm.waits for alarm in alarms)
    count = f"{len(alarms):,} alarm{'' if len(alarms) == 1 else 's'}"
    if waiting == len(alarms):
        return count
    return f"{count}, {f'{waiting:,} not seen' if waiting else 'all seen'}"


def badge(alarms: Sequence[Alarm], look: Look, *, spelled: bool) -> tuple[tuple[str, Style], ...]:
    """Return what the top bar says: how many stand off the shelf, how many of them are not seen.

    Args:
        alarms: all alarms, shelved ones too.
        look: for the styles.
        spelled: whether there is room for words.
    """
    standing = [alarm for alarm in alarms if alarm.state is not AlarmState.SHELVED]
    waiting = sum(alarm.waits for alarm in standing)
    seen = look.ink.text if standing else look.ink.dim
    part = "" if waiting == len(standing) else f"{waiting}/"
    word = counted(standing) if spelled else f"{part}{len(standing)}"
    return ((f"! {word}", look.ink.alarm if waiting else seen),)


def draw_items(
    items: Sequence[Item], chosen: int | None, room: int, height: int, look: Look, today: date
) -> list[Line]:
    """Draw as many items as fit, the chosen one among them, and how many there are besides.

    Args:
        items: the list.
        chosen: the chosen one's place; None where none of them is.
        room: the cells of a line.
        height: the lines that the list may take; one item is drawn in any case.
        look: glyphs and styles.
        today: the day of now in the zone that is shown.
    """
    place = chosen if chosen is not None and chosen < len(items) else 0
    first = last = place
    used = _height(items[place]) if items else 0
    while items:
        if first > 0 and used + _height(items[first - 1]) <= height:
            first -= 1
            used += _height(items[first])
        elif last + 1 < len(items) and used + _height(items[last + 1]) <= height:
            last += 1
            used += _height(items[last])
        else:
            break
    lines: list[Line] = []
    for number in range(first, last + 1) if items else ():
        lines += _draw(items[number], number == chosen, room, look, today)
    hidden = (*items[:first], *items[last + 1 :])
    if rest := len({alarm.key for item in hidden for alarm in _alarms_of(item)}):
        lines.append(Row().to(3).add(f"and {rest:,} more alarms", look.ink.alarm).segments)
    return lines


def _alarms_of(item: Item) -> tuple[Alarm, ...]:
    return item.alarms if isinstance(item, Flood) else (item,)


def _claim(item: Item) -> tuple[bool, int, datetime, str]:
    since = item.alarms[0].since if isinstance(item, Flood) else item.since
    return not waits(item), PRIORITIES.index(item.priority), since, item.key


def _height(item: Item) -> int:
    return 3 if isinstance(item, Flood) or item.advice else 2


def _draw(item: Item, chosen: bool, room: int, look: Look, today: date) -> list[Line]:
    if isinstance(item, Flood):
        return _draw_flood(item, chosen, room, look)
    ink = look.ink.alarm if item.waits else look.ink.text
    told, tone = _told(item, look, today)
    since = f" since {_when(item.since, look, today, seconds=True)}"
    if item.count > 1:
        since += f", {item.count:,}{look.glyphs.times}"
    row = _begin(item.priority, chosen, ink, look)
    left = room - row.length - len(since) - len(told) - 3
    if left < min(len(item.title), 10):
        left, since = left + len(since), ""
    row.add(cut(item.title, max(6, left), look.glyphs.more), ink).add(since)
    row.add(" ").end(cut(told, max(0, room - 2 - row.length), look.glyphs.more), room - 1, tone)
    text = item.text
    if item.state is AlarmState.SHELVED:
        text = f"{item.shelved_reason}; {item.text}"
    return [row.segments, *_below(item.priority, text, item.advice, room, look)]


def _draw_flood(flood: Flood, chosen: bool, room: int, look: Look) -> list[Line]:
    ink = look.ink.alarm if flood.waiting else look.ink.text
    first, last = flood.alarms[0], flood.alarms[-1]
    told = f"{flood.waiting:,} not acknowledged" if flood.waiting else "all seen"
    span = f" {look.clock(first.since)}{look.glyphs.dash}{look.clock(last.since)}"
    row = _begin(flood.priority, chosen, ink, look)
    title = f"{len(flood.alarms):,} alarms at once"
    row.add(cut(title, max(6, room - row.length - len(told) - 3), look.glyphs.more), ink)
    if row.length + len(span) + len(told) + 2 < room:
        row.add(span)
    row.add(" ").end(told, room - 1, ink if flood.waiting else look.ink.dim)
    names = ", ".join(alarm.title for alarm in flood.alarms[:12])
    advice = "look for one cause; enter " + ("closes the list" if flood.opened else "lists all")
    return [row.segments, *_below(flood.priority, names, advice, room, look)]


def _begin(priority: Priority, chosen: bool, ink: Style, look: Look) -> Row:
    row = Row().add(look.glyphs.chosen if chosen else " ", look.ink.accent)
    return row.add(f"{_SIGNS[priority]} {priority.value}", ink).add(" ").to(_INDENT)


def _told(alarm: Alarm, look: Look, today: date) -> tuple[str, Style]:
    """What the right end says of an alarm: who has seen it, or that nobody has."""
    if alarm.shelved_until is not None:
        who = written.person(alarm.shelved_by)
        return f"shelved by {who} until {_when(alarm.shelved_until, look, today)}", look.ink.dim
    if alarm.acknowledged_at is not None:
        who = written.person(alarm.acknowledged_by)
        return f"seen by {who} {_when(alarm.acknowledged_at, look, today)}", look.ink.dim
    if alarm.ended is not None:
        return f"over {_when(alarm.ended, look, today)}, not acknowledged", look.ink.warn
    return "not acknowledged", look.ink.alarm


def _when(instant: datetime, look: Look, today: date, *, seconds: bool = False) -> str:
    """An instant's clock time, with its day where that is another one."""
    day = look.day(instant)
    if day != today:
        return f"{written.day(day)} {look.clock(instant)}"
    return look.seconds(instant) if seconds else look.clock(instant)


def _below(priority: Priority, text: str, advice: str, room: int, look: Look) -> list[Line]:
    """The lines under an alarm's first, where its title begins."""
    start = max(_INDENT, len(priority.value) + 4)
    words = (text, f"do: {advice}") if advice else (text,)
    return [
        Row().to(start).add(cut(each, max(0, room - start - 1), look.glyphs.more)).segments
        for each in words
    ]
