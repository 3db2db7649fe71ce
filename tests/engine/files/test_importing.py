"""Files of readings: shown, taken once, and followed by settlements and revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.files import importing
from console.engine.parts import Parts
from console.engine.serving.api import operate_app, watch_app
from console.errors import DiskFull, EngineError, Refused, UsageError
from console.meters.files.table import Table, together
from console.model.importing import Row
from console.model.reading import Quality, Reading
from console.model.settlement import State
from console.model.swap import Swap
from console.model.view import Settle
from console.settlement.registers import since_1970
from tests.engine.importer import QUARTER, bring, energy_file, register_file, table_of, take
from tests.engine.neighbours import LIFE, START, Neighbourhood, neighbourhood, quarter_hour
from tests.engine.street import ask

GIVEN = 900
"""What p1 gives in a quarter of an hour, Wh."""


async def with_silence(here: Neighbourhood, house: str = "p1") -> None:
    """Live for two hours in which a house said nothing from 10:10 to 10:55."""
    await here.live(10, until_final=True)
    here.meters.silent.add(house)
    await here.live(40, until_final=True)
    here.meters.silent.clear()
    await here.live(70, until_final=True)


def quarters(first: int, *given: int) -> list[tuple[datetime, str, int, int]]:
    """Return rows of p1's energy, one quarter of an hour after the other."""
    return [(quarter_hour(first + number).start, "p1", 0, wh) for number, wh in enumerate(given)]


async def readings(here: Neighbourhood, house: str = "p1") -> dict[datetime, Reading]:
    found = await here.engine.parts.store.readings.between(START, START + timedelta(days=30))
    return {one.time: one for one in found.get(house, [])}


async def test_a_file_fills_what_a_meter_left_out_and_the_held_intervals_settle(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        assert (await here.states())[:4] == ["held"] * 4
        path = energy_file(tmp_path / "p1.csv", quarters(0, 700, 1000, 1000, 900))
        shown = await bring(here.engine, path)
        [one] = shown.houses
        assert (one.readings, one.intervals, one.known, one.differing) == (3, 4, 0, 0)
        assert (one.imported_wh, one.exported_wh) == (0, 3600)
        assert (shown.waiting, shown.settled, shown.written) == (4, 0, False)
        assert START + QUARTER not in await readings(here)
        taken = await bring(here.engine, path, shown.token)
        assert taken == msgspec.structs.replace(shown, written=True)
        stored = await readings(here)
        at = [stored[START + number * QUARTER].export_wh for number in range(5)]
        assert at == [0, 700, 1700, 2700, 3600]
        await here.live(5, until_final=True)
        settled = [await here.get(quarter) for quarter in range(4)]
        assert {one.state for one in settled} == {State.FINAL}
        assert [one.exported_wh - 270 - 9 for one in settled] == [700, 1000, 1000, 900]
        assert (await here.engine.verify()).differences == 0


async def test_the_same_file_once_more_changes_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 700, 1000, 1000, 900, 900))
        await take(here.engine, path)
        before = await readings(here)
        audited = len(await here.engine.parts.store.audit.records())
        again = await take(here.engine, path)
        [one] = again.houses
        assert (again.readings, one.known, one.differing) == (0, 5, 0)
        assert await readings(here) == before
        assert len(await here.engine.parts.store.audit.records()) == audited


async def test_settled_intervals_that_a_file_changes_are_revised(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await here.live(10, until_final=True)
        here.meters.silent.add("p1")
        await here.live(5, until_final=True)
        here.meters.silent.clear()
        await here.live(45, until_final=True)
        assert (await here.get(0)).exported_wh - 279 == GIVEN
        path = register_file(tmp_path / "p1.csv", [(START + QUARTER, "p1", 0, 700)])
        shown = await bring(here.engine, path)
        assert (shown.readings, shown.settled) == (1, 2)
        await bring(here.engine, path, shown.token)
        await here.live(5, until_final=True)
        first, second = await here.get(0), await here.get(1)
        assert (first.revision, first.exported_wh - 279) == (1, 700)
        assert (second.revision, second.exported_wh - 279) == (1, 1100)
        assert (await here.engine.verify()).differences == 0


async def test_what_contradicts_the_readings_is_told_with_its_line_and_not_taken(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 700, 1000, 1000, 5000, 900, 100))
        found = await take(here.engine, path)
        assert found.readings == 0
        assert [(one.line, one.rows) for one in found.differences] == [(2, 4), (7, 1)]
        assert "7.700 kWh given" in found.differences[0].text
        assert found.differences[1].text.endswith("0.000 kWh taken and 0.900 given")
        assert found.houses[0].known == 1


