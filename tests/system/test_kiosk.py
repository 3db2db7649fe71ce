from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.tui.screens.stand import CHORD
from tests.system.terminal import Terminal

KEYS = "c cloud   e car   s settle   space next"
PATIENCE = 60.0
"""How long a visitor's effect may take on a busy machine; at the stand it is seconds."""

CTRL = {"ctrl+x": "\x18"}


@pytest.fixture
def stand(short_folder: Path) -> Iterator[Terminal]:
    """A stand that shows its street."""
    with Terminal("demo", "--kiosk", home=short_folder) as terminal:
        terminal.wait_for(lambda text: KEYS in text and "test" in text)
        yield terminal


def _row_of(house: str) -> Callable[[str], object]:
    """Return whether a screen shows a ledger row of a house with a state on the chain."""
    row = re.compile(rf"test\d+ → {house} +\d\.\d+ kWh +\d\.\d+ EUR +([◐✓])")
    return lambda text: row.search(text)


def _clock(text: str) -> str:
    """Return the business time that a screen shows."""
    found = re.search(r"(\d\d:\d\d:\d\d)\s*$", text.splitlines()[0])
    assert found
    return found[1]


def test_a_visitors_car_becomes_a_ledger_row(
    stand: Terminal, record_testsuite_property: Callable[[str, object], None]
) -> None:
    began = time.monotonic()
    stand.press("e")
    text = stand.wait_for(lambda text: re.search(r"A car charges at test\d+", text), PATIENCE)
    said = time.monotonic() - began
    found = re.search(r"A car charges at (test\d+)", text)
    assert found
    house = found[1]

    stand.wait_for(_row_of(house), PATIENCE)
    row = time.monotonic() - began
    stand.wait_for(lambda text: re.search(rf"→ {house} .*✓ final", text), PATIENCE)
    final = time.monotonic() - began
    assert said < row <= final
    for name, seconds in (("sentence", said), ("row", row), ("final", final)):
        record_testsuite_property(f"stand car {name} seconds", round(seconds, 2))


def test_a_cloud_is_told(stand: Terminal) -> None:
    stand.press("c")
    stand.wait_for("A cloud covers every roof", PATIENCE)


def test_settle_runs_the_clock_to_the_edge(stand: Terminal) -> None:
    before = _clock(stand.text)
    stand.press("s")
    stand.wait_for("The clock runs to the end of this quarter hour", PATIENCE)
    # past the next edge and its grace of five minutes, whenever it was pressed
    minutes = int(before[3:5])
    target = (minutes // 15 + 1) * 15 + 5 - minutes
    stand.wait_for(lambda text: _minutes_between(before, _clock(text)) >= target, PATIENCE)


def _minutes_between(before: str, after: str) -> int:
    first, second = (int(time_[:2]) * 60 + int(time_[3:5]) for time_ in (before, after))
    return (second - first) % 1440


def test_space_turns_the_scene(stand: Terminal) -> None:
    """The tour has four pictures; each has a sentence of its own."""
    spare = "to spare"
    stand.wait_for(spare, PATIENCE)
    stand.press(" ")
    stand.wait_for(lambda text: spare not in text and KEYS in text, PATIENCE)
    for _ in range(3):
        before = _sentence(stand.text)
        stand.press(" ")
        stand.wait_for(_says_other(before), PATIENCE)
    stand.wait_for(spare, PATIENCE)


def _says_other(before: str) -> Callable[[str], object]:
    return lambda text: _sentence(text) != before


def _sentence(text: str) -> str:
    """Return the picture's words without its numbers, which move."""
    return " ".join(re.findall(r"[A-Za-z]{3,}", " ".join(text.splitlines()[1:-1])))


def test_no_other_key_leads_out(stand: Terminal) -> None:
    for key in ("q", "\x11", "\x03", "\x10", ":", "?", "\x1a", "1", "4", "a", "u", "P", "\x13"):
        stand.press(key)
        stand.wait_for(_moved_on(_clock(stand.text)), PATIENCE)
        assert stand.process.poll() is None, key


def _moved_on(before: str) -> Callable[[str], object]:
    return lambda text: KEYS in text and _clock(text) != before


def test_the_chord_leads_out(stand: Terminal) -> None:
    stand.press(*(CTRL.get(key, key) for key in CHORD))
    assert stand.end(20) == 0


def test_a_signal_ends_it(stand: Terminal) -> None:
    stand.signal(signal.SIGTERM)
    assert stand.end(20) == 0
