"""A locked engine reads, stores, follows and serves; it settles once it is given its key."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from console.chain import keystore
from console.clock import FrozenClock
from console.config import recording_settings
from console.engine.build import build, open_node
from console.engine.engine import Engine
from console.engine.keys import custody
from console.engine.keys.custody import Custody
from console.engine.process.passphrase import Given
from console.engine.serving.api import operate_app, stand_app, watch_app
from console.errors import KeyFileError, Refused, WrongPassphrase
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.settlement import State
from console.model.snapshot import Access
from console.model.view import Status
from tests.engine.street import ask, open_street, write_recording

PASSPHRASE = "four random words stand"
SEED = "11" * 32


class Locked:
    """A street whose keystore is there and whose engine has no passphrase."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        self.recording = write_recording(folder / "street.csv")
        keystore.restore(self.data / "operator.key", SEED, PASSPHRASE)

    async def open(self, given: Given | None = None) -> Engine:
        played = Recording(self.recording)
        step = played.step.total_seconds()
        settings = recording_settings(played.houses, self.data, minutes=15, poll_seconds=step)
        clock = FrozenClock(played.end)
        node = open_node(settings, clock, played.start - timedelta(days=1))
        held = Custody.of_settings(settings, given)
        return await build(settings, clock, Replay(played, clock), node, custody=held)


@pytest.fixture
def locked(tmp_path: Path, swift: None) -> Locked:
    return Locked(tmp_path)


async def _post(engine: Engine, passphrase: str) -> httpx.Response:
    client = ask(operate_app(engine, engine.audience))
    return await client.post("/unlock", json={"passphrase": passphrase})


async def test_the_badge_goes_and_wallets_come_with_the_key(locked: Locked) -> None:
    engine = await locked.open()
    first = engine.picture.snapshot(Access.OPERATE)
    assert first.head.locked
    assert [alarm.key for alarm in first.head.alarms] == ["locked"]
    assert not engine.parts.members.complete
    assert (await ask(watch_app(engine, engine.audience)).get("/houses/c1")).status_code == 200

    answer = await _post(engine, PASSPHRASE)
    assert answer.status_code == 200, answer.text
    assert not msgspec.json.decode(answer.content, type=Status).locked
    assert not engine.picture.snapshot(Access.OPERATE).head.locked
    assert all(alarm.ended for alarm in engine.parts.log.alarms)
    assert engine.parts.members.complete
    [record] = [r for r in await engine.parts.store.audit.records() if r.verb == "unlock"]
    assert record.actor == "operator"
    assert record.body == "{}"
    await engine.close()

    again = await locked.open()
    assert again.parts.key is None
    assert again.parts.members.complete
    await again.close()


async def test_a_stream_tells_the_unlocking_without_being_opened_again(locked: Locked) -> None:
    engine = await locked.open()
    stream = engine.audience.listen(Access.OPERATE)
    assert b'"locked":true' in await anext(stream)
    await _post(engine, PASSPHRASE)
    assert b'"locked":false' in await anext(stream)
    engine.audience.stop()
    await stream.aclose()  # type: ignore[attr-defined]
    await engine.close()


async def test_what_was_settled_before_is_followed_and_nothing_new_is(
    tmp_path: Path, swift: None
) -> None:
    here = Locked(tmp_path)
    (here.data / "operator.key").unlink()
    (here.data / "operator.key").write_text(SEED)
    (here.data / "operator.key").chmod(0o600)
    street = await open_street(here.data, here.recording)
    await street.run()
    rows = (await street.engine.parts.store.entries.between(*_day(street.engine)))[:]
    await street.close()
    keystore.restore(here.data / "operator.key", SEED, PASSPHRASE)

    engine = await here.open()
    assert engine.parts.key is None
    assert await engine.parts.store.entries.between(*_day(engine)) == rows
    await engine.settle_due()
    assert await engine.parts.store.settlements.in_state(State.FROZEN, State.SIGNED) == []
    assert (await engine.verify()).differences == 0
    await _post(engine, PASSPHRASE)
    assert (await engine.verify()).differences == 0
    await engine.close()


def _day(engine: Engine) -> tuple[datetime, datetime]:
    return engine.parts.day_span(engine.parts.today())


async def test_a_ledger_that_only_the_key_can_read_waits_for_it(
    tmp_path: Path, swift: None
) -> None:
    here = Locked(tmp_path)
    (here.data / "operator.key").unlink()
    (here.data / "operator.key").touch(mode=0o600)
    (here.data / "operator.key").write_text(SEED)
    street = await open_street(here.data, here.recording)
    await street.run()
    rows = await street.engine.parts.store.entries.between(*_day(street.engine))
    await street.close()
    for left in here.data.glob("store.db*"):
        left.unlink()
    keystore.restore(here.data / "operator.key", SEED, PASSPHRASE)

    engine = await here.open()
    assert await engine.parts.store.entries.between(*_day(engine)) == []
    await _post(engine, PASSPHRASE)
    await engine.follow()
    assert rows
    assert await engine.parts.store.entries.between(*_day(engine)) == rows
    await engine.close()


