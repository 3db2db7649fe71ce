"""`mosaic houses list --health`: one line a meter, and the one thing to know of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from console.__main__ import main
from console.cli.meters.health import health_lines
from console.model.meter import Counted, MeterHealth, Movement, Plate, Polls
from console.model.reading import MeterState
from tests.cli.fake_engine import NOW

SOUND = MeterHealth(
    house="test1",
    profile="homewizard-v1",
    state=MeterState.LIVE,
    period_seconds=60,
    time=NOW,
    counted=Counted(
        plate=Plate(kind="K", register="device", balancing="meter"),
        since=NOW - timedelta(hours=1),
        today=Polls(799, 3),
        total=Polls(2000, 1),
        median_ms=9,
    ),
)


def test_one_line_a_meter_with_what_must_be_known() -> None:
    assert SOUND.counted is not None
    still = replace(SOUND.counted, exported=Movement(None, 430))
    meters = [
        SOUND,
        replace(SOUND, house="test2", counted=still),
        replace(SOUND, house="test3", state=MeterState.LOST, reason="no\x1b[2J connection"),
        MeterHealth(house="test4", profile="simulated", period_seconds=60),
    ]
    head, sound, silent, lost, new = health_lines(meters, ZoneInfo("Europe/Helsinki"))
    assert head.split("  ")[0] == "house"
    assert sound == (
        "test1  homewizard-v1  live       2026-06-21 13:22  3             99.9 %    9 ms"
    )
    assert silent.endswith("! out has not moved while 0.430 kWh flowed")
    assert "lost" in lost
    assert "\x1b" not in lost
    assert new.split() == ["test4", "simulated", "not", "asked", "none", "yet", "--", "--", "--"]


def test_before_any_engine_ran_it_says_how_to_start_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.exists()
    assert main(["houses", "list", "--health"]) == 1
    assert "mosaic run" in capsys.readouterr().err
