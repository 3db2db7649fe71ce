"""A real engine records real meters; what it wrote settles again, from the file alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.meters.recording import Recording
from console.model.reading import MeterState
from console.model.record import Taping
from console.model.snapshot import Snapshot
from tests.system.community import HOUSES, Community, EngineProcess, run
from tests.system.lan import Lan
from tests.system.terminal import Terminal


@pytest.fixture
def lan() -> Iterator[Lan]:
    with Lan() as lan:
        yield lan


@pytest.fixture
def community(short_folder: Path, lan: Lan) -> Community:
    """Three houses whose meters answer on the loopback."""
    return Community(short_folder, lan)


async def test_what_an_engine_polls_is_in_files_that_replay(community: Community) -> None:
    with EngineProcess(community) as engine:
        told = community.mosaic("record", "on", "--days", "3").stdout
        assert "3 days, 1000 MB at most" in told
        polled: set[object] = set()

        def read_ten_times(picture: Snapshot) -> bool:
            polled.update(house.time for house in picture.houses)
            return picture.head.recording is Taping.ON and len(polled) > 10

        await community.until(read_ten_times)
        engine.process.kill()
    with EngineProcess(community) as engine:
        await community.until(lambda picture: picture.head.recording is Taping.ON)
        assert "recording  on" in community.mosaic("status").stdout
        found = json.loads(community.mosaic("record", "off", "--json").stdout)
        assert (found["state"], found["keep"]["days"], found["lost"]) == ("off", 3, 0)
        engine.process.terminate()
        assert engine.end() == 0

    at_rest = json.loads(community.mosaic("record", "--json").stdout)
    assert (at_rest["state"], at_rest["running"]) == ("off", False)
    assert at_rest["tapes"] == found["tapes"]
    stored = community.folder / "stored.csv"
    end = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%MZ")
    span = f"2026-01-01..{end}"
    assert "readings written" in community.mosaic("record", "export", span, str(stored)).stderr
    assert len(Recording(stored)) >= found["rows"]
    again = community.mosaic("record", "export", span, str(stored), status=2)
    assert "there already" in again.stderr

    [tape] = found["tapes"]
    file = Path(found["folder"]) / tape["name"]
    recording = Recording(file)
    assert set(recording.houses) == set(HOUSES)
    assert recording.step.total_seconds() == pytest.approx(1, abs=0.5)
    assert len(recording) >= 10
    refused = run("replay", str(file), "--minutes", "60", home=community.folder)
    assert "no whole interval" in refused.stderr
    assert refused.returncode == 1


async def test_an_incident_is_seen_again(community: Community, lan: Lan) -> None:
    [west] = [one.meter.url for one in community.settings.members if one.house.id == "west"]
    with EngineProcess(community) as engine:
        community.mosaic("record", "on")
        await community.until(lambda picture: all(house.time for house in picture.houses))
        lan.dark.add(west)
        silent: set[object] = set()

        def silent_for_a_while(picture: Snapshot) -> bool:
            states = {house.id: house.state for house in picture.houses}
            if states["west"] is MeterState.STALE:
                silent.update(house.time for house in picture.houses)
            return len(silent) > 8

        await community.until(silent_for_a_while)
        lan.dark.clear()
        await community.until(lambda picture: _states(picture) == {MeterState.LIVE})
        found = json.loads(community.mosaic("record", "off", "--json").stdout)
        engine.process.terminate()
        assert engine.end() == 0

    [tape] = found["tapes"]
    words = ("replay", f"{found['folder']}/{tape['name']}", "--console", "--speed", "1")
    with Terminal(*words, home=community.folder, columns=120) as terminal:
        terminal.wait_for("3 live")
        text = terminal.wait_for("1 stale")
        assert re.search(r"~ west", text)
        terminal.press(" ")
        terminal.wait_for("paused")
        terminal.press(".")
        assert "1 stale" in terminal.wait_for("paused")
        terminal.press(" ")
        terminal.wait_for("3 live")
        terminal.press("q")
        assert terminal.end() == 0


def _states(picture: Snapshot) -> set[MeterState]:
    return {house.state for house in picture.houses}
