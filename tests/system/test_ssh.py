"""The watch console over a real ssh: log in, watch, drop the line, return."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.community import Community, EngineProcess
from tests.system.sshd import Sshd, find
from tests.system.terminal import MOST_SECONDS, ROOT, Terminal

pytestmark = pytest.mark.skipif(find() is None, reason="there is no sshd on this computer")


@pytest.fixture
def community(short_folder: Path) -> Community:
    return Community(short_folder)


@pytest.fixture
def sshd(community: Community) -> Iterator[Sshd]:
    """A server that lets one watcher in."""
    with Sshd(community.folder / "ssh") as server:
        words = f"{sys.executable} -m console watch -c {community.config}"
        variables = f"HOME={community.folder} LANG=C.UTF-8 PYTHONPATH={ROOT} PYTHONWARNINGS=error"
        server.let_in("watcher", f"env {variables} {words}")
        yield server


def consoles(community: Community) -> list[int]:
    """Return the processes of watching consoles of this community."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"watch" in words and str(community.config).encode() in words:
            found.append(int(path.parent.name))
    return found


def until_no_console(community: Community) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while consoles(community):
        assert time.monotonic() < deadline


def test_a_watcher_logs_in_is_cut_off_and_returns(community: Community, sshd: Sshd) -> None:
    line = sshd.line("watcher")
    with EngineProcess(community) as engine:
        with Terminal(home=community.folder, program=line) as terminal:
            first = terminal.wait_for("roof").splitlines()[0]
            assert "WATCH" in first
            assert len(consoles(community)) == 1
            terminal.press("6")
            terminal.wait_for(" 6 Events")
            terminal.press("1")
            terminal.wait_for("roof")
            terminal.press("a")
            terminal.wait_for("Watching only")
            terminal.signal(signal.SIGKILL)
            terminal.end()
            until_no_console(community)
        assert engine.process.poll() is None
        with Terminal(home=community.folder, program=line) as terminal:
            shown = terminal.wait_for("roof")
            assert "MANUAL" in shown.splitlines()[0]
            terminal.press("q")
            assert terminal.end() == 0
        until_no_console(community)
        community.mosaic("stop")
        assert engine.end() == 0


def test_a_watcher_runs_nothing_else(community: Community, sshd: Sshd) -> None:
    """Whatever is asked for, the forced command runs, which wants a terminal."""
    forbidden = community.folder / "made"
    for words in (["touch", str(forbidden)], ["mosaic", "stop"], ["-s", "sftp"]):
        done = subprocess.run(
            [*sshd.line("watcher"), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )
        assert done.returncode != 0
        assert not forbidden.exists()
        assert re.search("terminal|Subsystem|subsystem", done.stderr), done.stderr
    forwarding = subprocess.run(
        [*sshd.line("watcher")[:-1], "-o", "ExitOnForwardFailure=yes", "-N", "-R",
         "0:127.0.0.1:9", sshd.line("watcher")[-1]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )  # fmt: skip
    assert forwarding.returncode != 0
    assert "forwarding failed" in forwarding.stderr