async def test_a_wrong_passphrase_is_told_audited_and_slowed_down(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await locked.open()
    answer = await _post(engine, "wrong-canary")
    assert answer.status_code == 409
    assert "does not open with this passphrase" in answer.text
    with pytest.raises(Refused, match="tried just now"):
        await engine.unlock(PASSPHRASE, "uid 1")
    assert engine.parts.key is None
    verbs = [r.verb for r in await engine.parts.store.audit.records()]
    assert verbs == ["unlock refused"]
    events = (await engine.answers.events(None)).events
    assert "a wrong passphrase was given" in [event.text for event in events]
    assert "wrong-canary" not in answer.text + repr(events)
    await engine.close()


async def test_each_wrong_passphrase_makes_the_next_wait_longer(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody, "FIRST_WAIT_SECONDS", 0.0)
    lock = custody.Lock(locked.data / "operator.key")
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            await lock.open("a wrong one")
    monkeypatch.setattr(custody, "FIRST_WAIT_SECONDS", 1000.0)
    monkeypatch.setattr(custody, "LONGEST_WAIT_SECONDS", 1000.0)
    with pytest.raises(WrongPassphrase):
        await lock.open("a wrong one")
    with pytest.raises(Refused, match="wait 1000 s"):
        await lock.open(PASSPHRASE)


async def test_what_is_no_passphrase_is_refused(locked: Locked) -> None:
    engine = await locked.open()
    client = ask(operate_app(engine, engine.audience))
    bodies: list[object] = [{}, {"passphrase": 7}, {"passphrase": "x", "more": 1}, []]
    for body in bodies:
        assert (await client.post("/unlock", json=body)).status_code == 409
    too_long = await client.post("/unlock", json={"passphrase": "x" * 2000})
    assert "longer than" in too_long.text
    assert engine.parts.key is None
    await engine.close()


async def test_who_watches_or_visits_cannot_unlock(locked: Locked) -> None:
    engine = await locked.open()
    body = {"passphrase": PASSPHRASE}
    watching = ask(watch_app(engine, engine.audience))
    assert (await watching.post("/unlock", json=body)).status_code == 404
    stand = stand_app(engine, None, engine.audience)  # type: ignore[arg-type]
    assert (await ask(stand).post("/unlock", json=body)).status_code == 404
    assert engine.parts.key is None
    await engine.close()


async def test_an_engine_with_its_key_asks_for_nothing(locked: Locked) -> None:
    engine = await locked.open(Given(PASSPHRASE, "the inherited pipe"))
    assert engine.parts.key is not None
    assert (await _post(engine, "anything")).status_code == 200
    await engine.close()


async def test_a_wrong_passphrase_at_the_start_locks_and_says_so(locked: Locked) -> None:
    engine = await locked.open(Given("a wrong one", "$MOSAIC_PASSPHRASE", "not wise"))
    assert engine.parts.key is None
    told = [event.text for event in (await engine.answers.events(None)).events]
    assert any("the passphrase from $MOSAIC_PASSPHRASE does not open" in text for text in told)
    assert "not wise" in told
    assert "a wrong one" not in repr(told)
    await engine.close()


async def test_another_key_than_the_communitys_is_refused(locked: Locked) -> None:
    await (await locked.open()).close()
    (locked.data / "operator.key").unlink()
    keystore.restore(locked.data / "operator.key", "22" * 32, PASSPHRASE)
    with pytest.raises(KeyFileError, match="another key") as refusal:
        await locked.open()
    assert "mosaic key import" in refusal.value.paragraph


async def test_a_keystore_exchanged_under_a_running_engine_is_refused(locked: Locked) -> None:
    engine = await locked.open()
    (locked.data / "operator.key").unlink()
    keystore.restore(locked.data / "operator.key", "22" * 32, PASSPHRASE)
    answer = await _post(engine, PASSPHRASE)
    assert "exchanged while the engine ran" in answer.text
    assert engine.parts.key is None
    await engine.close()


async def test_a_plain_key_still_serves_and_is_told(locked: Locked) -> None:
    path = locked.data / "operator.key"
    path.unlink()
    path.write_text(SEED)
    path.chmod(0o600)
    engine = await locked.open()
    assert engine.parts.key is not None
    told = [event.text for event in (await engine.answers.events(None)).events]
    assert any("seal it with: mosaic key import" in text for text in told)
    await engine.close()
