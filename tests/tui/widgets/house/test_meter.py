"""The meter's page: what it says of a sound, a silent, a lost and a never asked meter."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from console.model.meter import MeterHealth, Movement, Polls
from console.model.reading import MeterState
from console.tui.cells import text_of
from console.tui.look import Look
from console.tui.widgets.house.meter import MeterPage, draw_meter
from tests.tui.lindenhof import NOW, house_day, meter_health

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"))


def drawn(health: MeterHealth, cells: int = 80) -> list[str]:
    day = house_day(date(2026, 6, 21))
    page = MeterPage(health=health, day=day, today=True, now=NOW, look=LOOK)
    return [text_of(line) for line in draw_meter(page, cells)]


def test_everything_that_is_known_stands_in_eighty_cells() -> None:
    lines = drawn(meter_health("test3"))
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 18
    text = "\n".join(lines)
    for words in (
        "homewizard-v1   HomeWizard P1 and kWh meter (v1)   192.168.1.21:80",
        "the utility's register, phases balanced   serial 5c2faf1a2b3c",
        "● live since 09:30:00",
        "13:22:23, 8 s old   next 13:23:23, every 60 s",
        "  today           799        3        1    99.6 %",
        "  all             919        3        1    99.6 %   since Sat 20 Jun 22:00",
        "12 ms   median 9 ms",
        "11:22:31   192.168.1.21:80 gave no whole answer within 5 s",
        "0 of 53 intervals today are not known",
        "  in              4812301   13:22:23",
        "  out                   0   not since Sat 20 Jun 22:00",
        "out has not moved while 0.430 kWh flowed, by the meter's own power",
    ):
        assert words in text


def test_a_hundred_percent_means_all_of_them() -> None:
    health = meter_health("test3")
    assert health.counted is not None
    counted = replace(health.counted, today=Polls(9999, 1), total=Polls(5))
    text = "\n".join(drawn(replace(health, counted=counted)))
    assert "99.9 %" in text
    assert "100.0 %" in text


def test_a_lost_meter_says_why_and_when_it_is_asked_again() -> None:
    health = meter_health("test3")
    assert health.counted is not None
    counted = replace(health.counted, next=None, exported=Movement())
    lost = replace(
        health, state=MeterState.LOST, reason="it refuses access. " * 9, counted=counted,
        time=NOW - timedelta(days=3),
    )  # fmt: skip
    lines = drawn(lost)
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "✕ lost since 09:30:00   it refuses access." in text
    assert "Thu 18 Jun 13:22, 3 d old   asked no more" in text
    assert "has not moved" not in text


@pytest.mark.parametrize("cells", [1, 20, 80, 200])
def test_what_nobody_asked_is_unknown_and_never_0(cells: int) -> None:
    health = MeterHealth(house="test3", profile="simulated", period_seconds=60)
    text = "\n".join(drawn(health, cells))
    assert "not asked yet" in text
    assert "none yet" in text
    assert text.count("--") == 4


def of_kind(health: MeterHealth, **traits: object) -> MeterHealth:
    """The same meter, of another kind."""
    assert health.counted is not None
    plate = replace(health.counted.plate, **traits)
    return replace(health, counted=replace(health.counted, plate=plate, exported=Movement()))


def test_phases_that_count_apart_are_said_beside_the_registers() -> None:
    lines = drawn(of_kind(meter_health("test3"), balancing="per-phase"))
    text = "\n".join(lines)
    assert "phases counted apart" in text
    assert " φ           where phases flow against each other these are not the bill's" in text
    assert max(map(len, lines)) <= 80


def test_what_has_no_register_is_unknown_and_not_nothing() -> None:
    health = replace(of_kind(meter_health("test3"), exports=False), export_wh=None)
    text = "\n".join(drawn(health))
    assert "  out                  --   no such register: it cannot sell" in text


def test_a_kind_that_nothing_proves_says_so() -> None:
    assert "meter (v1) (unverified)" in "\n".join(
        drawn(of_kind(meter_health("t"), verified=False), 120)
    )


def test_a_meter_that_speaks_by_itself_takes_no_time_to_answer() -> None:
    health = meter_health("test3")
    assert health.counted is not None
    counted = replace(health.counted, listens=True, last_ms=None, median_ms=None)
    lines = drawn(replace(health, counted=counted))
    assert max(map(len, lines)) <= 80
    answer = next(line for line in lines if line.startswith(" answer"))
    assert answer.split(maxsplit=1)[1] == "it speaks by itself; each poll takes its newest message"


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        (None, "the engine's own: this meter tells no time"),
        (-3, "the engine's own, and the meter's agrees"),
        (3600, "the engine's own: the meter's is 1 h behind"),
        (-95, "the engine's own: the meter's is 1:35 ahead"),
    ],
)
def test_the_meters_clock_is_held_against_the_engines(behind: int | None, told: str) -> None:
    health = meter_health("test3")
    assert health.counted is not None
    counted = replace(health.counted, behind_seconds=behind)
    lines = drawn(replace(health, counted=counted))
    clock = next(line for line in lines if line.startswith(" clock"))
    assert clock.split(maxsplit=1)[1] == told


@pytest.mark.parametrize("cells", [80, 200])
def test_a_house_that_nobody_polls_says_where_its_readings_come_from(cells: int) -> None:
    health = MeterHealth(house="test3", profile="file", state=MeterState.FILES, period_seconds=60)
    lines = drawn(health, cells)
    text = "\n".join(lines)
    assert "not polled: its readings come from files" in text
    assert "lost" not in text
    assert max(map(len, lines)) <= cells
