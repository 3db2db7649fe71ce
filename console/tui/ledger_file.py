"""The ledger file: the rows that pass a filter, written as CSV and as JSON lines."""

from __future__ import annotations

import asyncio
import errno
import os
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

_TOLD_EVERY = 10_000


class Files(msgspec.Struct, frozen=True):
    """Two new files with the same rows."""

    csv: Path
    """As CSV, with a header."""
    jsonl: Path
    """As JSON lines."""


async def write_ledger(
    engine: Engine, query: LedgerQuery, files: Files, told: Callable[[int], None]
) -> int:
    """Write every row that passes a filter, and return how many there are.

    The rows go into files beside these, which take their names once they are whole; existing
    files are never touched.

    Args:
        engine: whom to ask, a page at a time.
        query: the filter and the order.
        files: where to.
        told: takes how many rows are written so far.

    Raises:
        OSError: a file is there already or cannot be written.
        MosaicError: the engine does not answer.
    """
    parts = Files(*(path.with_name(f"{path.name}.part") for path in (files.csv, files.jsonl)))
    await asyncio.to_thread(_begin, files, parts)
    rows, after, whole = 0, "", False
    try:
        while not whole:
            asked = msgspec.structs.replace(query, after=after, limit=PAGE)
            page = await engine.ledger(asked)
            await asyncio.to_thread(_append, parts, page.entries)
            rows, after, whole = rows + len(page.entries), page.next, not page.next
            told(rows)
        await asyncio.to_thread(_name, files, parts)
    finally:
        for part in (parts.csv, parts.jsonl):
            part.unlink(missing_ok=True)
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

    def progress(rows: int) -> None:
        if rows % _TOLD_EVERY == 0:
            said(f"{rows:,} rows written so far.")

    try:
        rows = await write_ledger(engine, query, files, progress)
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


def _begin(files: Files, parts: Files) -> None:
    for path in (files.csv, files.jsonl):
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    _write(parts.csv, f"{CSV_HEADER}\n", "x")
    try:
        _write(parts.jsonl, "", "x")
    except OSError:
        parts.csv.unlink()
        raise


def _append(parts: Files, entries: Sequence[Entry]) -> None:
    _write(parts.csv, csv_text(entries), "a")
    _write(parts.jsonl, json_text(entries), "a")


def _name(files: Files, parts: Files) -> None:
    """Give both whole files their names, or none: only what was made here is ever replaced."""
    for part in (parts.csv, parts.jsonl):
        _sync(part)
    ours: list[Path] = []
    try:
        for path in (files.csv, files.jsonl):
            path.touch(exist_ok=False)
            ours.append(path)
        parts.csv.replace(files.csv)
        parts.jsonl.replace(files.jsonl)
    except OSError:
        for path in ours:
            path.unlink(missing_ok=True)
        raise


def _sync(part: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode, encoding="utf-8", newline="") as file:
        file.write(text)
