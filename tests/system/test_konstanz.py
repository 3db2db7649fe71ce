"""A real meter over a year, with its gaps: intervals and gap energy are its registers' own."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.system.community import run

FILE = Path(__file__).parents[3] / "shared" / "data" / "konstanz-house-registers-60min.csv"
HOUSE = "DE_KN_residential4_grid"

Registers = list[tuple[str, int, int]]
"""The instant with the import and the export register, Wh, of each row that is not blank."""

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the recording is not beside this copy of the project"
)


def _registers(first: str, last: str) -> Registers:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            (row["utc_timestamp"], _wh(row[f"{HOUSE}_import"]), _wh(row[f"{HOUSE}_export"]))
            for row in csv.DictReader(file)
            if row[f"{HOUSE}_import"] and first <= row["utc_timestamp"] <= last
        ]


def _wh(kwh: str) -> int:
    exact = Decimal(kwh) * 1000
    assert exact == int(exact)
    return int(exact)


def _replay(registers: Registers, folder: Path) -> dict[str, Any]:
    recording = folder / "konstanz.csv"
    lines = (f"{time},K,{imported},{exported}\n" for time, imported, exported in registers)
    recording.write_text("time,house,import_wh,export_wh\n" + "".join(lines), encoding="utf-8")
    done = run("replay", str(recording), "--minutes", "60", "--json", home=folder, seconds=600)
    assert (done.returncode, done.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _check(registers: Registers, summary: dict[str, Any]) -> None:
    """All intervals and the gaps are what the registers moved, to the Wh; nothing is unproven."""
    (first, *before), (last, *after) = registers[0], registers[-1]
    moved = sum(after) - sum(before)
    assert summary["imported_wh"] + summary["exported_wh"] + summary["gap_wh"] == moved
    hours = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() / 3600
    assert summary["intervals"] == summary["settled"] + summary["held"] == hours
    assert summary["residual_wh"] == 0


def test_the_week_of_the_longest_gap(tmp_path: Path) -> None:
    registers = _registers("2016-04-20T00:00:00Z", "2016-04-26T23:00:00Z")
    summary = _replay(registers, tmp_path)
    _check(registers, summary)
    assert (summary["gap_wh"], summary["held"]) == (17_140 + 65_023, 55)


@pytest.mark.soak
def test_the_whole_recording(tmp_path: Path) -> None:
    registers = _registers("2015", "9999")
    assert datetime.fromisoformat(registers[0][0]) == datetime(2015, 10, 11, 19, tzinfo=UTC)
    assert registers[0][1:] == (77, 0)
    assert registers[-1][1:] == (6_321_393, 9_563_098)
    _check(registers, _replay(registers, tmp_path))
