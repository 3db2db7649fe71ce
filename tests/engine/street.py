"""A small street: what it measured, as a file, and an engine that settles it step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import httpx
from starlette.applications import Starlette

from console.clock import FrozenClock
from console.config import recording_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.playing.stepper import Stepper
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.interval import Interval
from console.settings import Settings

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)

Registers = Mapping[str, Sequence[tuple[int, int] | None]]
"""Import and export register of each house at each quarter hour; None where a row is missing."""

SMALL: Registers = {
    "p1": [(5000, 100), (5000, 1100), (5000, 2000), (5040, 2300), (5090, 2300)],
    "p2": [(70, 0), (70, 501), (71, 1002), (80, 1100), (130, 1100)],
    "c1": [(0, 0), (700, 0), (1300, 0), (2100, 0), (2500, 0)],
    "c2": [(910, 0), (1313, 0), (2016, 0), (2519, 0), (3000, 0)],
}
"""Two producers and two consumers over four quarter hours; the sun is gone in the last."""


@dataclass
class Opened:
    """An engine on a still clock, with what steps it."""

    engine: Engine
    clock: FrozenClock
    stepper: Stepper
    recording: Recording
    closed: bool = False

    @property
    def settings(self) -> Settings:
        return self.engine.parts.settings

    async def to(self, quarters: int) -> None:
        """Step to so many quarter hours after the recording's start, until all is final."""
        await self.stepper.to(self.recording.start + quarters * QUARTER, until_final=True)

    async def run(self) -> None:
        """Step to the end of the last interval's grace."""
        end = self.recording.end + self.engine.parts.grace
        await self.stepper.to(end, until_final=True)

    async def close(self) -> None:
        if not self.closed:
            self.closed = True
            await self.engine.close()


OpenEngine = Callable[..., Awaitable[Opened]]


def interval(quarter: int, start: datetime = START) -> Interval:
    """Return one of the street's quarter hours, counted from 0."""
    return Interval(start + quarter * QUARTER, 15)


def write_recording(
    path: Path, registers: Registers = SMALL, *, start: datetime = START, step: timedelta = QUARTER
) -> Path:
    """Write registers as a recording; return its path."""
    lines = ["time,house,import_wh,export_wh"]
    for house, values in registers.items():
        for number, value in enumerate(values):
            if value is not None:
                time = (start + number * step).isoformat().replace("+00:00", "Z")
                lines.append(f"{time},{house},{value[0]},{value[1]}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def open_street(
    data: Path,
    recording: Path,
    *,
    auto: bool = True,
    minutes: int = 15,
    stepped: bool = True,
    again: bool = False,
) -> Opened:
    """Build an engine in a folder; it stands at a recording's start, or at its end once again."""
    played = Recording(recording)
    settings = recording_settings(
        played.houses, data, minutes=minutes, poll_seconds=played.step.total_seconds()
    )
    clock = FrozenClock(played.end if again else played.start)
    node = open_node(settings, clock, played.start - timedelta(days=1))
    engine = await build(settings, clock, Replay(played, clock), node, stepped=stepped)
    engine.settler.auto = auto
    return Opened(engine, clock, Stepper(engine, clock), played)


def ask(application: Starlette) -> httpx.AsyncClient:
    """Return a client of an application in this process."""
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://engine")


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables of a store or a chain."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        tables = [str(name) for (name,) in connection.execute(query)]
        return {name: list(connection.execute(f"SELECT * FROM {name}")) for name in tables}
    finally:
        connection.close()


def tamper(path: Path, statement: str, *values: object) -> None:
    """Change a closed store as one who owns the file can: triggers do not stop them."""
    connection = apsw.Connection(str(path))
    try:
        triggers = list(connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
        made = list(connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'"))
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        assert connection.changes() > 0
        for (sql,) in made:
            connection.execute(str(sql))
    finally:
        connection.close()


Serving = Callable[[Starlette], Awaitable[Path]]


def over(path: Path) -> httpx.AsyncClient:
    """Return a client of whatever listens at a Unix socket."""
    transport = httpx.AsyncHTTPTransport(uds=str(path), verify=False)
    return httpx.AsyncClient(transport=transport, base_url="http://engine", timeout=10)
