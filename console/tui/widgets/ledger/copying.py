"""The copying: a ledger row, its proof or its interval in the shapes that people paste."""

from __future__ import annotations

from collections.abc import Sequence

from console.model.entry import Entry
from console.model.figures import MICRO, shortest_decimal
from console.model.row import CSV_HEADER, csv_line, json_line
from console.model.view import EntryProof
from console.safe_text import safe_text
from console.tui import format as written

MOST_CHARACTERS = 48_000
"""The most that is handed to a terminal at once: OSC 52 carries it in a third more bytes, and many
terminals take no more than 75,000."""

_PROOF, _ROWS = "its proof", "its interval as CSV"
_OF_A_ROW = ("a line", "its transaction", "JSON", "CSV")


def shapes(proof: EntryProof | None, rows: Sequence[Entry]) -> tuple[str, ...]:
    """Return the shapes a row can be copied in, in the order in which they are offered.

    Args:
        proof: the row's proof; None while it is not known.
        rows: the loaded rows of its interval; none where they do not stand together.
    """
    return (*_OF_A_ROW, *((_PROOF,) if proof is not None else ()), *((_ROWS,) if rows else ()))


def copied(
    entry: Entry, shape: str, proof: EntryProof | None = None, rows: Sequence[Entry] = ()
) -> tuple[str, str]:
    """Return what is copied of a row, and what to call it.

    Args:
        entry: the row.
        shape: one of `shapes`.
        proof: the row's proof.
        rows: the loaded rows of its interval.
    """
    if shape == _PROOF and proof is not None:
        return _proof(proof), shape
    if shape == _ROWS:
        return _rows(entry, rows)
    return _row(entry, shape), shape


class Copier:
    """Gives one row in one shape after the other."""

    def __init__(self) -> None:
        """Begin with the first shape."""
        self._key: object = None
        self._shape = 0

    def take(
        self, entry: Entry | None, proof: EntryProof | None, rows: Sequence[Entry]
    ) -> tuple[str, str]:
        """Return what is copied now, and the sentence that says so; of another row the first shape.

        Args:
            entry: the chosen row; None where there is none.
            proof: its proof; None while it is not known.
            rows: the loaded rows of its interval.
        """
        if entry is None:
            return "", "There is no row to copy."
        if entry.key != self._key:
            self._key, self._shape = entry.key, 0
        every = shapes(proof, rows)
        text, what = copied(entry, every[self._shape % len(every)], proof, rows)
        following = every[(self._shape + 1) % len(every)]
        return text, f"Copied as {what}, where the terminal allows it; y again: {following}."

    def turn(self) -> None:
        """Go on to the next shape."""
        self._shape += 1


def _row(entry: Entry, shape: str) -> str:
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


def _rows(entry: Entry, rows: Sequence[Entry]) -> tuple[str, str]:
    lines, length = [CSV_HEADER], len(CSV_HEADER)
    for row in rows:
        line = csv_line(row)
        length += 1 + len(line)
        if length > MOST_CHARACTERS:
            break
        lines.append(line)
    taken, name = len(lines) - 1, entry.interval.name
    if taken < len(rows):
        return "\n".join(lines), f"CSV, the first {taken:,} rows of {name} (w writes all)"
    return "\n".join(lines), f"CSV, {taken:,} row{'s' * (taken != 1)} of {name}"


def _proof(proof: EntryProof) -> str:
    entry = proof.entry
    price = shortest_decimal(entry.price_micro_per_kwh, MICRO)
    mosaics = ", ".join(f"{house} {wh} Wh" for house, wh in proof.mosaics)
    lines = (
        f"{entry.interval.name} revision {entry.revision}: {entry.producer} to {entry.consumer}",
        f"{entry.wh} Wh x {price} {entry.currency}/kWh = "
        f"{written.money(entry.amount_nano)} {entry.currency}",
        f"transaction {entry.transaction.hex().upper()}, block {entry.height}, {entry.state.value},"
        f" part {proof.part}/{proof.parts}",
        f"wallet {proof.wallet}: {mosaics}",
        f"message {proof.message}",
        f"inputs root {proof.inputs_root.hex().upper() or 'missing'}",
    )
    text = "\n".join(safe_text(line, MOST_CHARACTERS // len(lines)) for line in lines)
    return text[:MOST_CHARACTERS]
