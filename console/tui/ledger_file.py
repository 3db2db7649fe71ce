"""The ledger file: the rows that pass a filter, written as CSV and as JSON lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from console.client import Engine
from console.errors import MosaicError
from console.model.entry import Entry
from console.model.row import CSV_HEADER, csv_line, json_line
from console.model.view import LedgerQuery

PAGE = 1000
"""Rows that are asked for at once."""


class Files(msgspec.Struct, frozen=True):
    """Two new files with the same rows."""

    csv: Path
    """As CSV, with a header."""
    jsonl: Path
    """As JSON lines."""


async def write_ledger(engine: Engine, query: LedgerQuery, files: Files) -> int:
    """Write every row that passes a filter, and return how many there are.

    Existing files are never touched, and none is left half done.

    Args:
        engine: whom to ask, a page at a time.
        query: the filter and the order.
        files: where to.

    Raises:
        OSError: a file is there already or cannot be written.
        MosaicError: the engine does not answer.
    """
    made: list[Path] = []
    rows, whole = 0, False
    try:
        for path, text in ((files.csv, f"{CSV_HEADER}\n"), (files.jsonl, "")):
            await asyncio.to_thread(_append, path, text, new=True)
            made.append(path)
        after = ""
        while not whole:
            page = await engine.ledger(msgspec.structs.replace(query, after=after, limit=PAGE))
            await asyncio.to_thread(_append, files.csv, csv_text(page.entries))
            await asyncio.to_thread(_append, files.jsonl, json_text(page.entries))
            rows, after, whole = rows + len(page.entries), page.next, not page.next
    finally:
        for path in [] if whole else made:
            path.unlink(missing_ok=True)
    return rows


def files_of(folder: Path, now: datetime) -> Files:
    """Return the files of a folder that are named after an instant.

    Args:
        folder: where they go.
        now: the business time, aware UTC.
    """
    stem = f"mosaic-ledger-{now:%Y%m%dT%H%M%SZ}"
    return Files(folder / f"{stem}.csv", folder / f"{stem}.jsonl")


async def write_and_tell(
    engine: Engine, query: LedgerQuery, files: Files, said: Callable[[str], None]
) -> None:
    """Write every row that passes a filter, and say what came of it.

    Args:
        engine: whom to ask.
        query: the filter and the order.
        files: where to.
        said: takes the sentence.
    """
    try:
        rows = await write_ledger(engine, query, files)
    except FileExistsError:
        said(f"{files.csv.name} is there already; nothing was written.")
    except OSError as error:
        said(f"{files.csv.name} could not be written: {error.strerror}.")
    except MosaicError as error:
        said(f"Nothing was written. {error.paragraph}")
    else:
        said(f"{rows:,} rows written to {files.csv.name} and {files.jsonl.name}.")


def json_text(entries: Sequence[Entry]) -> str:
    """Return rows as JSON lines."""
    return "".join(f"{json_line(entry)}\n" for entry in entries)


def csv_text(entries: Sequence[Entry]) -> str:
    """Return rows as CSV without the header."""
    return "".join(f"{csv_line(entry)}\n" for entry in entries)


def _append(path: Path, text: str, *, new: bool = False) -> None:
    with path.open("x" if new else "a", encoding="utf-8", newline="") as file:
        file.write(text)
