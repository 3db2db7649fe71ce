"""The taping: stored readings of a stretch of time, written into a recording."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from console.client import Client
from console.errors import EngineError, UsageError
from console.files import new_text

MOST_ROWS = 1_000_000
"""The most readings that a replay takes."""


async def write_tape(
    client: Client, *, start: datetime, end: datetime, house: str, file: Path
) -> int:
    """Write the readings of `[start, end)` into a new file; return how many.

    Args:
        client: who is asked.
        start: the first instant, aware.
        end: the first instant that is not in it, aware.
        house: only this house's; empty for all.
        file: where; `-` is standard output.

    Raises:
        UsageError: the file is there already, or cannot be written.
        EngineError: nothing is stored of that time.
    """
    rows, shows = 0, sys.stderr.isatty()
    with _opened(file) as out:
        async for page in client.tape(start, end, house):
            rows += page.rows
            if not rows:
                raise EngineError(
                    "no reading of that time is stored.",
                    advice="The Events screen and mosaic houses list say when meters spoke.",
                )
            out.write(page.text)
            if shows and page.next is not None:
                done = (page.next - start) / (end - start)
                sys.stderr.write(f"\r{done * 100:3.0f} %  {rows:,} readings ")
                sys.stderr.flush()
    if shows:
        sys.stderr.write("\r")
    if rows > MOST_ROWS:
        sys.stderr.write(f"A replay takes {MOST_ROWS:,} readings: name less time, or one house.\n")
    return rows


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        with new_text(file) as out:
            yield out
    except FileExistsError:
        raise UsageError(f"{file} is there already.", advice="Name a new file.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
