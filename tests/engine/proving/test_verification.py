from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import httpx
import msgspec
import pytest

from console.client import Client
from console.engine.serving.api import operate_app
from console.engine.serving.offline import open_reader
from console.errors import EngineError
from console.model.settlement import Plan
from console.model.verification import Verification
from tests.engine.street import Opened, OpenEngine, interval, tamper

Tamper = Callable[[Path], None]
NAME = interval(1).name
START_MS = int(interval(1).start.timestamp() * 1000)


def _reading(column: str, wh: int) -> Tamper:
    """Change one register of p1 at the start of the second interval."""

    def change(store: Path) -> None:
        house = "SELECT id FROM label WHERE text = 'p1'"
        query = f"UPDATE reading SET {column} = {column} + ? WHERE time = ? AND house = ({house})"
        tamper(store, query, wh, START_MS)

    return change


def _plan(alter: Callable[[Plan], Plan]) -> Tamper:
    def change(store: Path) -> None:
        connection = apsw.Connection(str(store))
        query = "SELECT body FROM plan WHERE start = ?"
        plan = msgspec.json.decode(connection.execute(query, (START_MS,)).get, type=Plan)
        connection.close()
        body = msgspec.json.encode(alter(plan))
        tamper(store, "UPDATE plan SET body = ? WHERE start = ?", body, START_MS)

    return change


def _with_another_share(**changes: int) -> Callable[[Plan], Plan]:
    def alter(plan: Plan) -> Plan:
        shares = list(plan.shares)
        at = next(number for number, share in enumerate(shares) if share.house == "p1")
        shares[at] = msgspec.structs.replace(shares[at], **changes)
        return msgspec.structs.replace(plan, shares=tuple(shares))

    return alter


def _row(wh: int) -> Tamper:
    def change(store: Path) -> None:
        row = "start = ? AND producer = 'p1' AND consumer = 'c2'"
        tamper(store, f"UPDATE entry SET wh = wh + ? WHERE {row}", wh, START_MS)

    return change


def _lost_row(store: Path) -> None:
    tamper(store, "DELETE FROM entry WHERE start = ? AND consumer = 'c1'", START_MS)


def _audit(store: Path) -> None:
    tamper(store, "UPDATE audit SET body = replace(body, 'root', 'toor') WHERE seq = 2")


async def _run(open_engine: OpenEngine, data: Path, recording: Path) -> Opened:
    street = await open_engine(data, recording)
    await street.run()
    assert (await street.engine.verify()).differences == 0
    await street.close()
    return street


TAMPERED = [
    pytest.param(_reading("export_wh", 7), "roots", NAME, id="a reading that changes no total"),
    pytest.param(_reading("import_wh", 300), "roots", NAME, id="a reading that does"),
    pytest.param(
        _plan(_with_another_share(sold_wh=5000)), "plans_wh", "p1 sold 5000", id="a plan's result"
    ),
    pytest.param(
        _plan(_with_another_share(export_end_wh=9)), "roots", NAME, id="a plan's registers"
    ),
    pytest.param(
        _plan(lambda plan: msgspec.structs.replace(plan, inputs_root=bytes(32))),
        "roots",
        NAME,
        id="a plan's root",
    ),
    pytest.param(
        _plan(lambda plan: msgspec.structs.replace(plan, shared_wh=1)),
        "readings_wh",
        NAME,
        id="a plan's sum",
    ),
    pytest.param(_row(1), "rows", "p1 → c2", id="a row"),
    pytest.param(_row(1), "ledger_wh", NAME, id="a row's interval"),
    pytest.param(_lost_row, "rows", "p1 → c1", id="a lost row"),
    pytest.param(_audit, "audit", "audit record 2", id="an audit record"),
]


@pytest.mark.parametrize(("change", "part", "named"), TAMPERED)
async def test_what_was_altered_is_found_and_named(
    open_engine: OpenEngine,
    record: Callable[..., Path],
    tmp_path: Path,
    change: Tamper,
    part: str,
    named: str,
) -> None:
    data, recording = tmp_path / "data", record()
    street = await _run(open_engine, data, recording)
    change(data / "store.db")

    reader = await open_reader(street.settings)
    at_rest = await reader.verify()
    await reader.close()
    running = await open_engine(data, recording, again=True)
    for found in (at_rest, await running.engine.verify()):
        _expect(found, part, named)


def _expect(found: Verification, part: str, named: str) -> None:
    assert getattr(found, part) > 0
    assert any(named in finding for finding in found.findings), found.findings


async def test_an_altered_edge_is_found_in_its_two_intervals_alone(
    open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path
) -> None:
    data, recording = tmp_path / "data", record()
    await _run(open_engine, data, recording)
    _reading("export_wh", 7)(data / "store.db")

    running = await open_engine(data, recording, again=True)
    findings = " ".join((await running.engine.verify()).findings)
    assert interval(0).name in findings
    assert interval(1).name in findings
    assert interval(2).name not in findings


async def test_a_later_change_of_the_members_alters_no_finding(
    open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path
) -> None:
    """What the settings say today is not what the past was settled by."""
    data, recording = tmp_path / "data", record()
    street = await _run(open_engine, data, recording)
    fewer = msgspec.structs.replace(
        street.settings,
        members=tuple(member for member in street.settings.members if member.house.id != "c1"),
    )
    running = await open_engine(data, recording, again=True)
    running.engine.parts.settings = fewer
    assert (await running.engine.verify()).differences == 0


async def test_the_route_tells_how_far_it_is_and_then_the_result(street: Opened) -> None:
    await street.run()
    application = operate_app(street.engine, street.engine.audience)
    client = Client(None, httpx.ASGITransport(application))
    seen: list[str] = []
    found = await client.verify(lambda what, _done, _of: seen.append(what))
    await client.close()
    assert found == await street.engine.verify()
    assert (found.intervals, found.differences) == (4, 0)
    assert seen


async def test_the_route_tells_what_kept_it_from_its_end(street: Opened) -> None:
    await street.run()
    # no version of this program writes such a quality
    await street.engine.parts.store.close()
    tamper(
        street.settings.engine.data / "store.db",
        f"UPDATE reading SET quality = 9 WHERE time = {START_MS}",
    )
    reader = await open_reader(street.settings)
    client = Client(None, httpx.ASGITransport(reader.app))
    with pytest.raises(EngineError, match="quality 9"):
        await client.verify()
    await client.close()
    await reader.close()
