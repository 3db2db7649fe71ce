"""The ledger's pages: asked for where somebody reads, let go of where nobody does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from console.errors import MosaicError
from console.model.entry import Entry
from console.model.view import LedgerPage, LedgerQuery, LedgerTotals
from console.tui.screens.body import BodyScreen
from console.tui.screens.slide import Slide
from console.tui.widgets.ledger.book import Book, opened, opened_at_end, with_totals
from console.tui.widgets.ledger.reader import (
    Reader,
    at_end,
    choosing_row,
    landed,
    moved,
    reading,
    row_in_sight,
    wants_above,
    wants_below,
    with_fresh_rows,
    with_fresh_top,
    with_page_above,
    with_page_below,
)
from console.tui.widgets.ledger.rowsorting import RowSorting
from console.tui.widgets.ledger.turning import (
    first_page,
    last_page,
    page_above,
    page_at,
    page_at_row,
    page_below,
    page_of_row,
)

_COUNT_AFTER = 0.25
"""Loop seconds without another filter until a filter is counted."""


class LedgerPages:
    """A query's rows as far as they are loaded, and where in them somebody reads."""

    def __init__(self, screen: BodyScreen, changed: Callable[[], None]) -> None:
        """Begin with all rows, the newest first, and nothing loaded.

        Args:
            screen: where to ask.
            changed: called whenever other rows are in sight.
        """
        self.query = LedgerQuery()
        self.reader: Reader | None = None
        self.slide = Slide(screen)
        self.rows: Callable[[], int] = lambda: 1
        """Gives the lines of the list that are in sight."""
        self._screen = screen
        self._changed = changed
        self._totals: LedgerTotals | None = None
        self._counting = False
        self.loading = False
        """Whether rows have been asked for that have not come yet."""

    @property
    def sorting(self) -> RowSorting:
        """The order of the rows."""
        return RowSorting.of(self.query)

    def start_over(self, query: LedgerQuery, kept: Entry | None = None) -> None:
        """Show another query's rows.

        Args:
            query: filter and order.
            kept: a row that stays chosen; None for the first one.
        """
        self.query, self.reader, self._totals, self._counting = query, None, None, False
        if kept is None:
            self.refresh()
            return

        def arrived(page: LedgerPage) -> None:
            self.take(choosing_row(reading(self._opened(page)), kept))

        self._ask(page_at_row(query, kept, self.rows()), arrived)

    def refresh(self) -> None:
        """Ask again for what is in sight: the newest rows, or those from the first line on."""
        reader = self.reader
        row = row_in_sight(reader) if reader is not None else None
        if reader is None or row is None or (reader.at_top and not reader.book.flat):
            self._ask(first_page(self.query, self.rows()), self._show_top)
        else:
            self._ask(page_at_row(self.query, row, self.rows()), self._show_again)

    def move(self, way: str) -> None:
        """Choose another row; `home` and `end` go all the way, whatever is loaded."""
        reader = self.reader
        if reader is None:
            return
        self.slide.stop()
        if way == "home" and not reader.book.begins:
            self._ask(first_page(self.query, self.rows()), self._show_top)
        elif way == "end" and not reader.book.ends:
            self._ask(last_page(self.query), self._show_end)
        else:
            self.take(moved(reader, way, self.rows()))

    def jump_to_row(self, row: int) -> None:
        """Choose the row that has so many before it."""
        asked = page_of_row(self.query, row)
        self._ask(asked, lambda page: self.take(landed(self._opened(page), row)))

    def jump_to(self, place: datetime) -> None:
        """Show the rows from an instant on, by time; the last ones where there are none."""

        def arrived(page: LedgerPage) -> None:
            if page.entries:
                self.take(landed(self._opened(page)))
            else:
                self._ask(last_page(self.query), self._show_end)

        self._ask(page_at(self.query, place, self.rows()), arrived)

    def take(self, reader: Reader) -> None:
        """Read there, and load what comes near."""
        if reader.book.rows is None and self._totals is not None:
            book = with_totals(reader.book, self._totals)
            reader = msgspec.structs.replace(reader, book=book)
        self.reader = reader
        self._count()
        self._load_more()
        self._changed()

    def _opened(self, page: LedgerPage) -> Book:
        return opened(page, flat=self.sorting.flat)

    def _ask(self, query: LedgerQuery, arrived: Callable[[LedgerPage], None]) -> None:
        engine = self._screen.mosaic.engine

        async def asked() -> LedgerPage:
            try:
                return await engine.ledger(query)
            except MosaicError:
                self.loading = False
                raise

        def answered(page: LedgerPage) -> None:
            self.loading = False
            arrived(page)

        self.loading = True
        self._screen.ask(asked, answered, group="rows")

    def _show_top(self, page: LedgerPage) -> None:
        before = self.reader
        if self.sorting.flat:
            self.take(reading(self._opened(page)))
            return
        reader, new = with_fresh_top(before or Reader(), page)
        self.take(reader)
        if new and before is not None and before.at_top and not self._screen.look.calm:
            self.slide.begin(min(new, self.rows()))

    def _show_end(self, page: LedgerPage) -> None:
        book = opened_at_end(page, flat=self.sorting.flat)
        self.take(at_end(book, self.rows()))

    def _show_again(self, page: LedgerPage) -> None:
        if self.reader is not None:
            self.take(with_fresh_rows(self.reader, page))

    def _load_more(self) -> None:
        reader, rows = self.reader, max(1, self.rows())
        if reader is None or self.loading:
            return
        if wants_below(reader, rows):
            self._ask(page_below(self.query, reader.book), self._show_below)
        elif wants_above(reader, rows):
            self._ask(page_above(self.query, reader.book), self._show_above)

    def _show_below(self, page: LedgerPage) -> None:
        if self.reader is not None:
            self.take(with_page_below(self.reader, page))

    def _show_above(self, page: LedgerPage) -> None:
        if self.reader is not None:
            self.take(with_page_above(self.reader, page))

    def _count(self) -> None:
        """Count the filter where its pages cannot tell, once nobody types any more."""
        reader = self.reader
        if reader is None or reader.book.rows is not None or self._counting:
            return
        self._counting = True
        query = self.query
        self._screen.set_timer(_COUNT_AFTER, lambda: self._ask_totals(query))

    def _ask_totals(self, query: LedgerQuery) -> None:
        if query != self.query:
            return
        engine = self._screen.mosaic.engine

        def counted(totals: LedgerTotals) -> None:
            self._counting = False
            if query == self.query and self.reader is not None:
                self._totals = totals
                self.take(self.reader)

        self._screen.ask(lambda: engine.ledger_totals(query), counted, group="totals")
