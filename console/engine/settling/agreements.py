"""The agreements: what the community agreed on, each from an interval's edge on.

An interval is settled by the agreement in which it began, however late it is settled and whatever
config.toml has come to say meanwhile.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from console.engine.facts import fact_of, keep_fact
from console.model.house import House
from console.settings import (
    CommunitySettings,
    PriceSettings,
    RuleSettings,
    Settings,
    SettlementSettings,
    TariffSettings,
)
from console.store.protocols import Audit
from console.times import start_of_day

FACT = "agreements"
"""The store's fact that keeps them."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the settings by which intervals are decided."""

    community: CommunitySettings
    """Its currency among others."""
    settlement: SettlementSettings
    """The rule, the matching, the limits."""
    price: PriceSettings
    """The prices."""
    houses: tuple[House, ...]
    """The members."""
    tariffs: tuple[TariffSettings, ...] = ()
    """The prices by the day from which each holds; before the first those of `price`."""
    rules: tuple[RuleSettings, ...] = ()
    """The rules by the day from which each holds; before the first that of `settlement`."""

    @classmethod
    def of(cls, settings: Settings) -> Agreement:
        """Return what some settings agree on."""
        return cls(
            community=settings.community,
            settlement=settings.settlement,
            price=settings.price,
            houses=settings.houses,
            tariffs=settings.tariffs,
            rules=settings.rules,
        )

    def rule(self, day: date) -> str:
        """Return the rule that was agreed on for a local day."""
        dated = (one.rule for one in reversed(self.rules) if one.start <= day)
        return next(dated, self.settlement.rule)

    def prices(self, day: date) -> PriceSettings:
        """Return the prices that were agreed on for a local day."""
        prices = self.price
        for tariff in self.tariffs:
            if tariff.start <= day:
                fixed = tariff.fixed_micro_per_kwh
                prices = PriceSettings(
                    kind=prices.kind,
                    fixed_micro_per_kwh=prices.fixed_micro_per_kwh if fixed is None else fixed,
                    retail_micro_per_kwh=tariff.retail_micro_per_kwh,
                    feed_in_micro_per_kwh=tariff.feed_in_micro_per_kwh,
                )
        return prices

    def on(self, day: date) -> Agreement:
        """Return this agreement with its rule and its neighbours' price of one day for all days."""
        fixed = self.prices(day).fixed_micro_per_kwh
        undated = (msgspec.structs.replace(one, fixed_micro_per_kwh=None) for one in self.tariffs)
        return msgspec.structs.replace(
            self,
            settlement=msgspec.structs.replace(self.settlement, rule=self.rule(day)),
            price=msgspec.structs.replace(self.price, fixed_micro_per_kwh=fixed),
            tariffs=tuple(undated),
            rules=(),
        )


class Dated(msgspec.Struct, frozen=True):
    """An agreement and the edge from which it holds."""

    since: datetime
    """Aware UTC."""
    agreement: Agreement
    """What holds from then on."""


class Agreements:
    """The agreements in order of time; the last one holds until another is made."""

    def __init__(self, dated: tuple[Dated, ...]) -> None:
        """Take them in order of time, at least one."""
        self._dated = dated

    @classmethod
    async def load(cls, audit: Audit, settings: Settings) -> Agreements:
        """Return those that the store keeps, else the settings' own for all times."""
        kept = await fact_of(audit, FACT, tuple[Dated, ...])
        return cls(kept or (Dated(_ALWAYS, Agreement.of(settings)),))

    def at(self, instant: datetime) -> Agreement:
        """Return what holds at an instant, aware; the first for all times before it."""
        for dated in reversed(self._dated):
            if dated.since <= instant:
                return dated.agreement
        return self._dated[0].agreement

    def prices(self, instant: datetime, zone: ZoneInfo) -> PriceSettings:
        """Return the prices at an instant, aware; their days are those of a zone."""
        return self.at(instant).prices(instant.astimezone(zone).date())

    def edges(self, instant: datetime, zone: ZoneInfo) -> list[datetime]:
        """Return the edges after an instant, in order, from which other prices may hold.

        Args:
            instant: aware.
            zone: whose days begin with a `[[tariff]]`.
        """
        agreed = {dated.since for dated in self._dated}
        days = {tariff.start for dated in self._dated for tariff in dated.agreement.tariffs}
        agreed |= {start_of_day(day, zone) for day in days}
        return sorted(edge for edge in agreed if edge > instant)

    @property
    def newest(self) -> Agreement:
        """What was agreed last."""
        return self._dated[-1].agreement

    async def agree(self, audit: Audit, settings: Settings, edge: datetime) -> bool:
        """Let what some settings say hold from an edge on; return whether that is new.

        Agreements that no interval can be waiting for any more are forgotten: every plan keeps
        what it used.

        Args:
            audit: where they are kept.
            settings: the settings.
            edge: the edge of an interval, aware.
        """
        agreement = Agreement.of(settings)
        if agreement == self.newest and await audit.fact(FACT) is not None:
            return False
        changed = agreement != self.newest
        earlier = tuple(dated for dated in self._dated if dated.since < edge)
        self._dated = (*earlier, Dated(edge, agreement)) if changed else self._dated
        needed = edge - timedelta(days=settings.settlement.deadline_days + 1)
        superseded = [dated.since <= needed for dated in self._dated[1:]].count(True)
        self._dated = self._dated[superseded:]
        await keep_fact(audit, FACT, self._dated)
        return changed
