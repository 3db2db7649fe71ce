"""The palette: where `:` and ctrl+p lead; what was used last first, with keys and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.tui.cells import cell, cut
from console.tui.commands import Command, at_hand, everything, filtering
from console.tui.directions import Direction, Kind, direction
from console.tui.glyphs import Glyphs, plain
from console.tui.screens.steady import Steady
from console.tui.widgets.sought import SCATTERED, closeness

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

_WORDS, _KEY = 22, 8
_SURE, _USED = 100.0, 0.5
_HELP = 1.5


class SteadyPalette(Steady, CommandPalette):
    """The command palette, at any size."""

    CSS_PATH = "palette.tcss"


def line_of(command: Command, cells: int, glyphs: Glyphs) -> Content:
    """Return a command as it is shown, plain text and never markup: words, key and what it does.

    Args:
        command: what is shown.
        cells: the terminal's width.
        glyphs: its signs.
    """
    words, key = cut(command.words, 60, glyphs.more), command.key
    for sign, alternate in zip("↑↓←→", glyphs.arrows, strict=True):
        key = key.replace(sign, alternate)
    line = f"{cell(words).text:<{_WORDS}}  {key:<{_KEY}} "
    line += cut(command.help, max(0, cells - len(line) - 2), glyphs.more)
    return Content(plain(line) if glyphs.ascii else line)


class Places(Provider):
    """All commands; before anything is typed those that were used last, then those at hand."""

    async def discover(self) -> Hits:
        """Yield what stands there before anything is typed."""
        for command in _once((*self._used(), *at_hand(self._mosaic, self.screen))):
            words = cell(command.words).text
            yield DiscoveryHit(self._prompt(command), self._doing(command), words)

    async def search(self, query: str) -> Hits:
        """Yield what matches the typed letters.

        Args:
            query: what was typed.
        """
        if (meant := self._meant(query)) is not None:
            yield Hit(_SURE, self._prompt(meant), self._doing(meant), meant.words)
        for score, command in self._ranked(query):
            words = cell(command.words).text
            yield Hit(score, self._prompt(command), self._doing(command), words)

    def _ranked(self, query: str) -> list[tuple[float, Command]]:
        """What the letters may mean; scattered letters count only where nothing is closer."""
        used = set(self._mosaic.used)
        found = [
            (score + _USED * (command.words in used), command)
            for command in _once((*self._used(), *everything(self._mosaic, self.screen)))
            if (score := _score(command, query))
        ]
        best = max((score for score, _ in found), default=0.0)
        least = _HELP if best > SCATTERED + _USED else 0.0
        return [(score, command) for score, command in found if score >= least]

    def _prompt(self, command: Command) -> Content:
        return line_of(command, self._mosaic.size.width, self._mosaic.look.glyphs)

    @property
    def _mosaic(self) -> MosaicApp:
        return cast("MosaicApp", self.app)

    def _doing(self, command: Command) -> partial[object]:
        return partial(self._do, command)

    def _do(self, command: Command) -> object:
        self._mosaic.use(command.words)
        return command.run()

    def _used(self) -> Iterator[Command]:
        """What was used last, as far as it can still be named."""
        if not self._mosaic.used:
            return
        known = {command.words: command for command in everything(self._mosaic, self.screen)}
        for words in self._mosaic.used:
            command = known.get(words) or self._meant(words)
            if command is not None:
                yield command

    def _meant(self, query: str) -> Command | None:
        """What the words say exactly, first of all lines."""
        snapshot, look = self._mosaic.snapshot, self._mosaic.look
        meant = direction(query, snapshot, look.zone, utc=look.utc) if snapshot else None
        if meant is None:
            return None
        words = " ".join(cut(query.strip(), 60).split())
        return Command(words, meant.key, meant.said, partial(self._go, meant))

    def _go(self, meant: Direction) -> None:
        match meant.kind:
            case Kind.FILTER:
                filtering(self._mosaic, meant.screen, meant.words)
            case Kind.HOUSE:
                self._mosaic.open_house(meant.words)
            case Kind.THEME:
                self._mosaic.wear(meant.words)
            case Kind.QUIT:
                self._mosaic.leave()
            case Kind.DATE if meant.at is not None:
                self._mosaic.open_day(meant.at)
            case Kind.INTERVAL if meant.at is not None:
                self._mosaic.open_interval(meant.at)


def _score(command: Command, query: str) -> float:
    if score := closeness(command.words, query):
        return score
    wanted = query.strip().casefold()
    return _HELP if len(wanted) > 2 and wanted in command.help.casefold() else 0.0


def _once(commands: Iterable[Command]) -> Iterator[Command]:
    """Each command by its words once, the first of them."""
    seen: set[str] = set()
    for command in commands:
        if command.words not in seen:
            seen.add(command.words)
            yield command
