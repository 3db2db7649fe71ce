"""The bills: all houses in a table, the chosen one's statement beside it or over it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from console.model.bill import Bill, BillLine, Bills, BillState, Kind
from console.model.money import in_units
from console.model.natural import natural
from console.model.settlement import State
from console.model.statement import MONTHS, heading, label, progress, sentences
from console.tui import format
from console.tui.cells import Line, Row, cut, spot
from console.tui.look import Look

TABLE = 75
"""The cells of the table."""
_BESIDE = 79
_STATEMENT = 40
_ENDS = (20, 28, 40, 46, 55, 66, TABLE)
_FIGURES = 22
_MARKS = {BillState.DRAFT: "", BillState.APPROVED: "A", BillState.PAID: "p"}
"""Behind a row the key that brought the bill there."""
_NAMED_PENDING = 3


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows."""

    bills: Bills
    """The period's bills."""
    chosen: int
    """Which house, from 0."""
    statement: bool
    """Whether the statement stands over the table where it does not fit beside it."""
    look: Look
    """How to draw it."""

    @property
    def bill(self) -> Bill | None:
        """The chosen house's bill; None where there is no house."""
        bills = self.bills.bills
        return bills[min(self.chosen, len(bills) - 1)] if bills else None


def draw_title(sheet: Sheet, cells: int) -> Line:
    """Draw the period, where the bills begin and end, and what is not yet in.

    Args:
        sheet: what is shown.
        cells: the width.
    """
    look, bills = sheet.look, sheet.bills
    row = Row().add(" ").add("5 Bills", look.ink.strong)
    row.add("   ").add(f"{look.glyphs.left} ", spot("move('left')")).add(bills.period.name)
    row.add(f" {look.glyphs.right}", spot("move('right')"))
    if sheet.statement and cells < _BESIDE + _STATEMENT and sheet.bill is not None:
        row.add("   ").add(sheet.bill.house, look.ink.accent)
        return row.add("   statement as it will be printed", look.ink.dim).segments
    if bills.since is None:
        return row.add("   nothing is final in this period yet", look.ink.dim).segments
    since = look.day(bills.since.start)
    stands = progress(bills)
    row.add(f"   from {since.day} {MONTHS[since.month - 1]}")
    block = f", up to block {bills.final_height}"
    if row.length + len(block) + 3 + len(stands) <= cells:
        row.add(block)
    row.add(f"   {stands}")
    waiting = _pending(sheet)
    if waiting and max(row.length + 3, _BESIDE) + len(waiting) <= cells:
        wrong = any(one.state in (State.HELD, State.HALTED) for one in bills.pending)
        row.to(_BESIDE).add(waiting, look.ink.alarm if wrong else look.ink.dim)
    return row.segments


def draw_bills(sheet: Sheet, cells: int, height: int) -> list[Line]:
    """Draw the table with the statement beside it, or the one that is asked for.

    Args:
        sheet: what is shown.
        cells: the width.
        height: the lines there are.
    """
    look, wide = sheet.look, cells >= _BESIDE + _STATEMENT
    if sheet.statement and not wide:
        return [[], *(Row().to(3).segments + line for line in _statement(sheet, cells - 4))][
            :height
        ]
    table = list(_table(sheet, height))
    if not wide:
        return table
    rule = look.glyphs.rule * 2
    heading = Row().add(f"{rule} statement {rule}", look.ink.dim).segments
    beside = [heading, *_statement(sheet, min(cells - _BESIDE - 1, 2 * _STATEMENT))]
    return list(_side_by_side(table, beside[:height]))


def statement_text(sheet: Sheet) -> str:
    """Return the chosen house's statement as plain text."""
    lines = _statement(sheet, 2 * _STATEMENT)
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def _side_by_side(left: list[Line], right: list[Line]) -> Iterator[Line]:
    for number in range(max(len(left), len(right))):
        row = Row()
        if number < len(left):
            for segment in left[number]:
                row.add(segment.text, segment.style)
        row.to(_BESIDE)
        yield row.segments + (right[number] if number < len(right) else [])


def _table(sheet: Sheet, height: int) -> Iterator[Line]:
    look, bills = sheet.look, sheet.bills.bills
    heads = ("sold kWh", "earned", "bought kWh", "owes", "to grid", "from grid")
    head = Row().to(3).add("house", look.ink.dim)
    for text, end in zip((*heads, f"net {look.currency}"), _ENDS, strict=True):
        head.end(text, end, look.ink.dim)
    yield head.segments
    room = max(1, height - 2)
    first = max(0, min(sheet.chosen - room + 1, len(bills) - room))
    for number, bill in enumerate(bills[first : first + room], first):
        line = Row()
        for segment in _row(label(bill), (bill,), sheet, number == sheet.chosen, bill.house):
            line.add(segment.text, segment.style)
        if mark := _MARKS[bill.state]:
            line.to(TABLE + 1).add(mark, look.ink.dim)
        yield line.segments
    count = len({bill.house for bill in bills})
    yield _row(f"{count} house{'' if count == 1 else 's'}", bills, sheet, False)


