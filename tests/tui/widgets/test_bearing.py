"""The bearing: a house that traded nothing yet is told by what it does now."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.tui.widgets.bearing import traded
from tests.tui.lindenhof import lindenhof


@pytest.mark.parametrize(
    ("sold", "bought", "watts", "verb"),
    [
        (0, 0, -3100, "sold"),
        (0, 0, 900, "bought"),
        (0, 0, None, "bought"),
        (0, 5, -3100, "bought"),
        (5, 0, 900, "sold"),
    ],
)
def test_a_house_is_told_by_its_day_and_before_it_by_its_power(
    sold: int, bought: int, watts: int | None, verb: str
) -> None:
    house = replace(lindenhof().houses[0], sold_wh=sold, bought_wh=bought, power_w=watts)
    assert traded(house)[0] == verb
