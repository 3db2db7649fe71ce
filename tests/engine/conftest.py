"""A small street, its recording, and engines that are closed when a test ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from console.chain import keystore
from console.engine.bills.statements import statements
from console.engine.serving.api import operate_app, watch_app
from console.engine.serving.server import OPERATOR_MODE, Served
from console.engine.settling.books import Books
from console.model.bill import Approval
from console.model.period import Period
from console.settings import Settings
from tests.engine.backups import settle
from tests.engine.exchanging import OLD
from tests.engine.neighbours import neighbourhood
from tests.engine.street import (
    SMALL,
    Opened,
    OpenEngine,
    Registers,
    Serving,
    ask,
    open_street,
    write_recording,
)
from tests.engine.tampering import Lived

Record = Callable[..., Path]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Write registers as a recording in the test's folder; the small street's where left out."""

    def write(registers: Registers = SMALL, name: str = "recording.csv", **options: Any) -> Path:
        return write_recording(tmp_path / name, registers, **options)

    return write


@pytest.fixture
async def open_engine() -> AsyncIterator[OpenEngine]:
    """Open engines: `open_engine(data, recording, auto=, minutes=, stepped=, again=)`."""
    opened: list[Opened] = []

    async def open_(data: Path, recording: Path, **options: Any) -> Opened:
        await asyncio.to_thread(data.mkdir, exist_ok=True)
        street = await open_street(data, recording, **options)
        opened.append(street)
        return street

    yield open_
    for street in opened:
        await street.close()


@pytest.fixture
async def street(open_engine: OpenEngine, record: Record, tmp_path: Path) -> Opened:
    """The small street, before its first reading, settling by itself."""
    return await open_engine(tmp_path / "data", record())


@pytest.fixture
async def half_way(open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path) -> Opened:
    """An engine on a real store, its last intervals closed and waiting for a hand."""
    street = await open_engine(tmp_path / "data", record())
    await street.to(3)
    street.engine.settler.auto = False
    await street.to(4)
    await street.engine.intake.flush()
    await street.engine.refresh()
    return street


@pytest.fixture
def operate(half_way: Opened) -> httpx.AsyncClient:
    return ask(operate_app(half_way.engine, half_way.engine.audience))


@pytest.fixture
def watch(half_way: Opened) -> httpx.AsyncClient:
    return ask(watch_app(half_way.engine, half_way.engine.audience))


@pytest.fixture
def watch_of() -> Callable[[Opened], httpx.AsyncClient]:
    """Ask an engine's watch application: `watch_of(street)`."""
    return lambda street: ask(watch_app(street.engine, street.engine.audience))


@pytest.fixture
async def serving(short_folder: Path) -> AsyncIterator[Serving]:
    """Serve applications as an engine does; return where each answers."""
    started: list[tuple[Served, asyncio.Task[None]]] = []

    async def serve(application: Starlette) -> Path:
        path = short_folder / f"{len(started)}.sock"
        served = Served()
        served.add(application, path, OPERATOR_MODE)
        started.append((served, asyncio.create_task(served.run())))
        return path

    yield serve
    for served, running in started:
        served.stop()
        await running


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals and opens keystores without the half second that makes guessing dear."""
    monkeypatch.setattr(keystore, "_derived", lambda salt, text: (salt + text.encode() * 2)[:32])


@pytest.fixture
def keyed(tmp_path: Path, swift: None) -> Path:
    """A data folder with a sealed key, the first of `tests.engine.exchanging`."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    keystore.restore(folder / "operator.key", "11" * 32, OLD)
    return folder


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder with one interval settled; its engine has ended."""
    folder = tmp_path / "data"
    async with neighbourhood(folder, auto=False) as here:
        await settle(here, 0)
    return folder


async def bill(street: Opened) -> None:
    """Approve the bills of the street's day, although it is not over; c1 has paid."""
    parts, period = street.engine.parts, Period.parse("2026-06-21..2026-06-22")
    found = await statements(parts, Books(parts), period)
    approvals = [
        Approval(
            period=period,
            currency=found.currency,
            bill=msgspec.structs.replace(one, final_height=found.final_height),
        )
        for one in found.bills
    ]
    issued = await parts.store.bills.approve(approvals, "anna", street.clock.now())
    await parts.store.bills.pay(issued[:1], "anna", street.clock.now())
    await street.engine.clearer.work()
    await street.engine.make_blocks(until_final=True)
    await street.engine.follow()


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A street's settings and an untouched copy of what its engine left."""
    folder = tmp_path_factory.mktemp("street")

    async def live() -> Settings:
        (folder / "data").mkdir()
        street = await open_street(folder / "data", write_recording(folder / "recording.csv"))
        await street.run()
        await bill(street)
        await street.close()
        return street.settings

    settings = asyncio.run(live())
    shutil.copytree(folder / "data", folder / "untouched")
    return settings, folder / "untouched"
