"""Prices in whole micro-units, against the tables of the literature."""

from __future__ import annotations

from fractions import Fraction

import pytest

from console.errors import Refused
from console.settlement.pricing import outside, prices
from console.settlement.terms import Terms

RETAIL, FEED_IN = 300_000, 80_000


def terms(kind: str, retail: int | None = RETAIL, feed_in: int | None = FEED_IN) -> Terms:
    return Terms(
        community="street",
        currency="EUR",
        price=kind,
        retail_micro_per_kwh=retail,
        feed_in_micro_per_kwh=feed_in,
        asks_micro_per_kwh={"A": 90_000, "B": 110_000},
    )


def one(kind: str, surplus: int, demand: int, retail: int = RETAIL, feed_in: int = FEED_IN) -> int:
    return prices(terms(kind, retail, feed_in), ["A"], surplus, demand)["A"]


def test_a_fixed_price_is_the_same_for_all() -> None:
    assert prices(terms("fixed"), ["A", "B"], 1, 1) == {"A": 100_000, "B": 100_000}


def test_an_ask_is_each_producers_own() -> None:
    assert prices(terms("ask"), ["B", "A"], 1, 1) == {"A": 90_000, "B": 110_000}


@pytest.mark.parametrize(
    ("surplus", "mid", "by_demand"),
    [(5, 190_000, 126_316), (8, 190_000, 93_750), (10, 190_000, 80_000), (20, 190_000, 80_000)],
)
def test_the_table_of_shared_prices(surplus: int, mid: int, by_demand: int) -> None:
    assert one("mid-market", surplus, 10) == mid
    assert one("supply-demand", surplus, 10) == by_demand


def blended_buy(kind: str, surplus: int, demand: int, retail: int, feed_in: int) -> Fraction:
    shared = min(surplus, demand)
    paid = one(kind, surplus, demand, retail, feed_in) * shared + retail * (demand - shared)
    return Fraction(paid, demand)


def blended_sell(kind: str, surplus: int, demand: int, retail: int, feed_in: int) -> Fraction:
    shared = min(surplus, demand)
    earned = one(kind, surplus, demand, retail, feed_in) * shared + feed_in * (surplus - shared)
    return Fraction(earned, surplus)


def test_the_table_of_blended_prices() -> None:
    assert blended_buy("mid-market", 5, 10, RETAIL, FEED_IN) == 245_000
    assert blended_sell("mid-market", 5, 10, RETAIL, FEED_IN) == 190_000
    assert blended_buy("mid-market", 20, 10, RETAIL, FEED_IN) == 190_000
    assert blended_sell("mid-market", 20, 10, RETAIL, FEED_IN) == 135_000
    assert round(blended_buy("supply-demand", 5, 10, RETAIL, FEED_IN)) == 213_158
    assert blended_buy("supply-demand", 10, 10, RETAIL, FEED_IN) == 80_000


def test_the_figures_of_liu() -> None:
    assert one("supply-demand", 5, 10, 1_000_000, 400_000) == 571_429
    assert round(blended_buy("supply-demand", 5, 10, 1_000_000, 400_000)) == 785_714


def test_halves_are_rounded_to_even() -> None:
    assert one("mid-market", 1, 1, 5, 2) == 4
    assert one("mid-market", 1, 1, 7, 2) == 4


def test_free_energy_has_a_price_of_nothing() -> None:
    assert one("supply-demand", 1, 2, 0, 0) == 0
    assert one("supply-demand", 1, 2, 300_000, 0) == 0


def test_what_is_missing_is_refused() -> None:
    with pytest.raises(Refused, match="mid-market"):
        prices(terms("mid-market", retail=None), ["A"], 1, 1)
    with pytest.raises(Refused, match="C sold energy"):
        prices(terms("ask"), ["A", "C"], 1, 1)
    with pytest.raises(Refused, match="barter"):
        prices(terms("barter"), ["A"], 1, 1)


def test_prices_beyond_the_grids_are_named() -> None:
    tariff = {"B": 70_000, "A": 310_000, "C": 80_000, "D": 300_000}
    assert outside(tariff, RETAIL, FEED_IN) == ("A", "B")
    assert outside(tariff, RETAIL, None) == ("A",)
    assert outside(tariff, None, FEED_IN) == ("B",)
    assert outside(tariff, None, None) == ()
