"""The ledger's intervals in sight: how many rows they have that are not loaded, or not shown."""

from __future__ import annotations

from datetime import date

import msgspec

from console.model.interval import Interval
from console.model.view import LedgerQuery, LedgerTotals
from console.tui.screens.body import BodyScreen
from console.tui.widgets.ledger.reader import Reader, cut_in_sight, days_in_sight

_MOST_DAYS = 7
_MOST_CUT = 4


class LedgerGroups:
    """Asks for what the intervals in sight have besides the rows that are loaded."""

    def __init__(self, screen: BodyScreen) -> None:
        """Begin with nothing known.

        Args:
            screen: where to ask, and what is drawn again.
        """
        self.rows: dict[str, int] = {}
        """How many rows each interval has without the filter, by its name, where known."""
        self.totals: dict[str, LedgerTotals] = {}
        """What the rows that pass add up to in intervals of which some are loaded, likewise."""
        self._screen = screen
        self._days: list[date] = []
        self._cut: list[Interval] = []

    def forget(self) -> None:
        """Ask again: the ledger or the filter has changed."""
        self._days, self._cut, self.totals = [], [], {}

    def look(self, reader: Reader, rows: int, query: LedgerQuery, *, filtered: bool) -> None:
        """Ask about the intervals in sight.

        Args:
            reader: where it is read, by time.
            rows: the lines in sight.
            query: the filter.
            filtered: whether there is one.
        """
        days = days_in_sight(reader, rows, self._screen.look.zone)[:_MOST_DAYS]
        if filtered and days != self._days:
            self._days = days
            self._screen.ask(lambda: self._count(days), self._take_rows, group="groups")
        cut = cut_in_sight(reader, rows)[:_MOST_CUT]
        if cut and cut != self._cut:
            self._cut = cut
            self._screen.ask(lambda: self._add_up(cut, query), self._take_totals, group="cut")

    async def _count(self, days: list[date]) -> dict[str, int]:
        rows: dict[str, int] = {}
        for day in days:
            for settlement in (await self._screen.mosaic.engine.settlements(day)).settlements:
                rows[settlement.interval.name] = settlement.rows
        return rows

    async def _add_up(self, cut: list[Interval], query: LedgerQuery) -> dict[str, LedgerTotals]:
        totals: dict[str, LedgerTotals] = {}
        for interval in cut:
            asked = msgspec.structs.replace(query, start=interval.start, end=interval.end)
            totals[interval.name] = await self._screen.mosaic.engine.ledger_totals(asked)
        return totals

    def _take_rows(self, rows: dict[str, int]) -> None:
        self.rows = rows
        self._screen.redraw()

    def _take_totals(self, totals: dict[str, LedgerTotals]) -> None:
        self.totals = totals
        self._screen.redraw()
