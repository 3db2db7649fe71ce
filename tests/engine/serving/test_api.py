from __future__ import annotations

import os
from typing import Any

import httpx
import msgspec
import pytest

from console.engine.serving.api import stand_app
from console.errors import Refused
from console.model.event import EventKind
from console.model.settlement import Settlement, State
from console.model.verification import Verification
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    HouseDay,
    LedgerPage,
    LedgerQuery,
    Preview,
    Receipt,
    Status,
)
from tests.engine.street import Opened, ask, dump, interval

DAY = "2026-06-21"
COMMANDS = ("/settle", "/auto", "/stop", "/wait", "/alarms/shelve")
VISITS = tuple(f"/stand/{word}" for word in ("cloud", "car", "settle", "next"))
BODIES: dict[str, object] = {
    "/settle": {"interval": interval(2).name},
    "/auto": {"on": True},
    "/stop": {},
    "/wait": {"interval": interval(2).name},
    "/alarms/shelve": {"numbers": [1], "reason": "why", "seconds": 60},
}


class _Visitors:
    """Knows two of the visitors' commands."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def visit(self, command: str) -> str:
        if command not in ("cloud", "car"):
            raise Refused(f"visitors cannot {command!r}.")
        self.done.append(command)
        return f"A {command} came."


def _query(**fields: Any) -> dict[str, str]:
    return {"query": msgspec.json.encode(LedgerQuery(**fields)).decode()}


async def _get(client: httpx.AsyncClient, path: str, kind: Any, **params: str) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return msgspec.json.decode(answer.content, type=kind)


async def test_status_says_what_the_top_bar_shows(
    half_way: Opened, watch: httpx.AsyncClient
) -> None:
    status = await _get(watch, "/status", Status)
    assert status.running
    assert status.pid == os.getpid()
    assert (status.houses, status.live, status.lost) == (4, 4, 0)
    assert (status.auto, status.locked, status.halted) == (False, False, "")
    assert status.now == half_way.clock.now()
    assert status.height >= status.final_height > 0


async def test_settlements_are_those_of_the_local_day(watch: httpx.AsyncClient) -> None:
    today = await _get(watch, "/settlements", DaySettlements)
    assert str(today.day) == DAY
    assert today.settlements[-1].state is State.OPEN
    states = [one.state for one in today.settlements]
    assert states[0] is State.FINAL
    other = await _get(watch, "/settlements", DaySettlements, day="2026-06-20")
    assert other.settlements == ()


async def test_due_are_those_that_wait(watch: httpx.AsyncClient) -> None:
    due = await _get(watch, "/due", list[Settlement])
    assert due
    assert {one.state for one in due} == {State.CLOSED}


async def test_a_preview_is_the_stored_plan_or_todays(watch: httpx.AsyncClient) -> None:
    stored = await _get(watch, f"/preview/{interval(0).name}", Preview)
    assert stored.settlement.state is State.FINAL
    assert stored.plan.shared_wh == 1103
    assert (stored.rows, stored.transactions) == (4, 1)
    [waiting, *_] = await _get(watch, "/due", list[Settlement])
    made = await _get(watch, f"/preview/{waiting.interval.name}", Preview, provisional="true")
    assert made.settlement.state is State.CLOSED
    assert made.token
    running = await _get(watch, f"/preview/{interval(9).name}", Preview)
    assert (running.plan, running.note) == (None, "still open")


async def test_a_house_has_its_day_and_its_wallet(watch: httpx.AsyncClient) -> None:
    house = await _get(watch, "/houses/c1", HouseDay, day=DAY)
    assert (house.house, house.import_wh, house.export_wh) == ("c1", 2500, 0)
    assert house.intervals[0].bought_wh == 700
    assert house.intervals[0].partners == {"p1": 466, "p2": 234}
    assert house.holdings["p1"] >= 466
    assert len(house.wallet) == 39


async def test_the_ledger_goes_by_pages_and_filters(watch: httpx.AsyncClient) -> None:
    whole = await _get(watch, "/ledger", LedgerPage, **_query(rises=True))
    assert whole.rows == whole.all_rows == len(whole.entries)
    assert [entry.key for entry in whole.entries] == sorted(entry.key for entry in whole.entries)
    paged, after = [], ""
    while True:
        page = await _get(watch, "/ledger", LedgerPage, **_query(rises=True, limit=3, after=after))
        paged += page.entries
        after = page.next
        if not after:
            break
    assert tuple(paged) == whole.entries
    one = await _get(watch, "/ledger", LedgerPage, **_query(consumer="c2", producer="p1"))
    assert {(entry.producer, entry.consumer) for entry in one.entries} == {("p1", "c2")}
    assert await _get(watch, "/ledger", LedgerPage) == await _get(
        watch, "/ledger", LedgerPage, **_query()
    )


async def test_a_row_has_its_proof(watch: httpx.AsyncClient) -> None:
    proof = await _get(watch, f"/proof/{interval(0).name}/0/p1/c1", EntryProof)
    assert dict(proof.mosaics) == {"p1": 466, "p2": 234}
    assert proof.message == f"E1|{interval(0).name}|15|EUR|0.1|0|1/1"
    assert len(proof.inputs_root) == 32


async def test_events_come_newest_first_page_by_page(
    half_way: Opened, watch: httpx.AsyncClient
) -> None:
    for number in range(120):
        await half_way.engine.parts.log.say(EventKind.ENGINE, f"number {number}")
    first = await _get(watch, "/events", EventPage)
    assert (len(first.events), first.events[0].text) == (100, "number 119")
    second = await _get(watch, "/events", EventPage, before=str(first.next))
    assert second.events[0].text == "number 19"
    assert second.next is None


async def test_verify_finds_no_difference(watch: httpx.AsyncClient) -> None:
    assert (await _get(watch, "/verify", Verification)).differences == 0


async def test_an_operator_settles_what_the_preview_showed(
    half_way: Opened, operate: httpx.AsyncClient
) -> None:
    [oldest, *_] = await _get(operate, "/due", list[Settlement])
    name = oldest.interval.name
    preview = await _get(operate, f"/preview/{name}", Preview)
    stale = await operate.post("/settle", json={"interval": name, "token": "0" * 16})
    assert stale.status_code == 409
    answer = await operate.post("/settle", json={"interval": name, "token": preview.token})
    receipt = msgspec.json.decode(answer.content, type=Receipt)
    assert receipt.settlement.state in (State.SIGNED, State.IDLE)
    verbs = [record.verb for record in await half_way.engine.parts.store.audit.records()]
    assert verbs[-2:] == ["freeze by operator", "settle"]


async def test_automatic_settlement_is_switched_and_remembered(
    half_way: Opened, operate: httpx.AsyncClient
) -> None:
    answer = await operate.post("/auto", json={"on": True})
    assert msgspec.json.decode(answer.content, type=Status).auto
    assert await half_way.engine.parts.store.audit.fact("auto") == "on"


async def test_stop_ends_the_engine(half_way: Opened, operate: httpx.AsyncClient) -> None:
    assert (await operate.post("/stop")).json() == {"text": "stopping"}
    assert half_way.engine.stopping.is_set()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_watching_is_read_only_by_structure(
    half_way: Opened, watch: httpx.AsyncClient, method: str
) -> None:
    reads = ("/status", "/stream", "/settlements", "/due", "/ledger", "/events", "/verify")
    named = (f"/preview/{interval(2).name}", "/houses/c1", f"/proof/{interval(0).name}/0/p1/c1")
    data = half_way.settings.engine.data
    before = [dump(data / "store.db"), dump(data / "chain.db")]
    for path in (*COMMANDS, *VISITS, *reads, *named):
        answer = await watch.request(method, path, json=BODIES.get(path, {}))
        assert answer.status_code in (404, 405), path
    for path in COMMANDS:
        assert (await watch.get(path)).status_code == 404
    assert [dump(data / "store.db"), dump(data / "chain.db")] == before
    assert not half_way.engine.settler.auto
    assert not half_way.engine.stopping.is_set()


async def test_reading_changes_nothing(half_way: Opened, watch: httpx.AsyncClient) -> None:
    data = half_way.settings.engine.data
    before = [dump(data / "store.db"), dump(data / "chain.db")]
    paths = ("/status", "/settlements", "/due", "/ledger", "/events", "/verify", "/houses/p1")
    for path in (*paths, f"/preview/{interval(2).name}", f"/proof/{interval(0).name}/0/p1/c1"):
        assert (await watch.get(path)).status_code == 200, path
    assert [dump(data / "store.db"), dump(data / "chain.db")] == before


async def test_a_stand_knows_only_what_visitors_may_do(half_way: Opened) -> None:
    visitors = _Visitors()
    stand = ask(stand_app(half_way.engine, visitors, half_way.engine.audience))
    before = dump(half_way.settings.engine.data / "store.db")
    assert (await stand.post("/stand/cloud")).json() == {"text": "A cloud came."}
    refused = await stand.post("/stand/format-the-disk")
    assert refused.status_code == 409
    assert "visitors cannot" in refused.json()["message"]
    for path in COMMANDS:
        assert (await stand.post(path, json=BODIES[path])).status_code == 404
    assert visitors.done == ["cloud"]
    assert dump(half_way.settings.engine.data / "store.db") == before


async def test_an_operators_door_has_no_visitors(operate: httpx.AsyncClient) -> None:
    for path in VISITS:
        assert (await operate.post(path)).status_code == 404
