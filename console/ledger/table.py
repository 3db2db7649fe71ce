"""The table: ledger rows for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.model.entry import Entry, EntryState
from console.model.figures import kwh, money, price
from console.safe_text import safe_text

_GLYPHS = {EntryState.FINAL: "✓", EntryState.SEALED: "◐"}
_GAP = "  "


def table_lines(entries: Sequence[Entry], *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the rows as a table: kWh with three decimals, the amount with four.

    Args:
        entries: the rows, in the order to show.
        ascii_only: write the state as a word instead of a glyph.
    """
    currencies = {entry.currency for entry in entries}
    currency = currencies.pop() if len(currencies) == 1 else "amount"
    header = (
        "interval",
        "producer",
        "consumer",
        "kWh",
        "price",
        safe_text(currency, 12),
        "block",
        "",
    )
    rows = [header, *(_cells(entry, ascii_only, currency == entry.currency) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    right = {3, 4, 5, 6}
    for row in rows:
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()


def _cells(entry: Entry, ascii_only: bool, one_currency: bool) -> tuple[str, ...]:
    amount = money(entry.amount_nano)
    return (
        entry.interval.name,
        safe_text(entry.producer, 32),
        safe_text(entry.consumer, 32),
        kwh(entry.wh),
        price(entry.price_micro_per_kwh),
        amount if one_currency else f"{amount} {safe_text(entry.currency, 12)}",
        str(entry.height),
        entry.state.value if ascii_only else _GLYPHS[entry.state],
    )
