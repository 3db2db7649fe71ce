"""Alarms and the audit log from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from console.__main__ import main
from console.model.alarm import acknowledge, go, shelve
from console.model.event import Alarm, Priority
from tests.cli.fake_engine import NOW

Capture = pytest.CaptureFixture[str]


def alarm(number: int, minutes: float = 0) -> Alarm:
    return Alarm(
        number=number,
        key=f"meter h{number}",
        priority=Priority.HIGH,
        since=NOW - timedelta(minutes=minutes),
        title=f"h{number} lost",
        text="no\x1b[2J answer",
        advice="look at the meter",
    )


def out_of(capsys: Capture, *words: str, status: int = 0) -> str:
    assert main(words) == status
    return capsys.readouterr().out


def test_alarms_are_listed_with_who_has_seen_them(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.standing = [
        alarm(1),
        acknowledge(alarm(2), "anna (uid 1000)", NOW),
        go(alarm(3), NOW),
        shelve(alarm(4), "ben (uid 1001)", "new meter", NOW + timedelta(hours=1)),
    ]
    told = out_of(capsys, "alarms")
    assert "   1  high    h1 lost since 2026-06-21 13:22: not acknowledged" in told
    assert "seen by anna (uid 1000) 2026-06-21 13:22" in told
    assert "over since 2026-06-21 13:22: not acknowledged" in told
    assert "do: look at the meter" in told
    assert "new meter" not in told
    assert told.endswith("3 alarms, 2 not acknowledged, 1 shelved\n")
    assert "\x1b" not in told
    every = out_of(capsys, "alarms", "--all")
    assert "shelved until 2026-06-21 14:22 by ben (uid 1001), new meter" in every


def test_a_flood_is_one_line(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.standing = [alarm(number) for number in range(1, 13)]
    told = out_of(capsys, "alarms")
    assert "1-12  12 alarms came from 2026-06-21 13:22 to 13:22: 12 not acknowledged" in told
    assert "h7 lost" not in told
    assert "h7 lost" in out_of(capsys, "alarms", "--all")


def test_alarms_are_one_json_document(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.standing = [alarm(1)]
    assert json.loads(out_of(capsys, "alarms", "--json"))[0]["number"] == 1


def test_none_stand(fake_engine: Any, capsys: Capture) -> None:
    assert fake_engine.standing == []
    assert out_of(capsys, "alarms") == "0 alarms, 0 not acknowledged, 0 shelved\n"


def test_alarms_are_acknowledged_and_shelved(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.standing = [alarm(number) for number in (3, 5, 9)]
    assert "\x1b" not in out_of(capsys, "alarms", "ack", "3-7", "9")
    out_of(capsys, "alarms", "shelve", "3", "--reason", "why", "--for", "2h")
    out_of(capsys, "alarms", "shelve", "3", "--reason", "why", "--until", "2026-06-21T12:00Z")
    out_of(capsys, "alarms", "unshelve", "3")
    until = "2026-06-21T12:00:00Z"
    assert fake_engine.commands == [
        ("/alarms/acknowledge", {"numbers": [3, 5, 9]}),
        ("/alarms/shelve", {"numbers": [3], "reason": "why", "seconds": 7200, "until": None}),
        ("/alarms/shelve", {"numbers": [3], "reason": "why", "seconds": None, "until": until}),
        ("/alarms/unshelve", {"numbers": [3]}),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("ack",),
        ("ack", "x"),
        ("ack", "7-3"),
        ("ack", "1-999999999999"),
        ("ack", "-1"),
        ("shelve", "3"),
        ("shelve", "3", "--reason", "why", "--for", "soon"),
        ("shelve", "3", "--reason", "why", "--for", "1h", "--until", "12:00"),
    ],
)
def test_what_is_no_command_is_usage(fake_engine: Any, words: tuple[str, ...]) -> None:
    assert main(["alarms", *words]) == 2
    assert fake_engine.commands == []


def test_the_audit_log_is_listed_page_by_page(fake_engine: Any, capsys: Capture) -> None:
    lines = out_of(capsys, "audit").splitlines()
    assert len(lines) == len(fake_engine.trail)
    assert lines[2] == "     3  2026-06-21 13:22:31  anna (uid 1000)       shelve"
    told = json.loads(out_of(capsys, "audit", "--json"))
    assert [link["seq"] for link in told] == [1, 2, 3]
    assert told[0]["time"] == "2026-06-21T10:22:31.000Z"


def test_the_audit_check_names_the_first_broken_link(fake_engine: Any, capsys: Capture) -> None:
    whole = out_of(capsys, "audit", "--check")
    assert "3 records, each follows" in whole
    assert "1 of 1 seal on the chain vouches for this log, up to record 1 of 2026-06-21" in whole
    fake_engine.differences = 2
    told = out_of(capsys, "audit", "--check", status=1)
    assert "2 not as written" in told
    assert "     2  2026-06-21 13:22:31  anna (uid 1000)" in told
    told = out_of(capsys, "audit", "--check", "--json", status=1)
    assert json.loads(told)["first"]["seq"] == 2
    assert json.loads(told)["seals"]["vouched"] == 1
