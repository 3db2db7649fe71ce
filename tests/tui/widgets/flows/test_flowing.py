from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment

from console.model.difference import Pair
from console.model.settlement import State
from console.model.trade import Trade
from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.widgets.flows.flow import (
    Buyer,
    Flow,
    Giver,
    flow_of,
    flow_of_pairs,
    fold_buyers,
    fold_givers,
    shades,
)
from console.tui.widgets.flows.flowing import (
    Flowing,
    cell_after,
    chosen_after,
    draw_flowing,
    flow_in,
)
from console.tui.widgets.flows.matrix import Cell, Frame, draw_matrix, table_of
from console.tui.widgets.flows.ribbons import draw_ribbons, fitting_scale
from tests.tui.chain_data import AT_13_00, EXPORTED_13_00, SEALED, plan, preview, share
from tests.tui.lindenhof import lindenhof, quarter
from tests.tui.widgets.flows.test_flow import flows

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
PLAN = plan(quarter(SEALED), AT_13_00, EXPORTED_13_00)
SHADES = shades(lindenhof().houses)
SHOWN = Flowing(preview=preview(SEALED), flow=flow_of(PLAN, SHADES), today="2026-06-21")


def texts(lines: list[list[Segment]]) -> list[str]:
    return [text_of(line) for line in lines]


@pytest.mark.parametrize(("size", "room"), [("120x36", 120), ("80x24", 80)])
def test_the_picture(picture: Callable[[str, str], list[str]], size: str, room: int) -> None:
    lines = texts(draw_flowing(SHOWN, room, 32 if room == 120 else 20, LOOK))
    drawn = [line for line in lines if line]
    assert drawn == picture(size, "2 Flows")[: len(drawn)]


def test_the_matrix_takes_the_ribbons_place_on_a_narrow_screen() -> None:
    shown = msgspec.structs.replace(SHOWN, matrix=True)
    lines = texts(draw_flowing(shown, 80, 20, LOOK))
    assert lines[3].split() == [
        "kWh", "2", "3", "4", "5", "7", "8", "10", "12", "sold", "to", "grid", "exported",
    ]  # fmt: skip
    assert all(len(line) < 80 for line in lines)
    assert not any("┃" in line for line in lines)


@given(flows(), st.integers(40, 200), st.integers(4, 40))
def test_ribbons_fit_and_have_one_scale(flow: Flow, room: int, height: int) -> None:
    ribbons = draw_ribbons(flow, max(room, 80), height, LOOK)
    assert len(ribbons.lines) <= max(height, 3)
    for line in ribbons.lines:
        assert Segment.get_line_length(line) <= max(room, 80)


