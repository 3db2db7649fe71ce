from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import RecordingError
from console.meters.recording import HEADER, Recording, lines_of
from console.model.reading import Quality

SEED = Path(__file__).parents[2] / "fixtures" / "seed.csv"
REGISTERS = "time,house,import_wh,export_wh\n"
ENERGY = "start,house,imported_wh,exported_wh\n"
NINE = datetime(2026, 6, 21, 9, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def recorded(folder: Path, text: str | bytes, **keywords: timedelta) -> Recording:
    file = folder / "made.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return Recording(file, **keywords)


def rows_of(recording: Recording) -> list[tuple[str, str, int, int, str]]:
    return [
        (f"{one.time:%H:%M}", one.house, one.import_wh, one.export_wh, one.quality.value)
        for one in recording.readings()
    ]


def test_the_prototypes_own_case_is_five_houses_and_one_hour() -> None:
    recording = Recording(SEED)
    assert recording.houses == ("test1", "test2", "test3", "test4", "test5")
    assert recording.start == datetime(2018, 4, 20, 10, 0, tzinfo=UTC)
    assert recording.end - recording.start == recording.step == timedelta(hours=1)
    last = [reading for reading in recording.readings() if reading.time == recording.end]
    assert [reading.export_wh for reading in last] == [15000, 0, 0, 0, 0]
    assert [reading.import_wh for reading in last] == [0, 0, 10000, 0, 10000]


def test_interval_energy_becomes_registers_at_starts_and_ends(tmp_path: Path) -> None:
    recording = recorded(
        tmp_path,
        ENERGY
        + "2026-06-21T09:00Z,a,10,0\n2026-06-21T09:00Z,b,0,7\n"
        + "2026-06-21T09:15Z,a,20,1\n2026-06-21T09:15Z,b,0,8\n",
    )
    assert recording.step == QUARTER
    assert rows_of(recording) == [
        ("09:00", "a", 0, 0, "measured"),
        ("09:00", "b", 0, 0, "measured"),
        ("09:15", "a", 10, 0, "measured"),
        ("09:15", "b", 0, 7, "measured"),
        ("09:30", "a", 30, 1, "measured"),
        ("09:30", "b", 0, 15, "measured"),
    ]


def test_a_missing_row_marks_the_reading_after_it(tmp_path: Path) -> None:
    rows = [f"2026-06-21T09:{minute:02}Z,a,10,0\n" for minute in (0, 5, 10, 25, 30)]
    marked = [
        reading
        for reading in recorded(tmp_path, ENERGY + "".join(rows)).readings()
        if reading.quality is Quality.MISSING
    ]
    assert [(f"{one.time:%H:%M}", one.import_wh) for one in marked] == [("09:25", 30)]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=30))
@settings(max_examples=40)
def test_registers_add_up_to_the_energy(
    tmp_path_factory: pytest.TempPathFactory, energy: list[tuple[int, int]]
) -> None:
    lines = [
        f"{(NINE + number * QUARTER).isoformat()},a,{imported},{exported}\n"
        for number, (imported, exported) in enumerate(energy)
    ]
    random.Random(1).shuffle(lines)
    folder = tmp_path_factory.mktemp("made")
    readings = list(recorded(folder, ENERGY + "".join(lines)).readings())
    assert readings[0].import_wh == readings[0].export_wh == 0
    assert readings[-1].import_wh == sum(imported for imported, _ in energy)
    assert readings[-1].export_wh == sum(exported for _, exported in energy)
    assert len(readings) == len(energy) + 1


def test_registers_may_stand_in_any_order_fall_and_repeat(tmp_path: Path) -> None:
    text = (
        "2026-06-21T12:15:00+03:00,a,5,0\r\n"
        "\r\n"
        "2026-06-21T09:00:00.500Z,b,1,1\r\n"
        '"2026-06-21T09:00:00Z","a","9","0"\r\n'
        "2026-06-21 12:15:00+0300,a,5,0"
    )
    assert rows_of(recorded(tmp_path, "\ufeff" + REGISTERS + text)) == [
        ("09:00", "a", 9, 0, "measured"),
        ("09:00", "b", 1, 1, "measured"),
        ("09:15", "a", 5, 0, "measured"),
    ]


