"""What tests of several parts share."""

from __future__ import annotations

import gc
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from hypothesis import HealthCheck, settings
from starlette.types import ASGIApp

from console.model.interval import Interval
from console.model.reading import MeterState
from console.model.snapshot import API, Access, Head, HouseNow, Mode, Place, Snapshot

Serve = Callable[[ASGIApp, Path], None]

# Whether a test holds is no question of how fast the machine is, nor how busy.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Spares each collection of garbage the search through all that the suite holds to its end."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names a case of bytes by its place: what packs bytes may write the time into them."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="m-") as folder:
        yield Path(folder)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves applications on Unix sockets, each in a thread of its own, until the test ends."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(application: ASGIApp, path: Path) -> None:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(path))
        listening.listen(16)
        config = uvicorn.Config(
            application,
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, listening))

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture
def snapshot() -> Snapshot:
    """A whole picture of three houses."""
    start = datetime(2026, 6, 21, 10, 15, tzinfo=UTC)
    running = Interval(start, 15)
    place = Place(
        api=API,
        version="0.1.0",
        community="lindenhof",
        name="Lindenhof",
        timezone="Europe/Helsinki",
        currency="EUR",
        mode=Mode.PRIVATE,
        access=Access.OPERATE,
        minutes=15,
        poll_seconds=10,
        chain="private, on this computer",
        price="0.10 EUR/kWh",
    )
    head = Head(
        now=start,
        speed=1,
        locked=False,
        auto=True,
        open=running,
        settles=running.end,
        last=None,
        height=3,
        final_height=1,
    )
    houses = tuple(
        HouseNow(id=f"h{number}", name=f"h{number}", meter="simulated", state=MeterState.LIVE)
        for number in range(3)
    )
    return Snapshot(place=place, head=head, houses=houses, day=())
