"""The palette: where `:` and ctrl+p lead, with the reason where a command cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

import msgspec
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.tui.cells import cell, cut
from console.tui.directions import Direction, Kind, direction
from console.tui.glyphs import Glyphs, plain
from console.tui.screens import REGISTRY
from console.tui.screens.screen import ConsoleScreen
from console.tui.tones import tones_of

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

_COLUMN = 20
_MOST_HOUSES = 1000
_SURE = 100.0


class Command(msgspec.Struct, frozen=True):
    """One line of the palette."""

    words: str
    """What is typed."""
    help: str
    """What it does, or why it cannot be done."""
    run: Callable[[], object]
    """Does it."""

    def prompt(self, cells: int, glyphs: Glyphs) -> Content:
        """Return the line as it is shown: plain text, never markup.

        Args:
            cells: the terminal's width.
            glyphs: its signs.
        """
        room = max(0, cells - _COLUMN - 4)
        line = f"{cell(self.words).text:<{_COLUMN}}  {cut(self.help, room, glyphs.more)}"
        return Content(plain(line) if glyphs.ascii else line)


class Places(Provider):
    """Screens, houses, intervals, and what the screen in front can do."""

    async def discover(self) -> Hits:
        """Yield what stands there before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(self._prompt(command), command.run, cell(command.words).text)

    async def search(self, query: str) -> Hits:
        """Yield what matches the typed letters.

        Args:
            query: what was typed.
        """
        if (meant := self._meant(query)) is not None:
            yield Hit(_SURE, self._prompt(meant), meant.run, meant.words)
        matcher = self.matcher(query)
        for command in self._everything():
            words = cell(command.words).text
            if (score := matcher.match(words)) > 0:
                yield Hit(score, self._prompt(command), command.run, words)

    def _prompt(self, command: Command) -> Content:
        return command.prompt(self._mosaic.size.width, self._mosaic.look.glyphs)

    @property
    def _mosaic(self) -> MosaicApp:
        return cast("MosaicApp", self.app)

    def _everything(self) -> Iterator[Command]:
        yield from self._commands()
        yield from self._houses()
        yield from self._intervals()

    def _commands(self) -> Iterator[Command]:
        for entry in REGISTRY:
            if entry.digit:
                opens = partial(self._mosaic.open_screen, entry.name)
                yield Command(entry.title.lower(), f"screen {entry.digit}", opens)
        front = self.screen
        if isinstance(front, ConsoleScreen):
            yield from self._actions(front)
            for words, choose in front.choices().items():
                yield Command(words, "on this screen", choose)
        for name in self._mosaic.appearance.names:
            tones = tones_of(name)
            wear = partial(self._mosaic.wear, name)
            yield Command(f"theme {name}", tones.title if tones else "", wear)

    def _actions(self, front: ConsoleScreen) -> Iterator[Command]:
        for key in front.keys:
            if key.label and key.action not in ("screen", "palette", "move", "leave"):
                reason = front.reason(key.action)
                run = partial(self._attempt, front, key.action)
                yield Command(key.label, f"{key.shown}   {reason or key.help}", run)

    def _meant(self, query: str) -> Command | None:
        """What the words say exactly, first of all lines."""
        snapshot, look = self._mosaic.snapshot, self._mosaic.look
        meant = direction(query, snapshot, look.zone, utc=look.utc) if snapshot else None
        if meant is None:
            return None
        return Command(cut(query.strip(), 60), meant.said, partial(self._go, meant))

    def _go(self, meant: Direction) -> None:
        match meant.kind:
            case Kind.LEDGER:
                self._mosaic.open_screen("ledger")
                self._mosaic.call_after_refresh(self._filter, meant.words)
            case Kind.FILTER:
                self._filter(meant.words)
            case Kind.HOUSE:
                self._mosaic.open_house(meant.words)
            case Kind.THEME:
                self._mosaic.wear(meant.words)
            case Kind.QUIT:
                self._mosaic.leave()
            case Kind.DATE | Kind.INTERVAL if meant.at is not None:
                self._mosaic.open_interval(meant.at)

    def _filter(self, words: str) -> None:
        front = self._mosaic.screen
        if isinstance(front, ConsoleScreen) and not front.filter_by(words):
            front.notice("This screen has no filter.")

    def _houses(self) -> Iterator[Command]:
        snapshot = self._mosaic.snapshot
        for house in snapshot.houses[:_MOST_HOUSES] if snapshot else ():
            name = "" if house.name == house.id else cut(house.name, 32)
            yield Command(f"house {house.id}", name, partial(self._mosaic.open_house, house.id))

    def _intervals(self) -> Iterator[Command]:
        snapshot, look = self._mosaic.snapshot, self._mosaic.look
        for interval in reversed(snapshot.day) if snapshot else ():
            opens = partial(self._mosaic.open_interval, interval.start)
            yield Command(f"interval {look.clock(interval.start)}", interval.state.value, opens)

    def _attempt(self, screen: ConsoleScreen, action: str) -> None:
        screen.call_later(screen.action_attempt, action)
