"""The changeable: the keys of config.toml that an operator changes while the engine runs."""

from __future__ import annotations

import msgspec


class Changeable(msgspec.Struct, frozen=True):
    """One key."""

    key: str
    """The table and the key."""
    default: str
    """What holds where it is left out, as TOML writes it; empty where there is none."""
    help: str
    """What it says."""


CHANGEABLE = (
    Changeable("community.name", '""', "what the screens call the community"),
    Changeable("price.kind", '"fixed"', '"fixed", "ask", "mid-market" or "supply-demand"'),
    Changeable("price.fixed", "0.10", "per kWh, under the kind fixed"),
    Changeable("price.retail", "", "what the grid charges, per kWh"),
    Changeable("price.feed_in", "", "what the grid pays, per kWh"),
    Changeable(
        "settlement.rule",
        '"pro-rata"',
        '"pro-rata", "equal", "static", "static-rounds" or "priority"',
    ),
    Changeable("settlement.matching", '"pairs"', '"pairs" or "compact"'),
    Changeable("settlement.self_netting", "false", "net each house's own import and export first"),
    Changeable("settlement.grace_seconds", "300", "how long readings may come late, s"),
    Changeable("settlement.deadline_days", "10", "when a held interval closes, days"),
    Changeable("settlement.max_wh_per_interval", "", "never settle more at once, Wh"),
    Changeable("settlement.max_wh_per_day", "", "nor more in a local day, Wh"),
)
"""All of them, in the order of a form; houses are added besides."""

CHANGEABLE_KEYS = frozenset(row.key for row in CHANGEABLE)
"""Their names."""
