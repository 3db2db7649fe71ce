"""A recording is the table of an import, with the houses that the operator means."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import RecordingError
from console.meters.files.houses import Houses
from console.meters.files.recorded import read_recording
from console.model.importing import Row

MINUTE = 60_000


def recording(folder: Path, *lines: str) -> Path:
    path = folder / "r.csv"
    path.write_text("\n".join([*lines, ""]))
    return path


def test_registers_are_instants(tmp_path: Path) -> None:
    path = recording(
        tmp_path, "time,house,import_wh,export_wh", "1970-01-01T00:01:00Z,h7,5,6",
        "1970-01-01T00:02:00Z,gone,1,1",
    )  # fmt: skip
    table = read_recording(path, Houses("r", ["h7=test1", "gone=-"], ["test1"]))
    assert (table.registers, table.houses) == (True, ["test1"])
    assert [*table.rows(0)] == [Row(2, MINUTE, MINUTE, 5, 6)]


def test_energy_lasts_as_long_as_its_step_or_as_said(tmp_path: Path) -> None:
    path = recording(
        tmp_path, "start,house,imported_wh,exported_wh", "1970-01-01T00:00:00Z,a,5,6",
        "1970-01-01T00:30:00Z,a,1,1",
    )  # fmt: skip
    houses = Houses("r", [], ["a"])
    assert read_recording(path, houses).longest == 30 * MINUTE
    assert read_recording(path, houses, 15).longest == 15 * MINUTE
    with pytest.raises(RecordingError, match=r"r\.csv:3: a has a row of overlapping time"):
        read_recording(path, houses, 60)
    one = recording(tmp_path, *path.read_text().splitlines()[:2])
    with pytest.raises(RecordingError, match=r"r\.csv:2: no house has two rows") as raised:
        read_recording(one, houses)
    assert raised.value.advice == "Say so with --minutes."