GOOD = "2026-06-21T09:00Z,a,1,0\n2026-06-21T09:15Z,a,2,0\n"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "header"),
        ("time;house\n" + GOOD, 1, "header"),
        (REGISTERS, 1, "no row"),
        (REGISTERS + GOOD + "2026-06-21T09:30,a,2,0\n", 4, "no offset"),
        (REGISTERS + GOOD + "2026-06-21,a,2,0\n", 4, "no offset"),
        (REGISTERS + GOOD + "21.6.2026 09:30Z,a,2,0\n", 4, "not a time"),
        (REGISTERS + GOOD + "2026-06-31T09:30Z,a,2,0\n", 4, "calendar"),
        (REGISTERS + GOOD + "2026-06-21T09:30+99:00,a,2,0\n", 4, "calendar"),
        (REGISTERS + GOOD + "0001-01-01T00:00+03:00,a,2,0\n", 4, "no time of"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,2.0,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,-2,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,1e3,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,٣,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,1000000000000,0\n", 4, "whole number"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a b,2,0\n", 4, "id"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,,2,0\n", 4, "id"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,A,2,0\n", 4, "capitals"),
        (REGISTERS + GOOD + "2026-06-21T09:30Z,a,2\n", 4, "four fields"),
        (REGISTERS + GOOD + '2026-06-21T09:30Z,"a,2,0\n', 4, "four fields"),
        (REGISTERS + GOOD + "2026-06-21T09:15Z,a,3,0\n", 4, "other values"),
        (REGISTERS + GOOD + "2026-06-21T09:15Z,a,2,1\n", 4, "other values"),
        (REGISTERS + GOOD + "x" * 600 + "\n", 4, "longer than"),
        (REGISTERS.encode() + b"\xff\xfe,a,1,1\n", 2, "UTF-8"),
        (REGISTERS + "2026-06-21T09:00Z,a,1,0\n", 2, "distance is not known"),
        (ENERGY + GOOD + GOOD.replace("09:", "10:") + "2026-06-21T10:20Z,a,1,0\n", 6, "longer"),
    ],
)
def test_each_wrong_line_is_named(tmp_path: Path, text: str | bytes, line: int, what: str) -> None:
    with pytest.raises(RecordingError, match=what) as caught:
        recorded(tmp_path, text)
    assert caught.value.message.startswith(f"{tmp_path / 'made.csv'}:{line}: ")


def test_a_single_row_a_house_takes_the_step_it_is_told(tmp_path: Path) -> None:
    recording = recorded(tmp_path, ENERGY + "2026-06-21T09:00Z,a,10,0\n", otherwise=QUARTER)
    assert rows_of(recording)[-1] == ("09:15", "a", 10, 0, "measured")


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordingError, match="cannot be read"):
        Recording(tmp_path / name)


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_bytes_of_any_kind_are_refused(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    with pytest.raises(RecordingError):
        recorded(tmp_path_factory.mktemp("made"), REGISTERS.encode() + b"2" + body)


def test_what_is_recorded_reads_back_the_same(tmp_path: Path) -> None:
    recording = Recording(SEED)
    again = recorded(tmp_path, HEADER + "".join(lines_of(recording.readings())))
    assert list(again.readings()) == list(recording.readings())


def test_each_house_has_its_own_step_where_it_has_enough_rows(tmp_path: Path) -> None:
    lines = [HEADER]
    for house, seconds, count in (("a", 10, 40), ("b", 60, 11), ("c", 3600, 5)):
        for number in range(count):
            time = datetime(2026, 6, 21, tzinfo=UTC) + number * timedelta(seconds=seconds)
            lines.append(f"{time.isoformat()},{house},{number},0\n")
    file = tmp_path / "mixed.csv"
    file.write_text("".join(lines), encoding="utf-8")
    recording = Recording(file)
    assert {house: step.total_seconds() for house, step in recording.steps.items()} == {
        "a": 10,
        "b": 60,
        "c": 10,
    }
    assert recording.slowest(timedelta(minutes=15)) == timedelta(seconds=60)
    assert recording.slowest(timedelta(seconds=30)) == timedelta(seconds=30)
    assert recording.slowest(timedelta(seconds=1)) == timedelta(seconds=10)
