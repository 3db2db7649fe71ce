"""The billing: a period's settled intervals gathered from the store, day by day, into bills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from console.engine.parts import Parts
from console.engine.readings.edges import Registers, first_registers
from console.engine.settling.books import Books
from console.ledger.bills import Accounts, Metered
from console.model.balance import Balance
from console.model.bill import Bills, Pending
from console.model.entry import EntryState
from console.model.interval import Interval
from console.model.period import Period
from console.model.reading import Quality
from console.model.settlement import DONE, Plan, Settlement, State

LOOK_BACK_DAYS = 40
"""How far before a period the meters' last known registers are looked for."""


class Billing:
    """Makes the bills of one period; reads the store, writes nothing."""

    def __init__(self, parts: Parts, books: Books, period: Period) -> None:
        """Bill a period."""
        self._parts = parts
        self._books = books
        self._period = period
        self._accounts = Accounts(parts.members.houses)
        self._registers: dict[str, Registers] = {}  # at the end of the last known interval
        self._waiting = False
        self._settled: list[Interval] = []
        self._pending: list[Pending] = []
        self._late: list[Interval] = []

    async def bills(self) -> Bills:
        """Return the statements of all houses, from final rows only."""
        parts, period = self._parts, self._period
        self._registers = await self._registers_before(period.first)
        for number in range((period.end - period.first).days):
            await self._add_day(period.first + timedelta(days=number))
        # last, so that no row in the bills stands above it
        tip = await parts.chain.tip()
        houses = parts.members.houses
        return Bills(
            period=period,
            community=parts.settings.community.name or parts.settings.community.id,
            currency=parts.settings.community.currency,
            final_height=tip.final_height,
            since=self._settled[0] if self._settled else None,
            until=self._settled[-1] if self._settled else None,
            intervals=len(self._settled),
            ended=parts.day_span(period.end)[0] <= parts.clock.now(),
            pending=tuple(self._pending),
            late=tuple(self._late),
            bills=self._accounts.bills({house: one.name for house, one in houses.items()}),
        )

    async def _add_day(self, day: date) -> None:
        store = self._parts.store
        span = self._parts.day_span(day)
        included = set()
        for settlement in await store.settlements.between(*span):
            if await self._add_interval(settlement, day):
                included.add(settlement.interval)
        for row in await store.entries.between(*span):
            if row.interval in included and row.state is EntryState.FINAL:
                self._accounts.add_row(row, day, self._books.tariff(row.interval))

    async def _add_interval(self, settlement: Settlement, day: date) -> bool:
        """Add an interval's meters; return whether it is in the bills."""
        interval = settlement.interval
        if settlement.state is State.OPEN:
            return False
        if settlement.state not in DONE:
            self._pending.append(Pending(interval=interval, state=settlement.state))
            self._waiting = True
            return False
        tariff, measured = self._books.tariff(interval), await self._measured(settlement)
        await self._begin(measured, interval)
        for metered in self._metered(measured):
            self._accounts.add_meter(metered, day, tariff)
        self._waiting = False
        if settlement.late:
            self._late.append(interval)
        self._settled.append(interval)
        return True

    async def _measured(self, settlement: Settlement) -> list[_Measured]:
        """Return what an interval's plan used, or what the readings say of an adopted one."""
        plan = await self._parts.store.settlements.plan(settlement.interval, settlement.revision)
        if plan is not None:
            return _of_plan(plan)
        balances = await self._books.balances(settlement.interval)
        return [
            _Measured(one, _netted(one, self._books.terms(settlement.interval).self_netting))
            for one in balances.balances
        ]

    async def _begin(self, measured: list[_Measured], interval: Interval) -> None:
        """Begin a house with its registers where the first of its intervals is already a gap."""
        for house in [one.balance.house for one in measured if one.left_out]:
            if house in self._registers or house not in self._parts.members.houses:
                continue
            first = await first_registers(self._parts, house, interval.start)
            if first is not None:
                self._registers[house] = first

    def _metered(self, measured: list[_Measured]) -> Iterator[Metered]:
        """Yield each house's meter over an interval, and remember its registers."""
        for one in measured:
            balance, house = one.balance, one.balance.house
            if one.left_out:
                yield Metered(house=house, imported_wh=0, exported_wh=0, left_out=True)
                continue
            gap_import, gap_export = self._gap(balance)
            self._registers[house] = balance.import_end_wh, balance.export_end_wh
            yield Metered(
                house=house,
                imported_wh=balance.imported_wh - one.netted_wh,
                exported_wh=balance.exported_wh - one.netted_wh,
                gap_import_wh=gap_import,
                gap_export_wh=gap_export,
                quality=balance.quality,
            )

    def _gap(self, balance: Balance) -> tuple[int, int]:
        """Return what went through since the last known interval, unless that is still to come."""
        before = self._registers.get(balance.house)
        if before is None or self._waiting:
            return 0, 0
        taken, given = balance.import_start_wh - before[0], balance.export_start_wh - before[1]
        return (taken, given) if taken >= 0 and given >= 0 else (0, 0)

    async def _registers_before(self, first: date) -> dict[str, Registers]:
        """Return the registers at the end of each house's last known interval before a day."""
        found: dict[str, Registers] = {}
        for number in range(1, LOOK_BACK_DAYS + 1):
            span = self._parts.day_span(first - timedelta(days=number))
            settlements = await self._parts.store.settlements.between(*span)
            for settlement in reversed([one for one in settlements if one.state in DONE]):
                for one in await self._measured(settlement):
                    if not one.left_out:
                        end = one.balance.import_end_wh, one.balance.export_end_wh
                        found.setdefault(one.balance.house, end)
                if len(found) >= len(self._parts.members.houses):
                    return found
            if not settlements and found:
                return found
        return found


class _Measured(msgspec.Struct, frozen=True):
    """A house's balance as it was settled."""

    balance: Balance
    netted_wh: int = 0
    left_out: bool = False


def _of_plan(plan: Plan) -> list[_Measured]:
    return [
        _Measured(
            share.balance,
            _netted(share.balance, plan.self_netting),
            share.quality is Quality.MISSING,
        )
        for share in plan.shares
    ]


def _netted(balance: Balance, self_netting: bool) -> int:
    return min(balance.imported_wh, balance.exported_wh) if self_netting else 0
