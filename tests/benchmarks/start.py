"""The start: the console's first paint and first data on a terminal, in times of a bare app's."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from console.engine.playing.demo import DemoOptions
from console.engine.process.starter import DemoProcess
from console.errors import invariant
from tests.benchmarks.report import Report, compared, goal
from tests.benchmarks.rounds import alternate, times_base

COLUMNS, ROWS = 120, 36
STARTS = 15
PATIENCE_SECONDS = 60.0
BARE, PAINT, DATA = "bare Textual app: first paint", "console: first paint", "console: first data"
COMMAND_PAINT, COMMAND_DATA = "mosaic watch: first paint", "mosaic watch: first data"
PINNED = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
}
UNSET = ("NO_COLOR", "PYTHONDONTWRITEBYTECODE", "SSH_CONNECTION", "SSH_TTY", "MOSH_KEY")
"""What would have bytecode made anew at each start, or another terminal taken for granted."""

_BARE_APP = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("MOSAIC")

Bare().run(mouse=False)
"""
_CONSOLE = """
import sys
from pathlib import Path
from console.cli.attaching import attach

attach(Path(sys.argv[1]), ascii=False, calm=False, theme="dark", mouse=False)
"""

_CONFIG = """
[community]
id = "bench"
timezone = "Europe/Helsinki"
currency = "EUR"

[engine]
data = "{data}"
"""

ABOUT = f"""\
Processes on a pty of {COLUMNS}x{ROWS} in turn, {STARTS} rounds: a Textual app with one line of
text, the console attached to a demo's running engine, and the same by the whole command,
`mosaic watch`, which also reads its configuration. From the start of the process to the first cell
of text, and to the first house's name. Bytecode is there beforehand for all. Times are those of the
clock on the wall."""


def measure() -> Report:
    """Measure both in turn."""
    demo = DemoProcess(DemoOptions())
    try:
        socket = demo.wait().operator
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            config = home / "config.toml"
            config.write_text(_CONFIG.format(data=socket.parent), encoding="utf-8")
            costs = alternate(
                lambda: _bare(home),
                lambda: _console(socket, home),
                lambda: _command(config, home),
                rounds=STARTS,
            )
    finally:
        demo.close()
    paint, data = (times_base(costs[name], costs[BARE]) for name in (PAINT, DATA))
    return Report(
        "Start",
        ABOUT,
        (compared(costs, BARE, "ms", f"one start of {STARTS}"),),
        (
            goal(f"first paint in times of the bare app's ({_ms(costs[BARE])} ms)", paint, 1.3),
            goal("first data in times of the bare app's first paint", data, 2),
        ),
    )


def _ms(seconds: object) -> str:
    return f"{statistics.median(seconds) * 1000:.0f}" if isinstance(seconds, list) else "--"


def _bare(home: Path) -> Mapping[str, float]:
    [paint] = seen_after([sys.executable, "-c", _BARE_APP], home, b"MOSAIC")
    return {BARE: paint}


def _console(socket: Path, home: Path) -> Mapping[str, float]:
    command = [sys.executable, "-c", _CONSOLE, os.fspath(socket)]
    paint, data = seen_after(command, home, b"MOSAIC", b"test1")
    return {PAINT: paint, DATA: data}


def _command(config: Path, home: Path) -> Mapping[str, float]:
    command = [sys.executable, "-m", "console", "watch", "--theme", "dark", "-c", os.fspath(config)]
    paint, data = seen_after(command, home, b"MOSAIC", b"test1")
    return {COMMAND_PAINT: paint, COMMAND_DATA: data}


def seen_after(command: list[str], home: Path, *words: bytes) -> list[float]:
    """Run a program on a pty until it has written some words, then end it.

    Args:
        command: the program and its arguments.
        home: where it may remember.
        words: what is waited for, in order.

    Returns:
        When each was written, in seconds after the start.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    places = {"HOME": os.fspath(home), "XDG_STATE_HOME": os.fspath(home)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=kept | PINNED | places,
        start_new_session=True,
    )
    try:
        return _read_until(master, words, began)
    finally:
        process.kill()
        process.wait()
        os.close(slave)
        os.close(master)


def _read_until(master: int, words: tuple[bytes, ...], began: float) -> list[float]:
    written = bytearray()
    times: list[float] = []
    while len(times) < len(words):
        left = began + PATIENCE_SECONDS - time.perf_counter()
        ready = select.select([master], [], [], max(left, 0))[0]
        invariant(ready, f"{words[len(times)]!r} comes within {PATIENCE_SECONDS:g} s")
        written += os.read(master, 65536)
        while len(times) < len(words) and words[len(times)] in written:
            times.append(time.perf_counter() - began)
    return times
