"""Screen 4: the ledger, derived from the chain, with the proof of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.model.entry import Entry
from console.model.ledger_order import LedgerOrder
from console.model.snapshot import Snapshot
from console.model.view import EntryProof, LedgerQuery
from console.tui import keys
from console.tui.cells import Line
from console.tui.ledger_file import files_of, write_and_tell
from console.tui.screens.body import BodyScreen
from console.tui.screens.ledger_groups import LedgerGroups
from console.tui.screens.ledger_pages import LedgerPages
from console.tui.widgets.filterline import FilterLine
from console.tui.widgets.jump import HELP as HELP_JUMP
from console.tui.widgets.jump import Jump, parse_row, place_of_span
from console.tui.widgets.ledger.copying import Copier
from console.tui.widgets.ledger.entries import Ledger, body_rows, draw_ledger, empty_sentence
from console.tui.widgets.ledger.reader import Reader, entry_at, rows_beside, standing
from console.tui.widgets.ledger.rowsorting import SORTINGS, RowSorting
from console.tui.widgets.lines import Lines
from console.tui.widgets.sought import Place
from console.tui.widgets.timeline import local_day
from console.tui.widgets.words import HELP, FilterWords, Span, midnight, parse_words

_LONGEST_WORDS = 160


class LedgerScreen(BodyScreen):
    """The ledger's rows, grouped by interval, loaded a page at a time."""

    NAME = "ledger"
    CHOICES: ClassVar[Mapping[str, str]] = {f"order {name}": "order" for name in SORTINGS}
    PLACES = HELP_JUMP
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("ledger")

    def __init__(self) -> None:
        """Begin with the newest rows and no filter."""
        super().__init__()
        self._words = ""
        self._kept_words = ""
        self._pages = LedgerPages(self, self._moved)
        self._groups = LedgerGroups(self)
        self._pages.rows = lambda: body_rows(self._detail, self.room, self.rows)
        self._version = -1
        self._proof: EntryProof | None = None
        self._proven: Entry | None = None
        self._detail = True
        self._copier = Copier()

    def compose_body(self) -> ComposeResult:
        """Give the list and the filter."""
        yield from super().compose_body()
        yield FilterLine("filter", HELP)

    def show(self, snapshot: Snapshot) -> None:
        """Ask again where the ledger has changed, and draw."""
        if self._kept_words:
            words, self._kept_words = self._kept_words, ""
            self.filter_by(words)
        unanswered = self._pages.reader is None and not self._pages.loading
        if snapshot.head.ledger_version != self._version or unanswered:
            self._version = snapshot.head.ledger_version
            self._proven = None
            self._groups.forget()
            self._pages.refresh()
        self.redraw()

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the rows."""
        snapshot = self.snapshot
        if snapshot is None:
            return []
        return draw_ledger(self._ledger(snapshot), room, height, self.look)

    def remembered(self) -> dict[str, str]:
        """Return filter, order and detail."""
        detail = "on" if self._detail else "off"
        return {"filter": self._words, "order": self._pages.sorting.name, "detail": detail}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Take filter, order and detail up again; what is not understood stays as it is."""
        if (sorting := SORTINGS.get(kept.get("order", ""))) is not None:
            self._pages.query = sorting.applied(self._pages.query)
        self._detail = kept.get("detail") != "off"
        self._kept_words = kept.get("filter", "")[:_LONGEST_WORDS]

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
        self._start_over(self._pages.sorting.applied(query))

    def places(self, typed: str) -> Iterator[Place]:
        """Yield a row or a part of the whole where the letters name one, then all that is else."""
        jump = parse_row(typed)
        if jump is not None:
            words = f"row {jump.row + 1:,}" if jump.row is not None else f"{typed.strip(' %')} %"
            yield Place(words=words, help="of the ledger", go=partial(self._go, jump), meant=True)
        yield from super().places(typed)

    def go_to_house(self, house: str) -> None:
        """Show the house's rows alone."""
        self.filter_by(f"house:{house}")

    def go_to_interval(self, start: datetime) -> None:
        """Show the rows from an interval on."""
        if self.snapshot is not None:
            length = timedelta(minutes=self.snapshot.place.minutes)
            self._show_from((start, start + length))

    def go_to_day(self, start: datetime) -> None:
        """Show the rows from a day on."""
        zone = self.look.zone
        self._show_from((start, midnight(local_day(start, zone) + timedelta(days=1), zone)))

    def _show_from(self, span: Span) -> None:
        if self._pages.sorting.flat:
            self._pages.query = SORTINGS["newest"].applied(self._pages.query)
        newest_first = not self._pages.sorting.rises
        self._pages.jump_to(place_of_span(span, newest_first=newest_first))

    def _go(self, jump: Jump) -> None:
        reader = self._pages.reader
        if jump.row is not None:
            self._pages.jump_to_row(jump.row)
        elif jump.part is not None and reader is not None and reader.book.rows:
            self._pages.jump_to_row(int(jump.part * (reader.book.rows - 1)))
        else:
            self.notice("The rows are still being counted; a row's number or a time goes at once.")

    def reason(self, action: str) -> str:
        """Return why there is nothing to copy or to write."""
        if action in ("copy", "write", "open", "jump") and self._chosen is None:
            return "The ledger has no row to choose here."
        return super().reason(action)

    def copy_text(self) -> str:
        """Return the chosen row in the next shape."""
        return self._copier.take(*self._to_copy)[0] if self._chosen is not None else ""

    def action_copy(self) -> None:
        """Copy the chosen row; once more the same row in another shape."""
        text, sentence = self._copier.take(*self._to_copy)
        self._copier.turn()
        self.app.copy_to_clipboard(text)
        self.notice(sentence)

    @property
    def _to_copy(self) -> tuple[Entry | None, EntryProof | None, tuple[Entry, ...]]:
        return self._chosen, self._proof_of_chosen, rows_beside(self._pages.reader or Reader())

    @property
    def _proof_of_chosen(self) -> EntryProof | None:
        return self._proof if self._proof and self._same_row(self._proof.entry) else None

    def action_move(self, way: str) -> None:
        """Choose another row."""
        self._pages.move(way)

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Choose the clicked row."""
        reader = self._pages.reader
        if reader is None or event.lines is not self.body:
            return
        line = reader.top + event.line - 2
        if event.line > (1 if reader.book.flat else 2) and entry_at(reader.book, line) is not None:
            self._pages.take(standing(reader, line, self._pages.rows()))

    def action_open(self) -> None:
        """Show the proof of the chosen row, or hide it."""
        self._detail = not self._detail
        self._ask_proof()
        self.redraw()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.query_one("#filter", FilterLine).open()

    def action_order(self) -> None:
        """Turn the order round, then take the next one."""
        self._sort(self._pages.sorting.next)

    def action_sort(self, name: str) -> None:
        """Order by what a clicked heading names; once more turns it round.

        Args:
            name: the order.
        """
        sorting, order = self._pages.sorting, LedgerOrder(name)
        turned = sorting.order is order
        rises = not sorting.rises if turned else order.names_houses
        self._sort(RowSorting(order, rises))

    def choose(self, words: str) -> None:
        """Take an order by its name in the palette."""
        self._sort(SORTINGS[words.removeprefix("order ")])

    def _sort(self, sorting: RowSorting) -> None:
        """Show the rows in another order; a row that was chosen stays so."""
        reader = self._pages.reader
        kept = None if reader is None or reader.at_top else reader.chosen
        self._start_over(sorting.applied(self._pages.query), kept)

    def action_write(self) -> None:
        """Write the rows that pass the filter into two files of the present folder."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        files = files_of(Path.cwd(), snapshot.head.now)
        work = write_and_tell(self.mosaic.engine, self._pages.query, files, self.notice)
        self.run_worker(work, group="write", exclusive=True)

    def action_leave(self) -> None:
        """End a visit from another screen; lift the filter, then go to the top, then leave."""
        reader = self._pages.reader
        if self.mosaic.end_visit():
            return
        if self._words:
            self.filter_by("")
        elif reader is not None and not reader.at_top and reader.book.groups:
            self._pages.move("home")
        else:
            super().action_leave()

    @property
    def _chosen(self) -> Entry | None:
        return self._pages.reader.chosen if self._pages.reader is not None else None

    def _ledger(self, snapshot: Snapshot) -> Ledger:
        reader, head = self._pages.reader, snapshot.head
        settles = self.look.clock(head.settles)
        return Ledger(
            book=reader.book if reader else None,
            top=reader.top + self._pages.slide.lines if reader else 0,
            cursor=reader.cursor if reader else 0,
            filter=self._words,
            group_rows=self._groups.rows,
            totals=self._groups.totals,
            sorting=self._pages.sorting,
            loading=self._pages.loading,
            proof=self._proof_of_chosen,
            detail=self._detail,
            today=self.look.day(head.now),
            empty=empty_sentence(settles, head.auto, snapshot.place.access, self._words),
        )

    def _same_row(self, entry: Entry) -> bool:
        return self._chosen is not None and entry.key == self._chosen.key

    def _start_over(self, query: LedgerQuery, kept: Entry | None = None) -> None:
        self._proof, self._proven = None, None
        self._groups.forget()
        self._pages.start_over(query, kept)
        self.redraw()

    def _moved(self) -> None:
        """Follow the reader: prove the chosen row, count the intervals in sight, draw."""
        self._ask_proof()
        if (reader := self._pages.reader) is not None:
            rows, query = self._pages.rows(), self._pages.query
            self._groups.look(reader, rows, query, filtered=bool(self._words))
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
