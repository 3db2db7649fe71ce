"""The bills on a terminal: all houses in a table, or one house's statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.model.apart import apart_sentence
from console.model.bill import Bill, Bills, BillState, Kind
from console.model.figures import kwh
from console.model.money import in_units
from console.model.statement import (
    doubts,
    heading,
    label,
    line_cells,
    notes,
    sentences,
    standing,
    summary,
    taken_back,
)
from console.safe_text import safe_text

NONE = "\N{EN DASH}"
"""What stands for nothing bought or sold."""
UNKNOWN = "--"
"""What stands for energy that no register counts."""

_GAP = "  "


def table_lines(bills: Bills, *, none: str = NONE) -> Iterator[str]:
    """Yield all houses as a table, a line for their sums, what is not yet in, and what is in doubt.

    Args:
        bills: a period's bills.
        none: what stands for nothing.
    """
    currency = safe_text(bills.currency, 12)
    header = (
        "house", "sold kWh", "earned", "bought kWh", "owes", "to grid", "from grid",
        f"net {currency}",
    )  # fmt: skip
    rows = [
        _cells(label(bill), [bill], none, known=bills.knows_export(bill.house))
        for bill in bills.bills
    ]
    houses = len({bill.house for bill in bills.bills})
    sums = _cells(f"{houses} house{'' if houses == 1 else 's'}", bills.bills, none)
    lines = [*aligned([header, *rows, sums])]
    if all(bill.state is BillState.DRAFT for bill in bills.bills):
        yield from lines
    else:
        width = max(map(len, lines))
        states = ["state", *(bill.state.value for bill in bills.bills), standing(bills.bills)]
        for line, state in zip(lines, states, strict=True):
            yield f"{line.ljust(width)}{_GAP}{state}"
    yield from notes(bills)
    yield from summary(bills)
    for bill in bills.bills:
        for doubt in doubts(bill):
            yield f"{label(bill)}: {doubt}"
        if not bills.knows_export(bill.house):
            yield f"{label(bill)}: no export register, so what it gave is not known."
        if told := taken_back(bill, bills):
            yield f"{label(bill)}: {told}"
    yield from filter(None, (apart_sentence(bills.apart_in(bills.bills)),))


def statement_lines(bill: Bill, bills: Bills) -> Iterator[str]:
    """Yield one house's statement.

    Args:
        bill: the house's bill.
        bills: the period's bills, of which it is one.
    """
    name = f", {safe_text(bill.name, 60)}" if bill.name else ""
    yield f"{safe_text(bill.house, 32)}{name}   {heading(bill, bills.period)}"
    yield ""
    near = [line for line in bill.lines if line.kind in (Kind.BOUGHT, Kind.SOLD)]
    grid = [line for line in bill.lines if line.kind in (Kind.FROM_GRID, Kind.TO_GRID)]
    rows = [line_cells(line) for line in near]
    if near:
        cents = bill.cents(Kind.BOUGHT, Kind.SOLD)
        rows.append(("together", "", in_units(cents)))
    rows += [line_cells(line) for line in bill.lines if line.kind is Kind.OWN]
    rows += [line_cells(line) for line in grid]
    net = bill.net_cents
    word = "to pay" if net < 0 else "paid out"
    rows.append((word, "", f"{in_units(abs(net))} {safe_text(bills.currency, 12)}"))
    yield from aligned(rows)
    yield ""
    yield from sentences(bill, bills)


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows of cells, the first column to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()


def _cells(name: str, bills: Sequence[Bill], none: str, *, known: bool = True) -> tuple[str, ...]:
    sold, bought = (sum(bill.wh(kind) for bill in bills) for kind in (Kind.SOLD, Kind.BOUGHT))
    to_grid, from_grid = (
        sum(bill.wh(kind) for bill in bills) for kind in (Kind.TO_GRID, Kind.FROM_GRID)
    )
    return (
        name,
        kwh(sold) if sold else none,
        in_units(sum(bill.cents(Kind.SOLD) for bill in bills)) if sold else none,
        kwh(bought) if bought else none,
        in_units(-sum(bill.cents(Kind.BOUGHT) for bill in bills)) if bought else none,
        kwh(to_grid) if to_grid else none if known else UNKNOWN,
        kwh(from_grid) if from_grid else none,
        in_units(sum(bill.net_cents for bill in bills)),
    )
