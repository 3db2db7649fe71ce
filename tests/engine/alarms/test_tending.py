from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from console.engine.alarms.kinds import held_key, lost
from console.engine.serving.offline import open_reader
from console.errors import MosaicError, Refused, UsageError
from console.model.alarm import LONGEST_SHELF
from console.model.event import Alarm, AlarmState
from console.model.settlement import State
from console.model.tending import Acknowledge, AuditCheck, AuditPage, Shelve, Told, Unshelve, Wait
from tests.engine.neighbours import Neighbourhood, neighbourhood, quarter_hour
from tests.engine.street import START, Opened, ask, tamper

ANNA = "anna (uid 1000)"
RIPE = 15 + 5


async def audited(tending: Opened | Neighbourhood) -> list[tuple[str, str, str]]:
    records = await tending.engine.parts.store.audit.records()
    return [(each.actor, each.verb, each.body) for each in records]


async def test_seeing_an_alarm_is_told_and_audited(street: Opened) -> None:
    tending, log = street.engine.tending, street.engine.parts.log
    await log.raise_alarm(lost("p1", "no answer", START))
    told = await tending.acknowledge(Acknowledge(numbers=(1,)), ANNA)
    assert told.text == "p1 lost: seen by anna (uid 1000)."
    assert [alarm.acknowledged_by for alarm in told.alarms] == [ANNA]
    body = '{"alarms":[{"key":"meter p1","number":1}]}'
    assert await audited(street) == [(ANNA, "acknowledge", body)]
    [event, *_] = await street.engine.parts.store.events.page()
    assert (event.text, event.actor, event.subject) == ("p1 lost: seen", ANNA, "p1")
    again = await tending.acknowledge(Acknowledge(numbers=(1,)), "ben (uid 1001)")
    assert again == Told(text="All of it was seen already.")
    assert len(await audited(street)) == 1


async def test_shelving_has_a_reason_and_an_end(street: Opened) -> None:
    tending, log = street.engine.tending, street.engine.parts.log
    for house in ("p1", "p2"):
        await log.raise_alarm(lost(house, "no answer", START))
    now = street.clock.now()
    command = Shelve(numbers=(1, 2), reason=" new\x1b[2J meters ", seconds=3600)
    told = await tending.shelve(command, ANNA)
    assert told.text == "2 alarms: shelved until 11:00."
    assert {alarm.shelved_until for alarm in log.alarms} == {now + timedelta(hours=1)}
    assert "\x1b" not in log.alarms[0].shelved_reason
    await tending.unshelve(Unshelve(numbers=(1,)), ANNA)
    states = [alarm.state for alarm in log.alarms]
    assert states == [AlarmState.UNACKNOWLEDGED, AlarmState.SHELVED]
    assert [verb for _, verb, _ in await audited(street)] == ["shelve", "unshelve"]


@pytest.mark.parametrize(
    "command",
    [
        Shelve(numbers=(1,), reason="  ", seconds=60),
        Shelve(numbers=(1,), reason="why"),
        Shelve(numbers=(1,), reason="why", seconds=60, until=START + timedelta(hours=9)),
        Shelve(numbers=(1,), reason="why", seconds=0),
        Shelve(numbers=(1,), reason="why", seconds=-(10**30)),
        Shelve(numbers=(1,), reason="why", seconds=10**30),
        Shelve(numbers=(1,), reason="why", until=START - timedelta(hours=1)),
        Shelve(numbers=(1,), reason="why", until=START.replace(tzinfo=None)),
        Shelve(numbers=(1,), reason="why", until=START + 2 * LONGEST_SHELF),
        Shelve(numbers=(), reason="why", seconds=60),
        Shelve(numbers=(1, 7), reason="why", seconds=60),
    ],
)
async def test_what_cannot_be_shelved_changes_nothing(street: Opened, command: Shelve) -> None:
    log = street.engine.parts.log
    await log.raise_alarm(lost("p1", "no answer", START))
    before = log.alarms
    with pytest.raises((UsageError, Refused)):
        await street.engine.tending.shelve(command, ANNA)
    assert log.alarms == before
    assert await audited(street) == []


