"""The export: ledger rows as JSON lines, CSV and a table for terminals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

from console.model.entry import MICRO, NANO, Entry, EntryState, shortest_decimal
from console.safe_text import safe_text

COLUMNS = (
    "producer",
    "consumer",
    "price",
    "wh",
    "amount",
    "currency",
    "interval",
    "minutes",
    "revision",
    "height",
    "tx",
    "state",
)
"""The keys of a JSON row and the columns of the CSV, in order (design section 8)."""

_NUMBERS = frozenset({"price", "wh", "amount", "minutes", "revision", "height"})
_OBEYED_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_GLYPHS = {EntryState.FINAL: "✓", EntryState.SEALED: "◐"}
_GAP = "  "


def json_line(entry: Entry) -> str:
    """Return a row as one JSON object, numbers as the shortest plain decimals, no newline."""
    fields = zip(COLUMNS, _tokens(entry), strict=True)
    return "{" + ",".join(f'"{name}":{_json(name, token)}' for name, token in fields) + "}"


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the header and each row as CSV, no newline.

    Text that a spreadsheet would obey gets an apostrophe in front; numbers are left as they are.
    """
    yield ",".join(COLUMNS)
    for entry in entries:
        fields = zip(COLUMNS, _tokens(entry), strict=True)
        line = io.StringIO()
        cells = [token if name in _NUMBERS else _defused(token) for name, token in fields]
        csv.writer(line, lineterminator="").writerow(cells)
        yield line.getvalue()


def table_lines(entries: Sequence[Entry], *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the rows as a table: kWh with three decimals, the amount with four.

    Args:
        entries: the rows, in the order to show.
        ascii_only: write the state as a word instead of a glyph.
    """
    currencies = {entry.currency for entry in entries}
    money = currencies.pop() if len(currencies) == 1 else "amount"
    header = ("interval", "producer", "consumer", "kWh", "price", safe_text(money, 12), "block", "")
    rows = [header, *(_cells(entry, ascii_only, money == entry.currency) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    right = {3, 4, 5, 6}
    for row in rows:
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()


def _tokens(entry: Entry) -> tuple[str, ...]:
    return (
        entry.producer,
        entry.consumer,
        shortest_decimal(entry.price_micro_per_kwh, MICRO),
        str(entry.wh),
        shortest_decimal(entry.amount_nano, NANO),
        entry.currency,
        entry.interval.name,
        str(entry.interval.minutes),
        str(entry.revision),
        str(entry.height),
        entry.transaction.hex().upper(),
        entry.state.value,
    )


def _json(name: str, token: str) -> str:
    return token if name in _NUMBERS else msgspec.json.encode(token).decode("utf-8")


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(_OBEYED_BY_SPREADSHEETS) else text


def _cells(entry: Entry, ascii_only: bool, one_currency: bool) -> tuple[str, ...]:
    amount = _rounded(entry.amount_nano, NANO, "0.0001")
    return (
        entry.interval.name,
        safe_text(entry.producer, 32),
        safe_text(entry.consumer, 32),
        _rounded(entry.wh, 1000, "0.001"),
        _price(entry.price_micro_per_kwh),
        amount if one_currency else f"{amount} {safe_text(entry.currency, 12)}",
        str(entry.height),
        entry.state.value if ascii_only else _GLYPHS[entry.state],
    )


def _rounded(units: int, scale: int, step: str) -> str:
    exact = Decimal(units) / scale
    # Adding zero takes the sign off a negative zero.
    return format(exact.quantize(Decimal(step), rounding=ROUND_HALF_EVEN) + 0, "f")


def _price(micro: int) -> str:
    text = shortest_decimal(micro, MICRO)
    whole, _, digits = text.partition(".")
    return f"{whole}.{digits.ljust(2, '0')}"
