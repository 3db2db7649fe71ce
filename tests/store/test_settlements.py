from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from console.errors import StoreError
from console.model.interval import Interval
from console.model.settlement import Carry, Plan, Settlement, State
from console.store.database import Database
from console.store.outbox import StoredSettlements
from console.store.store import Store

Make = Callable[..., Settlement]
MakePlan = Callable[..., Plan]


async def test_settlements_come_back_newest_revision_first(
    store: Store, settlement: Make, noon: datetime
) -> None:
    table = store.settlements
    rows = [settlement(quarter=quarter) for quarter in (2, 0, 1)]
    for row in rows:
        await table.put(row)
    revised = settlement(State.FROZEN, quarter=1, revision=1)
    await table.put(revised)
    assert await table.get(revised.interval) == revised
    assert await table.get(settlement(quarter=9).interval) is None
    assert await table.get(Interval(noon, 60)) is None
    in_order = [rows[1], revised, rows[0]]
    assert await table.between(noon, noon + timedelta(hours=1)) == in_order
    assert await table.between(noon + timedelta(minutes=15), rows[0].interval.start) == [revised]
    assert await table.in_state(State.CLOSED) == [rows[1], rows[0]]
    assert await table.in_state(State.CLOSED, State.FROZEN) == in_order
    assert await table.in_state() == []
    assert await table.newest() == rows[0]


async def test_nothing_is_newest_in_an_empty_store(store: Store) -> None:
    assert await store.settlements.newest() is None
    assert await store.settlements.carry() == {}


async def test_a_freeze_keeps_plan_carry_and_audit_together(
    store: Store, settlement: Make, plan: MakePlan, noon: datetime
) -> None:
    before = (await store.audit.append(noon, "engine", "start", "{}")).head
    decided = plan()
    frozen = await store.settlements.freeze(
        settlement(State.FROZEN), decided, "freeze", '{"root":"00"}', noon
    )
    assert frozen == msgspec.structs.replace(settlement(State.FROZEN), audit_head=before)
    assert await store.settlements.get(frozen.interval) == frozen
    assert await store.settlements.plan(frozen.interval) == decided
    assert await store.settlements.plan(frozen.interval, 1) is None
    assert await store.settlements.shares(frozen.interval) == decided.shares
    assert await store.settlements.shares(frozen.interval, 1) is None
    assert await store.settlements.carry() == {"H01": Carry(5, -5)}
    last = (await store.audit.records())[-1]
    assert (last.verb, last.body) == ("freeze", '{"root":"00"}')
    assert await store.audit.head() == last.head != before


async def test_the_carry_follows_the_order_of_freezing(
    store: Store, settlement: Make, plan: MakePlan, noon: datetime
) -> None:
    for quarter, carry_nwh in ((3, 30), (1, 10)):
        await store.settlements.freeze(
            settlement(State.FROZEN, quarter), plan(quarter, carry_nwh=carry_nwh), "f", "{}", noon
        )
    assert await store.settlements.carry() == {"H01": Carry(10, -10)}


async def test_a_refused_freeze_leaves_nothing(
    store: Store, settlement: Make, plan: MakePlan, noon: datetime
) -> None:
    await store.settlements.freeze(settlement(State.FROZEN), plan(), "freeze", "{}", noon)
    head = await store.audit.head()
    with pytest.raises(StoreError, match="plan already"):
        await store.settlements.freeze(
            settlement(State.FROZEN), plan(carry_nwh=9), "freeze", "{}", noon
        )
    await store.settlements.put(settlement(State.FINAL, quarter=1))
    with pytest.raises(StoreError, match="step back"):
        await store.settlements.freeze(
            settlement(State.FROZEN, quarter=1), plan(1, carry_nwh=9), "freeze", "{}", noon
        )
    assert await store.settlements.plan(settlement(quarter=1).interval) is None
    assert await store.settlements.carry() == {"H01": Carry(5, -5)}
    assert await store.audit.head() == head


async def test_an_idle_interval_is_final_with_its_plan(
    store: Store, settlement: Make, plan: MakePlan, noon: datetime
) -> None:
    await store.settlements.put(settlement(State.HELD))
    await store.settlements.freeze(settlement(State.IDLE), plan(), "idle", "{}", noon)
    with pytest.raises(StoreError, match="step back"):
        await store.settlements.put(settlement(State.FROZEN))


ALLOWED = {
    State.CLOSED: {State.HELD, State.FROZEN, State.IDLE, State.FINAL, State.HALTED},
    State.HELD: {State.FROZEN, State.IDLE, State.HELD, State.HALTED},
    State.FROZEN: {State.SIGNED, State.HALTED},
    State.SIGNED: {State.SEALED, State.SIGNED, State.FROZEN, State.HALTED},
    State.SEALED: {State.SIGNED, State.FINAL, State.HALTED},
    State.FINAL: {State.FINAL, State.HALTED},
    State.HALTED: {State.FROZEN, State.FINAL},
}
REFUSED = {
    State.HELD: {State.CLOSED, State.OPEN},
    State.SIGNED: {State.CLOSED, State.HELD, State.IDLE},
    State.SEALED: {State.CLOSED, State.HELD, State.IDLE},
    State.FINAL: {State.SEALED, State.SIGNED, State.FROZEN, State.HELD, State.CLOSED},
}


@pytest.mark.parametrize(
    ("before", "after", "legal"),
    [(before, after, True) for before, steps in ALLOWED.items() for after in sorted(steps)]
    + [(before, after, False) for before, steps in REFUSED.items() for after in sorted(steps)],
)
async def test_steps_of_an_interval(
    store: Store, settlement: Make, before: State, after: State, legal: bool
) -> None:
    await store.settlements.put(settlement(before))
    if legal:
        await store.settlements.put(settlement(after))
    else:
        with pytest.raises(StoreError, match="step back"):
            await store.settlements.put(settlement(after))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan SET body = x'00'",
        "DELETE FROM plan",
        "DELETE FROM settlement",
        "UPDATE settlement SET state = 'nonsense'",
    ],
)
async def test_what_is_frozen_is_kept(
    database: Database, settlement: Make, plan: MakePlan, noon: datetime, statement: str
) -> None:
    table = StoredSettlements(database)
    await table.freeze(settlement(State.FROZEN), plan(), "freeze", "{}", noon)
    with pytest.raises(StoreError, match="refused"):
        await database.write(lambda c: c.execute(statement))
    assert await table.plan(settlement().interval) == plan()
