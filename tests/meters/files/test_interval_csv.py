"""A table of intervals is read as its operator says, and refused by its line otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.errors import RecordingError, UsageError
from console.meters.files.houses import Houses
from console.meters.files.layout import Layout
from console.meters.files.reading import read_file
from console.meters.files.table import Table, together

PLAIN = Layout(start="start", imports="in", exports="out", unit="Wh", zone="UTC", minutes=15)


def read(folder: Path, text: str, layout: Layout = PLAIN, **changed: Any) -> Table:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    houses = Houses("t.csv", ["test1"], ["test1"])
    return read_file(path, houses, msgspec.structs.replace(layout, **changed))


def rows(table: Table) -> list[tuple[str, int, int, int]]:
    """Return each row of the one house: its start, minutes, and both energies."""
    return [
        (
            f"{datetime.fromtimestamp(row.start / 1000, UTC):%m-%d %H:%M}",
            (row.end - row.start) // 60_000,
            row.import_wh,
            row.export_wh,
        )
        for row in table.rows(0)
    ]


@pytest.mark.parametrize(
    ("dates", "first", "second"),
    [
        ("dmy", "2.6.2026 0:00", "2.6.2026 9:15"),
        ("mdy", "6/2/2026 12:00 AM", "06/02/2026 9:15 am"),
        ("ymd", "2026-06-02 00:00", "2026-06-02 9:15"),
    ],
)
def test_hours_are_read_as_spreadsheets_and_portals_write_them(
    tmp_path: Path, dates: str, first: str, second: str
) -> None:
    table = read(tmp_path, f"start,in,out\n{first},1,0\n{second},2,0\n", dates=dates)
    assert [row[0] for row in rows(table)] == ["06-02 00:00", "06-02 09:15"]


def test_the_second_half_of_a_day_begins_with_twelve(tmp_path: Path) -> None:
    text = "start,in,out\n6/2/2026 12:15 PM,1,0\n6/2/2026 11:45PM,2,0\n"
    table = read(tmp_path, text, dates="mdy")
    assert [row[0] for row in rows(table)] == ["06-02 12:15", "06-02 23:45"]


@pytest.mark.parametrize("clock", ["0:15 AM", "13:15 PM"])
def test_an_hour_that_no_half_of_a_day_has_is_refused(tmp_path: Path, clock: str) -> None:
    with pytest.raises(RecordingError, match="no time of any clock"):
        read(tmp_path, f"start,in,out\n6/2/2026 {clock},1,0\n", dates="mdy")


def test_columns_may_be_told_apart_by_bars(tmp_path: Path) -> None:
    table = read(tmp_path, "start|in|out\n2026-06-02 00:00|1|2\n")
    assert rows(table) == [("06-02 00:00", 15, 1, 2)]


def test_lines_that_end_as_on_old_computers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"t\.csv:1: a carriage return") as raised:
        read(tmp_path, "start,in,out\r2026-06-02 00:00,1,2\r" * 400)
    assert "line ends" in raised.value.advice


def test_a_dutch_file_of_one_row_a_register(tmp_path: Path) -> None:
    text = (
        "\ufeffVan (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN;Register;Volume;Status\r\n"
        '01-06-2026;00:00:00;01-06-2026;00:15:00;="5414";Afname Dag;;Gemeten\r\n'
        '01-06-2026;00:00:00;01-06-2026;00:15:00;="5414";Afname Nacht;0,125;Gemeten\r\n'
        '01-06-2026;00:00:00;01-06-2026;00:15:00;="5414";Injectie Nacht;0,000;Gemeten\r\n'
        '01-06-2026;00:15:00;01-06-2026;00:30:00;="5414";Afname Nacht;1,5;Geschat\r\n'
        '01-06-2026;00:15:00;01-06-2026;00:30:00;="5414";Injectie Nacht;0,25;Gemeten\r\n'
    )
    layout = Layout(
        start="Van (datum)+Van (tijdstip)", end="Tot (datum)+Tot (tijdstip)", energy="Volume",
        direction="Register", house="EAN", quality="Status", unit="kWh", zone="Europe/Brussels",
        dates="dmy", decimal="comma",
        words=("Afname Dag=import", "Afname Nacht=import", "Injectie Nacht=export",
               "Gemeten=measured", "Geschat=estimated"),
    )  # fmt: skip
    table = read(tmp_path, text, layout)
    assert rows(table) == [("05-31 22:00", 15, 125, 0), ("05-31 22:15", 15, 1500, 250)]
    assert [row.quality for row in table.rows(0)] == [0, 1]
    assert (table.resolution_wh, table.blank) == (1, 0)


def test_fractions_of_a_watt_hour_are_carried(tmp_path: Path) -> None:
    text = "start,in,out\n" + "".join(
        f"2026-06-01 0{n // 4}:{n % 4 * 15:02d},0.0004,0.0019\n" for n in range(20)
    )
    table = read(tmp_path, text, unit="kWh")
    assert sum(row[2] for row in rows(table)) == 8
    assert sum(row[3] for row in rows(table)) == 38
    assert {row[3] for row in rows(table)} == {1, 2}


def test_mean_power_lasts_as_long_as_its_row(tmp_path: Path) -> None:
    text = "start\tin\tout\n2026-06-01 00:00\t4\t0.2\n2026-06-01 00:30\t4\t0.2\n"
    table = read(tmp_path, text, unit="kW", minutes=None)
    assert rows(table)[0] == ("06-01 00:00", 30, 2000, 100)
    assert table.resolution_wh == 50


def test_rows_may_be_named_by_their_end(tmp_path: Path) -> None:
    text = "what,end,in\nx,01.06.2026 24:00,5\nx,02.06.2026 00:15,6\n"
    table = read(tmp_path, text, start="", end="#2", exports="none", dates="dmy", minutes=None)
    assert rows(table) == [("06-01 23:45", 15, 5, 0), ("06-02 00:00", 15, 6, 0)]


def test_lines_before_the_header_are_passed_over(tmp_path: Path) -> None:
    text = "A utility, a year\n\nstart,in,out\n2026-06-01T00:00Z,5,6\n\n,,\n"
    assert rows(read(tmp_path, text, zone="")) == [("06-01 00:00", 15, 5, 6)]


def test_what_is_empty_is_left_out_and_not_0(tmp_path: Path) -> None:
    text = "start,in,out\n2026-06-01 00:00,5,\n2026-06-01 00:15,5,0\n2026-06-01 00:30,n/a,0\n"
    table = read(tmp_path, text, words=("n/a=none",))
    assert rows(table) == [("06-01 00:15", 15, 5, 0)]
    assert table.blank == 2
    with pytest.raises(RecordingError, match="no row tells both") as raised:
        together([read(tmp_path, "start,in,out\n2026-06-01 00:00,5,\n")])
    assert "--export none" in raised.value.advice


def test_one_register_alone_says_that_the_other_is_nothing(tmp_path: Path) -> None:
    text = "start,wh,way\n2026-06-01 00:00,5,in\n"
    layout = Layout(
        start="start", energy="wh", direction="way", exports="none", unit="Wh", zone="UTC",
        minutes=15, words=("in=import",),
    )  # fmt: skip
    assert rows(read(tmp_path, text, layout)) == [("06-01 00:00", 15, 5, 0)]


BACK = "start,in,out\n" + "".join(
    f"25.10.2026 {clock},{number},0\n"
    for number, clock in enumerate(("02:30", "03:00", "03:30", "03:00", "03:30", "04:00"))
)


def test_the_hour_that_comes_twice_is_refused_or_taken_in_order(tmp_path: Path) -> None:
    layout = msgspec.structs.replace(PLAIN, zone="Europe/Helsinki", dates="dmy", minutes=30)
    with pytest.raises(RecordingError, match=r"t\.csv:3: '25.10.2026 03:00' comes twice") as raised:
        read(tmp_path, BACK, layout)
    assert "--repeated-hour order" in raised.value.advice
    table = read(tmp_path, BACK, layout, repeated="order")
    assert [row[0] for row in rows(table)] == [
        "10-24 23:30", "10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00",
    ]  # fmt: skip
    once = BACK.replace("25.10.2026 03:30,4,0\n", "")
    with pytest.raises(RecordingError, match="comes twice in the zone and once in the file"):
        read(tmp_path, once, layout, repeated="order")


@pytest.mark.parametrize(
    ("row", "changed", "text"),
    [
        ("2026-06-01 00:00,-5,0", {}, "2: '-5' is negative"),
        ("2026-06-01 00:00,five,0", {}, "2: 'five' is not a number"),
        ('2026-06-01 00:00,"1,234",0', {}, r"2: '1,234' is no number: say --decimal comma"),
        ("2026-06-01 00:00,1.5,0", {"decimal": "comma"}, "say --decimal point"),
        ("2026-06-01 00:00,1e3,0", {}, "2: '1e3' is not a number"),
        ("2026-06-01 00:00,999999999999,0", {"unit": "kWh"}, "more than any meter counts"),
        ("2026-06-01 00:00,5,0", {"zone": ""}, "has no offset"),
        ("2026-03-29 03:30,5,0", {"zone": "Europe/Helsinki"}, "is skipped in Europe/Helsinki"),
        ("2026-02-30 03:30,5,0", {}, "is no time of any calendar"),
        ("06/13/2026 00:00,5,0", {}, "is not written as --dates says"),
        ("soon,5,0", {}, "2: 'soon' is not a time"),
        (",5,0", {}, "2: has no time"),
        ("2026-06-01 00:00,5", {}, "2: has 2 fields, the header 3"),
        ('2026-06-01 00:00,5,"0', {}, "2: its quotes do not close"),
        ("2026-06-01 00:00,5,0\n2026-06-01 00:00,6,0", {}, "3: test1 has other values"),
        ("2026-06-01 00:00,5,0\n2026-06-01 00:05,6,0", {}, "3: test1 has a row of overlapping"),
        ("2026-06-01 00:00,5,0", {"minutes": None}, "no house has two rows"),
        ("2026-06-01 00:00,5,0", {"exports": "given"}, "1: there is no column given"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, row: str, changed: dict[str, Any], text: str
) -> None:
    with pytest.raises(RecordingError, match=text):
        read(tmp_path, f"start,in,out\n{row}\n", **changed)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"start": ""}, "--start or --end"),
        ({"exports": ""}, "either in --import COL and --export COL"),
        ({"imports": "none", "exports": "none"}, "either in --import COL"),
        ({"imports": "in", "exports": "in"}, "name the same column"),
        ({"unit": "J"}, "--unit is one of Wh, kWh, MWh, W, kW"),
        ({"words": ("x=y",)}, "--word x=y is not WORD=MEANING"),
        ({"zone": "Mars/Base"}, "there is no zone Mars/Base"),
        ({"imports": "", "exports": "", "energy": "in", "direction": "out"}, "needs to know its"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    tmp_path: Path, changed: dict[str, Any], text: str
) -> None:
    with pytest.raises(UsageError, match=text):
        read(tmp_path, "start,in,out\n2026-06-01 00:00,5,0\n", **changed)


def test_a_name_that_two_columns_have_is_not_guessed(tmp_path: Path) -> None:
    text = "start,kWh,kWh\n2026-06-01 00:00,1,2\n2026-06-01 00:15,1,2\n"
    with pytest.raises(RecordingError, match=r"t\.csv:1: has 2 columns 'kWh'") as raised:
        read(tmp_path, text, imports="kWh", exports="none")
    assert raised.value.advice == "Say which is meant: #2 or #3."
    table = read(tmp_path, text, imports="#3", exports="none")
    assert [row[2] for row in rows(table)] == [2, 2]


def test_another_table_asks_for_its_columns(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="'when;wh' is no header of a recording") as raised:
        read(tmp_path, "when;wh\n", Layout())
    assert "--start" in raised.value.advice


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ("2026-06-01 00:00", "2026-10-25 03:00", "9999999999", "0001-01-01 00:00+23:59", "1,5",
         "1.5", "none", '"', "in", "2199-12-31 23:59", "2026-06-01 00:00+99:99")
    ),
)  # fmt: skip


@given(
    st.lists(st.lists(cells, min_size=1, max_size=4), max_size=8),
    st.sampled_from(("ymd", "dmy", "mdy", "unix")),
    st.sampled_from(("", "UTC", "Europe/Helsinki")),
    st.sampled_from(("refuse", "order")),
    st.sampled_from((None, 15)),
    st.sampled_from((";", ",")),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_anything_but_rows_or_a_clear_error(
    tmp_path: Path,
    told: list[list[str]],
    dates: str,
    zone: str,
    repeated: str,
    minutes: int | None,
    separator: str,
) -> None:
    text = "\n".join(separator.join(row) for row in [["start", "in", "out"], *told])
    try:
        table = read(tmp_path, text, dates=dates, zone=zone, repeated=repeated, minutes=minutes)
    except RecordingError as error:
        refused = error.paragraph
    else:
        assert all(row[1] > 0 for row in rows(table))
        return
    assert refused.startswith(f"Recording: {tmp_path / 't.csv'}")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"start,in,out\n2026-06-01 00:00,5,\xff\n")
    with pytest.raises(RecordingError, match=r"t\.csv:2: not UTF-8"):
        read_file(path, Houses("t", ["test1"], ["test1"]), PLAIN)
    path.write_bytes(b"start,in,out\n" + b"x" * 20_000)
    with pytest.raises(RecordingError, match=r"t\.csv:2: longer than 10000 bytes"):
        read_file(path, Houses("t", ["test1"], ["test1"]), PLAIN)


TAKEN = "start,kWh\n2026-06-01 00:00,0.0004\n2026-06-01 00:15,0.0008\n2026-06-01 00:30,1\n"
GIVEN = "start,kWh\n2026-06-01 00:15,0.5\n2026-06-01 00:00,0\n2026-06-01 00:45,1\n"
APART = Layout(start="start", energy="kWh", unit="kWh", zone="UTC", minutes=15)


def read_apart(folder: Path, taken: str, given: str, layout: Layout = APART) -> Table:
    tables = []
    for name, text, half in zip(("t.csv", "g.csv"), (taken, given), layout.halves, strict=True):
        (folder / name).write_text(text)
        tables.append(read_file(folder / name, Houses(name, ["test1"], ["test1"]), half))
    return together(tables)


def test_what_was_taken_and_what_was_given_may_stand_in_two_files(tmp_path: Path) -> None:
    table = read_apart(tmp_path, TAKEN, GIVEN)
    assert rows(table) == [("06-01 00:00", 15, 0, 0), ("06-01 00:15", 15, 1, 500)]
    assert table.blank == 2, "half an hour is told by one file alone, and is not 0"
    named = Layout(start="start", imports="kWh", exports="out", unit="kWh", zone="UTC", minutes=15)
    assert rows(read_apart(tmp_path, TAKEN, GIVEN.replace("kWh", "out"), named)) == rows(table)


def test_two_meter_points_of_one_file_are_one_house(tmp_path: Path) -> None:
    text = "p,start,in,out\nA,2026-06-01 00:00,5,\nB,2026-06-01 00:00,,7\n"
    (tmp_path / "t.csv").write_text(text)
    names = Houses("t.csv", ["A=test1", "B=test1"], ["test1"])
    layout = msgspec.structs.replace(PLAIN, house="p")
    assert rows(read_file(tmp_path / "t.csv", names, layout)) == [("06-01 00:00", 15, 5, 7)]
    (tmp_path / "t.csv").write_text(text.replace(",7", "6,7"))
    with pytest.raises(RecordingError, match=":3: test1 has other values at the same time"):
        read_file(tmp_path / "t.csv", names, layout)


def test_flags_of_either_file_stay_with_the_interval(tmp_path: Path) -> None:
    layout = msgspec.structs.replace(APART, quality="q", words=("E=estimated", "A=measured"))
    table = read_apart(
        tmp_path,
        "start,kWh,q\n2026-06-01 00:00,1,A\n2026-06-01 00:15,1,E\n",
        "start,kWh,q\n2026-06-01 00:00,2,E\n2026-06-01 00:15,2,A\n",
        layout,
    )
    assert [row.quality for row in table.rows(0)] == [1, 1]


def test_files_of_two_directions_that_do_not_meet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no row tells both"):
        read_apart(tmp_path, TAKEN, GIVEN.replace("06-01", "07-01"))
    with pytest.raises(RecordingError, match="has a row of overlapping time in"):
        read_apart(tmp_path, TAKEN, "start,kWh\n2026-06-01 00:05,1\n")


@pytest.mark.parametrize(
    "changed",
    [
        {"energy": ""},
        {"direction": "way"},
        {"imports": "kWh"},
        {"energy": "", "imports": "kWh"},
        {"energy": "", "imports": "kWh", "exports": "none"},
    ],
)
def test_each_of_two_files_has_one_column_of_energy(changed: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="with --given"):
        _ = msgspec.structs.replace(APART, **changed).halves


def test_a_recording_says_both_by_itself(tmp_path: Path) -> None:
    recording = "start,house,imported_wh,exported_wh\n2026-06-01T00:00Z,test1,1,2\n"
    with pytest.raises(UsageError, match="--given is for tables"):
        read_apart(tmp_path, TAKEN, recording)
