"""The engine as a service: what it tells the manager, under the unit's ban on new code."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.engine.process import service
from console.engine.process.logfile import LOG_NAME, MOST_BYTES
from console.engine.process.starter import answers, start_detached
from console.errors import EngineError
from console.sockets import sockets_of
from tests.system.community import Community, end_all
from tests.system.terminal import MOST_SECONDS, environment

MDWE = """
import ctypes, sys
# PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN: what MemoryDenyWriteExecute= asks of the kernel;
# kernels before Linux 6.3, and others than Linux, go on without
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
from console.__main__ import main
sys.exit(main())
"""

START = """
import sys
from pathlib import Path
from console.config import read
from console.engine.process.starter import start_detached
start_detached(read(Path(sys.argv[1])))
import os
os._exit(0)
"""


@pytest.fixture
def community(short_folder: Path) -> Community:
    """Three houses with simulated meters."""
    return Community(short_folder)


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, short_folder: Path
) -> Iterator[tuple[str, socket.socket]]:
    """A service manager's socket, and the variable's value that names it."""
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("abstract sockets are Linux's own")
    name = str(short_folder / "notify") if request.param == "path" else f"@mosaic-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name[1:] if name.startswith("@") else name)
        listening.settimeout(MOST_SECONDS)
        yield name, listening


def test_the_manager_hears_of_the_start_and_the_end(
    community: Community, manager: tuple[str, socket.socket]
) -> None:
    name, listening = manager
    engine = subprocess.Popen(
        [sys.executable, "-c", MDWE, "engine", "-c", str(community.config)],
        cwd=community.folder,
        env=environment(community.folder, NOTIFY_SOCKET=name),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert listening.recv(4096) == b"READY=1"
        assert answers(sockets_of(community.settings).operator)
        assert answers(sockets_of(community.settings).watch)
        engine.send_signal(signal.SIGTERM)
        assert listening.recv(4096) == b"STOPPING=1"
        assert engine.wait(MOST_SECONDS) == 0
    finally:
        engine.kill()
        engine.wait()


@pytest.mark.parametrize("name", ["", "relative", "/nowhere/notify", "@", "/" + "x" * 300])
def test_a_manager_that_cannot_be_told_is_no_fault(name: str) -> None:
    service.tell(service.READY, {"NOTIFY_SOCKET": name})


def test_a_detached_engine_turns_its_long_log_over(community: Community) -> None:
    log = community.data / LOG_NAME
    log.write_text("x" * MOST_BYTES)
    # a console's process, which ends while the engine goes on
    subprocess.run(
        [sys.executable, "-c", START, str(community.config)],
        env=environment(community.folder),
        timeout=MOST_SECONDS,
        check=True,
    )
    pid = community.pid
    try:
        assert log.with_name(f"{LOG_NAME}.1").stat().st_size == MOST_BYTES
        assert log.stat().st_size < MOST_BYTES
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        community.mosaic("stop")
    finally:
        end_all([pid])


def test_what_ended_an_engine_is_told_from_the_new_log(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    (community.data / LOG_NAME).write_text("x" * MOST_BYTES)
    (community.data / "store.db").write_bytes(b"no database" * 1000)
    monkeypatch.chdir(community.folder)

    with pytest.raises(EngineError, match=r"store\.db"):
        start_detached(community.settings)
