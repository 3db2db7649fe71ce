"""The presets: settings that need no file, for the demo and for a replayed recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

import msgspec

from console.config import values
from console.config.sections import RULES
from console.errors import UsageError
from console.model.house import House
from console.model.interval import LENGTHS
from console.settings import (
    SIMULATED,
    ChainSettings,
    CommunitySettings,
    EngineSettings,
    Member,
    MeterSettings,
    PriceSettings,
    Settings,
    SettlementSettings,
)

SEASONS = ("summer", "winter")
"""The seasons that the demo knows."""

MOST_HOUSES = 1000
"""The most houses of a demo."""

_MOST_POLLS_A_SECOND = 200
_POLL_SECONDS = 60.0
_RECORDED = MeterSettings(profile="recording")
_PRICE_KINDS = ("mid-market", "supply-demand")


def demo_settings(houses: int, season: str, data: Path, *, speed: float = 60.0) -> Settings:
    """Return the settings of the demo's neighbourhood, Lindenhof.

    Args:
        houses: how many, 1 to 1000.
        season: `summer` or `winter`; the clock's start follows from it, not these settings.
        data: its private folder.
        speed: business seconds in a real second; past 200 polls a real second the poll period
            grows.

    Raises:
        UsageError: no such season, or no such number of houses.
    """
    if season not in SEASONS:
        raise UsageError(f"--season must be summer or winter, not {values.shown(season)}.")
    if not 1 <= houses <= MOST_HOUSES:
        raise UsageError(f"--houses must be from 1 to {MOST_HOUSES}, not {houses}.")
    meter = MeterSettings(profile=SIMULATED)
    return Settings(
        source=None,
        community=CommunitySettings(
            id="lindenhof",
            name="Lindenhof",
            timezone="Europe/Helsinki",
            currency="EUR",
            latitude=60.2,
            longitude=24.7,
        ),
        settlement=SettlementSettings(),
        price=PriceSettings(retail_micro_per_kwh=250_000, feed_in_micro_per_kwh=60_000),
        chain=ChainSettings(),
        engine=EngineSettings(
            data=data, poll_seconds=max(_POLL_SECONDS, houses * speed / _MOST_POLLS_A_SECOND)
        ),
        members=tuple(
            Member(house=House(id=f"test{number}"), meter=meter) for number in range(1, houses + 1)
        ),
    )


def recording_settings(
    houses: Sequence[str],
    data: Path,
    *,
    minutes: int | None = None,
    rule: str = "pro-rata",
    price: str = "0.1",
    retail: str | None = None,
    feed_in: str | None = None,
    matching: str = "pairs",
    keys: Mapping[str, int] | None = None,
    poll_seconds: float = 60.0,
    timezone: str = "UTC",
    name: str = "Recording",
) -> Settings:
    """Return the settings that settle a recording; its wallets are made for it.

    Args:
        houses: the ids of the recording's houses.
        data: a private folder.
        minutes: the interval's length; 15 where left out.
        rule: the allocation rule.
        price: a decimal per kWh, `mid-market` or `supply-demand`.
        retail: what the grid charges, a decimal per kWh.
        feed_in: what the grid pays, a decimal per kWh.
        matching: `pairs` or `compact`.
        keys: the houses' shares under a static rule, billionths by id.
        poll_seconds: the recording's median step, s.
        timezone: the zone of its days.
        name: what screens call it.

    Raises:
        UsageError: an option's value cannot be.
    """
    default = SettlementSettings()
    _check_options(minutes, rule, matching)
    return Settings(
        source=None,
        community=CommunitySettings(id="recording", name=name, timezone=timezone),
        settlement=SettlementSettings(
            minutes=minutes or default.minutes,
            rule=rule,
            matching=matching,
            # the reading after an edge may come as late as two readings may be apart
            grace_seconds=ceil(2 * poll_seconds),
        ),
        price=_prices(price, retail, feed_in),
        chain=ChainSettings(),
        engine=EngineSettings(data=data, poll_seconds=poll_seconds),
        members=tuple(
            Member(
                house=House(id=house, fuse_a=None, key_billionths=(keys or {}).get(house)),
                meter=_RECORDED,
            )
            for house in houses
        ),
    )


def replayed_settings(
    configured: Settings, houses: Sequence[str], data: Path, *, poll_seconds: float
) -> Settings:
    """Return a community's settings for a recording of it: its rules, prices, zone and names.

    Args:
        configured: what its configuration says.
        houses: the ids of the recording's houses; others are left out.
        data: a private folder.
        poll_seconds: the recording's median step, s.
    """
    known = {house.id: house for house in configured.houses}
    settlement, grace = configured.settlement, ceil(2 * poll_seconds)
    return msgspec.structs.replace(
        configured,
        source=None,
        settlement=msgspec.structs.replace(
            settlement, grace_seconds=max(grace, settlement.grace_seconds)
        ),
        chain=ChainSettings(),
        engine=EngineSettings(data=data, poll_seconds=poll_seconds),
        members=tuple(
            Member(house=known.get(house, House(id=house, fuse_a=None)), meter=_RECORDED)
            for house in houses
        ),
        profiles=None,
    )


def _check_options(minutes: int | None, rule: str, matching: str) -> None:
    if minutes is not None and minutes not in LENGTHS:
        lengths = ", ".join(map(str, LENGTHS))
        raise UsageError(f"--minutes must be one of {lengths}, not {minutes}.")
    _take("--rule", rule, choice=RULES)
    _take("--matching", matching, choice=("pairs", "compact"))


def _take(option: str, value: str, *, choice: tuple[str, ...]) -> None:
    try:
        values.choice(*choice)(value)
    except values.Wrong as wrong:
        raise UsageError(f"{option} {wrong}.") from None


def _prices(price: str, retail: str | None, feed_in: str | None) -> PriceSettings:
    default = PriceSettings()
    if price in _PRICE_KINDS and (retail is None or feed_in is None):
        raise UsageError(f"--price {price} needs --retail and --feed-in.")
    fixed = default.fixed_micro_per_kwh if price in _PRICE_KINDS else _micro("--price", price)
    return PriceSettings(
        kind=price if price in _PRICE_KINDS else "fixed",
        fixed_micro_per_kwh=fixed,
        retail_micro_per_kwh=None if retail is None else _micro("--retail", retail),
        feed_in_micro_per_kwh=None if feed_in is None else _micro("--feed-in", feed_in),
    )


def _micro(option: str, decimal: str) -> int:
    try:
        return values.price(decimal)
    except values.Wrong as wrong:
        raise UsageError(f"{option} {wrong}.") from None
