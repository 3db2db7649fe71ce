"""The audit log of a real engine held against the seals on its chain, at rest and while it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import msgspec
import pytest

from console.cli.checking.audit import check_lines
from console.engine.backup.making import make_backup
from console.engine.backup.restoring import plan_restore, restore
from console.engine.proving import trail
from console.engine.serving.api import operate_app
from console.engine.serving.offline import open_reader
from console.errors import ChainError
from console.model.event import AuditRecord
from console.model.tending import AuditCheck
from console.settings import Settings
from console.store.audit import NO_HEAD, link_head
from console.store.moment import from_ms
from tests.engine.neighbours import Neighbourhood, lose, neighbourhood, quarter_hour, settings_of
from tests.engine.street import ask, tamper

RIPE = 15 + 5
SETTLED = 3
NOW = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 11, 30, tzinfo=UTC)
ANNA = "anna (uid 1000)"


def quiet(_text: str) -> None:
    """Say nothing."""


async def settle(here: Neighbourhood, *numbers: int) -> None:
    """Settle quarter hours by hand, each until it is final."""
    for number in numbers:
        await here.live(15)
        await here.engine.set_auto(False, ANNA)
        await here.engine.settler.settle(quarter_hour(number), actor=ANNA)
        await here.beat(until_final=True)
        await here.beat(until_final=True)


async def at_rest(settings: Settings) -> AuditCheck:
    """What `mosaic audit --check` is answered while no engine runs."""
    reader = await open_reader(settings)
    try:
        answer = await ask(reader.app).get("/audit/check")
        return msgspec.json.decode(answer.content, type=AuditCheck)
    finally:
        await reader.close()


def said(found: AuditCheck) -> str:
    return "\n".join(check_lines(found, ZoneInfo("UTC")))


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A data folder of three settled quarter hours; its engine has ended."""
    data = tmp_path / "data"
    async with neighbourhood(data, auto=False) as here:
        await here.live(5)
        await settle(here, *range(SETTLED))
        await here.engine.set_auto(False, ANNA)
    return settings_of(data)


def rewrite(settings: Settings, change: Callable[[list[AuditRecord]], list[AuditRecord]]) -> None:
    """Change the log as one who owns the file can: numbers and hashes are made to fit again."""
    path = settings.engine.data / "store.db"
    connection = apsw.Connection(str(path))
    rows = list(connection.execute("SELECT seq, time, actor, verb, body, head FROM audit"))
    connection.close()
    records = [
        AuditRecord(seq=seq, time=from_ms(time), actor=actor, verb=verb, body=body, head=head)
        for seq, time, actor, verb, body, head in rows
    ]
    times = {row[0]: row[1] for row in rows}
    tamper(path, "DELETE FROM audit")
    previous = NO_HEAD
    for seq, record in enumerate(change(records), 1):
        fitted = msgspec.structs.replace(record, seq=seq)
        previous = link_head(previous, fitted)
        tamper(
            path,
            "INSERT INTO audit (seq, time, actor, verb, body, head) VALUES (?, ?, ?, ?, ?, ?)",
            seq, times[record.seq], fitted.actor, fitted.verb, fitted.body, previous,
        )  # fmt: skip


async def test_the_seals_vouch_for_a_log_that_was_left_alone(settings: Settings) -> None:
    found = await at_rest(settings)
    assert found.seals is not None
    assert (found.broken, found.seals.seals, found.seals.vouching) == (0, SETTLED, SETTLED)
    assert found.seals.last is not None
    assert found.records - found.seals.last.seq == found.seals.after == 2
    assert f"3 of 3 seals on the chain vouch for this log, up to record {found.records - 2}" in (
        said(found)
    )


