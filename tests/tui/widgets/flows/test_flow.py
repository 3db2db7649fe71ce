from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.tui.widgets.flows.flow import (
    Buyer,
    Flow,
    Giver,
    flow_of,
    fold_buyers,
    fold_givers,
    shades,
    spelled,
)
from tests.tui.chain_data import AT_11_15, AT_13_00, EXPORTED_11_15, EXPORTED_13_00, plan
from tests.tui.lindenhof import lindenhof, quarter


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    givers = draw(st.integers(1, 12))
    buyers = draw(st.integers(1, 15))
    cells = [[draw(st.integers(0, 5000)) for _ in range(givers)] for _ in range(buyers)]
    rest = [draw(st.integers(0, 5000)) for _ in range(givers)]
    sold = [sum(row[number] for row in cells) for number in range(givers)]
    shared = sum(sold)
    return Flow(
        givers=tuple(
            Giver(house=f"g{n}", shade=n, exported_wh=sold[n] + rest[n], sold_wh=sold[n])
            for n in range(givers)
        ),
        buyers=tuple(
            Buyer(name=f"b{n}", wh=sum(row), parts=tuple(row)) for n, row in enumerate(cells)
        ),
        exported_wh=shared + sum(rest),
        imported_wh=shared,
        shared_wh=shared,
    )


def test_a_plan_becomes_the_pictures_sums() -> None:
    flow = flow_of(plan(quarter(52), AT_13_00, EXPORTED_13_00), shades(lindenhof().houses))
    assert (flow.exported_wh, flow.shared_wh, flow.to_grid_wh) == (3081, 2216, 865)
    assert flow.from_grid_wh == 0
    assert [giver.shade for giver in flow.givers] == [0, 1, 2]
    assert [buyer.wh for buyer in flow.ranked][:3] == [553, 468, 449]
    assert flow.grid.parts == (293, 211, 361)


def test_a_house_keeps_its_shade_all_day() -> None:
    houses = lindenhof().houses
    late = flow_of(plan(quarter(45), AT_11_15, EXPORTED_11_15), shades(houses))
    assert {giver.house: giver.shade for giver in late.givers} == {
        "test1": 0, "test6": 1, "test11": 3,
    }  # fmt: skip


def test_a_day_without_houses_takes_its_shades_from_the_plan() -> None:
    made = plan(quarter(45), AT_11_15, EXPORTED_11_15)
    assert shades((), made) == {"test1": 0, "test6": 1, "test11": 2}


@given(flows(), st.integers(1, 14))
def test_folding_givers_loses_nothing(flow: Flow, most: int) -> None:
    folded = fold_givers(flow, most)
    assert len(folded.givers) <= max(most, 1)
    assert sum(giver.exported_wh for giver in folded.givers) == flow.exported_wh
    assert sum(giver.sold_wh for giver in folded.givers) == flow.shared_wh
    for before, after in zip(flow.buyers, folded.buyers, strict=True):
        assert sum(after.parts) == after.wh == before.wh
        assert len(after.parts) == len(folded.givers)


@given(flows(), st.integers(1, 20))
def test_folding_buyers_loses_nothing(flow: Flow, most: int) -> None:
    folded = fold_buyers(flow, most)
    assert len(folded) <= most
    assert sum(buyer.wh for buyer in folded) == flow.shared_wh
    for number, giver in enumerate(flow.givers):
        assert sum(buyer.parts[number] for buyer in folded) == giver.sold_wh


def test_own_use_is_a_buyer_like_any_other() -> None:
    made = plan(quarter(52), AT_13_00, EXPORTED_13_00)
    own = msgspec.structs.replace(made.trades[0], consumer="test1", wh=5)
    flow = flow_of(msgspec.structs.replace(made, trades=(*made.trades, own)), {})
    assert next(buyer for buyer in flow.buyers if buyer.name == "test1").wh == 5


def test_small_numbers_are_words() -> None:
    assert [spelled(number) for number in (0, 5, 12, 13, 1000)] == [
        "no", "five", "twelve", "13", "1,000",
    ]  # fmt: skip
