"""A replay in the console: its line, its keys, and an engine that takes another's place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from console.errors import EngineAbsent, Refused
from console.model.play import Play, Playing
from console.model.snapshot import Mode, Snapshot
from console.tui.app import MosaicApp
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, palette, press, text

START = datetime(2026, 6, 21, 5, 0, tzinfo=UTC)
END = datetime(2026, 6, 21, 21, 0, tzinfo=UTC)
PLAYING = Playing(start=START, end=END, paused=False)


def replayed(playing: Playing | None = PLAYING, *, speed: float = 60.0) -> Snapshot:
    snapshot = lindenhof()
    return replace(
        snapshot,
        place=replace(snapshot.place, mode=Mode.REPLAY),
        head=replace(snapshot.head, playing=playing, speed=speed),
    )


@pytest.fixture
def player() -> FakeEngine:
    return FakeEngine(replayed())


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6"])
async def test_every_screen_has_the_line_at_every_size(
    player: FakeEngine, size: tuple[int, int], key: str
) -> None:
    async with opened(player, key, size) as pilot:
        lines = text(pilot).splitlines()
        assert "REPLAY  OPERATE" in lines[0]
        assert "×60" not in lines[0]
        assert lines[2].startswith(" plays ×60  08:00 ██")
        assert "░ Mon 22 Jun 00:00" in lines[2]
        assert "space" in lines[2]
        assert ("[ slower" in lines[2]) == (size[0] == 200)
        assert all(cell_len(line) <= size[0] for line in lines)
        assert any(line.startswith(f" {key} ") for line in lines[3:5])


@pytest.mark.parametrize(
    ("playing", "said"),
    [
        (PLAYING, " plays ×60 "),
        (replace(PLAYING, paused=True), " paused "),
        (replace(PLAYING, target=END), " going on to 00:00 "),
        (replace(PLAYING, target=START, paused=True), " going back to 08:00 "),
    ],
)
async def test_it_says_what_it_does(playing: Playing, said: str) -> None:
    async with opened(FakeEngine(replayed(playing)), "1") as pilot:
        assert text(pilot).splitlines()[2].startswith(said)


async def test_keys_move_it(player: FakeEngine) -> None:
    async with opened(player, "3") as pilot:
        now = player.snapshot.head.now
        assert now == datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC)
        told = await press(pilot, "right_square_bracket")
        assert "Playing." in told
        await press(pilot, "left_square_bracket", "full_stop", "space")
        await press(pilot, "greater_than_sign", "less_than_sign")
        assert player.plays == [
            Play(pace="faster"),
            Play(pace="slower"),
            Play(step=True),
            Play(paused="turn"),
            Play(to=player.snapshot.head.settles),
            Play(to=datetime(2026, 6, 21, 10, 15, tzinfo=UTC)),
        ]


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("13:00", datetime(2026, 6, 21, 10, 0, tzinfo=UTC)),
        ("18:30", datetime(2026, 6, 21, 15, 30, tzinfo=UTC)),
        ("start", START),
        ("end", END),
    ],
)
async def test_a_time_is_typed(player: FakeEngine, typed: str, instant: datetime) -> None:
    async with opened(player, "1") as pilot:
        await press(pilot, "J", *typed, "enter")
        assert player.plays == [Play(to=instant)]


async def test_a_time_outside_is_no_place(player: FakeEngine) -> None:
    async with opened(player, "1") as pilot:
        told = await press(pilot, "J", *"2026-06-25", "enter")
        assert "no such place here" in told
        await press(pilot, "escape")
        assert player.plays == []


async def test_the_way_back_from_just_after_an_edge_is_the_interval_before() -> None:
    snapshot = replayed()
    just_after = snapshot.head.open.start + timedelta(seconds=5)
    engine = FakeEngine(replace(snapshot, head=replace(snapshot.head, now=just_after)))
    async with opened(engine, "1") as pilot:
        await press(pilot, "less_than_sign")
        assert engine.plays == [Play(to=snapshot.head.open.previous.start)]


async def test_the_palette_names_its_commands(player: FakeEngine) -> None:
    async with opened(player, "1") as pilot:
        await palette(pilot, "step")
        assert player.plays == [Play(step=True)]


async def test_without_a_replay_the_keys_say_so(engine: FakeEngine) -> None:
    async with opened(engine, "1") as pilot:
        for key in ("full_stop", "J", "less_than_sign", "greater_than_sign",
                    "left_square_bracket", "right_square_bracket"):  # fmt: skip
            assert "Nothing is replayed here" in await press(pilot, key), key
            await press(pilot, "escape")
        assert engine.plays == []


async def test_a_replay_is_not_recorded(player: FakeEngine) -> None:
    async with opened(player, "1") as pilot:
        assert "recorded already" in await press(pilot, "R")
        assert not [one for one in player.asked if one.startswith("record")]


async def test_a_refusal_is_a_notice(player: FakeEngine) -> None:
    async with opened(player, "1") as pilot:
        player.refusal = Refused("the replay goes back, and is not there yet.", advice="Wait.")
        assert "the replay goes back" in await press(pilot, "full_stop")


async def test_while_it_goes_back_an_engine_that_is_gone_is_no_alarm() -> None:
    engine = FakeEngine(replayed(replace(PLAYING, target=START)))
    async with opened(engine, "1") as pilot:
        app = pilot.app
        assert isinstance(app, MosaicApp)
        engine.lines.put_nowait(EngineAbsent("the engine ended."))
        await pilot.pause()
        assert app.silent_since is None
        assert "going back to 08:00" in text(pilot)
        engine.snapshot = replayed()
        engine.lines.put_nowait(replayed())
        await pilot.pause()


async def test_an_engine_that_is_gone_while_it_plays_is_silent(player: FakeEngine) -> None:
    async with opened(player, "1") as pilot:
        player.accepts = 0
        player.lines.put_nowait(EngineAbsent("the engine ended."))
        while "ENGINE SILENT" not in text(pilot):
            await pilot.pause()
        assert "plays" not in text(pilot).splitlines()[2]
