"""The sections: each table of config.toml with its keys, to its settings."""

from __future__ import annotations

from pathlib import Path

from console.config import values
from console.config.keys import STATIC_RULES
from console.config.metering import read_meter
from console.config.table import Table
from console.model.house import House
from console.settings import (
    ChainSettings,
    CommunitySettings,
    EngineSettings,
    Member,
    PriceSettings,
    RuleSettings,
    SettlementSettings,
    TariffSettings,
)

RULES = ("pro-rata", "equal", "static", "static-rounds", "priority")
"""The allocation rules."""

_DAY_SECONDS = 86_400
_MOST_WH = 10**12


def read_community(table: Table) -> CommunitySettings:
    """Read `[community]`."""
    default = CommunitySettings(id="community")
    settings = CommunitySettings(
        id=table.require("id", values.identifier, default.id),
        name=table.get("name", values.text, default.name),
        timezone=table.require("timezone", values.timezone, default.timezone),
        currency=table.require("currency", values.currency, default.currency),
        latitude=table.get("latitude", values.number(-90, 90), default.latitude),
        longitude=table.get("longitude", values.number(-180, 180), default.longitude),
    )
    table.finish()
    return settings


def read_settlement(table: Table) -> SettlementSettings:
    """Read `[settlement]`."""
    default = SettlementSettings()
    most_wh = values.whole(1, _MOST_WH)
    settings = SettlementSettings(
        minutes=table.get("minutes", values.minutes, default.minutes),
        rule=table.get("rule", values.choice(*RULES), default.rule),
        matching=table.get("matching", values.choice("pairs", "compact"), default.matching),
        self_netting=table.get("self_netting", values.switch, default.self_netting),
        grace_seconds=table.get(
            "grace_seconds", values.whole(0, _DAY_SECONDS), default.grace_seconds
        ),
        deadline_days=table.get("deadline_days", values.whole(1, 365), default.deadline_days),
        max_wh_per_interval=table.get("max_wh_per_interval", most_wh, default.max_wh_per_interval),
        max_wh_per_day=table.get("max_wh_per_day", most_wh, default.max_wh_per_day),
    )
    table.finish()
    return settings


def read_price(table: Table) -> PriceSettings:
    """Read `[price]`; the kinds between the grid's prices need both of them."""
    default = PriceSettings()
    kinds = values.choice("fixed", "ask", "mid-market", "supply-demand")
    settings = PriceSettings(
        kind=table.get("kind", kinds, default.kind),
        fixed_micro_per_kwh=table.get("fixed", values.price, default.fixed_micro_per_kwh),
        retail_micro_per_kwh=table.get("retail", values.price, default.retail_micro_per_kwh),
        feed_in_micro_per_kwh=table.get("feed_in", values.price, default.feed_in_micro_per_kwh),
    )
    if settings.kind in ("mid-market", "supply-demand"):
        for key in ("retail", "feed_in"):
            if not table.has(key):
                table.refuse(key, f'is missing; the price kind "{settings.kind}" needs it')
    table.finish()
    return settings


def read_chain(table: Table, folder: Path) -> ChainSettings:
    """Read `[chain]`, paths relative to `folder`."""
    default = ChainSettings()
    settings = ChainSettings(
        kind=table.get("kind", values.choice("embedded", later=("symbol", "nem")), default.kind),
        nodes=table.get("nodes", values.urls, default.nodes),
        keystore=table.get("keystore", values.place(folder), default.keystore),
        payout_mosaic=table.get("payout_mosaic", values.text, default.payout_mosaic),
        publish=table.get("publish", values.choice("interval", later=("day",)), default.publish),
    )
    table.finish()
    return settings


