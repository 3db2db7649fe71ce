"""The pricing: what a kWh of each producer costs its neighbours in an interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console.errors import Refused
from console.model.money import round_half_even
from console.settlement.terms import Terms


def prices(
    terms: Terms, producers: Sequence[str], surplus_wh: int, demand_wh: int
) -> dict[str, int]:
    """Return the price of each producer's energy, micro-units per kWh.

    A price that is pinned holds; where all pinned ones are one, it is everybody's but under `ask`.

    Args:
        terms: the price's kind and what it needs.
        producers: the houses that sell.
        surplus_wh: S, all surplus of the interval, Wh.
        demand_wh: D, all demand of the interval, Wh.

    Raises:
        Refused: there is no such kind, or a price that it needs is not given.
    """
    if terms.price not in _KINDS:
        raise Refused(f"No price is named {terms.price}.", advice=f"There is: {', '.join(_KINDS)}.")
    kind, pinned = _KINDS[terms.price], terms.pinned_micro_per_kwh
    uniform = set(pinned.values())
    if terms.price != "ask" and len(uniform) == 1:
        return dict.fromkeys(producers, uniform.pop())
    new = [producer for producer in producers if producer not in pinned]
    known = {**pinned, **kind(terms, new, surplus_wh, demand_wh)} if new else pinned
    return {producer: known[producer] for producer in producers}


def outside(
    prices_micro_per_kwh: Mapping[str, int], retail: int | None, feed_in: int | None
) -> tuple[str, ...]:
    """Return the producers whose price is not within [feed-in, retail], by house id.

    Args:
        prices_micro_per_kwh: micro-units per kWh by house.
        retail: what the grid charges, micro-units per kWh; None for no upper limit.
        feed_in: what the grid pays, micro-units per kWh; None for no lower limit.
    """
    return tuple(
        house
        for house, price in sorted(prices_micro_per_kwh.items())
        if (feed_in is not None and price < feed_in) or (retail is not None and price > retail)
    )


def _fixed(terms: Terms, producers: Sequence[str], _surplus: int, _demand: int) -> dict[str, int]:
    return dict.fromkeys(producers, terms.fixed_micro_per_kwh)


def _ask(terms: Terms, producers: Sequence[str], _surplus: int, _demand: int) -> dict[str, int]:
    silent = [house for house in producers if house not in terms.asks_micro_per_kwh]
    if silent:
        raise Refused(
            f"{', '.join(silent[:5])} sold energy and asks no price.",
            advice="Give each producer an ask, or choose another kind of price.",
        )
    return {house: terms.asks_micro_per_kwh[house] for house in producers}


def _mid_market(
    terms: Terms, producers: Sequence[str], _surplus: int, _demand: int
) -> dict[str, int]:
    """Return (r + e)/2 (Bogensperger, Ferstl, Yu, IEWT 2021)."""
    retail, feed_in = _grid_prices(terms)
    return dict.fromkeys(producers, round_half_even(retail + feed_in, 2))


def _supply_demand(
    terms: Terms, producers: Sequence[str], surplus: int, demand: int
) -> dict[str, int]:
    """Return e·r/((r − e)·k + e) with k = S/D up to 1, e beyond (Liu et al. 2017)."""
    retail, feed_in = _grid_prices(terms)
    weight = (retail - feed_in) * surplus + feed_in * demand
    if surplus >= demand or weight <= 0:
        return dict.fromkeys(producers, feed_in)
    return dict.fromkeys(producers, round_half_even(feed_in * retail * demand, weight))


_KINDS: dict[str, Callable[[Terms, Sequence[str], int, int], dict[str, int]]] = {
    "fixed": _fixed,
    "ask": _ask,
    "mid-market": _mid_market,
    "supply-demand": _supply_demand,
}


def _grid_prices(terms: Terms) -> tuple[int, int]:
    if terms.retail_micro_per_kwh is None or terms.feed_in_micro_per_kwh is None:
        raise Refused(
            f"The price {terms.price} needs what the grid charges and pays.",
            advice="Set retail and feed_in under [price].",
        )
    return terms.retail_micro_per_kwh, terms.feed_in_micro_per_kwh
