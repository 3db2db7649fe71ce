"""The terminal's settings before textual is loaded."""

from __future__ import annotations

import pytest

from console.tui.start import WEB_DRIVER, needs_ascii, prepare


def test_inherited_settings_go_and_ours_come() -> None:
    inherited = {"TEXTUAL_PRESS": "q", "TEXTUAL": "devtools", "TEXTUAL_DRIVER": "d.py:D"}
    environment = {**inherited, "PATH": "p"}
    prepare(environment, calm=False)
    assert environment == {
        "PATH": "p",
        "TEXTUAL_FPS": "15",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }


def test_only_the_browsers_driver_is_inherited() -> None:
    environment = {"TEXTUAL_DRIVER": WEB_DRIVER}
    prepare(environment, calm=False)
    assert environment["TEXTUAL_DRIVER"] == WEB_DRIVER


def test_a_calm_console_paints_less_often() -> None:
    environment: dict[str, str] = {}
    prepare(environment, calm=True)
    assert environment["TEXTUAL_FPS"] == "5"


@pytest.mark.parametrize(
    ("term", "encoding", "ascii_"),
    [
        ("xterm-256color", "utf-8", False),
        ("xterm-256color", "UTF8", False),
        ("linux", "utf-8", True),
        ("xterm", "latin-1", True),
        ("xterm", "nonsense", True),
        ("xterm", None, True),
    ],
)
def test_where_block_glyphs_fail(term: str, encoding: str | None, ascii_: bool) -> None:
    assert needs_ascii({"TERM": term}, encoding) is ascii_
