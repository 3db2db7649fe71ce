"""`mosaic ledger` as a process of its own: its memory, and when it begins to write."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec

from console.config.reading import load
from console.sockets import sockets_of

CONFIG = """[community]
id = "lindenhof"
timezone = "Europe/Helsinki"
currency = "EUR"
[engine]
data = "data"
"""

_CHUNK = 1 << 16


class Written(msgspec.Struct, frozen=True):
    """What one run of the command took."""

    rows: int
    """Lines that it wrote."""
    first_ms: float
    """From its start to its first bytes, ms."""
    seconds: float
    """From its start to its end, s."""
    peak_mb: float
    """The most memory that it had resident, MB."""


def prepared(folder: Path) -> tuple[Path, Path]:
    """Write a configuration into a folder; return it and the socket its engine would serve."""
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(CONFIG, "utf-8")
    socket = sockets_of(load(config)).operator
    socket.parent.mkdir(parents=True, exist_ok=True)
    return config, socket


def run(config: Path, *words: str) -> Written:
    """Run `mosaic ledger` to its end and throw away what it writes.

    Args:
        config: its configuration, whose engine answers.
        words: its options.
    """
    command = [sys.executable, "-m", "console", "ledger", "-c", str(config), *words]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # our own words
    out, first, rows, peak = process.stdout, 0.0, 0, 0.0
    while out is not None and (chunk := out.read1(_CHUNK)):  # type: ignore[attr-defined]
        first = first or time.perf_counter() - began
        rows += chunk.count(b"\n")
        peak = max(peak, _peak_mb(process.pid))
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)
    return Written(rows, first * 1e3, time.perf_counter() - began, peak)


def _peak_mb(pid: int) -> float:
    """The most that a process had resident since it began, MB; `ru_maxrss` has its parent's too."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
