"""Bills from their drafts to the payout, and a correction after it, by real processes alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.model.snapshot import Snapshot
from tests.system.community import FIVE, HOUSES, OLD_WH, Community, EngineProcess
from tests.system.lan import Lan

BEFORE, AFTER = 4, 3
"""Intervals of the old meter's and of the new one's time."""

PAUSE = timedelta(seconds=2)
"""Each answer is a process of its own, and a block takes some seconds to be final."""

Wanted = Callable[[dict[str, Any]], object]


@pytest.fixture
def community(short_folder: Path) -> Iterator[Community]:
    """Three houses whose meters answer on the loopback."""
    with Lan() as lan:
        yield Community(short_folder, lan)


async def told(community: Community, wanted: Wanted, *words: str) -> dict[str, Any]:
    """Give a command again every few pictures, until its answer is as wanted."""
    answer: dict[str, Any] = {}
    due = datetime.min.replace(tzinfo=UTC)

    def seen(picture: Snapshot) -> object:
        nonlocal answer, due
        if picture.head.now < due:
            return False
        due = picture.head.now + PAUSE
        answer = json.loads(community.mosaic(*words).stdout)
        return wanted(answer)

    await community.until(seen)
    return answer


def of(bills: dict[str, Any], house: str) -> list[tuple[int, str]]:
    return [(one["number"], one["state"]) for one in bills["bills"] if one["house"] == house]


def retired(bills: dict[str, Any]) -> set[tuple[str, int]]:
    return {
        (one["house"], one["number"]) for one in bills["retirements"] if one["state"] == "retired"
    }


async def test_bills_and_their_correction_from_draft_to_payout(community: Community) -> None:
    """The meter of east is exchanged; that is noted only after its bill is paid out."""
    zone = ZoneInfo(community.settings.community.timezone)
    today = datetime.now(UTC).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    period = f"{today - timedelta(days=1):%Y-%m-%d}..{today:%Y-%m-%d}"
    midnight = today.astimezone(UTC)
    names = await community.live_through(
        BEFORE + AFTER + 1, end=midnight + FIVE, exchanged={"east": BEFORE}
    )
    day, late = names[:-1], names[BEFORE:-1]
    as_json = ("bills", period, "--format", "json")
    with EngineProcess(community):
        community.mosaic("settle", *day[:BEFORE], "--yes")
        community.mosaic("settle", *late, "--provisional", "--yes")
        bills = await told(
            community,
            lambda bills: bills["intervals"] == len(day) and not bills["pending"],
            *as_json,
        )
        assert {one["state"] for one in bills["bills"]} == {"draft"}
        assert "--yes" in community.mosaic("bills", "approve", period, status=2).stderr
        assert (
            "before all its bills are paid"
            in community.mosaic("payout", period, "--yes", status=1).stderr
        )
        # one house by itself, then the others
        community.mosaic("bills", "approve", period, "west", "--yes")
        bills = json.loads(community.mosaic(*as_json).stdout)
        assert (of(bills, "west"), of(bills, "east")) == ([(1, "approved")], [(1, "draft")])
        community.mosaic("bills", "approve", period, "--yes")
        community.mosaic("bills", "paid", period, "--yes")
        bills = await told(community, lambda bills: len(retired(bills)) == len(HOUSES), *as_json)
        assert all(one["left_wh"] == 0 for one in bills["retirements"])
        community.mosaic("payout", period, "--yes")
        paid = await told(
            community,
            lambda shown: shown["state"] == "paid out",
            "payout",
            period,
            "--dry-run",
            "--json",
        )
        assert [one["house"] for one in paid["houses"]] == ["roof"]

        import_wh = HOUSES["east"][0]
        at = midnight - AFTER * FIVE + FIVE / 5
        new = import_wh - (AFTER + 1) * 100 + 100 // 5
        community.mosaic(
            "meters", "swap", "east", "--at", f"{at:%Y-%m-%dT%H:%MZ}",
            "--last-import", str(new + OLD_WH), "--last-export", "0",
            "--first-import", str(new), "--first-export", "0", "--yes",
        )  # fmt: skip
        community.mosaic("settle", *late, "--yes")
        bills = await told(
            community, lambda bills: not bills["late"] and of(bills, "east")[1:], *as_json
        )
        assert of(bills, "east") == [(1, "paid"), (2, "draft")]
        refused = community.mosaic("payout", period, "--yes", status=1).stderr
        assert "before all its bills are paid" in refused
        community.mosaic("bills", "approve", period, "--yes")
        community.mosaic("bills", "paid", period, "--yes")
        bills = await told(community, lambda bills: ("east", 2) in retired(bills), *as_json)
        bought = _bought(bills)
        due = {(one["house"], one["number"]): one["due_wh"] for one in bills["retirements"]}
        assert due["east", 2] == bought["east", 2] > 0
        assert due["east", 1] == bought["east", 1]
        community.mosaic("payout", period, "--yes")
        again = await told(
            community,
            lambda shown: shown["state"] == "paid out" and shown["revision"] == 1,
            "payout", period, "--dry-run", "--json",
        )  # fmt: skip
        assert again["bills"] == sum(one["number"] == 2 for one in bills["bills"])
        page = community.mosaic("bills", period, "--house", "east", "--format", "table").stdout
        assert "of east no. 2 retired, block" in page
        verified = json.loads(community.mosaic("verify", "--json").stdout)
        assert (verified["findings"], verified["payouts"]) == ([], 2)
        check = json.loads(community.mosaic("audit", "--check", "--json").stdout)
        assert check["seals"]["vouching"] == check["seals"]["seals"]
        assert check["seals"]["missing"] == 0


def _bought(bills: dict[str, Any]) -> Counter[tuple[str, int]]:
    bought: Counter[tuple[str, int]] = Counter()
    for bill in bills["bills"]:
        for line in bill["lines"]:
            if line["kind"] == "bought":
                bought[bill["house"], bill["number"]] += line["wh"]
    return bought