async def test_registers_that_do_not_fit_between_the_readings_are_not_taken(
    tmp_path: Path,
) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        times = [START + timedelta(minutes=minutes) for minutes in (10, 20, 30, 40, 55)]
        wrong = zip(times, (600, 500, 1800, 99_999, 3301), strict=True)
        path = register_file(tmp_path / "p1.csv", [(one, "p1", 0, wh) for one, wh in wrong])
        found = await take(here.engine, path)
        assert (found.readings, found.houses[0].known) == (1, 1)
        assert [one.line for one in found.differences] == [3, 5, 6]
        assert (await readings(here))[times[2]].export_wh == 1800


async def test_what_counts_as_known_is_as_far_as_the_house_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 900, 900, 900, 900))
        assert (await bring(here.engine, path)).houses[0].known == 0
        seldom = {"p1": timedelta(hours=1)}
        monkeypatch.setattr(
            Parts, "close_of", lambda _parts, house: seldom.get(house, timedelta(minutes=10))
        )
        assert (await bring(here.engine, path)).houses[0].known == 4


async def test_a_gap_in_the_file_is_not_filled_with_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        rows = [*quarters(0, 900), *quarters(2, 800)]
        found = await take(here.engine, energy_file(tmp_path / "p1.csv", rows))
        assert (found.houses[0].holes, found.houses[0].intervals) == (1, 2)
        stored = await readings(here)
        assert stored[START + QUARTER].export_wh == 900
        assert stored[START + 2 * QUARTER].quality is Quality.MISSING
        await here.live(5, until_final=True)
        assert (await here.states())[:4] == ["final", "held", "final", "held"]
        assert (await here.get(2)).exported_wh - 279 == 800


