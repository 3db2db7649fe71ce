"""A meter is exchanged: proposed from the readings, told by an operator, settled over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.engine.readings.swaps import Swaps
from console.engine.serving.api import operate_app, watch_app
from console.model.settlement import State
from console.model.swap import Proposal, Swap
from console.model.view import Settle
from tests.engine.street import START, Opened, OpenEngine, Registers, ask, interval

Record = Callable[..., Path]

CHANGED: Registers = {
    "p1": [(0, 300 * number) for number in range(8)],
    "c1": [(9000, 0), (9100, 0), (9200, 0), (30, 0), (130, 0), (230, 0), (330, 0), (430, 0)],
    "c2": [(50 * number, 0) for number in range(8)],
}
"""c1 has a new meter from the third quarter hour on."""


@pytest.fixture
async def changed(open_engine: OpenEngine, record: Record, tmp_path: Path) -> Opened:
    street = await open_engine(tmp_path / "data", record(CHANGED))
    await street.run()
    return street


async def _ask(street: Opened, method: str, path: str, body: object = None) -> tuple[int, Any]:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        content = msgspec.json.encode(body) if body is not None else None
        answer = await client.request(method, path, content=content)
    return answer.status_code, answer.json()


async def _states(street: Opened) -> list[State]:
    found = await street.engine.parts.store.settlements.between(
        interval(0).start, interval(7).start
    )
    return [one.state for one in found]


def _swap(**changes: Any) -> Swap:
    told = Swap(
        house="c1",
        time=START + timedelta(minutes=45),
        last_import_wh=9290,
        last_export_wh=0,
        first_import_wh=30,
        first_export_wh=0,
    )
    return msgspec.structs.replace(told, **changes)


async def test_what_is_held_for_a_new_meter_is_settled_once_it_is_told(changed: Opened) -> None:
    assert (await _states(changed))[2:] == [State.HELD] * 5
    status, answer = await _ask(changed, "GET", "/swap/c1")
    assert status == 200
    proposal = msgspec.convert(answer, Proposal)
    assert not proposal.rollover
    assert proposal.swap == _swap(last_import_wh=9200)
    status, told = await _ask(changed, "POST", "/swap", _swap())
    assert (status, "was exchanged" in told["text"]) == (200, True)
    await changed.to(12)
    assert await _states(changed) == [State.FINAL] * 7
    store = changed.engine.parts.store
    rows = await store.entries.between(interval(2).start, interval(7).start)
    bought = {n: sum(r.wh for r in rows if r.interval == interval(n)) for n in range(2, 7)}
    plan = await store.settlements.plan(interval(2))
    assert plan is not None
    assert {share.house: share.imported_wh for share in plan.shares}["c1"] == 90
    assert bought == {2: 140, 3: 150, 4: 150, 5: 150, 6: 150}
    assert (await changed.engine.verify()).differences == 0
    records = await store.audit.records()
    assert [record.verb for record in records].count("meter swap") == 1


async def test_an_exchange_that_is_noted_afterwards_revises_what_was_settled(
    changed: Opened,
) -> None:
    engine = changed.engine
    command = Settle(interval=interval(2).name, provisional=True)
    await engine.settle(command, "operator")
    await engine.make_blocks(until_final=True)
    await engine.follow()
    store = engine.parts.store
    before = await store.settlements.get(interval(2))
    assert before is not None
    assert (before.state, before.provisional) == (State.FINAL, True)
    assert (await _ask(changed, "POST", "/swap", _swap()))[0] == 200
    await changed.to(12)
    after = await store.settlements.get(interval(2))
    assert after is not None
    assert (after.state, after.revision, after.provisional) == (State.FINAL, 1, False)
    rows = await store.entries.between(interval(2).start, interval(3).start)
    assert sum(row.wh for row in rows) == after.shared_wh == 140
    assert (await engine.verify()).differences == 0


async def test_a_swap_is_known_after_a_restart(changed: Opened) -> None:
    await _ask(changed, "POST", "/swap", _swap())
    assert (await Swaps.load(changed.engine.parts.store.audit)).known == (_swap(),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"house": "stranger"}, "there is no house"),
        ({"time": START + timedelta(days=9)}, "lies in the future"),
        ({"time": START + timedelta(minutes=20)}, "is settled with this house's readings"),
        ({"last_import_wh": 9100}, "cannot have ended with less"),
        ({"first_import_wh": 31}, "cannot have begun with more"),
        ({"first_import_wh": -1}, "a register is a whole number"),
        ({"last_export_wh": 10**13}, "a register is a whole number"),
    ],
)
async def test_a_swap_that_cannot_be_is_refused(
    changed: Opened, changes: dict[str, Any], told: str
) -> None:
    status, answer = await _ask(changed, "POST", "/swap", _swap(**changes))
    assert (status, told in answer["message"]) == (409, True)
    assert changed.engine.parts.swaps.known == ()


async def test_a_second_swap_with_an_earlier_time_is_refused(changed: Opened) -> None:
    await _ask(changed, "POST", "/swap", _swap())
    status, answer = await _ask(changed, "POST", "/swap", _swap())
    assert (status, "the next one must be later" in answer["message"]) == (409, True)


async def test_a_steady_meter_looks_like_no_other(changed: Opened) -> None:
    status, answer = await _ask(changed, "GET", "/swap/c2")
    assert (status, "do not fall" in answer["message"]) == (409, True)


async def test_who_watches_exchanges_nothing(changed: Opened) -> None:
    engine = changed.engine
    async with ask(watch_app(engine, engine.audience)) as client:
        assert (await client.get("/swap/c1")).status_code == 404
        assert (await client.post("/swap", content=b"{}")).status_code == 404
