"""The page: docs/performance.md, made of the reports of one run."""

from __future__ import annotations

import os
import platform
import re
import textwrap
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.report import WIDTH, Report
from tests.benchmarks.rounds import ROUNDS
from tests.benchmarks.sdk import Sdk

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
LIBRARIES = (
    "httpx",
    "httpcore",
    "httptools",
    "aiohttp",
    "aiomqtt",
    "jmespath",
    "msgspec",
    "apsw",
    "cryptography",
    "starlette",
)
PROCESSORS = {"x86_64": "x86-64", "AMD64": "x86-64", "aarch64": "64-bit Arm", "arm64": "64-bit Arm"}

_READING = f"""\
`make bench` prints these tables, `python -m tests.benchmarks --write` renews this page, with names
(`--write start screen`) those sections alone. Ratios count; absolute times do not, they belong to
one machine and what else it did. Candidates alternate within one run, one warm-up and {ROUNDS}
rounds unless a section says otherwise. A row has the median and the range of the rounds;
ratios are taken round by round. Times are CPU time unless a section says otherwise. Nothing
leaves the machine."""


def page(reports: Iterable[Report], today: date, load: float) -> str:
    """Return the whole page.

    Args:
        reports: what was measured, in order.
        today: the day of the run.
        load: the load average as the run began.
    """
    sections = "\n\n".join(report.text for report in reports)
    return f"# Performance\n\n{_READING}\n\n{machine(today, load)}\n\n{sections}\n"


def renewed(former: str, reports: Iterable[Report], today: date, load: float) -> str:
    """Return a page with some sections renewed, each with the machine of its own run.

    Args:
        former: the page as it is.
        reports: what was measured; what has no section yet gets one at the end.
        today: the day of the run.
        load: the load average as the run began.
    """
    head, *others = re.split(r"\n(?=## )", former.rstrip("\n"))
    sections = {one.partition("\n")[0]: one.rstrip("\n") for one in others}
    for report in reports:
        title, _, rest = report.text.partition("\n\n")
        sections[title] = f"{title}\n\n{machine(today, load)}\n\n{rest}"
    return "\n\n".join([head.rstrip("\n"), *sections.values()]) + "\n"


def machine(today: date, load: float) -> str:
    """Return the machine and the libraries in general words; arguments as for `page`."""
    processor = PROCESSORS.get(platform.machine(), platform.machine())
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    if official := Sdk.version():
        libraries.append(f"symbol-sdk-python {official}")
    return textwrap.fill(
        f"{today.isoformat()}, {processor} processor, {os.cpu_count()} cores, {platform.system()}, "
        f"load average {load:.1f} as the run began. "
        f"Python {platform.python_version()}, {', '.join(libraries)}.",
        WIDTH,
        break_on_hyphens=False,
    )