async def test_a_house_that_never_said_anything_lives_by_files(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        here.meters.silent.add("p1")
        await here.live(60, until_final=True)
        await take(here.engine, energy_file(tmp_path / "a.csv", quarters(0, 100, 200)))
        await take(here.engine, energy_file(tmp_path / "b.csv", quarters(2, 300, 400)))
        stored = await readings(here)
        assert [stored[START + n * QUARTER].export_wh for n in range(5)] == [0, 100, 300, 600, 1000]
        await here.live(10, until_final=True)
        assert (await here.states())[:4] == ["final"] * 4
        assert (await here.engine.verify()).differences == 0


async def test_energy_before_the_first_reading_leads_up_to_it(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        reading = Reading(house="p1", time=START - QUARTER, import_wh=40, export_wh=9000)
        await here.engine.intake.emit(reading)
        rows = quarters(-3, 100, 200)
        await take(here.engine, energy_file(tmp_path / "a.csv", rows))
        stored = await here.engine.parts.store.readings.between(START - 3 * QUARTER, START)
        assert [(one.import_wh, one.export_wh) for one in stored["p1"]] == [
            (40, 8700), (40, 8800), (40, 9000),
        ]  # fmt: skip


async def test_files_up_to_the_readings_are_taken_at_once_or_the_newest_first(
    tmp_path: Path,
) -> None:
    old = energy_file(tmp_path / "old.csv", quarters(-8, 100, 100))
    new = energy_file(tmp_path / "new.csv", quarters(-6, *[100] * 6))
    reading = Reading(house="p1", time=START, import_wh=0, export_wh=9000)
    found = []
    for name, order in (("newest", (new, old)), ("oldest", (old, new))):
        async with neighbourhood(tmp_path / name) as here:
            await here.engine.intake.emit(reading)
            taken = [await take(here.engine, path) for path in order]
            found.append([(one.readings, one.differing) for one in taken])
    assert found == [[(6, 0), (2, 0)], [(4, 0), (0, 6)]]
    async with neighbourhood(tmp_path / "together") as here:
        await here.engine.intake.emit(reading)
        tables = [table_of(path, here.engine) for path in (old, new)]
        run = here.engine.importing.run
        shown = await run(together(tables), "", "anna", lambda what, done, of: None)
        assert (shown.readings, shown.differing) == (8, 0)


async def test_an_exchanged_meter_has_its_own_count(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await here.live(10, until_final=True)
        here.meters.silent.add("p1")
        await here.live(60, until_final=True)
        at = START + timedelta(minutes=35)
        swap = Swap(
            house="p1", time=at, last_import_wh=0, last_export_wh=2100,
            first_import_wh=5, first_export_wh=50,
        )  # fmt: skip
        await here.engine.swapping.accept(swap, "anna")
        path = energy_file(tmp_path / "p1.csv", quarters(0, *[GIVEN] * 4))
        assert (await take(here.engine, path)).houses[0].intervals == 4
        stored = await readings(here)
        at_edges = [stored[START + number * QUARTER] for number in range(1, 5)]
        assert [(one.import_wh, one.export_wh) for one in at_edges] == [
            (0, 900), (0, 1800), (5, 650), (5, 1550),
        ]  # fmt: skip


async def test_a_past_before_the_engine_is_not_settled(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await take(here.engine, energy_file(tmp_path / "a.csv", quarters(-96, *[10] * 90)))
        await here.engine.settle_due()
        assert await here.engine.parts.store.settlements.newest() is None
        await here.live(40, until_final=True)
        await take(here.engine, energy_file(tmp_path / "b.csv", quarters(-192, *[10] * 90)))
        known = await here.engine.parts.store.settlements.between(START - LIFE, START + LIFE)
        assert [one.interval for one in known] == [quarter_hour(0), quarter_hour(1)]


async def test_what_is_not_revised_any_more_is_left_out(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data", deadline_days=1) as here:
        await here.live(10, until_final=True)
        here.meters.silent.add("p1")
        await here.live(5, until_final=True)
        here.meters.silent.clear()
        await here.live(2 * 24 * 60, until_final=True)
        path = register_file(tmp_path / "p1.csv", [(START + QUARTER, "p1", 0, 700)])
        found = await take(here.engine, path)
        assert (found.readings, found.houses[0].too_late) == (0, 1)
        assert (await here.engine.verify()).differences == 0


async def test_an_unknown_house_or_the_future_is_refused(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await here.live(10)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 900))
        with pytest.raises(EngineError, match=r"p1\.csv:2: what it says of p1 lies in the future"):
            await bring(here.engine, path)
        table = Table("x.csv", registers=True)
        table.add("zoe", Row(2, since_1970(START), since_1970(START), 1, 1))
        table.finish()
        with pytest.raises(UsageError, match="there is no house zoe"):
            await here.engine.importing.run(table, "", "anna", lambda what, done, of: None)


async def test_only_what_was_shown_is_taken(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 700, 1000, 1000, 900))
        shown = await bring(here.engine, path)
        late = Reading(house="p1", time=START + QUARTER, import_wh=0, export_wh=800)
        await here.engine.intake.emit(late)
        with pytest.raises(Refused, match="not those that were shown"):
            await bring(here.engine, path, shown.token)


async def test_who_imported_what_stands_in_the_log_and_the_audit(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        await take(here.engine, energy_file(tmp_path / "p1.csv", quarters(0, 900, 900, 900, 900)))
        assert "3 readings of 1 house imported from p1.csv" in await here.texts()
        [record] = [r for r in await here.engine.parts.store.audit.records() if r.verb == "import"]
        assert msgspec.json.decode(record.body)["readings"] == {"p1": 3}


async def test_what_a_file_calls_estimated_is_flagged_and_never_minted(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        table = Table("e.csv", registers=False)
        for number, wh in enumerate((900, 900, 900, 900)):
            start, quality = since_1970(quarter_hour(number).start), int(number == 1)
            table.add("p1", Row(number + 2, start, start + 900_000, 0, wh, quality))
        table.finish()
        run = here.engine.importing.run
        shown = await run(table, "", "anna", lambda what, done, of: None)
        await run(table, shown.token, "anna", lambda what, done, of: None)
        await here.live(5, until_final=True)
        assert (await here.states())[:4] == ["final", "held", "held", "final"]
        command = Settle(interval=quarter_hour(1).name, provisional=True)
        await here.engine.settle(command, "anna")
        await here.beat(until_final=True)
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(1))
        assert plan is not None
        [share] = [one for one in plan.shares if one.house == "p1"]
        assert (share.quality, share.sold_wh) == (Quality.ESTIMATED, 0)
        assert (await here.engine.verify()).differences == 0


async def test_hours_are_spread_over_quarters_as_estimates(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here, "c1")
        start = since_1970(START)
        table = Table("h.csv", registers=False)
        table.add("c1", Row(2, start, start + 3_600_000, 1802, 0))
        table.finish()
        run = here.engine.importing.run
        told: list[tuple[str, int, int]] = []
        plain = await run(table, "", "anna", lambda *step: told.append(step))
        assert told[-1] == ("rows", 1, 1)
        assert (plain.readings, plain.houses[0].known, plain.longest) == (0, 1, 60)
        table.spread = True
        shown = await run(table, "", "anna", lambda what, done, of: None)
        assert (shown.houses[0].intervals, shown.longest) == (4, 15)
        assert (shown.houses[0].flagged, plain.houses[0].flagged) == (3, 0)
        await run(table, shown.token, "anna", lambda what, done, of: None)
        again = await run(table, "", "anna", lambda what, done, of: None)
        assert (again.readings, again.houses[0].known) == (0, 4)
        await here.live(5, until_final=True)
        assert (await here.states())[:4] == ["final"] * 4
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(3))
        assert plan is not None
        [share] = [one for one in plan.shares if one.house == "c1"]
        assert share.quality is Quality.ESTIMATED
        assert 0 < share.bought_wh <= 451


async def test_an_import_that_a_full_disk_broke_off_is_ended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 1)
    async with neighbourhood(tmp_path / "data") as here:
        await with_silence(here)
        path = energy_file(tmp_path / "p1.csv", quarters(0, 700, 1000, 1000, 900))
        shown = await bring(here.engine, path)
        store = here.engine.parts.store.readings
        add, done = store.add, list[int]()

        async def add_once(readings: Sequence[Reading]) -> list[Reading]:
            if done:
                raise DiskFull("no space is left.")
            done.append(len(readings))
            return await add(readings)

        monkeypatch.setattr(store, "add", add_once)
        with pytest.raises(EngineError, match="no space is left"):
            await bring(here.engine, path, shown.token)
        monkeypatch.setattr(store, "add", add)
        rest = await take(here.engine, path)
        assert (rest.readings, rest.houses[0].known, rest.houses[0].differing) == (2, 1, 0)
        stored = await readings(here)
        at = [stored[START + number * QUARTER].export_wh for number in range(5)]
        assert at == [0, 700, 1700, 2700, 3600]


MANY = b'{"house":"p1","rows":[' + b"[1,5,5,1,1,0]," * 400 + b"[1,5,5,1,1,0]]}"
HEADING = b'{"files":["f"],"registers":true}\n'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (HEADING + MANY, "more than 400 rows"),
        (b"", "nothing was sent"),
        (b"{", "does not read"),
        (b'{"files":[],"registers":true}', "an import is of 1 to 100 files"),
        (HEADING, "there is no row of any house"),
        (HEADING + b'{"house":"p1","rows":[[1,5,5,1,1,9]]}', "row 1 of an import has no quality"),
        (HEADING + b'{"house":"p1","rows":[[1,5,6,1,1,0]]}', "row 1 of an import cannot be"),
        (HEADING + b'{"house":"p1","rows":[[1,5,5,-1,1,0]]}', "row 1 of an import cannot be"),
        (HEADING + b'{"house":"p1","rows":[[1,5,5,1,1e3,0]]}', "does not read"),
        (HEADING + b'{"house":"p1","rows":[]}' + b" " * 70_000, "longer than"),
        (
            HEADING + b'{"house":"p1","rows":[' + b"[1,5,5,1,1,0]," * 400 + b"[1,5,5,1,1,0]]}",
            "more",
        ),
    ],
)
async def test_what_is_no_import_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    async with neighbourhood(tmp_path / "data") as here:
        async with ask(operate_app(here.engine, here.engine.audience)) as client:
            answer = await client.post("/import", content=body)
        assert answer.status_code == 409
        assert said in answer.json()["message"]


async def test_who_only_watches_imports_nothing(tmp_path: Path) -> None:
    async with (
        neighbourhood(tmp_path / "data") as here,
        ask(watch_app(here.engine, here.engine.audience)) as client,
    ):
        assert (await client.post("/import", content=HEADING)).status_code == 404
