"""The books: an interval's balances and its plan, decided from what the store remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from console.chain.codec import Transaction, serialize
from console.chain.posting import compose
from console.config.keys import STATIC_RULES
from console.engine.parts import Parts
from console.engine.readings.measuring import measure
from console.engine.settling.agreements import Agreement
from console.model.balance import IntervalBalances, Missing
from console.model.house import House
from console.model.interval import Interval
from console.model.settlement import Plan, Settlement
from console.model.tariff import Tariff
from console.model.view import Preview
from console.settlement.plan import decide, waiting_for
from console.settlement.pricing import outside
from console.settlement.revision import revise
from console.settlement.terms import Terms

MOST_TOLD = 3
"""So many houses that are waited for are named, each with its reason."""


class Books:
    """Decides intervals; reads the store, writes nothing."""

    def __init__(self, parts: Parts) -> None:
        """Decide by the parts' settings and store."""
        self._parts = parts

    def terms(self, interval: Interval) -> Terms:
        """Return the rules by which an interval is decided."""
        day = interval.start.astimezone(self._parts.zone).date()
        return self.terms_of(self._parts.agreements.at(interval.start), day)

    def terms_of(self, agreement: Agreement, day: date) -> Terms:
        """Return the rules of an agreement.

        Args:
            agreement: what is agreed on.
            day: the local day, for the rule and the prices.
        """
        prices, rule = agreement.prices(day), agreement.rule(day)
        return Terms(
            community=agreement.community.id,
            currency=agreement.community.currency,
            rule=rule,
            keys=_keys(rule, agreement.houses),
            matching=agreement.settlement.matching,
            self_netting=agreement.settlement.self_netting,
            price=prices.kind,
            fixed_micro_per_kwh=prices.fixed_micro_per_kwh,
            retail_micro_per_kwh=prices.retail_micro_per_kwh,
            feed_in_micro_per_kwh=prices.feed_in_micro_per_kwh,
            asks_micro_per_kwh={
                house.id: house.ask_micro_per_kwh
                for house in agreement.houses
                if house.ask_micro_per_kwh is not None
            },
            most_inner=self._parts.network.most_inner,
        )

    def members_in(self, interval: Interval) -> tuple[str, ...]:
        """Return the houses that belong to the community during an interval."""
        day = interval.start.astimezone(self._parts.zone).date()
        return tuple(
            house.id
            for house in self._parts.agreements.at(interval.start).houses
            if house.belongs_on(day)
        )

    def tariff(self, interval: Interval) -> Tariff:
        """Return the grid's prices of an interval: its day's `[[tariff]]`, else the agreement's."""
        day = interval.start.astimezone(self._parts.zone).date()
        for tariff in reversed(self._parts.settings.tariffs):
            if tariff.start <= day:
                return Tariff(tariff.retail_micro_per_kwh, tariff.feed_in_micro_per_kwh)
        price = self._parts.agreements.at(interval.start).price
        return Tariff(price.retail_micro_per_kwh, price.feed_in_micro_per_kwh)

    async def balances(
        self, interval: Interval, houses: Sequence[str] | None = None
    ) -> IntervalBalances:
        """Return what the store's readings say of an interval.

        Args:
            interval: the interval.
            houses: whose; the members' at that time where left out.
        """
        wanted = self.members_in(interval) if houses is None else houses
        return await measure(self._parts, interval, wanted)

    def waiting_for(self, balances: IntervalBalances) -> tuple[Missing, ...]:
        """Return the houses without which an interval is not complete, and why."""
        return waiting_for(balances, self.terms(balances.interval))

    async def decide(self, balances: IntervalBalances, *, provisional: bool = False) -> Plan:
        """Return the plan for an interval's balances with the newest carry.

        Raises:
            Refused: houses are missing and `provisional` is not asked for.
        """
        settlements, terms = self._parts.store.settlements, self.terms(balances.interval)
        return decide(
            balances,
            terms,
            await settlements.carry(),
            self.salt(balances.interval),
            provisional=provisional,
            pair_carries=await settlements.pair_carries() if terms.price == "ask" else None,
        )

    async def stored(self, settlement: Settlement) -> Plan | None:
        """Return the plan of a settlement's revision, None where it is not known."""
        return await self._parts.store.settlements.plan(settlement.interval, settlement.revision)

    async def revised(self, settlement: Settlement) -> Plan | None:
        """Return the next revision's plan from the readings as they are now.

        None where the plan before is not known, or where less is known now than it knew.

        Raises:
            Refused: the stored terms cannot be met.
        """
        before = await self.stored(settlement)
        if before is None:
            return None
        balances = await self.balances(before.interval, [share.house for share in before.shares])
        terms = self.terms(before.interval)
        return revise(before, balances, terms, self.salt(before.interval, before.revision + 1))

    def salt(self, interval: Interval, revision: int = 0) -> Callable[[str], bytes]:
        """Return the salts of an interval's leaves by house id; zeros where its key is not open.

        A plan with zero salts is for show: the settler freezes nothing while the engine is locked.
        """
        key = self._parts.key_of(interval)
        community = self._parts.settings.community.id
        if key is None:
            return lambda _house: bytes(32)
        return lambda house: key.salt(community, house, interval, revision)

    def transactions(self, plan: Plan, audit_head: bytes, deadline_ms: int) -> list[Transaction]:
        """Return the unsigned aggregates that post a plan."""
        parts = self._parts
        return compose(
            plan,
            audit_head,
            parts.frame(parts.signer(plan.interval).public_key, deadline_ms),
            wallets=parts.members.wallets,
            most_inner=parts.network.most_inner,
        )

    def preview(self, settlement: Settlement, plan: Plan, note: str = "") -> Preview:
        """Return what posting a plan does or did; without figures where wallets are not known."""
        if not self._parts.members.complete:
            note = note or "locked: only the key tells the houses' wallets"
            return Preview(settlement=settlement, plan=plan, rows=len(plan.trades), note=note)
        note = "; ".join(filter(None, (note, self._beyond_the_grid(plan))))
        posted = self.transactions(plan, settlement.audit_head or bytes(32), 1)
        return Preview(
            settlement=settlement,
            plan=plan,
            rows=len(plan.trades),
            transactions=len(posted),
            size=sum(len(serialize(transaction)) for transaction in posted),
            fee_micro=sum(transaction.fee for transaction in posted),
            note=note,
            token=token_of(plan),
        )

    def _beyond_the_grid(self, plan: Plan) -> str:
        """Return whose price is not between what the grid pays and what it charges."""
        grid = self.tariff(plan.interval)
        houses = outside(plan.prices, grid.retail, grid.feed_in)
        if not houses:
            return ""
        more = f" and {len(houses) - MOST_TOLD} more" if len(houses) > MOST_TOLD else ""
        told = ", ".join(houses[:MOST_TOLD]) + more
        return f"beyond the grid's prices: {told}"


def _keys(rule: str, houses: Iterable[House]) -> dict[str, int]:
    """Return what a rule knows of each house: its key, or its place in the order of the file."""
    if rule == "priority":
        return {house.id: place for place, house in enumerate(houses, 1)}
    if rule not in STATIC_RULES:
        return {}
    return {house.id: house.key_billionths for house in houses if house.key_billionths}


def told(waiting: Iterable[Missing]) -> str:
    """Return in one clause who is waited for and why; of many the first ones and their number."""
    clauses = [f"{gone.house} {gone.reason}" for gone in waiting]
    if len(clauses) <= MOST_TOLD:
        return ", ".join(clauses)
    return f"{len(clauses)} houses: {', '.join(clauses[:MOST_TOLD])} and so on"


def token_of(plan: Plan) -> str:
    """Return the text that names this very plan, 16 hexadecimal digits."""
    return hashlib.sha256(msgspec.msgpack.encode(plan)).hexdigest()[:16]
