"""A real engine records real meters; what it wrote settles again, from the file alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from console.client import Client
from console.engine.playing.playback import PlayOptions
from console.engine.playing.recorded import ReplayOptions
from console.engine.process.starter import ReplayProcess
from console.errors import EngineAbsent
from console.meters.recording import Recording
from console.model.play import SLOWEST, Play
from console.model.reading import MeterState
from console.model.record import Taping
from console.model.snapshot import Snapshot, apply
from tests.system.community import HOUSES, Community, EngineProcess, run
from tests.system.lan import Lan
from tests.system.terminal import MOST_SECONDS


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

        def read_often(picture: Snapshot) -> bool:
            if picture.head.recording is Taping.ON:
                polled.update(house.time for house in picture.houses)
            return len(polled) > 20

        await community.until(read_often)
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
        read: set[object] = set()

        def read_thrice(picture: Snapshot) -> bool:
            if picture.head.recording is Taping.ON:
                read.update(house.time for house in picture.houses if house.id == "west")
            return len(read) > 3

        await community.until(read_thrice)
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
    file = Path(found["folder"]) / tape["name"]
    times = [one.time for one in Recording(file).readings() if one.house == "west"]
    before, after = max(pairwise(times), key=lambda pair: pair[1] - pair[0])
    process = ReplayProcess(PlayOptions(replay=ReplayOptions(file=file), speed=SLOWEST))
    client = Client(process.wait().operator)
    try:
        for instant, state in (
            (after - timedelta(milliseconds=1), MeterState.STALE),
            (after, MeterState.LIVE),
            (before, MeterState.LIVE),
        ):
            await client.play(Play(paused=True, to=instant))
            assert await _west_at(client, instant) is state
    finally:
        await client.close()
        process.close()


async def _west_at(client: Client, instant: datetime) -> MeterState:
    """Return how the meter of west is once a replay stands at an instant.

    Going back another engine takes the place of the one that is listened to.
    """
    async with asyncio.timeout(MOST_SECONDS):
        while True:
            picture: Snapshot | None = None
            with suppress(EngineAbsent):
                async for line in client.stream():
                    picture = line if isinstance(line, Snapshot) else picture
                    assert picture is not None
                    picture = apply(picture, line)
                    playing = picture.head.playing
                    if playing and playing.target is None and picture.head.now == instant:
                        return {house.id: house.state for house in picture.houses}["west"]


def _states(picture: Snapshot) -> set[MeterState]:
    return {house.state for house in picture.houses}
