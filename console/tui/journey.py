"""The journey: which screen is in front, and what is remembered when it is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.reactive import var

from console.model.snapshot import Mode, Snapshot
from console.tui.appearance import Dressed
from console.tui.memory import MOST_USED, Memory
from console.tui.screens import FIRST, entry_of
from console.tui.screens.cover import CoverScreen
from console.tui.screens.screen import ConsoleScreen

_PASSING = (Mode.DEMO, Mode.REPLAY)
"""What begins anew each time."""


class Journey(Dressed):
    """An app that goes from screen to screen and finds each as it was left."""

    snapshot: var[Snapshot | None] = var(None, init=False)
    """The newest snapshot that is shown; None before the first."""
    kiosk = False
    """Whether this is the stand, which stays where it is."""
    memory: Memory
    """What this console remembers."""
    _returned = False
    _used: tuple[str, ...] = ()
    _visit: tuple[str, Callable[[], object]] | None = None

    @property
    def community(self) -> str:
        """The community whose screens are remembered.

        It is empty before the first snapshot, and in what begins anew each time.
        """
        place = self.snapshot.place if self.snapshot is not None else None
        return "" if place is None or place.mode in _PASSING else place.community

    @property
    def used(self) -> tuple[str, ...]:
        """What was done by the palette or kept as a filter, the newest first."""
        return self.memory.used(self.community) if self.community else self._used

    def use(self, words: str) -> None:
        """Remember that a line of the palette was used.

        Args:
            words: what is typed to do it again.
        """
        self._used = (words, *(one for one in self.used if one != words))[:MOST_USED]
        if self.community:
            self.memory.keep_used(self.community, self._used)
            self.memory.save()

    def open_screen(self, name_or_digit: str) -> None:
        """Open a screen and leave what stands over it."""
        entry = entry_of(name_or_digit)
        if entry is None or self.kiosk:
            return
        self._returned, self._visit = True, None
        self.switch_mode(entry.name)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.keep()

    def open_house(self, house: str) -> None:
        """Show one house, by its id."""
        from console.tui.screens.house import HouseScreen

        self.push_screen(HouseScreen(house))

    def open_houses(self, words: str) -> None:
        """Show the neighbourhood's houses that pass a filter."""
        self.open_screen("neighbourhood")
        if isinstance(self.screen, ConsoleScreen):
            self.call_after_refresh(self.screen.filter_by, words)

    def open_interval(self, start: datetime) -> None:
        """Show an interval on the settlement screen, by its start, aware UTC."""
        self.open_screen("settlement")
        if isinstance(self.screen, ConsoleScreen):
            self.call_after_refresh(self.screen.choose_interval, start)

    def open_day(self, start: datetime) -> None:
        """Show a local day on the settlement screen, by its first instant, aware UTC."""
        self.open_screen("settlement")
        if isinstance(self.screen, ConsoleScreen):
            self.call_after_refresh(self.screen.go_to_day, start)

    def visit_ledger(self, words: str, back: Callable[[], object] | None = None) -> None:
        """Show some of the ledger's rows, from where `esc` comes back as if nothing had happened.

        Args:
            words: the filter's words.
            back: what leads back; to the mode in front where left out.
        """
        former_mode = self.current_mode
        self.open_screen("ledger")
        ledger = self.screen
        if isinstance(ledger, ConsoleScreen) and ledger.NAME == "ledger":
            former_words = ledger.remembered().get("filter", "")
            self._visit = (former_words, back or partial(self.switch_mode, former_mode))
            self.call_after_refresh(ledger.filter_by, words)

    def end_visit(self) -> bool:
        """Go back from a visit to the ledger; return whether this was one."""
        if self._visit is None:
            return False
        (words, back), self._visit = self._visit, None
        if isinstance(self.screen, ConsoleScreen):
            self.screen.filter_by(words)
        back()
        return True

    def get_default_screen(self) -> CoverScreen:
        """Return the cover, which stands in front until there is something to show."""
        return CoverScreen()

    def go_back(self) -> None:
        """Open the screen that was in front last time, unless the operator was faster."""
        if not self._returned and self.snapshot is not None and not self.kiosk:
            self._returned = True
            last = self.memory.screen(self.community)
            if last and last != self.current_mode:
                self.open_screen(last)
        self.uncover()

    def uncover(self) -> None:
        """Open the first screen in the cover's place, where that is in front."""
        if isinstance(self.screen, CoverScreen):
            self.switch_mode("stand" if self.kiosk else FIRST)

    def keep(self, screen: ConsoleScreen | None = None) -> None:
        """Remember which screen is in front, and what a screen shows.

        Args:
            screen: the one that is left; the one in front where None is named.
        """
        front = screen or self.screen
        if not self.community or self.kiosk:
            return
        if isinstance(front, ConsoleScreen) and front.is_mounted and front.recalled:
            self.memory.keep(self.community, front.NAME, front.remembered())
        self.memory.keep_front(self.community, self.current_mode)
        self.memory.save()
