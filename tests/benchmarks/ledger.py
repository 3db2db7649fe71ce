"""The ledger: a console opens it, jumps in it and filters it, however many rows it has."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from console.client import Client
from console.errors import MosaicError, invariant
from console.model.ledger_order import LedgerOrder
from console.model.view import LedgerQuery
from console.tui.app import MosaicApp
from console.tui.screens.ledger import LedgerScreen
from console.tui.screens.ledger_pages import LedgerPages
from console.tui.widgets.ledger.rowsorting import RowSorting
from console.tui.widgets.words import parse_words
from tests.benchmarks.ledger_command import prepared, run
from tests.benchmarks.ledger_engine import FIRST, make, served
from tests.benchmarks.report import Report, compared, goal, shown
from tests.benchmarks.rounds import Measure, alternate, times_base

FEW, MANY = 10_000, 1_000_000
SIZE = (120, 36)
JUMPS = 100
FILTERS = (
    "test1", "producer:test9", "consumer:test10", "house:test5", "!test1", "!producer:test6",
    "producer:test1 consumer:test9", "2025-06-01", "2025-03-01..2025-04-01", "block:20000",
    "tx:9A9E", "state:sealed", "price:0.37", "revision:1", "house:test3 block:777", "zz",
)  # fmt: skip
"""Filters that pass much, little and nothing."""

MOVES = 20
COMMANDS = {
    "--format jsonl": ("--format", "jsonl"),
    "--format csv": ("--format", "csv"),
    "--format table": ("--format", "table"),
    "--format jsonl --producer test9": ("--format", "jsonl", "--producer", "test9"),
}

ABOUT = f"""\
Ledgers of {FEW:,} and of {MANY:,} rows, {MANY // 24:,} intervals of 24 rows, each served by a
process of its own over a Unix socket. A console without a terminal ({SIZE[0]}x{SIZE[1]}) is started
on one, opens the ledger and ends; the two take turns. Then one console jumps {JUMPS} times to a row
anywhere in the greater ledger, until the row is chosen, and does the same in every other order,
where it also opens the order and turns {MOVES} pages; and it asks for the first page of
{len(FILTERS)} filters, by time and by energy. Wall time, over the socket. Memory is what a console
on the greater ledger has more, resident, after the jumps and a hundred pages, than one on the
smaller. `mosaic ledger` is a process of its own; its memory is the most it had resident."""


def measure() -> Report:
    """Measure both ledgers in turn, then the greater one alone."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="mosaic-")))
        sockets, configs = {}, {}
        for rows in (FEW, MANY):
            store = folder / f"{rows}.db"
            configs[rows], sockets[rows] = prepared(folder / str(rows))
            asyncio.run(make(store, rows))
            opened.enter_context(served(store, sockets[rows]))
        asyncio.run(_ready(list(sockets.values())))
        names = {rows: f"{rows:,} rows" for rows in (FEW, MANY)}
        costs = alternate(*(_opening(names[rows], sockets[rows]) for rows in sockets))
        jumps = asyncio.run(_jumps(sockets[MANY]))
        orders = asyncio.run(_orders(sockets[MANY]))
        filters = asyncio.run(_filters(sockets[MANY]))
        commands = {
            name: [run(configs[rows], *words) for rows in (FEW, MANY)]
            for name, words in COMMANDS.items()
        }
        grown = {rows: _in_a_process(socket) for rows, socket in sockets.items()}
    ratio = times_base(costs[names[MANY]], costs[names[FEW]])
    slowest = max(filters, key=lambda words: filters[words])
    table = [("filter", "first page, ms"), *((w, shown(s * 1e3)) for w, s in filters.items())]
    by_order: list[tuple[str, ...]] = [
        ("order", "opens, ms", "jump p50, ms", "jump p99, ms", "page p50, ms")
    ]
    for order, cost in orders.items():
        times = (cost.opens, _p50(cost.jumps), _p99(cost.jumps), _p50(cost.moves))
        by_order.append((order.value, *(shown(seconds * 1e3) for seconds in times)))
    written = [("mosaic ledger", "first rows, ms", f"peak of {MANY:,}, MB", f"of {FEW:,}, MB")]
    written += [
        (name, shown(many.first_ms), shown(many.peak_mb), shown(few.peak_mb))
        for name, (few, many) in commands.items()
    ]
    growth = max(many.peak_mb / few.peak_mb for few, many in commands.values())
    notes = (
        goal(f"opening {MANY:,} rows in times of {FEW:,}", ratio, 1.2),
        goal("a jump anywhere, p50", _p50(jumps) * 1e3, 40, " ms")
        + f" p99: {shown(_p99(jumps) * 1e3)} ms.",
        goal(
            "another order opens, the slowest",
            max(cost.opens for cost in orders.values()) * 1e3, 300, " ms",
        ),
        goal(
            "a jump in another order, p50, the slowest",
            max(_p50(cost.jumps) for cost in orders.values()) * 1e3, 40, " ms",
        ),
        goal(
            "a page in another order, p50, the slowest",
            max(_p50(cost.moves) for cost in orders.values()) * 1e3, 40, " ms",
        ),
        goal(f"memory that {MANY:,} rows add to a console", grown[MANY] - grown[FEW], 10, " MB"),
        goal(
            f"a filter's first page, the slowest (`{slowest}`)", filters[slowest] * 1e3, 300, " ms"
        ),
        goal(f"memory of mosaic ledger, {MANY:,} rows in times of {FEW:,}", growth, 1.2),
    )  # fmt: skip
    opening = compared(costs, names[FEW], "ms", "console start to first rows")
    return Report("Ledger", ABOUT, (opening, by_order, table, written), notes)


async def _ready(sockets: list[Path]) -> None:
    for socket in sockets:
        client = Client(socket)
        for _ in range(600):
            try:
                await client.ledger(LedgerQuery())
                break
            except MosaicError:
                await asyncio.sleep(0.1)
        await client.close()


def _opening(name: str, socket: Path) -> Measure:
    def measure() -> Mapping[str, float]:
        return {name: asyncio.run(_open(socket))}

    return measure


async def _open(socket: Path) -> float:
    began = time.perf_counter()
    app = MosaicApp(Client(socket), calm=True)
    async with app.run_test(size=SIZE):
        await _ledger(app)
        return time.perf_counter() - began


async def _ledger(app: MosaicApp) -> LedgerPages:
    """Open the ledger and wait for its first rows."""
    await _until(lambda: app.snapshot is not None)
    app.open_screen("ledger")
    await _until(lambda: isinstance(app.screen, LedgerScreen))
    screen = app.screen
    invariant(isinstance(screen, LedgerScreen), "the ledger is in front")
    pages: LedgerPages = vars(screen)["_pages"]
    await _until(lambda: pages.reader is not None and pages.reader.chosen is not None)
    return pages


async def _until(holds: Callable[[], bool]) -> None:
    # An event would have to be set by the console, which is measured as it is.
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0)


