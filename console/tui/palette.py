"""The palette: where `:` and ctrl+p lead, with the reason where a command cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

import msgspec
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.tui.cells import cell, cut
from console.tui.screens import REGISTRY
from console.tui.screens.screen import ConsoleScreen

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

_COLUMN = 20
_LONGEST_HELP = 56
_MOST_HOUSES = 1000


class Command(msgspec.Struct, frozen=True):
    """One line of the palette."""

    words: str
    """What is typed."""
    help: str
    """What it does, or why it cannot be done."""
    run: Callable[[], object]
    """Does it."""

    @property
    def prompt(self) -> Content:
        """The line as it is shown: plain text, never markup."""
        return Content(f"{cell(self.words).text:<{_COLUMN}}  {cut(self.help, _LONGEST_HELP)}")


class Places(Provider):
    """Screens, houses, intervals, and what the screen in front can do."""

    async def discover(self) -> Hits:
        """Yield what stands there before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.prompt, command.run, cell(command.words).text)

    async def search(self, query: str) -> Hits:
        """Yield what matches the typed letters.

        Args:
            query: what was typed.
        """
        matcher = self.matcher(query)
        for command in (*self._commands(), *self._houses(), *self._intervals()):
            words = cell(command.words).text
            if (score := matcher.match(words)) > 0:
                yield Hit(score, command.prompt, command.run, words)

    @property
    def _mosaic(self) -> MosaicApp:
        return cast("MosaicApp", self.app)

    def _commands(self) -> Iterator[Command]:
        for entry in REGISTRY:
            if entry.digit:
                opens = partial(self._mosaic.open_screen, entry.name)
                yield Command(entry.title.lower(), f"screen {entry.digit}", opens)
        front = self.screen
        if not isinstance(front, ConsoleScreen):
            return
        for key in front.keys:
            if key.label and key.action not in ("screen", "palette", "move", "leave"):
                reason = front.reason(key.action)
                run = partial(self._attempt, front, key.action)
                yield Command(key.label, f"{key.shown}   {reason or key.help}", run)

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
