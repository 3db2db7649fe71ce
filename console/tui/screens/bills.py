"""Screen 5: the bills of a period, and the statement of the chosen house."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec
from textual.binding import BindingType
from textual.worker import WorkType

from console.errors import MosaicError
from console.model.bill import Bills
from console.model.natural import natural
from console.model.period import Period, month_of
from console.model.snapshot import Access, Snapshot
from console.tui import keys
from console.tui.cells import Line, Row
from console.tui.save import write_text
from console.tui.screens.approving import ask_to_approve, ask_whether_paid
from console.tui.screens.body import BodyScreen, moved
from console.tui.widgets.billtable import (
    Sheet,
    draw_bills,
    draw_title,
    statement_text,
)
from console.tui.widgets.timeline import local_day

_OF_BILLS = ("open", "copy", "write", "approve", "approve_house", "paid")
_WATCHING = "Bills are the operator's: they are not told to a console that watches."


class BillsScreen(BodyScreen):
    """A table of all houses with the chosen one's statement, a month at first."""

    NAME = "bills"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("bills")

    def __init__(self) -> None:
        """Begin with the present month, at the first house."""
        super().__init__()
        self._period: Period | None = None
        self._bills: Bills | None = None
        self._refused = ""
        self._asked: tuple[Period, int] | None = None
        self._asking: Period | None = None
        self._house = ""
        self._number = 1
        self._statement = False

    def show(self, snapshot: Snapshot) -> None:
        """Ask again where the ledger has changed, and draw."""
        if self._period is None:
            self._period = month_of(local_day(snapshot.head.now, self.look.zone))
        self._ask(snapshot, self._period)
        self.redraw()

    def _ask(self, snapshot: Snapshot, period: Period) -> None:
        wanted = (period, snapshot.head.ledger_version)
        # a ledger that changes faster than bills are added up must not end the question each time
        if (
            wanted == self._asked
            or self._asking == period
            or self.mosaic.silent_since is not None
            or not self._allowed
        ):
            return
        self._asked, self._asking = wanted, period

        async def question() -> Bills | str:
            try:
                return await self.mosaic.engine.bills(period.name)
            except MosaicError as error:
                return error.paragraph

        self.ask(question, partial(self._answered, period))

    def _answered(self, period: Period, answer: Bills | str) -> None:
        self._asking = None
        if period != self._period:
            return
        self._refused = answer if isinstance(answer, str) else ""
        self._bills = _in_order(answer) if isinstance(answer, Bills) else None
        self.redraw_all()

    @property
    def _allowed(self) -> bool:
        return self.snapshot is not None and self.snapshot.place.access is not Access.WATCH

    def picture(self, room: int, height: int) -> list[Line]:
        """Draw the title and the table, or why there is none."""
        if self.snapshot is None:
            return []
        if (sheet := self._sheet()) is not None:
            return [draw_title(sheet, room), *draw_bills(sheet, room, height - 1)]
        said = _WATCHING if not self._allowed else self._refused or "Adding up the bills."
        name = self._period.name if self._period else ""
        title = Row().add(" ").add("5 Bills", self.look.ink.strong)
        glyphs = self.look.glyphs
        title.add(f"   {glyphs.left} {name} {glyphs.right}")
        return [title.segments, Row().to(3).add(said, self.look.ink.dim).segments]

    @property
    def _index(self) -> int:
        """The chosen bill's place in the table; the first one's where it has none."""
        bills = self._bills.bills if self._bills else ()
        mine = [number for number, bill in enumerate(bills) if bill.house == self._house]
        exact = (number for number in mine if bills[number].number == self._number)
        return next(exact, mine[-1] if mine else 0)

    def _sheet(self) -> Sheet | None:
        if self._bills is None or not self._allowed:
            return None
        return Sheet(
            bills=self._bills, chosen=self._index, statement=self._statement, look=self.look
        )

    def reason(self, action: str) -> str:
        """Return why there is nothing to open, to copy or to write."""
        sheet = self._sheet()
        if action in _OF_BILLS and (sheet is None or sheet.bill is None):
            return "There is no bill here." if self._allowed else _WATCHING
        return super().reason(action)

    def remembered(self) -> dict[str, str]:
        """Return the chosen house; the period is the present one again."""
        bill = sheet.bill if (sheet := self._sheet()) else None
        return {"house": bill.house} if bill else {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Choose the house that was chosen.

        Args:
            kept: what was remembered.
        """
        self._house = kept.get("house", "")

    def copy_text(self) -> str:
        """Return the chosen house's statement."""
        sheet = self._sheet()
        return statement_text(sheet) if sheet else ""

    def action_move(self, way: str) -> None:
        """Choose another house, or another period."""
        if way in ("left", "right") and self._period is not None:
            self._turn_to(self._period.previous if way == "left" else self._period.next)
        elif self._bills is not None and self._bills.bills:
            bills = self._bills.bills
            bill = bills[moved(self._index, way, len(bills), max(2, self.rows - 4))]
            self._house, self._number = bill.house, bill.number
            self.redraw()

    def _turn_to(self, period: Period) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        if period.first > local_day(snapshot.head.now, self.look.zone):
            self.notice("That period has not begun.")
            return
        self._period, self._bills, self._refused = period, None, ""
        self._ask(snapshot, period)
        self.redraw_all()

    def action_open(self) -> None:
        """Put the statement over the table, where it does not stand beside it."""
        self._statement = not self._statement
        self.redraw_all()

    def action_leave(self) -> None:
        """Go back to the table, then to the neighbourhood."""
        if self._statement:
            self.action_open()
        else:
            super().action_leave()

    def action_approve(self) -> None:
        """Ask whether the drafts of all houses are approved."""
        if self._bills is not None:
            ask_to_approve(self, self._bills, "", self._look_again)

    def action_approve_house(self) -> None:
        """Ask whether the chosen house's draft alone is approved."""
        sheet = self._sheet()
        if sheet is not None and sheet.bill is not None:
            ask_to_approve(self, sheet.bills, sheet.bill.house, self._look_again)

    def action_paid(self) -> None:
        """Ask whether the chosen house's approved bills are paid."""
        sheet = self._sheet()
        if sheet is not None and sheet.bill is not None:
            ask_whether_paid(self, sheet.bills, sheet.bill.house, self._look_again)

    def _look_again(self) -> None:
        self._asked = None
        if self.snapshot is not None and self._period is not None:
            self._ask(self.snapshot, self._period)

    def action_write(self) -> None:
        """Write the printable pages of all houses into a new file of the present folder."""
        if self._bills is None:
            return
        name = self._bills.period.name
        path = Path.cwd() / f"mosaic-bills-{name}.html"

        async def write() -> None:
            try:
                page = await self.mosaic.engine.bills_page(name)
            except MosaicError as error:
                self.notice(error.paragraph)
            else:
                await write_text(path, page, self.notice)

        writing: WorkType[None] = write
        self.run_worker(writing, group="write", exclusive=True)


def _in_order(bills: Bills) -> Bills:
    """Return the bills with `test2` before `test10`, as the other screens have the houses."""
    ordered = sorted(bills.bills, key=lambda bill: (natural(bill.house), bill.number))
    return msgspec.structs.replace(bills, bills=tuple(ordered))