async def test_waiting_is_a_decision_that_is_recorded(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        name = quarter_hour(0).name
        told = await here.engine.tending.wait(Wait(interval=name), ANNA)
        assert told.text == "10:00 waits on until 2026-07-01 10:15 at most: c2 no reading yet."
        held = await here.get(0)
        assert (held.state, held.waits_by) == (State.HELD, ANNA)
        assert held.waits_since == here.clock.now()
        [alarm] = here.engine.parts.log.alarms
        assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, ANNA)
        assert (ANNA, "wait") in [(actor, verb) for actor, verb, _ in await audited(here)]
        await here.live(10)
        assert (await here.get(0)).waits_by == ANNA
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(15)
        assert (await here.get(0)).state is State.SIGNED
        assert held_key(quarter_hour(0)) not in [a.key for a in here.engine.parts.log.alarms]


@pytest.mark.parametrize("name", ["2026-06-21T10:00Z", "2030-01-01T00:00Z", "soon", "\x1b"])
async def test_only_a_held_interval_waits(street: Opened, name: str) -> None:
    with pytest.raises(MosaicError):
        await street.engine.tending.wait(Wait(interval=name), ANNA)
    assert await audited(street) == []


async def test_an_operator_who_settles_has_seen_the_alarm(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        await here.engine.settler.settle(quarter_hour(0), provisional=True, actor=ANNA)
        assert here.engine.parts.log.alarms == ()


async def test_the_routes_of_the_operator(half_way: Opened, operate: httpx.AsyncClient) -> None:
    await half_way.engine.parts.log.raise_alarm(lost("p1", "no answer", START))
    answer = await operate.get("/alarms")
    [alarm] = msgspec.json.decode(answer.content, type=list[Alarm])
    numbers = {"numbers": [alarm.number]}
    for path, body in (
        ("/alarms/acknowledge", numbers),
        ("/alarms/shelve", {**numbers, "reason": "why", "seconds": 60}),
        ("/alarms/unshelve", numbers),
    ):
        answer = await operate.post(path, json=body)
        assert answer.status_code == 200, answer.text
        assert msgspec.json.decode(answer.content, type=Told).text
    assert (await operate.post("/wait", json={"interval": "x"})).status_code == 409
    page = msgspec.json.decode((await operate.get("/audit")).content, type=AuditPage)
    assert [record.verb for record in page.records][-3:] == ["acknowledge", "shelve", "unshelve"]
    assert {record.actor for record in page.records[-3:]} == {"operator"}
    after = await operate.get("/audit", params={"after": str(page.records[-2].seq)})
    assert msgspec.json.decode(after.content, type=AuditPage).records == page.records[-1:]
    checked = msgspec.json.decode((await operate.get("/audit/check")).content, type=AuditCheck)
    assert (checked.broken, checked.records) == (0, len(page.records))
    assert checked.head == page.records[-1].head


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, "\N{SUPERSCRIPT TWO}"])
async def test_a_page_begins_after_a_number(operate: httpx.AsyncClient, after: str) -> None:
    assert (await operate.get("/audit", params={"after": after})).status_code == 409


async def test_watchers_read_alarms_and_tend_none(watch: httpx.AsyncClient) -> None:
    assert (await watch.get("/alarms")).status_code == 200
    for path in ("/audit", "/audit/check"):
        assert (await watch.get(path)).status_code == 404
    for path in ("/alarms/acknowledge", "/alarms/shelve", "/alarms/unshelve", "/wait"):
        assert (await watch.post(path, json={"numbers": [1]})).status_code in (404, 405)


async def test_a_tampered_record_is_found_and_named(street: Opened) -> None:
    for number in range(1, 4):
        await street.engine.parts.log.raise_alarm(lost(f"p{number}", "no answer", START))
        await street.engine.tending.acknowledge(Acknowledge(numbers=(number,)), ANNA)
    await street.close()
    path = street.settings.engine.data / "store.db"
    tamper(path, "UPDATE audit SET actor = 'ben (uid 1001)' WHERE seq = 2")
    reader = await open_reader(street.settings)
    try:
        answer = await ask(reader.app).get("/audit/check")
    finally:
        await reader.close()
    checked = msgspec.json.decode(answer.content, type=AuditCheck)
    assert (checked.records, checked.broken) == (3, 1)
    assert checked.first is not None
    assert (checked.first.seq, checked.first.actor) == (2, "ben (uid 1001)")
