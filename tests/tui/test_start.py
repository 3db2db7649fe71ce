"""The terminal's settings before textual is loaded."""

from __future__ import annotations

import pytest

from console.tui.start import WEB_DRIVER, needs_ascii, prepare, wants_mouse


def test_inherited_settings_go_and_ours_come() -> None:
    inherited = {"TEXTUAL_PRESS": "q", "TEXTUAL": "devtools", "TEXTUAL_DRIVER": "d.py:D"}
    environment = {**inherited, "PATH": "p"}
    prepare(environment, calm=False)
    assert environment == {
        "PATH": "p",
        "TEXTUAL_FPS": "240",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }


def test_only_the_browsers_driver_is_inherited() -> None:
    environment = {"TEXTUAL_DRIVER": WEB_DRIVER}
    prepare(environment, calm=False)
    assert environment["TEXTUAL_DRIVER"] == WEB_DRIVER


def test_a_console_over_a_line_paints_less_often() -> None:
    environment = {"SSH_TTY": "/dev/pts/1"}
    prepare(environment, calm=False)
    assert environment["TEXTUAL_FPS"] == "15"


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


@pytest.mark.parametrize(
    ("environment", "calm", "mouse"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"SSH_CONNECTION": "10.0.0.1 22 10.0.0.2 22"}, False, False),
        ({"SSH_TTY": "/dev/pts/1"}, False, False),
        ({"SSH_CONNECTION": ""}, False, True),
    ],
)
def test_the_mouse_is_asked_for_on_local_terminals_only(
    environment: dict[str, str], calm: bool, mouse: bool
) -> None:
    assert wants_mouse(environment, calm=calm) is mouse


def test_an_empty_no_color_is_none() -> None:
    environment = {"NO_COLOR": ""}
    prepare(environment, calm=False)
    assert "NO_COLOR" not in environment
