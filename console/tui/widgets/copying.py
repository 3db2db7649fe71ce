"""The copying: one ledger row in the shapes that people paste."""

from __future__ import annotations

from console.model.entry import Entry
from console.model.row import csv_line, json_line
from console.tui import format as written

SHAPES = ("a line", "its transaction", "JSON", "CSV")
"""The shapes, in the order in which they are offered."""


def copied(entry: Entry, shape: str) -> str:
    """Return a row as text.

    Args:
        entry: the row.
        shape: one of `SHAPES`.
    """
    transaction = entry.transaction.hex().upper()
    if shape == "its transaction":
        return transaction
    if shape == "JSON":
        return json_line(entry)
    if shape == "CSV":
        return csv_line(entry)
    return (
        f"{entry.interval.name} {entry.producer} to {entry.consumer}"
        f" {written.kwh(entry.wh)} kWh"
        f" {written.money(entry.amount_nano)} {entry.currency}"
        f" block {entry.height} {transaction}"
    )
