"""Imports for tests: a table of energy or registers, through the real client and routes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from console.cli.files.importing import followed
from console.client import Client
from console.engine.engine import Engine
from console.engine.serving.api import operate_app
from console.meters.files.houses import Houses
from console.meters.files.recorded import read_recording
from console.meters.files.table import Table
from console.model.importing import Imported

QUARTER = timedelta(minutes=15)


def energy_file(path: Path, rows: Iterable[tuple[datetime, str, int, int]]) -> Path:
    """Write a recording of energy."""
    lines = [f"{start.isoformat()},{house},{taken},{given}" for start, house, taken, given in rows]
    path.write_text("\n".join(["start,house,imported_wh,exported_wh", *lines, ""]))
    return path


def register_file(path: Path, rows: Iterable[tuple[datetime, str, int, int]]) -> Path:
    """Write a recording of registers."""
    lines = [f"{time.isoformat()},{house},{taken},{given}" for time, house, taken, given in rows]
    path.write_text("\n".join(["time,house,import_wh,export_wh", *lines, ""]))
    return path


def table_of(path: Path, engine: Engine, minutes: int | None = 15) -> Table:
    """Read a recording as the command does."""
    return read_recording(path, Houses(path.name, (), engine.parts.members.houses), minutes)


async def bring(engine: Engine, path: Path, token: str = "", minutes: int | None = 15) -> Imported:
    """Have a recording looked at, or taken where a token is given."""
    transport = httpx.ASGITransport(operate_app(engine, engine.audience))
    client = Client(None, transport)
    try:
        return await followed(client, table_of(path, engine, minutes), token)
    finally:
        await client.close()


async def take(engine: Engine, path: Path, minutes: int | None = 15) -> Imported:
    """Look at a recording, agree, and have it taken."""
    shown = await bring(engine, path, minutes=minutes)
    return await bring(engine, path, shown.token, minutes=minutes)
