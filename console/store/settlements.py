"""The settlements: the intervals' lives, their plans, and the carry."""

from __future__ import annotations

from datetime import datetime

import apsw
import msgspec

from console.errors import StoreError
from console.model.finding import Finding
from console.model.interval import Interval
from console.model.kept import KeptPlan, KeptSettlement
from console.model.settlement import Carry, PairCarries, Plan, Settlement, Share, State
from console.store.audit import append_link, read_head
from console.store.database import Database
from console.store.keeping import kept_plan, kept_plans, kept_settlements
from console.store.moment import span_ms, to_ms
from console.store.upkeep import settlement_faults, within

_SELECT = "SELECT body FROM settlement s"
_NEWEST = """
NOT EXISTS (SELECT 1 FROM settlement n
    WHERE n.start = s.start AND n.minutes = s.minutes AND n.revision > s.revision)
"""
_PLAN = "SELECT body FROM plan WHERE start = ? AND minutes = ? AND revision = ?"
_settlement = msgspec.json.Decoder(Settlement)
_plan = msgspec.json.Decoder(Plan)


class _Shares(msgspec.Struct):
    """What is read of a plan whose many trades are of no interest."""

    shares: tuple[Share, ...]


_shares = msgspec.json.Decoder(_Shares)


class StoredIntervals:
    """The settlements of a store, without the outbox."""

    def __init__(self, database: Database) -> None:
        """Take the open database."""
        self._database = database

    async def get(self, interval: Interval) -> Settlement | None:
        """Return an interval's newest revision, None before it was ever closed."""
        query = """SELECT body FROM settlement WHERE start = ? AND minutes = ?
        ORDER BY revision DESC LIMIT 1"""
        found = await self._list(query, *_key(interval))
        return found[0] if found else None

    async def between(self, start: datetime, end: datetime) -> list[Settlement]:
        """Return the newest revision of every interval that starts in `[start, end)`, in order."""
        query = f"""{_SELECT} WHERE start >= ? AND start < ? AND {_NEWEST}
        ORDER BY start, minutes"""
        return await self._list(query, to_ms(start), to_ms(end))

    async def newest(self) -> Settlement | None:
        """Return the newest interval that was ever recorded, None before the first."""
        query = (
            "SELECT body FROM settlement ORDER BY start DESC, minutes DESC, revision DESC LIMIT 1"
        )
        found = await self._list(query)
        return found[0] if found else None

    async def in_state(self, *states: State) -> list[Settlement]:
        """Return the newest revisions that are in one of the states, in order."""
        marks = ", ".join("?" * len(states))
        query = f"{_SELECT} WHERE state IN ({marks}) AND {_NEWEST} ORDER BY start, minutes"
        return await self._list(query, *(state.value for state in states))

    async def put(self, settlement: Settlement) -> None:
        """Keep an interval's new state.

        Raises:
            StoreError: the step is not legal (design section 6).
        """
        await self._database.write(lambda c: put_settlement(c, settlement))

    async def freeze(
        self, settlement: Settlement, plan: Plan, verb: str, body: str, time: datetime
    ) -> Settlement:
        """Keep a plan with its carry and its audit record in one transaction.

        Returns:
            The settlement as stored, with `audit_head` set to the head before this record.

        Raises:
            StoreError: this revision of the interval has a plan already.
        """

        def work(connection: apsw.Connection) -> Settlement:
            frozen = msgspec.structs.replace(settlement, audit_head=read_head(connection))
            _put_plan(connection, plan)
            if plan.revision == 0:
                # A correction starts from its own recorded carry-in and does not cascade.
                _put_carry(connection, plan)
                _put_pair_carries(connection, plan)
            append_link(connection, time, "engine", verb, body)
            put_settlement(connection, frozen)
            return frozen

        return await self._database.write(work)

    async def plan(self, interval: Interval, revision: int = 0) -> Plan | None:
        """Return a stored plan, None where the interval was never frozen or was adopted."""

        def work(connection: apsw.Connection) -> Plan | None:
            stored = connection.execute(_PLAN, (*_key(interval), revision)).get
            return None if stored is None else _plan.decode(stored)

        return await self._database.read(work)

    async def shares(self, interval: Interval, revision: int = 0) -> tuple[Share, ...] | None:
        """Return the shares of a stored plan, None as `plan`."""

        def work(connection: apsw.Connection) -> tuple[Share, ...] | None:
            stored = connection.execute(_PLAN, (*_key(interval), revision)).get
            return None if stored is None else _shares.decode(stored).shares

        return await self._database.read(work)

    async def kept_plans(self, after: int, limit: int) -> list[KeptPlan]:
        """Return plans as they lie, in the order of freezing, with seq above `after`."""
        return await self._database.read(lambda c: kept_plans(c, after, limit))

    async def kept_plan(self, interval: Interval, revision: int) -> KeptPlan | None:
        """Return a plan as it lies, None where there is none."""
        return await self._database.read(lambda c: kept_plan(c, *_key(interval), revision))

    async def kept(self, start: datetime | None, end: datetime | None) -> list[KeptSettlement]:
        """Return all revisions of the intervals that start in `[start, end)`, as they lie."""
        return await self._database.read(lambda c: kept_settlements(c, *span_ms(start, end)))

    async def faults(self) -> list[Finding]:
        """Return the plans that no settlement is of, and the intervals that were left out."""
        return await self._database.read(within(settlement_faults))

    async def carry(self) -> dict[str, Carry]:
        """Return each house's newest carry-out, in the order of freezing."""

        def work(connection: apsw.Connection) -> dict[str, Carry]:
            rows = connection.execute("SELECT house, bought_nwh, sold_nwh FROM carry")
            return {house: Carry(bought, sold) for house, bought, sold in rows}

        return await self._database.read(work)

    async def pair_carries(self) -> PairCarries:
        """Return what each pair carries by the newest plan in which prices differed."""

        def work(connection: apsw.Connection) -> PairCarries:
            found: PairCarries = {}
            rows = connection.execute("SELECT producer, consumer, uwh FROM pair_carry")
            for producer, consumer, uwh in rows:
                found.setdefault(producer, {})[consumer] = uwh
            return found

        return await self._database.read(work)

    async def _list(self, query: str, *bindings: int | str) -> list[Settlement]:
        def work(connection: apsw.Connection) -> list[Settlement]:
            return [_settlement.decode(body) for (body,) in connection.execute(query, bindings)]

        return await self._database.read(work)


