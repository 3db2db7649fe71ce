"""A small street, its recording, and engines that are closed when a test ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.street import SMALL, Opened, OpenEngine, Registers, open_street, write_recording

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
