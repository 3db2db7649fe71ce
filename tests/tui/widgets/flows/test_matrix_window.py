"""A matrix larger than the screen: heads and sums stand, the chosen house stays in sight."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.flows.flow import Buyer, Flow, Giver
from console.tui.widgets.flows.matrix import Cell, Frame, draw_matrix

LOOK = Look(zone=ZoneInfo("UTC"))


def large(givers: int, buyers: int) -> Flow:
    return Flow(
        givers=tuple(
            Giver(house=f"roof{number}", shade=number, exported_wh=buyers, sold_wh=buyers)
            for number in range(givers)
        ),
        buyers=tuple(
            Buyer(name=f"flat{number}", wh=givers, parts=(1,) * givers) for number in range(buyers)
        ),
        exported_wh=givers * buyers,
        imported_wh=givers * buyers,
        shared_wh=givers * buyers,
    )


@pytest.mark.parametrize("chosen", ["", "roof0", "roof39", "roof20"])
@pytest.mark.parametrize("room", [80, 120, 200])
def test_the_followed_producer_stays_in_sight(chosen: str, room: int) -> None:
    drawn = draw_matrix(large(40, 60), room, 18, LOOK, Frame(follow=Cell(chosen)))
    lines = [text_of(line) for line in drawn]
    assert len(lines) == 18
    assert max(map(len, lines)) <= room
    assert "exported" in lines[0]
    assert lines[-2].lstrip().startswith("bought")
    assert "of 40: " in lines[-1]
    assert "of 60: pgup pgdn" in lines[-1]
    assert any(f" {chosen or 'roof0'} " in line for line in lines)
    assert sum(line.startswith("▸") for line in lines) == bool(chosen)


def test_the_followed_buyer_stays_in_sight() -> None:
    drawn = draw_matrix(large(3, 60), 80, 18, LOOK, Frame(follow=Cell(buyer="flat59")))
    lines = [text_of(line) for line in drawn]
    assert " 59 " in lines[0]
    assert len(lines) == 6
    assert "buyers 53–60 of 60" in lines[-1]


def test_what_fits_is_drawn_whole() -> None:
    few = large(2, 3)
    whole = draw_matrix(few, 80, 18, LOOK, Frame())
    assert draw_matrix(few, 80, 18, LOOK, Frame(follow=Cell())) == whole
