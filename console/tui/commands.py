"""The commands: everything that the palette can name, from any screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from console.tui import keys
from console.tui.cells import cut
from console.tui.key import Key
from console.tui.screens import REGISTRY, Entry, entry_of
from console.tui.screens.screen import ConsoleScreen, unmet
from console.tui.tones import tones_of

if TYPE_CHECKING:
    from textual.screen import Screen

    from console.tui.app import MosaicApp

MOST_HOUSES = 1000
"""Houses that can be named."""

_SILENT = frozenset({"screen", "palette", "move", "leave", "open"})


class Command(msgspec.Struct, frozen=True):
    """One line of the palette."""

    words: str
    """What is typed."""
    key: str
    """The key that does the same; empty where there is none."""
    help: str
    """What it does, or why it cannot be done."""
    run: Callable[[], object]
    """Does it."""


def at_hand(app: MosaicApp, front: Screen[Any]) -> Iterator[Command]:
    """Yield what stands there before anything is typed: this screen's, the screens, the themes.

    Args:
        app: the console.
        front: the screen that was in front when the palette was opened.
    """
    if isinstance(front, ConsoleScreen):
        yield from _of_screen(app, front)
    for entry in REGISTRY:
        if entry.digit:
            opens = partial(app.open_screen, entry.name)
            yield Command(entry.title.lower(), entry.digit, "the screen", opens)
    for name in app.appearance.names:
        tones = tones_of(name)
        yield Command(f"theme {name}", "T", tones.title if tones else "", partial(app.wear, name))


def everything(app: MosaicApp, front: Screen[Any]) -> Iterator[Command]:
    """Yield all that can be named; of two with the same words the first is meant.

    Args:
        app: the console.
        front: the screen that was in front when the palette was opened.
    """
    yield from at_hand(app, front)
    for entry in REGISTRY:
        if entry.digit and not (isinstance(front, ConsoleScreen) and entry.name == front.NAME):
            yield from _of_another(app, entry)
    yield from _houses(app)
    yield from _intervals(app)


def _of_screen(app: MosaicApp, front: ConsoleScreen) -> Iterator[Command]:
    """The keys, orders and views of the screen in front."""
    for key in front.keys:
        if key.label and key.action not in _SILENT:
            reason = front.reason(key.action)
            run = partial(front.call_later, front.action_attempt, key.action)
            yield Command(key.label, key.shown, reason or key.help, run)
    for words, action in front.CHOICES.items():
        choice = keys.key_of(front.NAME, action)
        shown = choice.shown if choice else ""
        yield Command(words, shown, "on this screen", partial(front.choose, words))


def _of_another(app: MosaicApp, entry: Entry) -> Iterator[Command]:
    """The keys, orders and views of a screen that is opened first."""
    where = f"on {entry.digit}"
    for key in keys.TABLE:
        if key.screen == entry.name and key.label and key.action not in _SILENT:
            reason = unmet(key.needs, app.snapshot, silent=app.silent_since is not None)
            run = partial(_do_there, app, entry, "action_attempt", key.action)
            yield Command(key.label, _path(entry, key), reason or f"{where}: {key.help}", run)
    for words, action in entry.screen_class().CHOICES.items():
        choice = keys.key_of(entry.name, action)
        run = partial(_do_there, app, entry, "choose", words)
        yield Command(words, _path(entry, choice) if choice else "", where, run)


def _path(entry: Entry, key: Key) -> str:
    return f"{entry.digit} {key.shown}"


def _do_there(app: MosaicApp, entry: Entry, method: str, argument: str) -> None:
    """Open a screen, and let it do something once it stands."""
    app.open_screen(entry.name)
    if isinstance(app.screen, ConsoleScreen):
        app.call_after_refresh(getattr(app.screen, method), argument)


def _houses(app: MosaicApp) -> Iterator[Command]:
    snapshot = app.snapshot
    for house in snapshot.houses[:MOST_HOUSES] if snapshot else ():
        name = "" if house.name == house.id else cut(house.name, 32)
        yield Command(f"house {house.id}", "", name, partial(app.open_house, house.id))


def _intervals(app: MosaicApp) -> Iterator[Command]:
    snapshot, look = app.snapshot, app.look
    for interval in reversed(snapshot.day) if snapshot else ():
        opens = partial(app.open_interval, interval.start)
        yield Command(f"interval {look.clock(interval.start)}", "3", interval.state.value, opens)


def filtering(app: MosaicApp, screen: str, words: str) -> None:
    """Show only what passes a filter, on a screen that is opened first.

    Args:
        app: the console.
        screen: the screen's name; empty for the one in front.
        words: the filter's words; empty for everything.
    """
    entry = entry_of(screen) if screen else None
    if entry is not None:
        _do_there(app, entry, "filter_or_tell", words)
    elif isinstance(app.screen, ConsoleScreen):
        app.screen.filter_or_tell(words)
