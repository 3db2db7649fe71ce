"""The terms: the rules and prices under which intervals are settled."""

from __future__ import annotations

import msgspec


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All that a plan takes from the configuration; prices in micro-units of the currency a kWh."""

    community: str
    """The community's id."""
    currency: str
    """The currency's code."""
    rule: str = "pro-rata"
    """The allocation rule, one of `rules.RULES`."""
    keys: dict[str, int] = {}
    """What the rule knows of each house: its share in billionths, or its place from 1."""
    matching: str = "pairs"
    """`pairs` or `compact`."""
    self_netting: bool = False
    """Whether a house's own import and export are netted first."""
    price: str = "fixed"
    """`fixed`, `ask`, `mid-market` or `supply-demand`."""
    fixed_micro_per_kwh: int = 100_000
    """The price under `fixed`."""
    retail_micro_per_kwh: int | None = None
    """What the grid charges."""
    feed_in_micro_per_kwh: int | None = None
    """What the grid pays."""
    asks_micro_per_kwh: dict[str, int] = {}
    """What each producer asks under `ask`, by house id."""
    pinned_micro_per_kwh: dict[str, int] = {}
    """What each producer's kWh cost in the plan that is revised, by house id."""
    most_inner: int = 100
    """The most inner transactions of an aggregate, beyond which a settlement goes in parts."""
