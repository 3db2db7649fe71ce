"""Shares cut to whole Wh: who gets the Wh that misses, and who gives one back."""

from __future__ import annotations

from console.settlement.sharing import NANO, Side, share


def side(*caps: int, carries: tuple[int, ...] | None = None) -> Side:
    return Side(
        houses=tuple(f"H{index:02d}" for index in range(len(caps))),
        caps_wh=caps,
        carries_nwh=carries or (0,) * len(caps),
    )


def test_equal_houses_take_the_missing_watt_hour_by_name_and_give_it_back_from_the_last() -> None:
    assert share([1, 1], 2, side(1, 1), 1).got_wh == (1, 0)
    ahead = side(1, 1, carries=(NANO // 2, NANO // 2))
    assert share([1, 1], 2, ahead, 1).got_wh == (1, 0)


def test_equal_remainders_go_to_the_larger_cap() -> None:
    assert share([3, 3], 2, side(2, 5), 3).got_wh == (1, 2)
    ahead = side(2, 5, carries=(NANO // 2, NANO // 2))
    assert share([3, 3], 2, ahead, 3).got_wh == (1, 2)
