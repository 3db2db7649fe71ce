from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from console.model.difference import Difference
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.settlement.consequences import draw_consequences
from console.tui.widgets.settlement.differences import draw_differences
from tests.tui.chain_data import SEALED, preview

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
MANY = tuple(
    Difference(
        house=f"test{number}",
        bought_before_wh=100,
        bought_wh=100 + number,
        sold_before_wh=0,
        sold_wh=0,
    )
    for number in range(1, 9)
)
SELLER = Difference(house="test9", bought_before_wh=0, bought_wh=0, sold_before_wh=649, sold_wh=769)


def drawn(room: int, height: int, revision: int = 0) -> list[str]:
    return [
        text_of(line) for line in draw_differences((*MANY, SELLER), revision, room, height, LOOK)
    ]


def test_the_greatest_comes_first_and_the_rest_is_counted() -> None:
    lines = drawn(120, 5)
    assert lines[0].startswith("  now otherwise: 9 houses")
    assert lines[1].split() == ["test9", "0.649", "0.769", "+0.120", "0.000", "0.000", "–"]
    assert lines[2].split() == ["test8", "0.000", "0.000", "–", "0.100", "0.108", "+0.008"]
    assert lines[-1].strip() == "and 6 more"
    assert len(lines) == 5


def test_the_columns_heads_stand_apart_however_narrow_it_is() -> None:
    for room, before in ((80, "was"), (120, "then")):
        head, *_ = drawn(room, 5)
        assert head.split()[-8:] == ["sold", before, "now", "kWh", "bought", before, "now", "kWh"]


def test_one_line_where_it_is_narrow() -> None:
    (line,) = drawn(80, 1, revision=2)
    assert line.startswith("  revision 2 changed 9 houses   test9 sells +0.120   test8 buys +0.008")
    assert len(line) <= 80


def test_they_stand_in_the_preview() -> None:
    shown = msgspec.structs.replace(preview(SEALED), differences=(SELLER,))
    lines = [text_of(line) for line in draw_consequences(shown, 120, 10, LOOK)]
    assert "as settled" in lines[0]
    assert "now otherwise: 1 house " in lines[1]
    assert "24 rows" in lines[-1]


def test_a_revision_that_is_due_is_shown_before_it_is_posted() -> None:
    replace = msgspec.structs.replace
    found = preview(SEALED)
    late = replace(found.settlement, late="later readings of test9")
    assert found.plan is not None
    nothing = replace(found.plan, trades=(), shared_wh=0)
    for plan in (found.plan, nothing):
        shown = replace(found, settlement=late, plan=plan, differences=(SELLER,))
        lines = [text_of(line) for line in draw_consequences(shown, 80, 10, LOOK)]
        assert "as revision 1 if settled now" in lines[0]
        assert "now otherwise: 1 house " in lines[1]
