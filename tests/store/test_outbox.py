from collections.abc import Callable

import msgspec
import pytest

from console.errors import StoreError
from console.model.settlement import Settlement, State
from console.model.transaction import Outgoing, TransactionState
from console.store.database import Database
from console.store.outbox import StoredSettlements
from console.store.store import Store

SIGNED, ANNOUNCED, CONFIRMED, FINAL, DEAD = TransactionState
Make = Callable[..., Outgoing]

PATHS = {
    SIGNED: [],
    ANNOUNCED: [ANNOUNCED],
    CONFIRMED: [ANNOUNCED, CONFIRMED],
    FINAL: [ANNOUNCED, CONFIRMED, FINAL],
    DEAD: [ANNOUNCED, DEAD],
}
LEGAL = {
    (SIGNED, ANNOUNCED),
    (SIGNED, DEAD),
    (ANNOUNCED, CONFIRMED),
    (ANNOUNCED, DEAD),
    (CONFIRMED, FINAL),
    (CONFIRMED, ANNOUNCED),
}


async def step(table: StoredSettlements, hash_: bytes, state: TransactionState) -> None:
    await table.advance(
        hash_,
        state,
        height=9 if state is CONFIRMED else None,
        block_hash=b"\xbb" * 32 if state is CONFIRMED else b"",
        proof="final block 12 is past the deadline" if state is DEAD else "",
    )


async def test_parts_and_the_signed_state_are_kept_together(
    store: Store, outgoing: Make, settlement: Callable[..., Settlement]
) -> None:
    parts = [outgoing(1, "E1|x|1"), outgoing(2, "E1|x|2")]
    signed = settlement(State.SIGNED)
    await store.settlements.sign(signed, parts)
    setup = msgspec.structs.replace(outgoing(3, "setup"), interval=None)
    await store.settlements.sign(None, [setup])
    assert await store.settlements.get(signed.interval) == signed
    assert await store.settlements.outbox(SIGNED) == [*parts, setup]
    assert await store.settlements.outbox(ANNOUNCED, DEAD) == []
    assert await store.settlements.legs(signed.interval, 0) == parts
    assert await store.settlements.legs(signed.interval, 1) == []


async def test_a_live_leg_is_never_signed_again(
    store: Store, outgoing: Make, settlement: Callable[..., Settlement]
) -> None:
    await store.settlements.sign(None, [outgoing(1, "leg")])
    with pytest.raises(StoreError, match=r"leg has a live transaction already \(attempt 1\)"):
        await store.settlements.sign(
            settlement(State.SIGNED), [outgoing(2, "other"), outgoing(3, "leg", attempt=2)]
        )
    assert await store.settlements.outbox(SIGNED) == [outgoing(1, "leg")]
    assert await store.settlements.get(settlement().interval) is None


async def test_a_dead_leg_is_signed_again(store: Store, outgoing: Make) -> None:
    first, second = outgoing(1, "leg"), outgoing(2, "leg", attempt=2)
    await store.settlements.sign(None, [first])
    await store.settlements.advance(first.hash, DEAD, proof="final block 12 is past the deadline")
    await store.settlements.sign(None, [second])
    interval = first.interval
    assert interval is not None
    dead = msgspec.structs.replace(first, state=DEAD)
    assert await store.settlements.legs(interval, 0) == [dead, second]
    with pytest.raises(StoreError, match="attempt 2"):
        await store.settlements.sign(None, [outgoing(3, "leg", attempt=3)])


@pytest.mark.parametrize("before", list(TransactionState))
@pytest.mark.parametrize("after", list(TransactionState))
async def test_steps_of_a_transaction(
    database: Database, outgoing: Make, before: TransactionState, after: TransactionState
) -> None:
    table, transaction = StoredSettlements(database), outgoing()
    await table.sign(None, [transaction])
    for state in PATHS[before]:
        await step(table, transaction.hash, state)
    if (before, after) in LEGAL:
        await step(table, transaction.hash, after)
        [found] = await table.outbox(after)
        in_block = after in (CONFIRMED, FINAL)
        assert found.height == (9 if in_block else None)
        assert found.block_hash == (b"\xbb" * 32 if in_block else b"")
        assert found.payload == transaction.payload
    else:
        with pytest.raises(StoreError, match="refused"):
            await step(table, transaction.hash, after)
        assert len(await table.outbox(before)) == 1


async def test_death_needs_a_proof_and_confirmation_a_block(store: Store, outgoing: Make) -> None:
    await store.settlements.sign(None, [outgoing()])
    with pytest.raises(StoreError, match="refused"):
        await store.settlements.advance(outgoing().hash, DEAD)
    await store.settlements.advance(outgoing().hash, ANNOUNCED)
    with pytest.raises(StoreError, match="refused"):
        await store.settlements.advance(outgoing().hash, CONFIRMED)
    with pytest.raises(StoreError, match="no transaction"):
        await store.settlements.advance(bytes(32), ANNOUNCED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outgoing SET payload = x'00'",
        "UPDATE outgoing SET deadline = deadline + 1, state = 'announced'",
        "UPDATE outgoing SET hash = zeroblob(32)",
        "UPDATE outgoing SET leg = 'other'",
        "DELETE FROM outgoing",
        "INSERT INTO outgoing SELECT seq + 1, zeroblob(32), 'b', attempt, start, minutes, revision,"
        " part, parts, payload, deadline, generation_hash, 'announced', height, block_hash, proof"
        " FROM outgoing",
    ],
)
async def test_what_was_signed_is_never_changed(
    database: Database, outgoing: Make, statement: str
) -> None:
    table = StoredSettlements(database)
    await table.sign(None, [outgoing()])
    with pytest.raises(StoreError, match="refused"):
        await database.write(lambda c: c.execute(statement))
    assert await table.outbox(*TransactionState) == [outgoing()]


async def test_the_index_alone_refuses_a_second_live_leg(
    database: Database, outgoing: Make
) -> None:
    await StoredSettlements(database).sign(None, [outgoing()])
    statement = """INSERT INTO outgoing SELECT seq + 1, zeroblob(32), leg, attempt + 1, start,
    minutes, revision, part, parts, payload, deadline, generation_hash, state, height, block_hash,
    proof FROM outgoing"""
    with pytest.raises(StoreError, match="refused"):
        await database.write(lambda c: c.execute(statement))
