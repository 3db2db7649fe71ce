"""Screen 4: the ledger, derived from the chain, with the proof of each row."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from console.model.entry import Entry
from console.model.snapshot import Snapshot
from console.model.view import EntryProof, LedgerPage, LedgerQuery
from console.tui import format as written
from console.tui import keys
from console.tui.cells import Line
from console.tui.ledger_file import files_of, write_and_tell
from console.tui.screens.body import BodyScreen
from console.tui.screens.slide import Slide
from console.tui.widgets.book import first_page, page_after, rows_by_interval
from console.tui.widgets.entries import Ledger, body_rows, draw_ledger, empty_sentence
from console.tui.widgets.filterline import FilterLine
from console.tui.widgets.lines import Lines
from console.tui.widgets.reader import (
    Reader,
    entry_at,
    moved,
    standing,
    wants_more,
    with_first_page,
    with_next_page,
)
from console.tui.widgets.timeline import local_day
from console.tui.widgets.words import HELP, FilterWords, parse_words


class LedgerScreen(BodyScreen):
    """The ledger's rows, grouped by interval, loaded a page at a time."""

    NAME = "ledger"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("ledger")

    def __init__(self) -> None:
        """Begin with the newest rows and no filter."""
        super().__init__()
        self._words = ""
        self._query = LedgerQuery()
        self._reader: Reader | None = None
        self._version = -1
        self._proof: EntryProof | None = None
        self._proven: Entry | None = None
        self._detail = True
        self._loading = False
        self._group_rows: dict[str, int] = {}
        self._slide = Slide(self)

    def compose_body(self) -> ComposeResult:
        """Give the list and the filter."""
        yield from super().compose_body()
        line = FilterLine()
        line.placeholder = HELP
        yield line

    def show(self, snapshot: Snapshot) -> None:
        """Ask again where the ledger has changed, and draw."""
        if snapshot.head.ledger_version != self._version:
            self._version = snapshot.head.ledger_version
            self._load_first()
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the rows."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        ledger = self._ledger(snapshot)
        return draw_ledger(ledger, room, height, self.look)

    def on_filter_line_filtered(self, event: FilterLine.Filtered) -> None:
        """Take the words as they are typed; those that mean nothing yet say so."""
        snapshot = self.snapshot
        if snapshot is None or event.text.strip() == self._words:
            return
        today = local_day(snapshot.head.now, self.look.zone)
        try:
            query = parse_words(event.text, self.look.zone, snapshot.place.minutes, today)
        except FilterWords as error:
            self.notice(str(error))
            return
        self._words = event.text.strip()
        self._query = msgspec.structs.replace(query, newest_first=self._query.newest_first)
        self._start_over()

    def reason(self, action: str) -> str:
        """Return why there is nothing to copy or to write."""
        if action in ("copy", "write", "open") and self._chosen is None:
            return "The ledger has no row to choose here."
        return super().reason(action)

    def copy_text(self) -> str:
        """Return the chosen row with its transaction."""
        entry = self._chosen
        if entry is None:
            return ""
        return (
            f"{entry.interval.name} {entry.producer} to {entry.consumer}"
            f" {written.kwh(entry.wh)} kWh"
            f" {written.money(entry.amount_nano)} {entry.currency}"
            f" block {entry.height} {entry.transaction.hex().upper()}"
        )

    def action_move(self, way: str) -> None:
        """Choose another row."""
        if self._reader is not None:
            self._slide.stop()
            self._take(moved(self._reader, way, self._list_rows))

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked row."""
        if self._reader is None or event.lines is not self.body:
            return
        line = self._reader.top + event.line - 2
        if event.line > 2 and entry_at(self._reader.book, line) is not None:
            self._take(standing(self._reader, line, self._list_rows))

    def action_open(self) -> None:
        """Show the proof of the chosen row, or hide it."""
        self._detail = not self._detail
        self._ask_proof()
        self.redraw()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.query_one(FilterLine).open()

    def action_order(self) -> None:
        """Show the newest rows first, or the oldest."""
        newest_first = not self._query.newest_first
        self._query = msgspec.structs.replace(self._query, newest_first=newest_first)
        self._start_over()

    def action_write(self) -> None:
        """Write the rows that pass the filter into two files of the present folder."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        files = files_of(Path.cwd(), snapshot.head.now)
        work = write_and_tell(self.mosaic.engine, self._query, files, self.notice)
        self.run_worker(work, group="write", exclusive=True)

    def action_leave(self) -> None:
        """Lift the filter, then go to the top, then leave."""
        if self._words:
            self.filter_by("")
        elif self._reader is not None and not self._reader.at_top:
            self._take(moved(self._reader, "home", self._list_rows))
        else:
            super().action_leave()

    @property
    def _chosen(self) -> Entry | None:
        return self._reader.chosen if self._reader is not None else None

    @property
    def _list_rows(self) -> int:
        return body_rows(self._detail, self.room, self.rows)

    def _ledger(self, snapshot: Snapshot) -> Ledger:
        reader, head = self._reader, snapshot.head
        settles = self.look.clock(head.settles)
        proof = self._proof if self._proof and self._same_row(self._proof.entry) else None
        return Ledger(
            book=reader.book if reader else None,
            top=reader.top + self._slide.lines if reader else 0,
            cursor=reader.cursor if reader else 0,
            filter=self._words,
            group_rows=self._group_rows,
            newest_first=self._query.newest_first,
            proof=proof,
            detail=self._detail,
            today=local_day(head.now, self.look.zone).isoformat(),
            empty=empty_sentence(settles, auto=head.auto, filtered=bool(self._words)),
        )

    def _same_row(self, entry: Entry) -> bool:
        return self._chosen is not None and entry.key == self._chosen.key

    def _start_over(self) -> None:
        self._reader, self._proof, self._proven, self._loading = None, None, None, False
        self._slide.stop()
        self._load_first()
        self.redraw()

    def _load_first(self) -> None:
        asked = first_page(self._query, self._reader.book if self._reader else None)
        engine, newest_first = self.mosaic.engine, self._query.newest_first

        def arrived(page: LedgerPage) -> None:
            self._loading = False
            reader, new = with_first_page(self._reader or Reader(), page, newest_first=newest_first)
            self._proven = None
            self._take(reader)
            if new and not self.look.calm:
                self._slide.begin(min(new, self._list_rows))
            if self._words:
                self._ask_group_rows()

        self._loading = True
        self.ask(lambda: engine.ledger(asked), arrived, group="rows")

    def _load_more(self) -> None:
        reader, engine = self._reader, self.mosaic.engine
        if reader is None or self._loading or not wants_more(reader, max(1, self._list_rows)):
            return
        asked = page_after(self._query, reader.book)

        def arrived(page: LedgerPage) -> None:
            self._loading = False
            if self._reader is not None:
                self._take(with_next_page(self._reader, page))

        self._loading = True
        self.ask(lambda: engine.ledger(asked), arrived, group="rows")

    def _take(self, reader: Reader) -> None:
        self._reader = reader
        self._ask_proof()
        self._load_more()
        self.redraw_all()

    def _ask_proof(self) -> None:
        entry, engine = self._chosen, self.mosaic.engine
        if entry is None or entry == self._proven or not self._detail:
            return
        self._proven = entry

        def arrived(proof: EntryProof) -> None:
            self._proof = proof
            self.redraw()

        self.ask(
            lambda: engine.proof(
                entry.interval.name, entry.revision, entry.producer, entry.consumer
            ),
            arrived,
            group="proof",
        )

    def _ask_group_rows(self) -> None:
        """Ask how many rows the groups in sight have without the filter."""
        groups = self._reader.book.groups[:200] if self._reader else ()
        days = list(
            dict.fromkeys(local_day(group.interval.start, self.look.zone) for group in groups)
        )
        engine = self.mosaic.engine

        def arrived(found: dict[str, int]) -> None:
            self._group_rows = found
            self.redraw()

        self.ask(lambda: rows_by_interval(engine, days), arrived, group="groups")
