"""The comparing: the store's past days played through other rules and prices; nothing is posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from console.config import values
from console.config.keys import STATIC_RULES, wrong_sum
from console.config.sections import RULES
from console.engine.parts import Parts
from console.engine.settling.agreements import Agreement
from console.engine.settling.books import Books
from console.errors import UsageError
from console.model.balance import IntervalBalances
from console.model.comparison import Case, Comparison, Trials
from console.model.figures import price as decimal
from console.model.period import MOST_DAYS
from console.model.settlement import Settlement, State
from console.settlement.compare import Past, Player

Taken = TypeVar("Taken")

FIXED = "fixed"
"""The kind of price that a decimal stands for."""
KINDS = ("ask", "mid-market", "supply-demand")
"""The other ones."""
LAST_DAYS = 7
"""On so many days, today's too, a change is compared before it is made."""
MOST_CASES = 50
"""The most cases that are played at once."""


class Comparing:
    """Plays cases on past days; reads the store, writes nothing."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Compare by the parts' store and what is agreed on."""
        self._parts = parts
        self._books = books

    async def compare(self, trials: Trials) -> Comparison:
        """Return what an operator's cases would have brought.

        Raises:
            UsageError: there is no such rule, price or span of days.
        """
        if not trials.first < trials.end <= trials.first + timedelta(days=MOST_DAYS):
            raise UsageError(f"days to compare on are 1 to {MOST_DAYS}, the first before the end.")
        if not 1 <= len(trials.cases) <= MOST_CASES:
            raise UsageError(f"cases to compare are 1 to {MOST_CASES}.")
        present = self._present
        agreements = [_changed(present, case) for case in trials.cases]
        return await self._played(trials.first, trials.end, agreements)

    async def change(self, after: Agreement) -> Comparison:
        """Return what is in force beside another agreement, on the last days.

        There are no outcomes where both decide every interval alike.
        """
        today = self._parts.today()
        first, end = today - timedelta(days=LAST_DAYS - 1), today + timedelta(days=1)
        before, after = self._present, after.on(today)
        days = [first + timedelta(days=number) for number in range(LAST_DAYS)]
        alike = all(
            self._books.terms_of(before, day) == self._books.terms_of(after, day) for day in days
        )
        return await self._played(first, end, [] if alike else [before, after])

    @property
    def _present(self) -> Agreement:
        agreement = self._parts.agreements.at(self._parts.clock.now())
        return agreement.on(self._parts.today())

    async def _played(self, first: date, end: date, agreements: Sequence[Agreement]) -> Comparison:
        """Play day by day, off the loop: the engine goes on meanwhile."""
        cases = [(one, Player(case_of(one), _hindrance(one))) for one in agreements]
        intervals = incomplete = 0
        for number in range((end - first).days if cases else 0):
            day = first + timedelta(days=number)
            past = await self._past(day)
            intervals += len(past)
            incomplete += sum(bool(one.balances.missing) for one in past)
            for agreement, player in cases:
                terms = self._books.terms_of(agreement, day)
                await asyncio.to_thread(player.play, past, terms)
        settings = self._parts.settings.community
        return Comparison(
            first=first,
            end=end,
            community=settings.name or settings.id,
            currency=settings.currency,
            intervals=intervals,
            incomplete=incomplete,
            outcomes=tuple(player.outcome() for _, player in cases),
        )

    async def _past(self, day: date) -> list[Past]:
        span = self._parts.day_span(day)
        return [
            Past(await self._measured(settlement), self._books.tariff(settlement.interval))
            for settlement in await self._parts.store.settlements.between(*span)
            if settlement.state is not State.OPEN
        ]

    async def _measured(self, settlement: Settlement) -> IntervalBalances:
        """Return what an interval's plan used; without a plan, what the readings say."""
        interval = settlement.interval
        plan = await self._parts.store.settlements.plan(interval, settlement.revision)
        return await self._books.balances(interval) if plan is None else plan.balances


def case_of(agreement: Agreement) -> Case:
    """Return an agreement's rule and price as an operator writes them."""
    price = agreement.price
    fixed = price.kind == FIXED
    return Case(
        rule=agreement.settlement.rule,
        price=decimal(price.fixed_micro_per_kwh) if fixed else price.kind,
    )


def _changed(present: Agreement, case: Case) -> Agreement:
    """Return what is agreed on, with a case's rule and price instead."""
    rule, price = case.rule or present.settlement.rule, present.price
    settlement = msgspec.structs.replace(
        present.settlement, rule=_taken("rule", values.choice(*RULES), rule)
    )
    if case.price in KINDS:
        price = msgspec.structs.replace(price, kind=case.price)
    elif case.price:
        micro = _taken("price", values.price, case.price)
        price = msgspec.structs.replace(price, kind=FIXED, fixed_micro_per_kwh=micro)
    return msgspec.structs.replace(present, settlement=settlement, price=price)


def _taken(what: str, take: Callable[[object], Taken], text: str) -> Taken:
    try:
        return take(text)
    except values.Wrong as wrong:
        raise UsageError(
            f"a {what} to compare {wrong}.", advice=f"A price may be {', '.join(KINDS)} too."
        ) from None


def _hindrance(agreement: Agreement) -> str:
    """Return why an agreement cannot be played, whatever was measured."""
    if agreement.settlement.rule in STATIC_RULES:
        return wrong_sum(agreement.houses)
    return ""
