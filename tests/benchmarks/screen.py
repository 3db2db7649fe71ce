"""The screen: what the console costs while every house in sight or out of it changes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.report import Report, goal, middle_and_range, shown
from tests.benchmarks.rounds import Costs, times_base
from tests.benchmarks.screen_child import SETTLING

FEW, MANY = 48, 1000
ROUNDS = 3
SECONDS = 20.0
"""How long each candidate is watched in a round, s, after `SETTLING`."""
COLUMNS, ROWS = 200, 50
TICKS = os.sysconf("SC_CLK_TCK")

CONSOLE, LAG, LEAST, BTOP = "console", "lag", "least", "btop"
_CHILD = (sys.executable, "-m", "tests.benchmarks.screen_child")
_TAKE = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)

ABOUT = f"""\
A console process in a terminal of {COLUMNS} by {ROWS} cells and 256 colours follows a stream on a
Unix socket in which every house has a new power every second, a quarter of them with each of four
deltas a second. Streets of {FEW} and {MANY:,} houses,
the same with a probe of the loop, and a minimal Textual app (a line of text, an idle httpx stream,
msgspec) take turns, {ROUNDS} rounds of {SECONDS:g} s each. Processor time is the system's count for
the process, bytes are those that reach the terminal. btop, in 256 colours too, runs beside the
console of {FEW} houses."""


class Watched:
    """A process in a pty, whose bytes are counted and thrown away."""

    def __init__(self, words: Sequence[str]) -> None:
        """Start it."""
        self.bytes = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name != "COLORTERM"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _TAKE, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(slave)

    @property
    def cpu(self) -> float:
        """Processor time so far, s."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / TICKS

    @property
    def memory(self) -> float:
        """Resident memory, MB."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
        return 0.0

    def read(self) -> int:
        """Take what the terminal got; return the descriptor."""
        self.bytes += len(os.read(self._master, 1 << 20))
        return self._master

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._master

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while self._process.poll() is None and time.monotonic() < deadline:
            _pass([self], 0.1)
        self._process.kill()
        self._process.wait()
        os.close(self._master)


def _pass(watched: Sequence[Watched], seconds: float) -> None:
    """Let time pass while terminals are read."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for one in select.select(watched, [], [], left)[0]:
            try:
                one.read()
            except OSError:
                time.sleep(min(left, 0.05))


@contextmanager
def engine_of(houses: int, folder: Path) -> Iterator[Path]:
    """Run the stream of so many houses; give its socket."""
    socket = folder / f"{houses}.sock"
    words = [sys.executable, "-m", "tests.benchmarks.screen_engine", str(socket), str(houses)]
    with subprocess.Popen(words) as process:
        deadline = time.monotonic() + 30
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        try:
            yield socket
        finally:
            process.terminate()


def watch(*commands: Sequence[str]) -> list[Mapping[str, float]]:
    """Run commands at once, each in a terminal; return what each cost in a second."""
    with ExitStack() as opened:
        watched = []
        for command in commands:
            one = Watched(command)
            opened.callback(one.close)
            watched.append(one)
        _pass(watched, SETTLING)
        before = [(one.cpu, one.bytes) for one in watched]
        began = time.monotonic()
        _pass(watched, SECONDS)
        gone = time.monotonic() - began
        return [
            {
                "cpu": (one.cpu - cpu) / gone,
                "bytes": (one.bytes - sent) / gone,
                "memory": one.memory,
            }
            for one, (cpu, sent) in zip(watched, before, strict=True)
        ]


def measure() -> Report:
    """Measure all in turn."""
    costs: dict[str, list[float]] = {}

    def note(name: str, figures: Mapping[str, float]) -> None:
        for what, value in figures.items():
            costs.setdefault(f"{name} {what}", []).append(value)

    btop = shutil.which("btop")
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="mosaic-")))
        few = opened.enter_context(engine_of(FEW, folder))
        many = opened.enter_context(engine_of(MANY, folder))
        for number in range(ROUNDS):
            beside = [(btop, "--low-color", "--utf-force")] if btop else []
            figures = watch((*_CHILD, CONSOLE, str(few)))
            note("few", figures[0])
            note("many", watch((*_CHILD, CONSOLE, str(many)))[0])
            note("least", watch((*_CHILD, LEAST, str(few)))[0])
            if beside:
                pair = watch((*_CHILD, CONSOLE, str(few)), *beside)
                note("beside", pair[0])
                note("btop", pair[1])
            for name, socket in (("few", few), ("many", many)):
                file = folder / f"lag{number}{name}"
                watch((*_CHILD, LAG, str(socket), str(file)))
                note(name, _late(file))
    return _report(costs, btop is not None)


def _late(file: Path) -> Mapping[str, float]:
    late = sorted(float(line) * 1e3 for line in file.read_text("ascii").split())
    late = late or [float("nan")]
    return {"p99": late[min(len(late) - 1, len(late) * 99 // 100)], "worst": late[-1]}


def _report(costs: Costs, with_btop: bool) -> Report:
    def row(what: str, key: str, scale: float = 1) -> tuple[str, ...]:
        few, many = costs[f"few {key}"], costs[f"many {key}"]
        one, other = ([value * scale for value in values] for values in (few, many))
        ratio = shown(times_base(many, few))
        return (what, *middle_and_range(one), *middle_and_range(other), ratio)

    rows = [
        ("a second", f"{FEW} houses", "range", f"{MANY:,} houses", "range", "times"),
        row("processor, % of a core", "cpu", 100),
        row("loop lag, 99th of 100, ms", "p99"),
        row("loop lag, the longest, ms", "worst"),
        row("resident memory, MB", "memory"),
        row("bytes to the terminal", "bytes"),
    ]
    middle = statistics.median
    notes = [
        goal(f"processor, times {FEW} houses", times_base(costs["many cpu"], costs["few cpu"]), 2),
        goal("processor", middle(costs["many cpu"]) * 100, 5, " % of a core"),
        goal("loop lag, 99th of 100", middle(costs["many p99"]), 5, " ms"),
        goal(
            f"memory at {MANY:,} houses, times the minimal app of "
            f"{shown(middle(costs['least memory']))} MB",
            times_base(costs["many memory"], costs["least memory"]),
            1.2,
        ),
    ]
    if with_btop:
        sent = times_base(costs["beside bytes"], costs["btop bytes"])
        what = f"bytes, times btop's {shown(middle(costs['btop bytes']))} a second"
        notes.append(goal(what, sent, 0.6))
    else:
        notes.append("btop is not installed here (Debian: btop), so bytes are compared with none.")
    return Report("Screen", ABOUT, (rows,), tuple(notes))


if __name__ == "__main__":
    sys.stdout.write(measure().text + "\n")
