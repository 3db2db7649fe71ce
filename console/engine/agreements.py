"""The agreements: what the community agreed on, each from an interval's edge on.

An interval is settled by the agreement in which it began, however late it is settled and whatever
config.toml has come to say meanwhile.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec

from console.engine.facts import fact_of
from console.model.house import House
from console.model.tariff import Tariff
from console.settings import (
    CommunitySettings,
    PriceSettings,
    RuleSettings,
    Settings,
    SettlementSettings,
    TariffSettings,
)
from console.store.protocols import Audit

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
    """The grid's prices by the day from which each holds; before the first those of `price`."""
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

    def grid(self, day: date) -> Tariff:
        """Return the grid's prices that were agreed on for a local day."""
        for tariff in reversed(self.tariffs):
            if tariff.start <= day:
                return Tariff(tariff.retail_micro_per_kwh, tariff.feed_in_micro_per_kwh)
        return Tariff(self.price.retail_micro_per_kwh, self.price.feed_in_micro_per_kwh)


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

    def after(self, instant: datetime) -> Dated | None:
        """Return what holds next after an instant, aware; None where nothing else is agreed on."""
        return next((dated for dated in self._dated if dated.since > instant), None)

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
        await audit.set_fact(FACT, msgspec.json.encode(self._dated).decode())
        return changed
