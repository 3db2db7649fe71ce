"""Where typed lines lead."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui.directions import Direction, Kind, direction
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, palette, press, text

HELSINKI = ZoneInfo("Europe/Helsinki")


def led(line: str, *, utc: bool = False) -> Direction | None:
    return direction(line, lindenhof(), HELSINKI, utc=utc)


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ledger test3", Direction(kind=Kind.FILTER, screen="ledger", words="test3")),
        (
            "  ledger   test1  13:00 ",
            Direction(kind=Kind.FILTER, screen="ledger", words="test1 13:00"),
        ),
        ("events chain", Direction(kind=Kind.FILTER, screen="events", words="chain")),
        ("filter", Direction(kind=Kind.FILTER)),
        ("filter !test3", Direction(kind=Kind.FILTER, words="!test3")),
        ("house TEST3", Direction(kind=Kind.HOUSE, words="test3")),
        ("theme light", Direction(kind=Kind.THEME, words="light")),
        ("quit", Direction(kind=Kind.QUIT)),
        ("date 2026-06-20", Direction(kind=Kind.DATE, at=at(21, day=19))),
        ("date yesterday", Direction(kind=Kind.DATE, at=at(21, day=19))),
        ("date today", Direction(kind=Kind.DATE, at=at(21, day=20))),
        ("interval 10:15", Direction(kind=Kind.INTERVAL, at=at(7, 15))),
        ("interval 10:20", Direction(kind=Kind.INTERVAL, at=at(7, 15))),
        ("interval 10:15Z", Direction(kind=Kind.INTERVAL, at=at(10, 15))),
        ("interval 2026-06-19 23:59", Direction(kind=Kind.INTERVAL, at=at(20, 45, day=19))),
    ],
)  # fmt: skip
def test_a_line_leads_somewhere(line: str, expected: Direction) -> None:
    assert led(line) == expected


def test_times_are_meant_as_they_are_shown() -> None:
    assert led("interval 10:15", utc=True) == Direction(kind=Kind.INTERVAL, at=at(10, 15))


@pytest.mark.parametrize(
    "line",
    ["", "ledger", "house nobody", "theme pink", "date 2026-13-01", "date 0001-01-01",
     "interval 25:00", "interval", "quit now", "nonsense"],
)  # fmt: skip
def test_a_line_that_names_no_place_leads_nowhere(line: str) -> None:
    assert led(line) is None


@given(st.text(max_size=200))
def test_any_line_is_taken_or_left(line: str) -> None:
    for verb in ("", "date ", "interval ", "house ", "ledger ", "theme "):
        found = led(verb + line)
        assert found is None or found.said


async def test_typed_words_go_there() -> None:
    async with opened(FakeEngine(), "1") as pilot:
        for line, seen in (
            ("house test3", "test3"),
            ("ledger test3", "/ test3"),
            ("interval 11:15", "3 Settlement"),
            ("theme contrast", "Theme: contrast."),
        ):
            await palette(pilot, line)
            assert seen in text(pilot), line
        await press(pilot, "2")
        await palette(pilot, "filter x")
        assert "no filter" in text(pilot)
