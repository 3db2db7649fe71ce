"""A Green Button file's two directions become one table; what it must not be is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.errors import ConfigError, RecordingError, UsageError
from console.meters.files.houses import Houses
from console.meters.files.layout import Layout
from console.meters.files.reading import read_file
from console.meters.files.table import Table, together

START = 1_780_272_000
"""2026-06-01T00:00Z."""


def link(rel: str, href: str) -> str:
    return f'<link rel="{rel}" href="https://u.example/espi/1_1/resource/{href}"/>'


def entry(links: str, content: str, title: str = "") -> str:
    return f"<entry>{links}<title>{title}</title>\n<content>{content}</content></entry>\n"


def kind(
    name: str,
    flow: int,
    *,
    uom: int = 72,
    power: int = 0,
    accumulation: int = 4,
    commodity: int = 1,
) -> str:
    return entry(
        link("self", f"ReadingType/{name}"),
        f"<e:ReadingType><e:accumulationBehaviour>{accumulation}</e:accumulationBehaviour>"
        f"<e:commodity>{commodity}</e:commodity><e:flowDirection>{flow}</e:flowDirection>"
        f"<e:powerOfTenMultiplier>{power}</e:powerOfTenMultiplier><e:uom>{uom}</e:uom>"
        "</e:ReadingType>",
    )


def meter(name: str, of: str, point: str = "UP1") -> str:
    path = f"RetailCustomer/9/UsagePoint/{point}/MeterReading/{name}"
    return entry(link("self", path) + link("related", f"ReadingType/{of}"), "<e:MeterReading/>")


def block(name: str, *values: int, point: str = "UP1", seconds: int = 900, more: str = "") -> str:
    readings = "\n".join(
        f"<e:IntervalReading>{more}<e:timePeriod><e:duration>{seconds}</e:duration>"
        f"<e:start>{START + number * seconds}</e:start></e:timePeriod>"
        f"<e:value>{value}</e:value></e:IntervalReading>"
        for number, value in enumerate(values)
    )
    path = f"RetailCustomer/9/UsagePoint/{point}/MeterReading/{name}/IntervalBlock"
    interval = f"<e:interval><e:duration>86400</e:duration><e:start>{START}</e:start></e:interval>"
    content = f"<e:IntervalBlock>{interval}{readings}</e:IntervalBlock>"
    return entry(link("self", f"{path}/1") + link("up", path), content)


def point(name: str, title: str = "") -> str:
    return entry(
        link("self", f"RetailCustomer/9/UsagePoint/{name}"),
        "<e:UsagePoint><e:ServiceCategory><e:kind>0</e:kind></e:ServiceCategory></e:UsagePoint>",
        title,
    )


def feed(*entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi">\n'
        f"{''.join(entries)}</feed>\n"
    )


BOTH = (point("UP1", "Home"), kind("F", 1), kind("R", 19), meter("M1", "F"), meter("M2", "R"))


def read(folder: Path, text: str, *houses: str, layout: Layout | None = None) -> Table:
    path = folder / "g.xml"
    path.write_text(text, encoding="utf-8")
    wanted = houses or ("test1",)
    return read_file(path, Houses("g.xml", wanted, ["test1", "test2"]), layout or Layout())


def values(table: Table, house: int = 0) -> list[tuple[int, int, int, int]]:
    return [
        (row.start // 1000 - START, (row.end - row.start) // 1000, row.import_wh, row.export_wh)
        for row in table.rows(house)
    ]


def test_both_directions_are_one_table_whatever_the_order_of_the_entries(tmp_path: Path) -> None:
    parts = (*BOTH, block("M1", 100, 200), block("M2", 0, 30))
    for entries in (parts, parts[::-1]):
        table = read(tmp_path, feed(*entries))
        assert values(table) == [(0, 900, 100, 0), (900, 900, 200, 30)]
        assert (table.registers, table.resolution_wh, table.blank) == (False, 1, 0)


def test_a_row_knows_its_line(tmp_path: Path) -> None:
    text = feed(*BOTH, block("M1", 100, 200), block("M2", 0, 30))
    [first, second] = read(tmp_path, text).rows(0)
    lines = text.splitlines()
    assert "<e:value>100</e:value>" in lines[first.line - 1]
    assert "<e:value>200</e:value>" in lines[second.line - 1]


@pytest.mark.parametrize(
    ("power", "told", "wh", "resolution"), [(3, 2, 2000, 1000), (-3, 1999, 1, 1), (0, 7, 7, 1)]
)
def test_the_power_of_ten_counts(
    tmp_path: Path, power: int, told: int, wh: int, resolution: int
) -> None:
    text = feed(point("UP1"), kind("F", 1, power=power), meter("M1", "F"), block("M1", told))
    table = read(tmp_path, text, layout=Layout(exports="none"))
    assert next(table.rows(0)).import_wh == wh
    assert table.resolution_wh == resolution


def test_usage_points_are_houses_by_title_or_by_number(tmp_path: Path) -> None:
    text = feed(
        point("UP1", "Home"), point("4711"), kind("F", 1), meter("M1", "F"),
        meter("M1", "F", "4711"), block("M1", 1), block("M1", 2, point="4711"),
    )  # fmt: skip
    table = read(tmp_path, text, "Home=test2", "4711=test1", layout=Layout(exports="none"))
    assert table.houses == ["test2", "test1"]
    assert [values(table, house)[0][2] for house in (0, 1)] == [1, 2]
    with pytest.raises(RecordingError, match="there is no house 4711"):
        read(tmp_path, text, "Home=test2")


def test_one_direction_alone_must_be_said_to_be_all(tmp_path: Path) -> None:
    text = feed(*BOTH, block("M1", 100))
    half = read(tmp_path, text)
    with pytest.raises(RecordingError, match="no row tells both") as raised:
        together([half])
    assert "--export none" in raised.value.advice


def test_two_meter_points_of_a_house_are_joined_in_one_file_or_two(tmp_path: Path) -> None:
    taken = (kind("F", 1), meter("M1", "F", "UP1"), block("M1", 100, 200, point="UP1"))
    given = (kind("R", 19), meter("M2", "R", "UP2"), block("M2", 0, 30, 40, point="UP2"))
    both = [(100, 0), (200, 30)]
    names = ("UP1=test1", "UP2=test1")
    whole = together([read(tmp_path, feed(*taken, *given), *names)])
    assert [(row.import_wh, row.export_wh) for row in whole.rows(0)] == both
    halves = [read(tmp_path, feed(*one), *names) for one in (taken, given)]
    whole = together(halves)
    assert [(row.import_wh, row.export_wh) for row in whole.rows(0)] == both
    assert whole.blank == 1


def test_totals_of_days_and_other_series_are_left_out(tmp_path: Path) -> None:
    text = feed(
        *BOTH, kind("VAR", 1, uom=73), meter("M3", "VAR"), kind("REG", 1, accumulation=1),
        meter("M4", "REG"), meter("M5", "F"), kind("GAS", 1, commodity=7), meter("M6", "GAS"),
        block("M1", 100, 200), block("M2", 0, 30), block("M3", 9), block("M4", 999_999),
        block("M5", 300, seconds=86_400), block("M6", 5),
    )  # fmt: skip
    assert values(read(tmp_path, text)) == [(0, 900, 100, 0), (900, 900, 200, 30)]


@pytest.mark.parametrize(
    ("code", "quality"), [(0, 0), (17, 0), (19, 0), (8, 1), (9, 1), (10, 1), (7, 2)]
)
def test_qualities_stay_with_their_interval(tmp_path: Path, code: int, quality: int) -> None:
    more = f"<e:ReadingQuality><e:quality>{code}</e:quality></e:ReadingQuality>"
    text = feed(*BOTH, block("M1", 100, more=more), block("M2", 0))
    assert [row.quality for row in read(tmp_path, text).rows(0)] == [quality]


def test_a_feed_without_links_has_one_kind(tmp_path: Path) -> None:
    bare = entry("", block("M1", 5).partition("<content>")[2].partition("</content>")[0])
    text = feed(kind("F", 1), bare)
    assert values(read(tmp_path, text, layout=Layout(exports="none"))) == [(0, 900, 5, 0)]
    with pytest.raises(RecordingError, match="nothing tells which ReadingType"):
        read(tmp_path, feed(kind("F", 1), kind("R", 19), bare))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (feed(*BOTH, block("M1", -5), block("M2", 0)), "test1 has -5, less than nothing"),
        (feed(*BOTH, block("M1", 5).replace("<e:value>5", "<e:value>5.5")), "'5.5' is no whole"),
        (feed(*BOTH, block("M1", 5).replace("<e:value>5</e:value>", "")), "a reading has no value"),
        (feed(*BOTH, block("M1", 5), block("M1", 6), block("M2", 1)), "other values at the same"),
        (feed(*BOTH, block("M1", 5, seconds=0), block("M2", 1)), "an interval of 0 s"),
        (feed(point("UP1"), kind("F", 4), meter("M1", "F"), block("M1", 1)), "flowDirection 4"),
        (feed(), "no electric energy by interval"),
        (feed(*BOTH)[:-20], "it is no whole XML"),
        ("<html><p></html>", "it is no whole XML: mismatched tag"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        (feed().replace("UTF-8", "U0TF-8"), "an encoding that is not known"),
        (feed().replace("UTF-8", "utf-7"), "an encoding that is not known"),
        (feed("<a>" * 60, "</a>" * 60), "nested too deep"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(RecordingError, match=what) as raised:
        read(tmp_path, text)
    assert raised.value.message.startswith(str(tmp_path / "g.xml"))


def test_columns_are_not_for_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Green Button, which says itself what --"):
        read(tmp_path, feed(*BOTH), layout=Layout(start="x"))


def test_without_its_extra_it_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.common", None)
    with pytest.raises(ConfigError, match="needs the extra imports") as raised:
        read(tmp_path, feed(*BOTH))
    assert "mosaic-console[imports]" in raised.value.advice


GOOD = feed(*BOTH, block("M1", 100, 200), block("M2", 0, 30))


@given(st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_feed_makes_rows_or_a_clear_error(tmp_path: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(st.text(max_size=5) | st.sampled_from(("<", "</e:value>", "99", "&b;", "-")))
    try:
        table = read(tmp_path, "<" + GOOD[1:at] + put + GOOD[at + cut :])
    except RecordingError:
        return
    assert all(row.end > row.start for row in table.rows(0))
