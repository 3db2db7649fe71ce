"""The status in plain text: what is not known is not called lost."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from console.cli.status import status_lines
from console.model.awaited import Awaited
from console.model.view import Status
from tests.cli.fake_engine import NOW

KNOWN = Status(
    community="lindenhof", name="Lindenhof", mode="PRIVATE", running=True, pid=7, version="0.1.0",
    now=NOW, locked=False, auto=True, open=None, last=None, height=12, final_height=10, houses=12,
    live=11, stale=1, lost=0, giving_w=None, taking_w=None, alarms=(), halted="", waiting=0,
)  # fmt: skip


def meters(status: Status) -> str:
    [line] = [line for line in status_lines(status, ZoneInfo("UTC")) if line.startswith("meters")]
    return line.removeprefix("meters").strip()


def test_meters_are_counted_by_their_state() -> None:
    assert meters(KNOWN) == "11 live, 1 stale, 0 lost"


def test_a_meter_that_was_not_asked_yet_is_not_lost() -> None:
    waiting = msgspec.structs.replace(KNOWN, live=0, stale=0, waiting=12)
    assert meters(waiting) == "0 live, 0 stale, 0 lost, 12 not asked yet"


def test_without_an_engine_nobody_knows() -> None:
    at_rest = msgspec.structs.replace(KNOWN, running=False, live=None, stale=None, lost=None)
    assert meters(at_rest) == "12 houses, -- while no engine asks their meters"


def test_a_file_that_is_waited_for_is_told_with_the_end_of_the_wait() -> None:
    waits = Awaited(house="mill", since=NOW, until=NOW + timedelta(days=10), intervals=3)
    told = status_lines(msgspec.structs.replace(KNOWN, awaited=(waits,)), ZoneInfo("UTC"))
    [line] = [line for line in told if line.startswith("file")]
    waits_for, ends = line.split("; ")
    assert waits_for == f"file       3 intervals wait for that of mill since {NOW:%Y-%m-%d %H:%M}"
    assert ends == f"settled without it from {waits.until:%Y-%m-%d %H:%M}"


def test_revisions_and_open_items_are_told_where_there_are_any() -> None:
    assert "revisions" not in "".join(status_lines(KNOWN, ZoneInfo("UTC")))
    found = msgspec.structs.replace(KNOWN, revisions_due=2, open_wh=1500)
    told = status_lines(found, ZoneInfo("UTC"))
    assert "revisions  2 intervals to be settled anew after later readings" in told
    assert any(line.startswith("open       1.500 kWh could not be taken back") for line in told)


def test_many_alarms_are_counted_and_the_first_ones_named() -> None:
    alarms = tuple(f"{hour:02d}:00 held" for hour in range(20))
    found = msgspec.structs.replace(KNOWN, alarms=alarms)
    [line] = [one for one in status_lines(found, ZoneInfo("UTC")) if one.startswith("alarms")]
    assert line.endswith("06:00 held; 07:00 held; 12 more: mosaic alarms")
    found = msgspec.structs.replace(KNOWN, alarms=alarms[:8])
    [line] = [one for one in status_lines(found, ZoneInfo("UTC")) if one.startswith("alarms")]
    assert line.endswith("07:00 held")
