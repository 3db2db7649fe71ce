"""The page: docs/performance.md, made of the reports of one run."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

import apsw

from tests.benchmarks.report import Report
from tests.benchmarks.rounds import ROUNDS
from tests.benchmarks.sdk import Sdk

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
LIBRARIES = ("httpx", "jmespath", "msgspec", "apsw", "cryptography", "starlette")
PROCESSORS = {"x86_64": "x86-64", "AMD64": "x86-64", "aarch64": "64-bit Arm", "arm64": "64-bit Arm"}

_READING = f"""\
Made by `make bench`; `python -m tests.benchmarks --write` renews it. Absolute times belong to the
machine and its load and do not count; ratios do. Candidates alternate within one run: one warm-up,
then {ROUNDS} rounds; a row has the median and the range of the rounds, a ratio is taken round by
round. Times are CPU time of the process unless a section says otherwise. Nothing is measured over
a network."""


def page(reports: Iterable[Report], today: date, load: float) -> str:
    """Return the whole page.

    Args:
        reports: what was measured, in order.
        today: the day of the run.
        load: the load average as the run began.
    """
    sections = "\n\n".join(report.text for report in reports)
    return f"# Performance\n\n{_READING}\n\n{machine(today, load)}\n\n{sections}\n"


def machine(today: date, load: float) -> str:
    """Return the machine and the libraries in general words; arguments as for `page`."""
    processor = PROCESSORS.get(platform.machine(), platform.machine())
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    libraries.append(f"SQLite {apsw.sqlite_lib_version()}")
    if official := Sdk.version():
        libraries.append(f"symbol-sdk-python {official}")
    return (
        f"{today.isoformat()}, {processor} processor, {os.cpu_count()} cores, {platform.system()}, "
        f"load average {load:.1f} as the run began.\n"
        f"Python {platform.python_version()}, {', '.join(libraries)}."
    )
