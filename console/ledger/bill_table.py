"""The bills on a terminal: all houses in a table, or one house's statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.model.bill import Bill, BillLine, Bills, Kind
from console.model.entry import MICRO, shortest_decimal
from console.model.money import in_units
from console.safe_text import safe_text

NONE = "\N{EN DASH}"
"""What stands for nothing bought or sold."""

_GAP = "  "
_NAMED_PENDING = 4


def table_lines(bills: Bills, *, none: str = NONE) -> Iterator[str]:
    """Yield all houses as a table, a line for their sums, and what is not yet in.

    Args:
        bills: a period's bills.
        none: what stands for nothing.
    """
    currency = safe_text(bills.currency, 12)
    header = (
        "house", "sold kWh", "earned", "bought kWh", "owes", "to grid", "from grid",
        f"net {currency}",
    )  # fmt: skip
    rows = [_cells(safe_text(bill.house, 32), [bill], none) for bill in bills.bills]
    sums = _cells(f"{len(bills.bills)} houses", bills.bills, none)
    yield from aligned([header, *rows, sums])
    yield from notes(bills)


def statement_lines(bill: Bill, bills: Bills) -> Iterator[str]:
    """Yield one house's statement.

    Args:
        bill: the house's bill.
        bills: the period's bills, of which it is one.
    """
    name = f", {safe_text(bill.name, 60)}" if bill.name else ""
    yield f"{safe_text(bill.house, 32)}{name}   {bills.period.name}"
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


def line_cells(line: BillLine) -> tuple[str, str, str]:
    """Return a line as what it is about, its energy and its amount."""
    price = ""
    if line.price_micro_per_kwh is not None:
        price = f" at {shortest_decimal(line.price_micro_per_kwh, MICRO)}"
    about = {
        Kind.BOUGHT: f"bought from {safe_text(line.other, 32)}{price}",
        Kind.SOLD: f"sold to {safe_text(line.other, 32)}{price}",
        Kind.OWN: "own use",
        Kind.FROM_GRID: f"from grid{price}",
        Kind.TO_GRID: f"to grid{price}",
    }[line.kind]
    priced = line.kind is not Kind.OWN and line.price_micro_per_kwh is not None
    return about, f"{kwh(line.wh)} kWh", in_units(line.cents) if priced else ""


def sentences(bill: Bill, bills: Bills) -> Iterator[str]:
    """Yield what a household wants to know besides: savings, shares, doubts, and the source."""
    currency = safe_text(bills.currency, 12)
    if bill.saved_cents is not None:
        yield f"{in_units(bill.saved_cents)} {currency} better than with the grid alone."
    if bill.self_sufficiency is not None:
        yield f"{bill.self_sufficiency:.0%} of what was taken came from neighbours or itself."
    if bill.self_consumption is not None:
        yield f"{bill.self_consumption:.0%} of what was given was used by neighbours or itself."
    if bill.gap_wh:
        yield f"{kwh(bill.gap_wh)} kWh fell into gaps of the meter: they are the grid's."
    if bill.estimated:
        have = "interval has" if bill.estimated == 1 else "intervals have"
        yield f"{bill.estimated} {have} an estimated edge."
    if bill.left_out:
        were = "interval was" if bill.left_out == 1 else "intervals were"
        yield f"{bill.left_out} {were} settled without this house; late data corrects that."
    yield from notes(bills)


def notes(bills: Bills) -> Iterator[str]:
    """Yield where the bills come from and what is not yet in."""
    yield f"Read from the chain up to block {bills.final_height}: {bills.intervals} intervals."
    if not bills.ended:
        yield "The period is not over."
    if bills.pending:
        named = ", ".join(
            f"{one.interval.name} {one.state.value}" for one in bills.pending[:_NAMED_PENDING]
        )
        more = len(bills.pending) - _NAMED_PENDING
        yield f"Not yet in: {named}{f' and {more} more' if more > 0 else ''}."


def kwh(wh: int) -> str:
    """Return energy in kWh with three decimals."""
    sign = "-" if wh < 0 else ""
    return f"{sign}{abs(wh) // 1000}.{abs(wh) % 1000:03d}"


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows of cells, the first column to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()


def _cells(name: str, bills: Sequence[Bill], none: str) -> tuple[str, ...]:
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
        kwh(to_grid) if to_grid else none,
        kwh(from_grid) if from_grid else none,
        in_units(sum(bill.net_cents for bill in bills)),
    )
