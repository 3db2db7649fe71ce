"""Files brought to an engine that runs: by its socket, from a second terminal, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.system.community import HOUSES, Community, EngineProcess
from tests.system.lan import Lan
from tests.system.test_konstanz import FILE, HOUSE

FIVE = timedelta(minutes=5)


WEST = timedelta(hours=-2)
"""How far the portal's clock is from UTC, in the zone Etc/GMT+2."""
LAYOUT = (
    "--end", "Datum+Bis", "--minutes", "5", "--house-column", "Zähler", "--import", "Bezug",
    "--export", "Einspeisung", "--unit", "kWh", "--decimal", "comma", "--dates", "dmy",
    "--zone", "Etc/GMT+2",
)  # fmt: skip


@pytest.fixture
def community(short_folder: Path) -> Community:
    with Lan() as lan:
        # nobody answers there once it is closed: what is known comes from files
        return Community(short_folder, lan)


def _comma(wh: int) -> str:
    return f"{wh // 1000},{wh % 1000:03d}"


def _table(folder: Path, until: datetime, rows: int) -> Path:
    """Write what a portal would of the time before an instant: by its ends, in its own zone."""
    lines = ["\ufeffBericht;;;;", "Datum;Bis;Zähler;Bezug;Einspeisung"]
    for back in reversed(range(rows)):
        end = until - back * FIVE + WEST
        for house in HOUSES:
            taken, given = (0, 300) if house == "roof" else (60, 0)
            lines.append(f"{end:%d.%m.%Y};{end:%H:%M};{house};{_comma(taken)};{_comma(given)}")
    path = folder / "portal.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


async def test_a_portals_table_is_shown_and_taken_once_by_a_real_engine(
    community: Community,
) -> None:
    names = await community.live_through(3)
    first = datetime.strptime(names[0], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    words = ("import", str(_table(community.folder, first, 3)), *LAYOUT)
    refused = community.mosaic(*words, status=1)
    assert "Only an engine writes the store" in refused.stderr
    with EngineProcess(community):
        shown = json.loads(community.mosaic(*words, "--dry-run", "--json").stdout)
        taken = json.loads(community.mosaic(*words, "--yes", "--json").stdout)
        again = json.loads(community.mosaic(*words, "--json").stdout)
        audited = community.mosaic("audit").stdout
        verified = community.mosaic("verify", "--json").stdout
    assert shown | {"written": True} == taken
    assert [one["house"] for one in taken["houses"]] == [*HOUSES]
    assert [one["readings"] for one in taken["houses"]] == [3, 3, 3]
    assert [one["exported_wh"] for one in taken["houses"]] == [900, 0, 0]
    assert [(one["readings"], one["known"]) for one in again["houses"]] == [(0, 3)] * 3
    assert "portal.csv" in audited
    assert json.loads(verified)["readings_wh"] == 0


@pytest.mark.skipif(not FILE.exists(), reason="the recording is not beside this copy")
async def test_a_real_meters_month_is_taken_whole_and_then_known(community: Community) -> None:
    import csv

    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[f"{HOUSE}_import"]][:700]
    path = community.folder / "konstanz.csv"
    lines = (
        f"{row['utc_timestamp']},K,{float(row[f'{HOUSE}_import']) * 1000:.0f},"
        f"{float(row[f'{HOUSE}_export']) * 1000:.0f}\n"
        for row in rows
    )
    path.write_text("time,house,import_wh,export_wh\n" + "".join(lines), encoding="utf-8")
    with EngineProcess(community):
        words = ("import", str(path), "--house", "K=east", "--json")
        [taken] = json.loads(community.mosaic(*words, "--yes").stdout)["houses"]
        [again] = json.loads(community.mosaic(*words).stdout)["houses"]
    assert (taken["readings"], taken["differing"]) == (700, 0)
    assert (again["readings"], again["known"], again["differing"]) == (0, 700, 0)