async def _jump(pages: LedgerPages, row: int) -> float:
    before = pages.reader
    began = time.perf_counter()
    pages.jump_to_row(row)
    await _until(lambda: pages.reader is not before)
    return time.perf_counter() - began


async def _jumps(socket: Path) -> list[float]:
    app = MosaicApp(Client(socket), calm=True)
    draw = random.Random(1)
    async with app.run_test(size=SIZE) as pilot:
        pages = await _ledger(app)
        costs = []
        for _ in range(JUMPS):
            costs.append(await _jump(pages, draw.randrange(MANY)))
            await pilot.pause()
        return costs


class _Cost(msgspec.Struct):
    """What an order costs, s."""

    opens: float
    jumps: list[float]
    moves: list[float]


async def _orders(socket: Path) -> dict[LedgerOrder, _Cost]:
    app = MosaicApp(Client(socket), calm=True)
    draw, client = random.Random(3), Client(socket)
    costs: dict[LedgerOrder, _Cost] = {}
    async with app.run_test(size=SIZE) as pilot:
        pages = await _ledger(app)
        for order in LedgerOrder:
            if order is LedgerOrder.TIME:
                continue
            began = time.perf_counter()
            pages.start_over(RowSorting(order, order.names_houses).applied(pages.query))
            await _until(lambda: pages.reader is not None and not pages.loading)
            costs[order] = _Cost(time.perf_counter() - began, [], [])
            for _ in range(JUMPS // 4):
                costs[order].jumps.append(await _jump(pages, draw.randrange(MANY)))
                await pilot.pause()
            costs[order].moves = await _pages(client, order)
    await client.close()
    return costs


async def _pages(client: Client, order: LedgerOrder) -> list[float]:
    """The times of one page after another, from the middle on, s."""
    costs, query = [], LedgerQuery(order=order, row=MANY // 2)
    page = await client.ledger(query)
    for _ in range(MOVES):
        began = time.perf_counter()
        page = await client.ledger(LedgerQuery(order=order, after=page.next))
        costs.append(time.perf_counter() - began)
    return costs


def _p50(costs: list[float]) -> float:
    return statistics.median(costs)


def _p99(costs: list[float]) -> float:
    return sorted(costs)[len(costs) * 99 // 100]


async def _filters(socket: Path) -> dict[str, float]:
    client = Client(socket)
    costs = {}
    for words in FILTERS:
        query = parse_words(words, ZoneInfo("Europe/Helsinki"), 15, FIRST.date())
        for order in (LedgerOrder.TIME, LedgerOrder.ENERGY):
            began = time.perf_counter()
            await client.ledger(RowSorting(order).applied(query))
            name = words if order is LedgerOrder.TIME else f"{words} by energy"
            costs[name] = time.perf_counter() - began
    await client.close()
    return costs


def _in_a_process(socket: Path) -> float:
    """The resident memory of a console that has read a ledger here and there, MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_resident, (socket,))


def _resident(socket: Path) -> float:
    return asyncio.run(_read_here_and_there(socket))


async def _read_here_and_there(socket: Path) -> float:
    app = MosaicApp(Client(socket), calm=True)
    draw = random.Random(2)
    async with app.run_test(size=SIZE) as pilot:
        pages = await _ledger(app)
        for _ in range(20):
            rows = (pages.reader.book.rows if pages.reader else 0) or 0
            await _jump(pages, draw.randrange(max(1, rows)))
            await pilot.pause()
        for _ in range(100):
            await pilot.press("pagedown")
        await pilot.pause()
    return resident_mb()


def resident_mb() -> float:
    """Return this process's resident memory, MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
