"""Nothing is lost and nothing doubled, wherever an engine process is killed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.launching import Launcher, Outcome, look, write_street
from tests.system.settling_child import Job

QUARTERS = 12
LONGEST_LIFE = 0.5
"""The longest time that a process is let live after it has begun, s; it would need about as much
for the whole recording."""

STEPS = (
    "StoredReadings.add",
    "StoredIntervals.put",
    "StoredIntervals.freeze",
    "StoredSettlements.sign",
    "StoredSettlements.advance",
    "announce",
    "block",
    "StoredEntries.replace_from",
)
"""What happens between a reading and a final row; each is died before and after."""

SOAK_KILLS = {"slice": 20, "full": 200}
SOAK = os.environ.get("SOAK", "full")


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


async def undisturbed(launcher: Launcher, folder: Path, recording: Path) -> Outcome:
    data = folder / "undisturbed"
    assert launcher.run(Job(str(data), str(recording))) == (0, "")
    outcome = await look(data, recording)
    outcome.check(outcome)
    return outcome


async def kill_at_random(launcher: Launcher, folder: Path, kills: int, seed: int) -> None:
    """Kill processes at random moments, each on what the last one left, until all is settled."""
    chance = random.Random(seed)
    recording = write_street(folder / "street.csv", QUARTERS, seed)
    expected = await undisturbed(launcher, folder, recording)
    assert sum(one.parts for one in expected.settlements) > QUARTERS
    run = 0
    while kills > 0:
        run += 1
        data = folder / str(run)
        while launcher.kill(Job(str(data), str(recording)), chance.uniform(0, LONGEST_LIFE)):
            kills -= 1
        (await look(data, recording)).check(expected)


async def kill_at_every_step(launcher: Launcher, folder: Path, quarters: int, seed: int) -> None:
    """Kill one process before and after each durable write, announcement and block in turn."""
    recording = write_street(folder / "street.csv", quarters, seed)
    expected = await undisturbed(launcher, folder, recording)
    places = set()
    step = 1
    while True:
        data = folder / str(step)
        status, place = launcher.run(Job(str(data), str(recording), kill_at=step))
        if not place:
            break
        places.add(place)
        assert launcher.run(Job(str(data), str(recording)))[0] == 0, f"{step}: {place}"
        found = await look(data, recording)
        try:
            found.check(expected)
        except AssertionError as error:
            raise AssertionError(f"killed at step {step}, {place}") from error
        step += 1
    assert status == 0
    assert places >= {f"{when} {what}" for when in ("before", "after") for what in STEPS}


async def test_ten_kills_at_random_moments(launcher: Launcher, tmp_path: Path) -> None:
    await kill_at_random(launcher, tmp_path, kills=10, seed=1)


async def test_a_kill_at_every_step_of_a_settlement(launcher: Launcher, tmp_path: Path) -> None:
    await kill_at_every_step(launcher, tmp_path, quarters=1, seed=2)


@pytest.mark.soak
async def test_many_kills_at_random_moments(launcher: Launcher, tmp_path: Path) -> None:
    await kill_at_random(launcher, tmp_path, kills=SOAK_KILLS[SOAK], seed=3)


@pytest.mark.soak
async def test_a_kill_at_every_step_of_four_settlements(launcher: Launcher, tmp_path: Path) -> None:
    await kill_at_every_step(launcher, tmp_path, quarters=4 if SOAK == "full" else 3, seed=4)
