from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.model.balance import Missing
from console.model.difference import Pair
from console.model.settlement import State
from console.model.view import Preview
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.settlement.consequences import draw_consequences
from tests.tui.chain_data import HELD, SEALED, preview

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)


def text(shown: Preview, room: int = 120, height: int = 10) -> str:
    return "\n".join(text_of(line) for line in draw_consequences(shown, room, height, LOOK))


def in_state(state: State) -> Preview:
    shown = preview(SEALED)
    settlement = msgspec.structs.replace(shown.settlement, state=state)
    return msgspec.structs.replace(shown, settlement=settlement)


@pytest.mark.parametrize(
    ("state", "mood"),
    [
        (State.CLOSED, "if settled now"),
        (State.SEALED, "as settled"),
        (State.OPEN, "still open"),
    ],
)
def test_the_heading_says_whether_it_is_done(state: State, mood: str) -> None:
    assert f"13:00–13:15, {mood}" in text(in_state(state))


def test_the_left_out_are_named() -> None:
    assert text(preview(HELD)).endswith("test9 waits; late data posts the rest")
    plan = preview(HELD).plan
    assert plan is not None
    many = tuple(Missing(house=f"h{n}", reason="") for n in range(5))
    shown = msgspec.structs.replace(
        preview(HELD), plan=msgspec.structs.replace(plan, left_out=many)
    )
    assert text(shown).endswith("h0, h1 and 3 others wait; late data posts the rest")


def test_a_fee_is_told() -> None:
    shown = msgspec.structs.replace(preview(SEALED), fee_micro=188_000, transactions=2)
    assert "2 transactions, 1,880 bytes, fee 0.188000 XYM" in text(shown)


def test_many_sellers_are_folded_where_it_is_narrow() -> None:
    shown = preview(SEALED)
    assert shown.plan is not None
    plan = shown.plan
    shares = tuple(
        msgspec.structs.replace(plan.shares[0], house=f"house{n}", surplus_wh=n, sold_wh=n)
        for n in range(1, 30)
    )
    crowded = msgspec.structs.replace(shown, plan=msgspec.structs.replace(plan, shares=shares))
    line = text(crowded, 80, 3).splitlines()[1]
    assert len(line) <= 79
    assert "house29 sells 0.029" in line
    assert "more" in line


def test_without_a_plan_the_note_stands_there() -> None:
    shown = msgspec.structs.replace(preview(SEALED), plan=None, note="No reading of test4.")
    assert text(shown).endswith("  No reading of test4.")
    idle = preview(3)
    assert "nothing to share" in text(idle)


def test_an_open_one_says_when_there_will_be_a_plan() -> None:
    shown = msgspec.structs.replace(in_state(State.OPEN), plan=None, note="still open")
    assert "Its plan is made once it has closed and every house was read." in text(shown)


@pytest.mark.parametrize(("room", "height"), [(80, 3), (120, 10), (200, 20)])
def test_what_only_the_chain_knows_is_told_by_its_rows(room: int, height: int) -> None:
    pairs = (
        Pair(producer="test1", consumer="test3", wh=158),
        Pair(producer="test1", consumer="test5", wh=187),
    )
    at = msgspec.structs.replace(preview(SEALED).settlement, plan_known=False)
    adopted = Preview(settlement=at, plan=None, pairs=pairs, note="taken from the chain")
    drawn = text(adopted, room, height)
    assert "as settled" in drawn
    assert "0.345" in drawn
    assert "24 rows   2.216 kWh   0.2216 EUR   taken from the chain" in drawn
    assert len(drawn.splitlines()) <= height


def test_a_halted_one_says_how_to_compare() -> None:
    assert "halted: enter compares its parts" in text(in_state(State.HALTED))
