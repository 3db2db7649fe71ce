"""A meter is probed on a terminal: its reading moves, and ctrl+c ends it with what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.lan import Lan
from tests.system.terminal import Terminal

WATTS = 6_000_000
"""So much that a register moves between any two looks, W."""


@pytest.mark.parametrize("columns", [80, 200])
def test_a_probe_is_live_and_ends_when_told(tmp_path: Path, columns: int) -> None:
    with Lan() as lan:
        place = lan.plug_in(4_812_301, 0, WATTS).removeprefix("http://")
        with Terminal("meters", "probe", place, home=tmp_path, columns=columns) as terminal:
            first = terminal.wait_for("Ctrl-C ends it")
            assert "homewizard-v1: 0:0" in first
            assert "of at most 10:00" in first
            assert "+6,000,000 W  taking" in first
            terminal.wait_for(
                lambda text: "Ctrl-C ends it" in text and register(text) != register(first)
            )
            terminal.press("\x03")
            assert terminal.end() == 1
            told = terminal.text
    assert "Ctrl-C ends it" not in told
    assert "readings in 0:0" in told
    assert "Not yet enough energy to say" in told


def register(text: str) -> str:
    """Return the line of the import register; empty while none is drawn."""
    return next((line for line in text.splitlines() if line.startswith("  import")), "")
