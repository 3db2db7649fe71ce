"""Hostile words through every view on a real terminal: no control byte of theirs comes out."""

from __future__ import annotations

import re
import signal
import sys
import unicodedata
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.system.terminal import Terminal

TOUR = ("1", "v", "v", "v", "\r", "\x1b", "2", "m", "j", "m", "3", "j", "4", "j", "\r", "6", "j",
        ":", "house", "\x1b", "?", "\x1b", "T")  # fmt: skip
"""Keys that show every view; none of them commands anything."""
QUESTIONS = {
    "alarms", "close", "events", "house", "ledger", "preview", "proof", "settlements", "totals",
}  # fmt: skip
SEQUENCE = re.compile(
    r"\x1b(?:\[([<-?]?)([0-9:;]*)([ -/]*[@-~])|([\]P_^X].*?(?:\x07|\x1b\\))|([ -/]*[0-~]))", re.S
)
FREE = "mH"
"""Colours and places, whose numbers differ from picture to picture."""


class Shown(NamedTuple):
    """What a tour wrote to its terminal."""

    kinds: set[str]
    """Every kind of control sequence."""
    controls: set[str]
    """Every control character outside of them."""
    told: dict[str, object]
    """What the console's own process says."""


def tour(folder: Path, mode: str, least: int) -> Shown:
    """Walk through all views, batch after batch, until so many words were told."""
    report = folder / f"{mode}.json"
    child = (sys.executable, "-m", "tests.system.hostile_child")
    with Terminal(mode, str(report), home=folder, columns=120, rows=36, program=child) as terminal:
        terminal.wait_for("1 Neighbourhood")
        batches = 0
        while batches * 150 < least:
            batches += 1
            for key in TOUR:
                terminal.press(key)
                terminal.keep_reading(0.12)
            terminal.signal(signal.SIGUSR1)
            terminal.press("1")
            terminal.wait_for("1 Neighbourhood")
        terminal.press("q")
        assert terminal.end() == 0, terminal.text
    text = terminal.raw.decode("utf-8")
    kinds = {_kind(found) for found in SEQUENCE.finditer(text)}
    rest = set(SEQUENCE.sub("", text))
    controls = {one for one in rest if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")}
    return Shown(kinds, controls, msgspec.json.decode(report.read_bytes()))


def _kind(found: re.Match[str]) -> str:
    prefix, numbers, final, string, short = found.groups()
    if final is None:
        return string or short
    return prefix + ("" if final in FREE else numbers) + final


def expect_nothing_of_theirs(folder: Path, least: int) -> None:
    tame, hostile = tour(folder, "tame", 1), tour(folder, "hostile", least)
    assert hostile.kinds <= tame.kinds
    assert hostile.controls <= tame.controls
    assert hostile.told["status"] == 0
    assert hostile.told["commands"] == 0
    asked, words = hostile.told["asked"], hostile.told["words"]
    assert isinstance(asked, list)
    assert set(asked) <= QUESTIONS
    assert isinstance(words, int)
    assert words >= least


def test_a_tour_through_hostile_words(tmp_path: Path) -> None:
    expect_nothing_of_theirs(tmp_path, 150)