def _row(name: str, bills: tuple[Bill, ...], sheet: Sheet, chosen: bool, house: str = "") -> Line:
    look, apart = sheet.look, house in sheet.bills.apart
    known = sheet.bills.knows_export(house)
    row = Row().add(f" {look.glyphs.chosen}" if chosen else "", look.ink.accent).to(3)
    sold, bought = (sum(bill.wh(kind) for bill in bills) for kind in (Kind.SOLD, Kind.BOUGHT))
    to_grid, from_grid = (
        sum(bill.wh(kind) for bill in bills) for kind in (Kind.TO_GRID, Kind.FROM_GRID)
    )
    earned = sum(bill.cents(Kind.SOLD) for bill in bills)
    owes = -sum(bill.cents(Kind.BOUGHT) for bill in bills)
    values = (
        format.kwh(sold) if sold else "",
        in_units(earned) if sold else "",
        format.kwh(bought) if bought else "",
        in_units(owes) if bought else "",
        format.kwh(to_grid) if to_grid else "" if known else format.UNKNOWN,
        format.kwh(from_grid) if from_grid else "",
        in_units(sum(bill.net_cents for bill in bills)),
    )
    mark = f" {look.glyphs.apart}" if apart else ""
    room = _ENDS[0] - 3 - len(values[0]) - 1 - len(mark)
    row.add(cut(name, room, look.glyphs.more)).add(mark, look.ink.warn)
    for value, end in zip(values, _ENDS, strict=True):
        row.end(value or look.glyphs.dash, end, None if value else look.ink.dim)
    return row.segments


def _statement(sheet: Sheet, cells: int) -> list[Line]:
    """Draw the chosen house's statement, energy and money under each other."""
    look, bill = sheet.look, sheet.bill
    if bill is None:
        return []
    lines_by_name = sorted(bill.lines, key=_order)
    longest = max((len(_label(line)) for line in bill.lines), default=0)
    end = max(30, min(cells, max(_STATEMENT, longest + _FIGURES)))
    head = Row().add(cut(bill.name or bill.house, end // 2, look.glyphs.more), look.ink.strong)
    lines = [head.end(heading(bill, sheet.bills.period), end).segments, []]
    sign = -1 if bill.net_cents < 0 else 1
    near = [line for line in bill.lines if line.kind in (Kind.BOUGHT, Kind.SOLD)]
    for line in lines_by_name:
        if line.kind in (Kind.FROM_GRID, Kind.TO_GRID) and near:
            lines.append(_together(near, sign, end))
            near = []
        lines.append(_statement_line(line, sign, end, look))
    if near:
        lines.append(_together(near, sign, end))
    word = "to pay" if bill.net_cents < 0 else "paid out"
    total = f"{in_units(abs(bill.net_cents))} {look.currency}"
    lines += [Row().add(word, look.ink.strong).end(total, end, look.ink.strong).segments, []]
    for sentence in sentences(bill, sheet.bills, look.dated):
        wrapped = textwrap.wrap(sentence, end)
        lines += [Row().add(text, look.ink.dim).segments for text in wrapped]
    return lines


def _order(line: BillLine) -> tuple[int, object]:
    return list(Kind).index(line.kind), natural(line.other)


def _label(line: BillLine) -> str:
    """Return what a line is about; the grid's with its price."""
    price = line.price_micro_per_kwh
    at = f" at {format.price(price)}" if price is not None and not line.other else ""
    words = {
        Kind.BOUGHT: "bought from ",
        Kind.SOLD: "sold to ",
        Kind.OWN: "own use",
        Kind.FROM_GRID: "from grid",
        Kind.TO_GRID: "to grid",
    }[line.kind]
    return f"{words}{line.other if line.kind is not Kind.OWN else ''}{at}"


def _statement_line(line: BillLine, sign: int, end: int, look: Look) -> Line:
    price = line.price_micro_per_kwh
    row = Row().add(cut(_label(line), end - _FIGURES, look.glyphs.more))
    row.end(f"{format.kwh(line.wh)} kWh", end - 11)
    amount = look.glyphs.dash if line.kind is Kind.OWN or price is None else ""
    return row.end(amount or in_units(sign * line.cents), end).segments


def _together(near: list[BillLine], sign: int, end: int) -> Line:
    wh = sum(line.wh if line.kind is Kind.BOUGHT else -line.wh for line in near)
    cents = sum(line.cents for line in near)
    row = Row().add("together").end(f"{format.kwh(abs(wh))} kWh", end - 11)
    return row.end(in_units(sign * cents), end).segments


def _pending(sheet: Sheet) -> str:
    """Return which intervals are not in the bills yet."""
    look, pending = sheet.look, sheet.bills.pending
    if not pending:
        return ""
    named = "   ".join(
        f"{look.clock(one.interval.start)} {look.glyphs.states[one.state]}"
        for one in pending[-_NAMED_PENDING:][::-1]
    )
    more = len(pending) - _NAMED_PENDING
    return f"not yet in: {named}" + (f"   and {more} more" if more > 0 else "")
