"""The screens, by the digit that opens them; each is loaded when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from textual.screen import Screen

    from console.tui.screens.screen import ConsoleScreen


class Entry(msgspec.Struct, frozen=True):
    """One screen of the registry."""

    name: str
    """Its name in the key table, and its mode."""
    digit: str
    """The digit that opens it; empty for the stand."""
    title: str
    """What the top line calls it."""
    module: str
    """The module that holds it."""
    kind: str
    """Its class."""

    def load(self) -> Callable[[], Screen[Any]]:
        """Return a maker of the screen that imports its module when it is called."""

        def make() -> Screen[Any]:
            return self.screen_class()()

        return make

    def screen_class(self) -> type[ConsoleScreen]:
        """Return the screen's class; its module is imported now."""
        found: type[ConsoleScreen] = getattr(import_module(self.module), self.kind)
        return found


REGISTRY: tuple[Entry, ...] = (
    Entry(
        "neighbourhood", "1", "Neighbourhood", f"{__name__}.neighbourhood", "NeighbourhoodScreen"
    ),
    Entry("flows", "2", "Flows", f"{__name__}.flows", "FlowsScreen"),
    Entry("settlement", "3", "Settlement", f"{__name__}.settlement", "SettlementScreen"),
    Entry("ledger", "4", "Ledger", f"{__name__}.ledger", "LedgerScreen"),
    Entry("bills", "5", "Bills", f"{__name__}.bills", "BillsScreen"),
    Entry("events", "6", "Events", f"{__name__}.events", "EventsScreen"),
    Entry("stand", "", "Stand", f"{__name__}.stand", "StandScreen"),
)
"""All screens, in the order of their digits."""


FIRST = "neighbourhood"
"""The screen that is opened where none is remembered."""


def entry_of(name_or_digit: str) -> Entry | None:
    """Return a screen by its name or its digit, None where there is none."""
    return next(
        (
            entry
            for entry in REGISTRY
            if name_or_digit and name_or_digit in (entry.name, entry.digit)
        ),
        None,
    )