def read_engine(table: Table, folder: Path, data: Path) -> EngineSettings:
    """Read `[engine]`, paths relative to `folder`; `data` is the data folder by default."""
    default = EngineSettings(data=data)
    settings = EngineSettings(
        data=table.get("data", values.place(folder), default.data),
        group=table.get("group", values.group, default.group),
        poll_seconds=table.get("poll_seconds", values.number(1, 3600), default.poll_seconds),
    )
    table.finish()
    return settings


def read_members(root: Table, folder: Path) -> tuple[Member, ...]:
    """Read every `[[house]]`; ids and wallets may stand only once."""
    members: list[Member] = []
    ids: dict[str, int] = {}
    wallets: dict[str, int] = {}
    for table in root.tables("house"):
        member = _read_member(table, folder)
        members.append(member)
        _refuse_second(table, "id", member.house.id, ids)
        _refuse_second(table, "wallet", member.house.wallet, wallets)
    return tuple(members)


def read_tariffs(root: Table) -> tuple[TariffSettings, ...]:
    """Read every `[[tariff]]`, each later than the one before."""
    tariffs: list[TariffSettings] = []
    for table in root.tables("tariff"):
        start = table.require("from", values.day, None)
        retail = table.require("retail", values.price, 0)
        feed_in = table.require("feed_in", values.price, 0)
        fixed = table.get("fixed", values.price, None)
        table.finish()
        if start is None:
            continue
        if tariffs and start <= tariffs[-1].start:
            table.refuse("from", f"must be later than {tariffs[-1].start}, the tariff before")
        tariffs.append(
            TariffSettings(
                start=start,
                retail_micro_per_kwh=retail,
                feed_in_micro_per_kwh=feed_in,
                fixed_micro_per_kwh=fixed,
            )
        )
    return tuple(tariffs)


def read_rules(root: Table, keys: str) -> tuple[RuleSettings, ...]:
    """Read every `[[rule]]`, each later than the one before.

    Args:
        root: the whole file.
        keys: what is wrong with the houses' keys, which a static rule needs; empty where nothing.
    """
    rules: list[RuleSettings] = []
    for table in root.tables("rule"):
        start = table.require("from", values.day, None)
        rule = table.require("rule", values.choice(*RULES), "")
        table.finish()
        if rule in STATIC_RULES and keys:
            table.refuse("rule", f'"{rule}": {keys}')
        if start is None:
            continue
        if rules and start <= rules[-1].start:
            table.refuse("from", f"must be later than {rules[-1].start}, the rule before")
        rules.append(RuleSettings(start=start, rule=rule))
    return tuple(rules)


def read_profiles(table: Table, folder: Path) -> Path | None:
    """Read `[profiles]`, paths relative to `folder`."""
    chosen = table.get("folder", values.place(folder), None)
    table.finish()
    return chosen


def _read_member(table: Table, folder: Path) -> Member:
    default = House(id="house")
    house = House(
        id=table.require("id", values.identifier, ""),
        name=table.get("name", values.text, default.name),
        wallet=table.get("wallet", values.wallet, default.wallet),
        ask_micro_per_kwh=table.get("ask", values.price, default.ask_micro_per_kwh),
        since=table.get("since", values.day, default.since),
        until=table.get("until", values.day, default.until),
        key_billionths=table.get("key", values.key_share, default.key_billionths),
        fuse_a=table.get("fuse_a", values.whole(1, 10_000), default.fuse_a),
        phases=table.get("phases", values.whole(1, 3), default.phases),
    )
    if house.since and house.until and house.until <= house.since:
        table.refuse("until", f"must be later than since, {house.since}")
    meter = read_meter(table.table("meter", required=True), folder)
    table.finish()
    return Member(house=house, meter=meter)


def _refuse_second(table: Table, key: str, value: str, seen: dict[str, int]) -> None:
    if not value:
        return
    same = value.casefold()
    if same in seen:
        case = "; ids must differ in more than case" if key == "id" else ""
        table.refuse(key, f"{values.shown(value)} stands on line {seen[same]} already{case}")
    seen.setdefault(same, table.line(key))
