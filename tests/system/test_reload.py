"""A real engine whose config.toml changes under it: a hangup signal, and the operator's socket."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.client import Client
from console.model.change import ConfigChange, NewHouse
from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from console.sockets import sockets_of
from tests.system.community import Community, EngineProcess
from tests.system.lan import Lan


@pytest.fixture
def lan() -> Iterator[Lan]:
    with Lan() as opened:
        yield opened


@pytest.fixture
def community(short_folder: Path, lan: Lan) -> Community:
    return Community(short_folder, lan)


def _live(picture: Snapshot, house: str) -> bool:
    return any(one.id == house and one.power_w is not None for one in picture.houses)


async def test_a_house_written_by_hand_is_polled_after_a_hangup(
    community: Community, lan: Lan
) -> None:
    with EngineProcess(community) as engine:
        await community.until(lambda picture: _live(picture, "roof"))
        meter = f'{{ profile = "homewizard-v1", url = "{lan.plug_in(10, 20, 300)}" }}'
        with community.config.open("a") as file:
            file.write(f'\n[[house]]\nid = "new"\nmeter = {meter}\n')
        os.kill(engine.process.pid, signal.SIGHUP)

        picture = await community.until(lambda picture: _live(picture, "new"))

        assert [house.id for house in picture.houses][-1] == "new"
        assert engine.process.poll() is None


async def test_a_meter_that_is_gone_gives_way_to_files_and_comes_back(
    community: Community, lan: Lan
) -> None:
    polled = community.config.read_text()
    url = lan.plug_in(10, 20, 300)
    with community.config.open("a") as file:
        file.write(
            f'\n[[house]]\nid = "new"\nmeter = {{ profile = "homewizard-v1", url = "{url}" }}\n'
        )
    with EngineProcess(community) as engine:
        await community.until(lambda picture: _live(picture, "new"))
        text = community.config.read_text()
        community.config.write_text(
            polled + '\n[[house]]\nid = "new"\nmeter = { profile = "file" }\n'
        )
        os.kill(engine.process.pid, signal.SIGHUP)
        picture = await community.until(
            lambda picture: picture.houses[-1].state is MeterState.FILES
        )
        assert picture.houses[-1].power_w is None
        community.config.write_text(text)
        os.kill(engine.process.pid, signal.SIGHUP)
        await community.until(lambda picture: _live(picture, "new"))


async def test_a_broken_file_is_told_and_the_engine_goes_on(community: Community) -> None:
    good = community.config.read_text()
    with EngineProcess(community) as engine:
        community.config.write_text(good + "\n[price]\nfixed = -1\n")
        os.kill(engine.process.pid, signal.SIGHUP)

        picture = await community.until(lambda picture: picture.head.alarms)

        [alarm] = [one for one in picture.head.alarms if one.key == "configuration"]
        line = good.count("\n") + 3
        assert f"config.toml:{line}" in alarm.text
        assert engine.process.poll() is None


async def test_the_engine_writes_what_a_console_asks_for(community: Community, lan: Lan) -> None:
    with EngineProcess(community):
        house = NewHouse(id="new", profile="homewizard-v1", url=lan.plug_in(10, 20, 300))
        client = Client(sockets_of(community.settings).operator)
        try:
            changed = await client.change(
                ConfigChange(values={"price.fixed": "0.20"}, houses=(house,))
            )
        finally:
            await client.close()
        picture = await community.until(lambda picture: _live(picture, "new"))

    assert changed.written
    assert changed.effective is not None
    # at once where an edge has passed meanwhile, else announced beside the present one
    assert "0.20" in picture.place.price
    assert community.settings.price.fixed_micro_per_kwh == 200_000
