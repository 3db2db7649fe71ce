"""A process that serves one stored ledger over a Unix socket, for the ledger's benchmark."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.snapshot import Beat
from console.model.view import LedgerQuery
from console.store.store import Store
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import NOW, lindenhof

PRODUCERS, CONSUMERS = (1, 6, 9), (2, 3, 4, 5, 7, 8, 10, 12)
ROWS_AN_INTERVAL = len(PRODUCERS) * len(CONSUMERS)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
_BATCH = 1000
_BEATS = 1.0


async def make(path: Path, rows: int) -> None:
    """Write a store with so many ledger rows, a block an interval, as the engine does."""
    store = await Store.open(path, stepped=True)
    intervals = -(-rows // ROWS_AN_INTERVAL)
    for first in range(1, intervals + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, intervals + 1))
        entries = [entry for number in numbers for entry in _rows(number)]
        await store.entries.replace_from(first, entries, numbers[-1])
    await store.close()


@contextmanager
def served(path: Path, socket: Path) -> Iterator[None]:
    """Serve a store in a process of its own until the block ends."""
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(path, socket), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _rows(number: int) -> Iterator[Entry]:
    interval = Interval(FIRST + timedelta(minutes=15 * number), 15)
    transaction = sha256(number.to_bytes(8, "big")).digest()
    for producer in PRODUCERS:
        for consumer in CONSUMERS:
            yield Entry(
                producer=f"test{producer}",
                consumer=f"test{consumer}",
                price_micro_per_kwh=100_000,
                wh=number * producer * consumer % 500 + 1,
                currency="EUR",
                interval=interval,
                revision=0,
                part=1,
                height=number,
                transaction=transaction,
                state=EntryState.FINAL,
            )


def _serve(path: Path, socket: Path) -> None:
    asyncio.run(_serve_until_ended(path, socket))


async def _serve_until_ended(path: Path, socket: Path) -> None:
    store = await Store.open(path, read_only=True)

    async def ledger(request: Request) -> Response:
        query = msgspec.json.decode(request.query_params["query"], type=LedgerQuery)
        return Response(msgspec.json.encode(await store.entries.page(query)))

    async def totals(request: Request) -> Response:
        query = msgspec.json.decode(request.query_params["query"], type=LedgerQuery)
        return Response(msgspec.json.encode(await store.entries.totals(query)))

    async def stream(_request: Request) -> Response:
        return StreamingResponse(_lines())

    async def status(_request: Request) -> Response:
        return Response(msgspec.json.encode(await FakeEngine(lindenhof()).auto(True)))

    routes = [
        Route("/status", status),
        Route("/ledger", ledger),
        Route("/ledger/totals", totals),
        Route("/stream", stream),
    ]
    config = uvicorn.Config(Starlette(routes=routes), uds=str(socket), log_level="critical")
    await uvicorn.Server(config).serve()


async def _lines() -> AsyncIterator[bytes]:
    yield msgspec.json.encode(lindenhof()) + b"\n"
    while True:
        await asyncio.sleep(_BEATS)
        yield msgspec.json.encode(Beat(now=NOW)) + b"\n"
