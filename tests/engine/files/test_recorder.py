"""The recorder: what is polled is in files, over restarts; no disk keeps an engine from work."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import httpx
import msgspec
import pytest

from console.cli.files.taping import write_tape
from console.client import Client
from console.engine.files import recorder as module
from console.engine.files.recorder import Recorder
from console.engine.serving.api import operate_app, watch_app
from console.engine.serving.routes import recording
from console.errors import EngineError, UsageError
from console.meters.recording import Recording
from console.model.event import Priority
from console.model.reading import Reading
from console.model.record import Keep, Record, Recorded, Taping
from console.settings import LEAST_FREE
from tests.engine.alarms.test_diskwatch import Space
from tests.engine.street import QUARTER, Opened, OpenEngine, ask

ON, OFF = Record(on=True), Record(on=False)


def recorded(street: Opened) -> list[Reading]:
    folder = street.settings.engine.data / "recordings"
    return [
        one
        for file in sorted(folder.glob("*.csv"))
        for one in Recording(file, otherwise=QUARTER).readings()
    ]


def lasting(street: Opened) -> list[str]:
    return [one.key for one in street.engine.parts.log.alarms if one.ended is None]


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def without_source(readings: list[Reading]) -> list[tuple[object, ...]]:
    return sorted((one.time, one.house, one.import_wh, one.export_wh) for one in readings)


async def test_what_is_polled_reads_back_as_it_was(street: Opened) -> None:
    assert (await street.engine.recorder.status()).state is Taping.OFF
    await street.engine.recorder.switch(ON, "anna")
    await street.run()
    await street.engine.recorder.write()
    status = await street.engine.recorder.status()
    await street.close()

    polled = list(street.recording.readings())
    assert without_source(recorded(street)) == without_source(polled)
    assert (status.rows, status.lost, status.state) == (len(polled), 0, Taping.ON)
    assert [tape.name for tape in status.tapes] == ["2026-06-21.csv"]


async def test_it_begins_and_ends_when_told_and_that_is_on_record(street: Opened) -> None:
    engine = street.engine
    await street.to(1)
    await engine.recorder.switch(Record(on=True, keep=Keep(days=2)), "anna (uid 1000)")
    await street.to(2)
    await engine.recorder.switch(OFF, "ben (uid 1001)")
    await street.run()
    status = await engine.recorder.status()

    assert {one.time for one in recorded(street)} == {street.recording.start + 2 * QUARTER}
    assert (status.state, status.keep.days) == (Taping.OFF, 2)
    trail = await engine.parts.store.audit.records()
    said = [(one.verb, one.actor) for one in trail if one.verb.startswith("record")]
    assert said == [("record on", "anna (uid 1000)"), ("record off", "ben (uid 1001)")]
    with pytest.raises(UsageError):
        await engine.recorder.switch(Record(on=False, keep=Keep()), "anna")


async def test_it_goes_on_after_a_restart(open_engine: OpenEngine, street: Opened) -> None:
    await street.engine.recorder.switch(Record(on=True, keep=Keep(megabytes=77)), "anna")
    await street.to(1)
    await street.close()
    again = await open_engine(
        street.settings.engine.data,
        street.settings.engine.data.parent / "recording.csv",
        again=True,
        stepped=False,
    )
    status = await again.engine.recorder.status()
    assert (status.state, status.keep.megabytes) == (Taping.ON, 77)
    await again.engine.refresh()
    assert again.engine.picture.head().recording is Taping.ON
    assert (await again.engine.status()).recording is Taping.ON


async def test_a_disk_without_space_pauses_it_and_nothing_else(
    street: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    space = Space(LEAST_FREE - 1)
    recorder = Recorder(street.engine.parts, space)
    street.engine.intake.record = recorder.take
    await recorder.switch(ON, "anna")
    await street.to(2)
    await recorder.write()
    paused = await recorder.status()
    assert (paused.state, paused.rows, paused.lost) == (Taping.PAUSED, 0, 7)
    assert "200 MiB" in paused.trouble
    assert len(await street.engine.parts.store.readings.latest()) == 4
    assert lasting(street) == [], "the disk has an alarm of its own"

    space.free = LEAST_FREE
    await street.to(3)
    await recorder.write()
    status = await recorder.status()
    assert (status.state, status.trouble, status.rows, status.lost) == (Taping.ON, "", 9, 7)
    await recorder.close()
    assert len(recorded(street)) == 9
    told = [event.text for event in await street.engine.parts.store.events.page(limit=20)]
    assert sum("recording is paused" in text for text in told) == 1
    assert "recording goes on" in told


async def test_an_operator_asks_and_switches_and_a_watcher_has_no_such_route(
    street: Opened,
) -> None:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as operator:
        answer = await operator.post("/record", json={"on": True, "keep": {"days": 3}})
        found = msgspec.json.decode(answer.content, type=Recorded)
        assert (found.state, found.keep) == (Taping.ON, Keep(days=3))
        answer = await operator.get("/record")
        assert msgspec.json.decode(answer.content, type=Recorded) == found
        for body in ({}, {"on": 1}, {"on": True, "keep": {"days": 0}}, {"on": True, "of": 1}):
            refused = await operator.post("/record", json=body)
            assert (refused.status_code, refused.json()["title"]) == (409, "Usage")
    async with ask(watch_app(engine, engine.audience)) as watcher:
        assert (await watcher.get("/record")).status_code == 404
        assert (await watcher.post("/record", json={"on": False})).status_code == 404


async def test_what_is_stored_is_a_recording_again(
    street: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "PAGE", 5)
    await street.run()
    engine = street.engine
    client = Client(
        None, httpx.ASGITransport(operate_app(engine, engine.audience), raise_app_exceptions=False)
    )
    polled = list(street.recording.readings())
    start, end = polled[0].time, polled[-1].time + QUARTER
    rows = await write_tape(client, start=start, end=end, house="", file=tmp_path / "all.csv")
    assert rows == len(polled)
    written = Recording(tmp_path / "all.csv")
    assert without_source(list(written.readings())) == without_source(polled)

    await write_tape(client, start=start, end=end, house="p1", file=tmp_path / "p1.csv")
    assert Recording(tmp_path / "p1.csv").houses == ("p1",)
    with pytest.raises(UsageError, match="there already"):
        await write_tape(client, start=start, end=end, house="", file=tmp_path / "p1.csv")
    with pytest.raises(EngineError, match="no reading of that time"):
        await write_tape(client, start=end, end=end + QUARTER, house="", file=tmp_path / "no.csv")
    with pytest.raises(UsageError, match="cannot be written"):
        await write_tape(client, start=start, end=end, house="", file=tmp_path / "no" / "no.csv")
    await client.close()
    assert names(tmp_path) == ["all.csv", "data", "p1.csv", "recording.csv"]


async def test_a_bad_span_is_refused(street: Opened) -> None:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as operator:
        for query in ({}, {"start": "x", "end": "y"}, {"start": "2026-06-21", "end": ""}):
            answer = await operator.get("/record/tape", params=query)
            assert (answer.status_code, answer.json()["title"]) == (409, "Usage")
    async with ask(watch_app(engine, engine.audience)) as watcher:
        assert (await watcher.get("/record/tape")).status_code == 404


async def test_a_folder_that_cannot_be_is_told_and_the_readings_are_stored(street: Opened) -> None:
    engine = street.engine
    place = street.settings.engine.data / "recordings"
    place.write_text("not a folder", encoding="utf-8")
    await engine.recorder.switch(ON, "anna")
    await street.to(1)
    await engine.recorder.write()
    status = await engine.recorder.status()
    assert status.state is Taping.PAUSED
    assert status.trouble == f"{place}: File exists"
    await engine.refresh()
    assert engine.picture.head().recording is Taping.PAUSED
    [alarm] = engine.parts.log.alarms
    assert (alarm.title, alarm.priority) == ("recording is paused", Priority.LOW)
    assert f"{place}: File exists" in alarm.text
    place.unlink()
    await engine.recorder.write()
    assert (await engine.recorder.status()).state is Taping.ON
    assert len(recorded(street)) == 8
    assert lasting(street) == []


async def test_a_recording_that_is_ended_needs_no_folder(street: Opened) -> None:
    engine = street.engine
    (street.settings.engine.data / "recordings").write_text("not a folder", encoding="utf-8")
    await engine.recorder.switch(ON, "anna")
    await street.to(1)
    await engine.recorder.write()
    assert lasting(street) == ["recording"]
    await engine.recorder.switch(OFF, "anna")
    assert lasting(street) == []


async def test_a_write_that_is_cancelled_is_done_before_the_file_is_closed(street: Opened) -> None:
    goes_on, begun = threading.Event(), threading.Event()

    def free(_folder: Path) -> int:
        begun.set()
        goes_on.wait(30)
        return LEAST_FREE

    recorder = Recorder(street.engine.parts, free)
    street.engine.intake.record = recorder.take
    goes_on.set()
    await recorder.switch(ON, "anna")
    await street.to(2)
    goes_on.clear()
    begun.clear()
    writing = asyncio.create_task(recorder.write())
    await asyncio.to_thread(begun.wait, 30)
    writing.cancel()
    closing = asyncio.create_task(recorder.close())
    await asyncio.sleep(0)
    assert not closing.done()
    goes_on.set()
    await closing
    assert len(recorded(street)) == 12
    assert (await recorder.status()).state is Taping.ON


async def test_a_switch_that_was_changed_by_hand_is_off(street: Opened) -> None:
    await street.engine.parts.store.audit.set_fact("record", "{on}")
    recorder = Recorder(street.engine.parts)
    await recorder.load()
    assert recorder.state is Taping.OFF
    told = await street.engine.parts.store.events.page(limit=1)
    assert "does not read" in told[0].text