async def test_a_running_engine_says_the_same(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(5)
        empty = await trail.check(here.engine.parts)
        assert "nothing outside vouches" in said(empty)
        await settle(here, 0)
        client = ask(operate_app(here.engine, here.engine.audience))
        answer = await client.get("/audit/check")
        found = msgspec.json.decode(answer.content, type=AuditCheck)
        assert found.seals is not None
        assert (found.seals.seals, found.seals.vouching) == (1, 1)


async def test_records_cut_off_at_the_end_are_missed(settings: Settings) -> None:
    before = await at_rest(settings)
    assert before.seals is not None
    assert before.seals.last is not None
    cut = before.seals.last.seq - 1
    tamper(settings.engine.data / "store.db", "DELETE FROM audit WHERE seq > ?", cut)
    found = await at_rest(settings)
    assert (found.broken, found.records) == (0, cut)
    assert found.seals is not None
    assert found.seals.first is not None
    assert found.seals.first.of.interval == quarter_hour(2)
    assert found.seals.first.head == before.seals.last.head
    assert "1 seal, of 2026-06-21 10:30, is of records that this log does not have" in said(found)
    assert "the record of its plan is gone" in said(found)


async def test_a_changed_record_with_all_hashes_made_to_fit_is_found(settings: Settings) -> None:
    def change(records: list[AuditRecord]) -> list[AuditRecord]:
        at = next(place for place, one in enumerate(records) if one.verb == "auto off")
        records[at] = msgspec.structs.replace(records[at], actor="ben (uid 1001)")
        return records

    rewrite(settings, change)
    found = await at_rest(settings)
    assert found.broken == 0
    assert found.seals is not None
    assert found.seals.missing is not None
    assert (found.seals.missing.count, found.seals.vouching) == (SETTLED, 0)
    assert "record 1 is not as sealed" in said(found)


async def test_two_records_swapped_with_all_hashes_made_to_fit_are_found(
    settings: Settings,
) -> None:
    def change(records: list[AuditRecord]) -> list[AuditRecord]:
        plans = [place for place, one in enumerate(records) if one.verb.startswith("freeze")]
        records[plans[1]], records[plans[1] - 1] = records[plans[1] - 1], records[plans[1]]
        return records

    rewrite(settings, change)
    found = await at_rest(settings)
    assert found.broken == 0
    assert found.seals is not None
    assert found.seals.first is not None
    assert (found.seals.first.of.interval, found.seals.vouching) == (quarter_hour(1), 1)


async def test_a_lost_store_is_no_crime_and_is_told(settings: Settings) -> None:
    data = settings.engine.data
    lose(data, "store.db")
    async with neighbourhood(data, at=NOW.replace(month=6, day=21)) as again:
        found = await trail.check(again.engine.parts)
        assert found.seals is not None
        assert (found.seals.missing, found.seals.vouching) == (None, 0)
        assert found.seals.taken is not None
        assert found.seals.taken.count == SETTLED
        verbs = [record.verb for record in await again.engine.parts.store.audit.records()]
        assert verbs == ["adopt"] * SETTLED
        await again.beat(until_final=True)
        assert len(await again.engine.parts.store.audit.records()) == SETTLED
    assert "3 seals, of 2026-06-21 10:00 to 2026-06-21 10:30, are taken" in said(found)


async def test_a_restore_is_written_down_and_what_is_newer_is_no_crime(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backup"
    settings = settings_of(data)
    async with neighbourhood(data, auto=False) as here:
        await here.live(5)
        await settle(here, 0)
        manifest = make_backup(settings, folder, NOW, quiet)
        await settle(here, 1, 2)
        clock = here.clock.now()
    replaced = await at_rest(settings)
    restore(settings, plan_restore(settings, folder, LATER, quiet), LATER, ANNA, quiet)

    found = await at_rest(settings)
    assert (found.broken, found.records) == (0, manifest.links + 1)
    assert found.seals is not None
    assert (found.seals.vouching, found.seals.missing) == (1, None)
    assert found.seals.newer is not None
    assert found.seals.newer.count == 2
    assert "2 seals, of 2026-06-21 10:15 to 2026-06-21 10:30, are newer than a backup" in (
        said(found)
    )

    async with neighbourhood(data, auto=False, at=clock) as again:
        link = (await again.engine.parts.store.audit.records(manifest.links))[0]
        assert (link.verb, link.actor, link.time) == ("restore", ANNA, LATER)
        body = msgspec.json.decode(link.body)
        assert body["audit_head"] == manifest.audit_head
        assert body["chain"] == "kept"
        assert body["replaced_head"] == replaced.head.hex()
        assert body["replaced_links"] == replaced.records
        await again.live(15)
        await settle(again, 4)
        later = await trail.check(again.engine.parts)
    assert later.broken == 0
    assert later.seals is not None
    assert (later.seals.seals, later.seals.vouching, later.seals.missing) == (4, 2, None)
    assert later.seals.newer == found.seals.newer


async def test_a_silent_chain_leaves_the_hashes_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.engine.set_auto(False, ANNA)

        async def silent(*_: object) -> list[object]:
            raise ChainError("the node does not answer")

        monkeypatch.setattr(trail, "read_records", silent)
        found = await trail.check(here.engine.parts)
    assert (found.records, found.broken, found.seals) == (1, 0, None)
    assert "were not compared: the node does not answer." in said(found)
