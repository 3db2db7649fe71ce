"""The rerun: a recording with the power and the silences that follow from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clock import FrozenClock
from console.meters.recording import HEADER, Recording
from console.meters.rerun import Rerun
from console.model.reading import MeterState, MeterStatus, Reading

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
Row = tuple[int, str, int, int]
"""Seconds after the start, house, import and export register."""


class Kept(Protocol):
    readings: list[Reading]
    statuses: list[MeterStatus]

    async def emit(self, message: Reading | MeterStatus) -> None: ...


def recording(path: Path, rows: Sequence[Row]) -> Recording:
    lines = [
        f"{(START + timedelta(seconds=seconds)).isoformat()},{house},{imported},{exported}\n"
        for seconds, house, imported, exported in rows
    ]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return Recording(path, otherwise=timedelta(seconds=30))


async def play(recorded: Recording, kept: Kept) -> list[datetime]:
    """Step to the end; return the instants that were due."""
    clock = FrozenClock(recorded.start)
    rerun, dues = Rerun(recorded, clock), [recorded.start]
    while (due := await rerun.step(kept.emit)) is not None:
        assert due > dues[-1]
        clock.move_to(due)
        dues.append(due)
    return dues


def powers(kept: Kept, house: str = "a") -> list[int | None]:
    return [one.power_w for one in kept.readings if one.house == house]


async def test_power_is_the_mean_of_a_minute_at_least(kept: Kept, tmp_path: Path) -> None:
    rows = [(30 * n, "a", 1000 + 10 * n, 500 + 4 * n) for n in range(5)]
    await play(recording(tmp_path / "one.csv", rows), kept)
    assert powers(kept) == [None, None, 720, 720, 720]


async def test_of_rows_far_apart_power_is_the_mean_between_them(kept: Kept, tmp_path: Path) -> None:
    rows = [(900 * n, "a", 0, 250 * n) for n in range(3)]
    await play(recording(tmp_path / "one.csv", rows), kept)
    assert powers(kept) == [None, -1000, -1000]


async def test_a_counter_that_falls_says_no_power(kept: Kept, tmp_path: Path) -> None:
    registers = [1000, 1100, 0, 1200, 1300]
    rows = [(60 * n, "a", register, 0) for n, register in enumerate(registers)]
    await play(recording(tmp_path / "one.csv", rows), kept)
    # what follows the zero is the zero's own rise: settlement judges it, a picture shows it
    assert powers(kept) == [None, 6000, None, 72_000, 6000]


async def test_a_meter_that_falls_silent_is_told_and_so_is_its_return(
    kept: Kept, tmp_path: Path
) -> None:
    there = [*range(0, 300, 30), *range(1500, 1800, 30)]
    rows = [(30 * n, "b", n, 0) for n in range(60)] + [(second, "a", second, 0) for second in there]
    await play(recording(tmp_path / "two.csv", rows), kept)
    told = [
        (round((one.since - START).total_seconds()), one.state)
        for one in kept.statuses
        if one.house == "a"
    ]
    assert told[:4] == [
        (0, MeterState.LIVE),
        (270 + 75, MeterState.STALE),
        (270 + 315, MeterState.LOST),
        (1500, MeterState.LIVE),
    ]
    assert {one.reason for one in kept.statuses if one.state is not MeterState.LIVE} == {
        "the recording has nothing of it"
    }
    [after] = [one for one in kept.readings if one.time == START + timedelta(seconds=1500)][:1]
    assert after.power_w is None or after.house == "b"
    silent = [one.power_w for one in kept.readings if one.house == "a"][len(range(0, 300, 30))]
    assert silent is None


async def test_each_house_has_its_own_step(kept: Kept, tmp_path: Path) -> None:
    rows = [(10 * n, "fast", n, 0) for n in range(120)]
    rows += [(60 * n, "slow", n, 0) for n in range(20)]
    await play(recording(tmp_path / "two.csv", rows), kept)
    told = [
        (one.house, round((one.since - START).total_seconds()), one.state) for one in kept.statuses
    ]
    assert told == [
        ("fast", 0, MeterState.LIVE),
        ("slow", 0, MeterState.LIVE),
        ("fast", 1190 + 25, MeterState.STALE),
        ("slow", 1140 + 150, MeterState.STALE),
        ("fast", 1190 + 305, MeterState.LOST),
        ("slow", 1140 + 630, MeterState.LOST),
    ]


async def test_all_are_lost_after_the_end_and_then_nothing_is_due(
    kept: Kept, tmp_path: Path
) -> None:
    rows = [(30 * n, house, n, 0) for n in range(20) for house in "ab"]
    dues = await play(recording(tmp_path / "two.csv", rows), kept)
    assert [one.state for one in kept.statuses[-2:]] == [MeterState.LOST] * 2
    assert dues[-1] == START + timedelta(seconds=570 + 315)


async def test_running_follows_the_clock(kept: Kept, tmp_path: Path) -> None:
    rows = [(30 * n, "a", n, 0) for n in range(3)]
    clock = FrozenClock(START)
    rerun = Rerun(recording(tmp_path / "one.csv", rows), clock)
    running = asyncio.create_task(rerun.run(kept.emit))
    await asyncio.sleep(0)
    assert len(kept.readings) == 1
    clock.move_to(START + timedelta(hours=1))
    await running
    assert len(kept.readings) == 3


class Heard:
    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.statuses: list[MeterStatus] = []

    async def emit(self, message: Reading | MeterStatus) -> None:
        if isinstance(message, Reading):
            self.readings.append(message)
        else:
            self.statuses.append(message)


@pytest.mark.filterwarnings("error")
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3000), st.sampled_from("abc")),
        st.tuples(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1)),
        min_size=1,
        max_size=40,
    )
)
def test_registers_are_as_they_were_and_states_take_turns(
    tmp_path_factory: pytest.TempPathFactory, drawn: dict[tuple[int, str], tuple[int, int]]
) -> None:
    rows = [(second, house, *registers) for (second, house), registers in drawn.items()]
    recorded = recording(tmp_path_factory.mktemp("drawn") / "drawn.csv", rows)
    heard = Heard()
    asyncio.run(play(recorded, heard))
    plain = [(one.time, one.house, one.import_wh, one.export_wh) for one in recorded.readings()]
    assert [(one.time, one.house, one.import_wh, one.export_wh) for one in heard.readings] == plain
    for house in recorded.houses:
        states = [one.state for one in heard.statuses if one.house == house]
        assert states[0] is MeterState.LIVE
        assert states[-2:] == [MeterState.STALE, MeterState.LOST]
        for before, after in pairwise(states):
            assert before is not after
            assert (after is MeterState.LOST) <= (before is MeterState.STALE)