def put_settlement(connection: apsw.Connection, settlement: Settlement) -> None:
    """Keep a settlement within a write."""
    query = """INSERT INTO settlement (start, minutes, revision, state, body)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT (start, minutes, revision)
    DO UPDATE SET state = excluded.state, body = excluded.body"""
    connection.execute(
        query,
        (
            *_key(settlement.interval),
            settlement.revision,
            settlement.state.value,
            msgspec.json.encode(settlement),
        ),
    )


def _key(interval: Interval) -> tuple[int, int]:
    return to_ms(interval.start), interval.minutes


def _put_plan(connection: apsw.Connection, plan: Plan) -> None:
    query = """INSERT INTO plan (start, minutes, revision, body) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING"""
    body = msgspec.json.encode(plan)
    connection.execute(query, (*_key(plan.interval), plan.revision, body))
    if connection.changes() == 0:
        raise StoreError(
            f"Revision {plan.revision} of {plan.interval.name} has a plan already; "
            "what is frozen is never planned again."
        )


def _put_carry(connection: apsw.Connection, plan: Plan) -> None:
    query = """INSERT INTO carry (house, bought_nwh, sold_nwh) VALUES (?, ?, ?)
    ON CONFLICT (house) DO UPDATE
    SET bought_nwh = excluded.bought_nwh, sold_nwh = excluded.sold_nwh"""
    connection.executemany(
        query,
        [(house, carry.bought_nwh, carry.sold_nwh) for house, carry in plan.carry_out.items()],
    )


def _put_pair_carries(connection: apsw.Connection, plan: Plan) -> None:
    query = """INSERT INTO pair_carry (producer, consumer, uwh) VALUES (?, ?, ?)
    ON CONFLICT (producer, consumer) DO UPDATE SET uwh = excluded.uwh"""
    carries = plan.pair_carries_uwh.items()
    connection.executemany(
        query, [(producer, *one) for producer, row in carries for one in row.items()]
    )
