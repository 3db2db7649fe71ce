"""Real engines and what must be known of their meters: probed live, marked, and asked about."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.__main__ import main
from console.client import Client
from console.engine.readings.probing import MOST_AT_ONCE
from console.model.change import NewHouse
from console.model.probe import Glimpse
from console.sockets import sockets_of
from tests.system.community import HOUSES, Community, EngineProcess
from tests.system.lan import Lan


@pytest.fixture
def lan() -> Iterator[Lan]:
    with Lan() as opened:
        yield opened


@pytest.fixture
def community(short_folder: Path, lan: Lan) -> Community:
    return Community(short_folder, lan)


def shelly(lan: Lan, house: str) -> str:
    """Plug a meter in whose three phases count apart, with a house's registers."""
    import_wh, export_wh, power_w = HOUSES[house]
    began = time.monotonic()

    def answer() -> bytes:
        moved = power_w * (time.monotonic() - began) / 3600
        first = {"is_valid": True, "total": import_wh + moved, "total_returned": export_wh}
        idle = {"is_valid": True, "total": 0, "total_returned": 0}
        return json.dumps(
            {"emeters": [first, idle, idle], "total_power": power_w, "unixtime": time.time() // 1}
        ).encode()

    return lan.serve({"/status": answer})


async def test_a_new_meter_is_watched_over_the_socket_and_let_go_of(
    community: Community, lan: Lan
) -> None:
    url = lan.plug_in(1000, 2000, -6000)
    house = NewHouse(id="new", profile="", url=url)
    with EngineProcess(community):
        client = Client(sockets_of(community.settings).operator)
        try:
            # one that leaves makes room for the next: more than may be watched at once
            for _ in range(MOST_AT_ONCE + 1):
                seen = await _first(client, house)
                assert seen.trouble == ""
            readings: list[Glimpse] = []
            async for glimpse in client.probe(house):
                if glimpse.verdict is not None and glimpse.verdict.readings:
                    readings.append(glimpse)
                if len(readings) == 2:
                    break
        finally:
            await client.close()
    first, second = readings
    assert (first.profile, first.power_w) == ("homewizard-v1", -6000)
    assert first.export_wh is not None
    assert second.export_wh is not None
    assert second.export_wh > first.export_wh


def test_a_houses_meter_is_probed_through_its_engine(
    community: Community, lan: Lan, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(community.folder / "config.toml")
    house = community.settings.members[0].house.id
    with EngineProcess(community):
        status = main(["-c", config, "meters", "probe", house, "--minutes", "1", "--json"])
    told = capsys.readouterr()
    assert "it is watched by that" in told.err
    found = json.loads(told.out)
    assert status == (0 if found["outcome"] == "agrees" else 1)
    [candidate] = found["candidates"]
    assert candidate["profile"] == found["profile"] == "homewizard-v1"
    assert candidate["reading"]["import_wh"] >= HOUSES[house][0]


async def _first(client: Client, house: NewHouse) -> Glimpse:
    """The first reading that is seen; then nobody listens any more."""
    glimpses = client.probe(house)
    async for glimpse in glimpses:
        if glimpse.power_w is not None or glimpse.over:
            return glimpse
    raise AssertionError("the probe ended without a word")


async def test_phases_that_count_apart_are_told_wherever_their_energy_counts(
    community: Community, lan: Lan
) -> None:
    text = community.config.read_text()
    table = text.split('id = "east"\n')[1].splitlines()[0]
    meter = f'meter = {{ profile = "shelly-gen1", url = "{shelly(lan, "east")}" }}'
    community.config.write_text(text.replace(table, meter))
    names = await community.live_through(3)
    with EngineProcess(community):
        picture = await community.until(
            lambda picture: all(house.power_w is not None for house in picture.houses)
        )
        assert [house.id for house in picture.houses if house.per_phase] == ["east"]
        said = "east counts each phase by itself: its registers may not be those"
        assert said in community.mosaic("settle", names[0], "--dry-run").stdout
        assert said in community.mosaic("auto", "on").stderr
        assert community.mosaic("auto", "off").stderr == ""
        assert "each phase counted by itself" in community.mosaic("houses", "list").stdout
        doctor = community.mosaic("doctor", status=1).stdout
        month = f"{names[0][:7]}"
        assert said in community.mosaic("bills", month).stdout
    [line] = [line for line in doctor.splitlines() if "meter east" in line]
    assert line.startswith("? meter east")
    assert "read by the engine at " in line
