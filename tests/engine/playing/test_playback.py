"""The playback: paused, stepped, sent on and back, it shows what the recording settles to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from console.client import Client
from console.engine.playing.playback import Playback
from console.engine.playing.recorded import ReplayOptions, read_recording
from console.engine.serving.api import operate_app
from console.errors import Refused
from console.model.play import SPEEDS, Play, faster, slower
from console.model.row import json_line
from console.model.settlement import State
from console.model.snapshot import Access, Mode
from console.model.view import LedgerQuery
from tests.engine.street import QUARTER, START, Opened

OpenPlayback = Callable[..., Awaitable[Playback]]
SLOW = 0.1


@pytest.fixture
async def open_playback(record: Callable[..., Path], tmp_path: Path) -> AsyncIterator[OpenPlayback]:
    """Open playbacks of the small street; close them when the test ends."""
    opened: list[Playback] = []

    async def open_(*, speed: float = SLOW, file: Path | None = None) -> Playback:
        data = tmp_path / f"play{len(opened)}" / "1"
        data.mkdir(parents=True)
        options = ReplayOptions(file=file or record(), timezone="Europe/Helsinki")
        playback = await Playback.open(options, read_recording(options), data, speed)
        opened.append(playback)
        return playback

    yield open_
    for playback in opened:
        await playback.engine.close()
        if playback.successor is not None:
            await playback.successor.engine.close()


@asynccontextmanager
async def pacing(playback: Playback) -> AsyncIterator[None]:
    """Let a playback move; fail where that takes half a minute."""
    pace = asyncio.create_task(playback.pace())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        pace.cancel()
        with suppress(asyncio.CancelledError):
            await pace


async def until(true: Callable[[], bool]) -> None:
    """Give the pace turn after turn of the loop until something holds."""
    while not true():  # noqa: ASYNC110  # what is waited for is the very turns of the loop
        await asyncio.sleep(0)


async def arrived(playback: Playback) -> datetime:
    """Wait until it is where it was sent; return where."""
    await until(lambda: playback.playing.target is None)
    return playback.engine.parts.clock.now()


def folders(playback: Playback) -> list[str]:
    return sorted(one.name for one in playback.engine.parts.settings.engine.data.parent.iterdir())


async def ledger(playback: Playback) -> list[str]:
    """Return the ledger without its places on the chain."""
    page = await playback.engine.answers.ledger(LedgerQuery(rises=True, limit=1000))
    return [json_line(entry).partition(',"height"')[0] for entry in page.entries]


async def test_it_plays_at_its_speed_and_stands_when_told(open_playback: OpenPlayback) -> None:
    playback = await open_playback(speed=600)
    clock = playback.engine.parts.clock
    async with pacing(playback):
        await clock.wait_until(START + timedelta(minutes=1))
        playback.play(Play(paused=True))
        stood = clock.now()
        for _ in range(100):
            await asyncio.sleep(0)
        assert clock.now() - stood <= timedelta(minutes=10)
        assert playback.playing.paused
        assert playback.engine.picture.sentence.startswith("Paused.")
        playback.play(Play(paused=False, speed=100_000))
        await clock.wait_until(stood + timedelta(minutes=20))


async def test_a_turn_pauses_what_moves_and_lets_go_what_stands(
    open_playback: OpenPlayback,
) -> None:
    playback = await open_playback()
    turns = []
    for command in (Play(paused="turn"), Play(to=START + QUARTER), *[Play(paused="turn")] * 3):
        playback.play(command)
        turns.append((playback.playing.paused, playback.playing.target is not None))
    assert turns == [(True, False), (True, True), (True, False), (False, False), (True, False)]


async def test_its_pace_goes_by_steps(open_playback: OpenPlayback) -> None:
    playback = await open_playback(speed=60)
    for pace, speed in (("faster", 120), ("faster", 300), ("slower", 120)):
        told = playback.play(Play(pace="faster" if pace == "faster" else "slower"))
        assert told.text == f"{speed} recorded seconds in a second."


async def test_it_ends_settled_as_a_run_without_a_screen(
    open_playback: OpenPlayback, street: Opened
) -> None:
    playback = await open_playback(speed=100_000)
    engine = playback.engine
    async with pacing(playback):
        await engine.parts.clock.wait_until(playback.playing.end)
        await until(lambda: playback.playing.paused)
    assert "The recording ends here." in engine.picture.sentence
    await street.run()
    page = await street.engine.answers.ledger(LedgerQuery(rises=True, limit=1000))
    expected = [json_line(entry).partition(',"height"')[0] for entry in page.entries]
    assert await ledger(playback) == expected
    assert len(expected) > 0
    snapshot = engine.picture.snapshot(Access.OPERATE)
    assert (snapshot.place.mode, snapshot.place.name) == (Mode.REPLAY, "recording")
    assert snapshot.place.timezone == "Europe/Helsinki"
    assert (await engine.verify()).differences == 0


async def test_it_goes_on_to_an_instant_and_steps_from_reading_to_reading(
    open_playback: OpenPlayback,
) -> None:
    playback = await open_playback()
    playback.play(Play(paused=True, to=START + QUARTER + timedelta(minutes=1)))
    async with pacing(playback):
        assert await arrived(playback) == START + QUARTER + timedelta(minutes=1)
        assert playback.playing.paused
        playback.play(Play(step=True))
        assert await arrived(playback) == START + 2 * QUARTER
        playback.play(Play(step=True))
        await arrived(playback)
    times = {one.time for one in playback.engine.intake.latest.values()}
    assert times == {START + 2 * QUARTER} or times == {START + 3 * QUARTER}


async def test_going_back_settles_anew_and_another_engine_goes_on(
    open_playback: OpenPlayback,
) -> None:
    playback = await open_playback()
    playback.play(Play(paused=True, to=playback.playing.end))
    async with pacing(playback):
        await arrived(playback)
        whole = await ledger(playback)
        to = START + 3 * QUARTER + timedelta(minutes=1)
        told = playback.play(Play(to=to))
        assert told.text == "On the way back to 2026-06-21 13:46:00."
        await playback.engine.stopping.wait()
    successor = playback.successor
    assert successor is not None
    assert successor.engine.parts.clock.now() == to
    assert successor.playing.paused
    assert successor.playing.target is None
    part = await ledger(successor)
    assert part == whole[: len(part)]
    assert 0 < len(part) < len(whole)
    settled = await successor.engine.parts.store.settlements.between(START, to)
    assert State.FINAL in {one.state for one in settled}


async def test_the_way_back_is_left_where_it_is_sent_elsewhere(
    open_playback: OpenPlayback,
) -> None:
    playback = await open_playback()
    end = playback.playing.end
    playback.play(Play(paused=True, to=end))
    async with pacing(playback):
        await arrived(playback)
        playback.play(Play(to=START + QUARTER))
        await until(lambda: "%" in playback.engine.picture.sentence)
        playback.play(Play(paused="turn"))
        assert playback.playing.target is None
        await until(lambda: len(folders(playback)) == 1)
        assert playback.engine.parts.clock.now() == end
        playback.play(Play(to=START + 2 * QUARTER))
        await playback.engine.stopping.wait()
    assert playback.successor is not None
    assert playback.successor.engine.parts.clock.now() == START + 2 * QUARTER


async def test_what_lies_outside_is_refused(open_playback: OpenPlayback) -> None:
    playback = await open_playback()
    for instant in (START - QUARTER, START + timedelta(days=1)):
        with pytest.raises(Refused, match="goes from 2026-06-21 13:00:00 to "):
            playback.play(Play(to=instant))
    assert playback.playing.target is None


async def test_what_is_shorter_than_an_interval_is_watched_too(
    open_playback: OpenPlayback, tmp_path: Path
) -> None:
    file = tmp_path / "short.csv"
    rows = [f"2026-06-21T10:0{minute}Z,a,{minute},0\n" for minute in range(4)]
    file.write_text("time,house,import_wh,export_wh\n" + "".join(rows))
    playback = await open_playback(file=file)
    playback.play(Play(to=playback.playing.end))
    async with pacing(playback):
        await arrived(playback)
    assert playback.engine.intake.latest["a"].power_w == 60
    assert await ledger(playback) == []


async def test_commands_come_over_the_socket(open_playback: OpenPlayback) -> None:
    playback = await open_playback()
    engine = playback.engine

    def client(player: Playback | None) -> Client:
        app = operate_app(engine, engine.audience, player=player)
        return Client(None, httpx.ASGITransport(app, raise_app_exceptions=False))

    asked = client(playback)
    assert (await asked.play(Play(speed=5))).text == "5 recorded seconds in a second."
    assert engine.picture.head().speed == 5
    assert (await asked.play(Play(paused=True))).text.startswith("Paused.")
    for wrong in (Play(speed=1e9), Play(speed=0)):
        with pytest.raises(Refused, match="does not read"):
            await asked.play(wrong)
    await asked.close()
    nothing = client(None)
    with pytest.raises(Refused, match="there is no /play here"):
        await nothing.play(Play())
    await nothing.close()


def test_speeds_go_up_and_down_by_steps() -> None:
    assert [faster(one) for one in SPEEDS] == [*SPEEDS[1:], SPEEDS[-1]]
    assert [slower(one) for one in SPEEDS] == [SPEEDS[0], *SPEEDS[:-1]]
    assert (faster(7), slower(7), slower(0.5)) == (10, 5, 0.5)
