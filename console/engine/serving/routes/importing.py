"""The importing route: a file's rows, line by line; how far it is and what they come to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.files.importing import Importing
from console.engine.serving.routes.newest import newest_lines
from console.engine.serving.routes.wire import LONGEST_BODY, actor_of, decoded
from console.errors import MosaicError, UsageError
from console.meters.files.table import MOST_FILES, Table
from console.model.failure import Failure
from console.model.importing import ROWS_A_LINE, Heading, ImportStep, Row, Rows
from console.model.reading import Quality

_MOST_WH = 10**12
_MOST_LINE = 1 << 31
_LATEST_MS = 7_258_118_400_000
"""The year 2200."""


class Importer(Protocol):
    """What takes files."""

    importing: Importing


def importing(desk: Importer) -> list[Route]:
    """Return the route for an operator's application."""

    async def bring(request: Request) -> Response:
        table = await _table_of(request)
        token, actor = request.query_params.get("token", ""), actor_of(request)
        # what was agreed to is taken to its end, whoever is gone
        lines = newest_lines(
            lambda show: _run(desk.importing, table, token, actor, show), lasting=bool(token)
        )
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return [Route("/import", bring, methods=["POST"])]


async def _table_of(request: Request) -> Table:
    """Return the rows of a request.

    Raises:
        UsageError: a line is too long or does not read, or a row cannot be.
        RecordingError: rows contradict each other, or there are none or too many.
    """
    table: Table | None = None
    async for line in _lines_of(request):
        if table is None:
            heading = decoded(line, Heading)
            if not 0 < len(heading.files) <= MOST_FILES:
                raise UsageError(f"an import is of 1 to {MOST_FILES} files.")
            table = Table(
                heading.files[0],
                registers=heading.registers,
                resolution_wh=max(1, heading.resolution_wh),
            )
            table.files, table.spread = [*heading.files], heading.spread
            continue
        part = decoded(line, Rows)
        if len(part.rows) > ROWS_A_LINE:
            raise UsageError(f"a line has more than {ROWS_A_LINE} rows.")
        for row in part.rows:
            _check(row, registers=table.registers)
            table.add(part.house, row)
    if table is None:
        raise UsageError("nothing was sent.")
    await asyncio.to_thread(table.finish)
    return table


async def _lines_of(request: Request) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in request.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_BODY or any(len(line) > LONGEST_BODY for line in whole):
            raise UsageError(f"a line of an import is longer than {LONGEST_BODY} bytes.")
        for line in whole:
            yield line
    if rest:
        yield rest


def _check(row: Row, *, registers: bool) -> None:
    fits = row.start == row.end if registers else row.start < row.end
    inside = all(0 <= wh <= _MOST_WH for wh in (row.import_wh, row.export_wh))
    if not (fits and inside and row.start >= 0 and row.end < _LATEST_MS and row.line < _MOST_LINE):
        raise UsageError(f"row {row.line} of an import cannot be.")
    if not 0 <= row.quality < len(Quality):
        raise UsageError(f"row {row.line} of an import has no quality.")


async def _run(
    desk: Importing, table: Table, token: str, actor: str, show: Callable[[ImportStep], None]
) -> None:
    def told(what: str, done: int, of: int) -> None:
        show(ImportStep(what=what, done=done, of=of))

    try:
        show(ImportStep(result=await desk.run(table, token, actor, told)))
    except MosaicError as error:
        show(ImportStep(fault=Failure.of(error)))