@given(flows(), st.integers(80, 200), st.integers(3, 30))
def test_a_matrix_fits(flow: Flow, room: int, height: int) -> None:
    lines = draw_matrix(flow, room, height, LOOK, Frame())
    assert len(lines) <= max(height, 3)
    assert len({Segment.get_line_length(line) for line in lines}) == 1
    assert Segment.get_line_length(lines[0]) <= room


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 60)), min_size=1))
def test_the_scale_is_the_smallest_that_fits(bars: list[tuple[int, int]]) -> None:
    cell = fitting_scale(*bars)
    assert str(cell).rstrip("0") in ("1", "2", "5")
    assert all((2 * wh + cell) // (2 * cell) <= most for wh, most in bars)


def test_bright_cells_run_and_leave_the_text_alone() -> None:
    still = draw_ribbons(flow_of(PLAN, SHADES), 80, 20, LOOK)
    early = draw_ribbons(flow_of(PLAN, SHADES), 80, 20, LOOK, phase=0.1)
    late = draw_ribbons(flow_of(PLAN, SHADES), 80, 20, LOOK, phase=0.9)
    assert texts(still.lines) == texts(early.lines) == texts(late.lines)
    assert still.lines != early.lines != late.lines


def test_the_chosen_house_is_marked() -> None:
    flow = flow_of(PLAN, SHADES)
    lines = texts(draw_ribbons(flow, 80, 20, LOOK, chosen="test6").lines)
    assert any(line.startswith("  ▸test6") for line in lines)
    lines = texts(draw_ribbons(flow, 80, 20, LOOK, chosen="test3").lines)
    assert any(line.endswith("0.468 ▸test3") for line in lines)


def test_choosing_goes_through_producers_and_buyers() -> None:
    flow = flow_of(PLAN, SHADES)
    assert chosen_after(flow, "", "down") == "test1"
    assert chosen_after(flow, "test9", "down") == "test5"
    assert chosen_after(flow, "test1", "up") == "test1"
    assert chosen_after(flow, "test8", "down") == "test8"


def test_an_idle_interval_says_so() -> None:
    shown = msgspec.structs.replace(SHOWN, preview=preview(3), flow=None)
    text = "\n".join(texts(draw_flowing(shown, 80, 20, LOOK)))
    assert "– idle" in text
    assert "Nothing was shared" in text


def test_an_adopted_interval_says_that_its_plan_is_not_known() -> None:
    settlement = msgspec.structs.replace(preview(SEALED).settlement, plan_known=False)
    adopted = msgspec.structs.replace(preview(SEALED), settlement=settlement, plan=None)
    text = "\n".join(texts(draw_flowing(msgspec.structs.replace(SHOWN, preview=adopted, flow=None),
                                        120, 32, LOOK)))  # fmt: skip
    assert "The plan is not known" in text


def test_a_held_interval_gives_the_engines_reason() -> None:
    held = msgspec.structs.replace(preview(45), plan=None, note="test9 stepped 9.600 kWh")
    assert held.settlement.state is State.HELD
    lines = draw_flowing(msgspec.structs.replace(SHOWN, preview=held, flow=None), 80, 20, LOOK)
    assert "test9 stepped 9.600 kWh" in "\n".join(texts(lines))


def test_another_day_is_named() -> None:
    shown = msgspec.structs.replace(SHOWN, today="2026-06-22")
    assert "Sun 21 Jun 13:00–13:15" in texts(draw_flowing(shown, 80, 20, LOOK))[0]


def test_no_interval_yet() -> None:
    shown = msgspec.structs.replace(SHOWN, preview=None, notice="No interval is closed yet.")
    assert "No interval is closed yet." in texts(draw_flowing(shown, 80, 20, LOOK))[1]


def test_plain_terminals_get_plain_signs() -> None:
    look = msgspec.structs.replace(LOOK, glyphs=ASCII)
    assert all(text.isascii() for text in texts(draw_flowing(SHOWN, 120, 32, look)))


def test_several_houses_together_may_be_cut_but_no_single_one() -> None:
    flow = Flow(
        givers=(Giver(house="g", shade=0, exported_wh=10_000, sold_wh=10_000),),
        buyers=tuple(Buyer(name=f"b{n}", wh=100, parts=(100,)) for n in range(100)),
        exported_wh=10_000,
        imported_wh=10_000,
        shared_wh=10_000,
    )
    small = msgspec.structs.replace(
        flow, givers=tuple(
            Giver(house=f"g{n}", shade=n, exported_wh=100, sold_wh=100) for n in range(100)
        ),
        buyers=tuple(
            Buyer(name=f"b{n}", wh=100, parts=tuple(100 * (n == m) for m in range(100)))
            for n in range(100)
        ),
    )  # fmt: skip
    assert not any("…" in line for line in texts(draw_ribbons(flow, 80, 200, LOOK).lines))
    cut = texts(draw_ribbons(small, 80, 12, LOOK).lines)
    assert all(("more" in line) == ("…" in line) for line in cut)
    assert sum("…" in line for line in cut) >= 1


def street(producers: int, consumers: int) -> Flow:
    """A street in which every producer gives every consumer 10 Wh and the grid 5."""
    names = [f"roof{number}" for number in range(1, producers + 1)]
    pairs = [
        Trade(producer=name, consumer=f"flat{number}", wh=10, price_micro_per_kwh=100_000)
        for name in names
        for number in range(1, consumers + 1)
    ]
    sold = 10 * consumers
    shares = [share(name, exported=sold + 5, sold=sold) for name in names]
    bought = 10 * producers
    shares += [
        share(f"flat{number}", imported=bought, bought=bought) for number in range(1, consumers + 1)
    ]
    made = msgspec.structs.replace(
        PLAN,
        shares=tuple(shares),
        trades=tuple(pairs),
        surplus_wh=producers * (sold + 5),
        demand_wh=consumers * bought,
        shared_wh=producers * sold,
    )
    return flow_of(made, {name: place for place, name in enumerate(names)})


STREETS = {size: street(*size) for size in ((20, 40), (200, 80), (900, 100), (30, 1000))}


@pytest.mark.parametrize("size", STREETS)
@pytest.mark.parametrize(("room", "height"), [(80, 20), (120, 32), (200, 46)])
@pytest.mark.parametrize("matrix", [False, True])
def test_large_streets_fold_and_keep_their_sums(
    size: tuple[int, int], room: int, height: int, matrix: bool
) -> None:
    flow = STREETS[size]
    chosen = "flat37"
    shown = msgspec.structs.replace(
        SHOWN, flow=flow, matrix=matrix, chosen=chosen, cell=Cell("roof19", chosen)
    )
    lines = texts(draw_flowing(shown, room, height, LOOK))
    assert len(lines) <= height
    assert all(len(line) <= room for line in lines)
    total = f"shared {written.scaled(flow.shared_wh, 1000, 0)[:3]}"
    assert total in lines[1]
    if matrix:
        assert any(line.startswith("▸") and "roof19" in line for line in lines)
        assert "of " + str(size[0]) in lines[-1]
        return
    assert any("▸flat37" in line for line in lines)
    assert any(" more" in line for line in lines)


@given(st.sampled_from(list(STREETS)), st.integers(4, 60))
def test_a_folded_ribbon_loses_nothing(size: tuple[int, int], most: int) -> None:
    flow = STREETS[size]
    folded = fold_givers(flow, most, "roof19")
    assert sum(giver.exported_wh for giver in folded.givers) == flow.exported_wh
    assert "roof19" in {giver.house for giver in folded.givers}
    buyers = fold_buyers(folded, most, "flat37")
    assert sum(buyer.wh for buyer in buyers) == flow.shared_wh
    assert "flat37" in {buyer.name for buyer in buyers}
    assert len(buyers) <= most


def test_a_large_street_is_folded_once() -> None:
    flow = STREETS[200, 80]
    assert fold_givers(flow, 12, "") is fold_givers(flow, 12, "")
    assert flow.ranked is flow.ranked


def test_shades_repeat_and_hues_differ() -> None:
    marks = [LOOK.bar(shade) for shade in range(8)]
    assert [glyph for glyph, _ in marks[:4]] == [glyph for glyph, _ in marks[4:]]
    assert len(set(marks[:4])) == 4


def test_the_matrix_is_moved_both_ways() -> None:
    flow = STREETS[20, 40]
    cell = Cell()
    for way in ("down", "down", "page_down", "down"):
        cell = cell_after(flow, cell, way)
    assert cell == Cell("roof3", "flat5")
    assert cell_after(flow, cell, "home") == Cell("roof3", "flat1")
    assert cell_after(flow, cell, "end") == Cell("roof3", "flat40")
    assert cell_after(flow, cell, "page_up") == Cell("roof3", "flat1")
    assert cell_after(flow, cell, "left") == cell
    shown = msgspec.structs.replace(SHOWN, flow=flow, matrix=True, cell=Cell("roof20", "flat40"))
    lines = texts(draw_flowing(shown, 80, 20, LOOK))
    assert " 40 " in lines[3]
    assert any(line.startswith("▸") and "roof20" in line for line in lines)
    assert lines[-1].strip() == (
        "producers 7–20 of 20: ↑↓   buyers 33–40 of 40: pgup pgdn home end"
    )


def test_the_whole_matrix_is_a_table_with_tabs() -> None:
    rows = [line.split("\t") for line in table_of(STREETS[20, 40]).splitlines()]
    assert len(rows) == 22
    assert {len(row) for row in rows} == {44}
    assert rows[0][:3] == ["kWh", "flat1", "flat2"]
    assert rows[0][-3:] == ["sold", "to grid", "exported"]
    assert rows[1][0] == "roof1"
    assert rows[1][-3:] == ["0.400", "0.005", "0.405"]
    assert rows[-1][0] == "bought"
    assert rows[-1][-3:] == ["8.000", "0.100", "8.100"]


def test_what_only_the_ledger_knows_is_drawn_without_the_meters() -> None:
    pairs = (
        Pair(producer="test1", consumer="test3", wh=158),
        Pair(producer="test1", consumer="test5", wh=-20),
        Pair(producer="test9", consumer="test3", wh=100),
    )
    settlement = msgspec.structs.replace(preview(SEALED).settlement, plan_known=False, revision=1)
    adopted = Preview(settlement=settlement, plan=None, pairs=pairs)
    flow = flow_in(adopted, SHADES)
    shown = msgspec.structs.replace(SHOWN, preview=adopted, flow=flow)
    for room, height in ((80, 20), (120, 32), (200, 46)):
        lines = texts(draw_flowing(shown, room, height, LOOK))
        assert "revision 1" in lines[0]
        assert "shared 0.238 kWh by the ledger" in lines[1]
        assert not any("the grid" in line for line in lines)
        assert any("-0.020" in line and "test5" in line for line in lines)
    assert "to grid" not in table_of(flow_of_pairs(pairs, SHADES))
