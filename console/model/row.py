"""The row: a ledger entry as text, the same wherever it is written (design section 8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from console.model.entry import Entry
from console.model.figures import MICRO, NANO, shortest_decimal

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
"""The keys of a JSON row and the columns of the CSV, in order."""

CSV_HEADER = ",".join(COLUMNS)
"""The first line of the CSV."""

_NUMBERS = frozenset({"price", "wh", "amount", "minutes", "revision", "height"})
_OBEYED_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def json_line(entry: Entry) -> str:
    """Return a row as one JSON object, numbers as the shortest plain decimals, no newline."""
    return "{" + ",".join(f'"{name}":{_json(name, token)}' for name, token in _tokens(entry)) + "}"


def csv_line(entry: Entry) -> str:
    """Return a row as CSV, no newline.

    Text that a spreadsheet would obey gets an apostrophe in front; numbers are left as they are.
    """
    line = io.StringIO()
    cells = [token if name in _NUMBERS else defused(token) for name, token in _tokens(entry)]
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the header and each row as CSV, no newline."""
    yield CSV_HEADER
    yield from map(csv_line, entries)


def _tokens(entry: Entry) -> Iterator[tuple[str, str]]:
    values = (
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
    return zip(COLUMNS, values, strict=True)


def _json(name: str, token: str) -> str:
    return token if name in _NUMBERS else msgspec.json.encode(token).decode("utf-8")


def defused(text: str) -> str:
    """Return text for a spreadsheet: an apostrophe in front of what it would obey."""
    return f"'{text}" if text.startswith(_OBEYED_BY_SPREADSHEETS) else text
