"""The replay: eight weeks of a recorded street settled by the command, as one whole process."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from tests.benchmarks.report import Report, goal, shown

ROOT = Path(__file__).resolve().parents[2]
RECORDING = ROOT.parent / "shared" / "data" / "fontana-17-houses-60min-eight-weeks.csv"
MOST_SECONDS = 60
MOST_MEGABYTES = 250

TITLE = "Replay of a recording"
ABOUT = """\
17 houses, hourly, eight weeks: `python -m console replay FILE --json` as one process, to finality.
One run, since there is no candidate to compare it with: these are absolute figures of this machine
in its state at that time."""


class Summary(msgspec.Struct):
    """What is taken of the command's answer."""

    intervals: int
    rows: int
    transactions: int
    residual_wh: int


def measure() -> Report:
    """Replay the recording once, or say that it is not there."""
    if not RECORDING.is_file():
        return Report(TITLE, ABOUT, (), (f"Left out: {RECORDING.name} is not there.",))
    before = _cpu_seconds()
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "console", "replay", str(RECORDING), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    wall = time.perf_counter() - began
    megabytes = _peak_bytes() / 1e6
    summary = msgspec.json.decode(run.stdout, type=Summary)
    rows = [
        ("figure", "value"),
        ("wall time", f"{shown(wall)} s"),
        ("CPU time", f"{shown(_cpu_seconds() - before)} s"),
        ("peak memory", f"{shown(megabytes)} MB"),
        ("intervals", f"{summary.intervals:,}"),
        ("intervals a second", shown(summary.intervals / wall)),
        ("ledger rows", f"{summary.rows:,}"),
        ("transactions", f"{summary.transactions:,}"),
        ("residual", f"{summary.residual_wh} Wh"),
    ]
    goals = (
        goal("wall time on two cores", wall, MOST_SECONDS, " s"),
        goal("peak memory", megabytes, MOST_MEGABYTES, " MB"),
    )
    return Report(TITLE, ABOUT, (rows,), goals)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
