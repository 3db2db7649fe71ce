"""A recording is played in a real terminal: paused, sent on and back, left without a trace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.system.launching import write_street
from tests.system.terminal import Terminal


def _clock(text: str) -> str:
    found = re.search(r"(\d\d:\d\d:\d\d)\s*$", text.splitlines()[0])
    return found[1] if found else ""


@pytest.fixture
def street(short_folder: Path) -> Path:
    """Two hours of five houses, from 10:00 UTC."""
    return write_street(short_folder / "street.csv", 8, seed=1)


def test_a_recording_is_paused_sent_on_and_back_and_leaves_nothing(
    street: Path, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = short_folder / "t"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    words = ("replay", str(street), "--console", "--speed", "1", "--zone", "Europe/Helsinki")
    with Terminal(*words, home=short_folder) as terminal:
        terminal.wait_for(lambda text: "REPLAY" in text and "plays ×1 " in text)
        terminal.press(" ")
        terminal.wait_for("paused")
        terminal.press("J")
        terminal.wait_for("replay to:")
        terminal.press("14:30", "\r")
        terminal.wait_for(lambda text: _clock(text) == "14:30:00")
        terminal.press("4")
        terminal.wait_for(lambda text: re.search(r"p\d +. c\d", text) or "p1" in text)
        terminal.press("<")
        terminal.wait_for(lambda text: _clock(text) == "14:15:00")
        terminal.wait_for("paused")
        assert "ENGINE SILENT" not in terminal.text
        terminal.press("]", "]", "]", "]", " ")
        terminal.wait_for("plays ×30 ")
        terminal.wait_for(lambda text: _clock(text) > "14:15:00")
        assert [one.name[:14] for one in temporary.iterdir()] == ["mosaic-replay-"]
        terminal.press("q")
        assert terminal.end() == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--at", "9:99"), 2, "is no time"),
        (("--at", "23:00"), 2, "the recording goes from"),
        (("--zone", "Mars"), 2, "is no time zone"),
        (("--minutes", "7"), 2, "--minutes"),
    ],
)
def test_what_cannot_be_is_one_paragraph(
    street: Path, short_folder: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    with Terminal("replay", str(street), "--console", *words, home=short_folder) as terminal:
        assert terminal.end() == status
        said = terminal.text
    assert told in said
    assert "Traceback" not in said


def test_a_file_that_is_no_recording_is_told_with_its_line(short_folder: Path) -> None:
    (short_folder / "bad.csv").write_text("time,house,import_wh,export_wh\nnow,a,1,2\n")
    with Terminal("replay", "bad.csv", "--console", home=short_folder) as terminal:
        assert terminal.end() == 1
        assert "Recording: bad.csv:2: 'now' is not a time" in terminal.text
