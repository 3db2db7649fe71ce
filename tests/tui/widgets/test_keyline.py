"""The key line against the last lines of the pictures, and its shortening."""

from __future__ import annotations

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.keys import ALONE, TABLE, key_of, keys_of
from console.tui.look import Look
from console.tui.widgets.keyline import Keys, draw_keys

LOOK = Look(zone=ZoneInfo("UTC"))
LABELS = {"settlement": {"auto": "auto off"}}


def line(screen: str, cells: int, look: Look = LOOK) -> str:
    keys = Keys(keys=tuple(keys_of(screen)), labels=LABELS.get(screen, {}), look=look)
    return text_of(draw_keys(keys, cells)[0])


@pytest.mark.parametrize(
    ("size", "screen", "held"),
    [
        ("120x36", "neighbourhood", "1 Neighbourhood   12"),
        ("80x24", "neighbourhood", "1 Neighbourhood   12"),
        ("120x36", "flows", "2 Flows"),
        ("80x24", "flows", "2 Flows"),
        ("120x36", "settlement", "3 Settlement"),
        ("80x24", "settlement", "3 Settlement"),
        ("120x36", "ledger", "4 Ledger"),
        ("80x24", "ledger", "4 Ledger   8"),
        ("80x24", "events", "6 Events"),
    ],
)
def test_as_in_the_pictures(
    picture: Callable[[str, str], list[str]], size: str, screen: str, held: str
) -> None:
    assert line(screen, int(size.partition("x")[0])) == picture(size, held)[-1]


@pytest.mark.parametrize("screen", sorted({key.screen for key in TABLE} - {"every"}))
@pytest.mark.parametrize("cells", [20, 40, 60, 80, 100, 120, 200])
def test_it_fits_and_the_most_needed_stay(screen: str, cells: int) -> None:
    drawn = line(screen, cells)
    assert len(drawn) <= cells or len(re.findall(r"  \S", drawn)) == 0
    if screen not in ALONE and cells >= 60:
        assert drawn.endswith("? help  q quit")


def test_idle_keys_are_dim() -> None:
    keys = Keys(keys=tuple(keys_of("neighbourhood")), idle=frozenset({"settle"}), look=LOOK)
    colour = LOOK.ink.dim.color
    dim = [one.text for one in draw_keys(keys, 120)[0] if one.style and one.style.color == colour]
    assert "".join(dim) == "s settle"


def test_ascii_has_nothing_else() -> None:
    assert line("neighbourhood", 120, Look(zone=ZoneInfo("UTC"), glyphs=ASCII)).isascii()


def test_the_stand_has_neither_quit_nor_palette() -> None:
    assert {key.action for key in keys_of("stand")} == {"cloud", "car", "settle", "next"}
    assert key_of("stand", "quit") is None
    assert key_of("ledger", "quit") is not None
