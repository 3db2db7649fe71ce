"""The house plan holds: short files, one way of imports, a light console."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 300
HEAVY = ("apsw", "cryptography", "Crypto", "starlette", "uvicorn", "console.engine")
"""What belongs to an engine; console.engine.serving.offline is for when none answers."""


def test_no_file_is_longer_than_its_duty() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in (ROOT / "console").rglob("*.py")
    }
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize(
    "loads",
    [
        "import console.client",
        "import console.tui.app",
        "from console.cli.app import application; application()",
    ],
)
def test_a_console_loads_no_engine(loads: str) -> None:
    script = f"{loads}; import sys; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = run.stdout.split()
    assert [name for name in loaded if name.startswith(HEAVY)] == []


def test_the_client_loads_httpx_only_when_asked() -> None:
    script = (
        "import sys, console.client; from console.cli.app import application; application();"
        "print('httpx' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "False\n"


def test_a_command_loads_itself_alone() -> None:
    script = (
        "import sys; from console.cli.app import application; application(['watch']);"
        "print('\\n'.join(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = run.stdout.split()
    assert "console.cli.engine" in loaded
    others = ("console.cli.demo", "console.cli.init", "console.cli.replay", "tomlkit", "textual")
    assert [name for name in loaded if name in others] == []


LATER = (
    "httpx",
    "httpcore",
    "anyio",
    "console.tui.palette",
    "console.tui.commands",
    "console.tui.screens.confirm",
    "console.tui.screens.events",
    "console.tui.screens.flows",
    "console.tui.screens.help",
    "console.tui.screens.house",
    "console.tui.screens.ledger",
    "console.tui.screens.neighbourhood",
    "console.tui.screens.settings",
    "console.tui.screens.settlement",
    "console.tui.screens.stand",
    "console.tui.screens.unlocking",
    "console.tui.screens.version",
    "console.tui.widgets.jumpbox",
)
"""What the first paint does without."""
FIRST_PAINT = """
import sys
from console.tui.app import MosaicApp

class Painted(MosaicApp):
    CSS_PATH = None

    def begin_to_hear(self):
        print(self.screen.plain_text(), "loaded:", *sys.modules, file=sys.__stdout__)
        self.exit()

class Nobody:
    async def close(self):
        pass

Painted(Nobody()).run(headless=True)
"""


def test_the_first_paint_needs_little() -> None:
    run = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=False, timeout=60
    )
    painted, _, loaded = run.stdout.partition("loaded:")
    assert "MOSAIC" in painted, run.stderr
    assert [name for name in loaded.split() if name in LATER] == []


def test_the_import_contracts_are_kept() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert run.returncode == 0, run.stdout
