from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from console.engine.playing.demo import STARTS, Demo, DemoOptions
from console.errors import Refused
from console.model.settlement import State
from console.model.snapshot import Access, Mode

SUMMER = STARTS["summer"]
OpenDemo = Callable[..., Awaitable[Demo]]


@pytest.fixture
async def open_demo(tmp_path: Path) -> AsyncIterator[OpenDemo]:
    """Open demos of four houses on a clock as slow as life; close them when the test ends."""
    opened: list[Demo] = []

    async def open_(*, day_behind: bool = False, season: str = "summer", speed: float = 1) -> Demo:
        data = tmp_path / str(len(opened))
        data.mkdir()
        options = DemoOptions(houses=4, speed=speed, season=season)
        demo = await Demo.open(options, data, day_behind=day_behind)
        opened.append(demo)
        return demo

    yield open_
    for demo in opened:
        await demo.engine.close()


@asynccontextmanager
async def _pacing(demo: Demo) -> AsyncIterator[None]:
    """Let a demo's clock run; fail where that takes half a minute."""
    pace = asyncio.create_task(demo.pace())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        pace.cancel()
        with suppress(asyncio.CancelledError):
            await pace


async def _next_tick(demo: Demo) -> None:
    clock = demo.engine.parts.clock
    await clock.wait_until(clock.now() + timedelta(microseconds=1))


async def _powers(demo: Demo) -> dict[str, int]:
    """Return all powers three minutes later, W."""
    await demo.stepper.to(demo.engine.parts.clock.now() + timedelta(minutes=3))
    latest = demo.engine.intake.latest
    return {house: power for house, one in latest.items() if (power := one.power_w) is not None}


async def test_the_day_so_far_is_settled_before_it_starts(open_demo: OpenDemo) -> None:
    demo = await open_demo(day_behind=True)
    parts = demo.engine.parts
    assert parts.clock.now() == SUMMER
    midnight, _ = parts.day_span(parts.today())
    day = await parts.store.settlements.between(midnight, SUMMER)
    assert [one.interval.start for one in day] == [
        midnight + timedelta(minutes=15 * number) for number in range(len(day))
    ]
    assert {one.state for one in day[:-1]} == {State.FINAL, State.IDLE}
    assert day[-1].interval.end + timedelta(minutes=14) == SUMMER
    assert sum(one.rows for one in day) > 50
    assert (await demo.engine.verify()).differences == 0
    await demo.engine.refresh()
    snapshot = demo.engine.picture.snapshot(Access.OPERATE)
    assert snapshot.place.mode is Mode.DEMO
    assert all(house.power_w is not None for house in snapshot.houses)
    assert sum(house.sold_wh for house in snapshot.houses) > 0
    assert len(snapshot.houses[0].spark_wh) == 14


async def test_its_clock_starts_one_poll_before_an_edge(open_demo: OpenDemo) -> None:
    demo = await open_demo()
    parts = demo.engine.parts
    assert parts.interval_at(SUMMER).end - SUMMER == demo.engine.source.period
    assert demo.engine.settler.auto


async def test_a_cloud_lowers_every_roof_and_nothing_else(open_demo: OpenDemo) -> None:
    sunny, clouded = await open_demo(), await open_demo()
    sentence = await clouded.visit("cloud")
    assert "cloud" in sentence.lower()
    assert clouded.engine.picture.sentence == sentence
    before, after = await _powers(sunny), await _powers(clouded)
    giving = [house for house, power in before.items() if power < -500]
    assert giving
    for house, power in before.items():
        if house in giving:
            assert after[house] > power
        else:
            assert after[house] >= power
    assert any(after[house] == before[house] for house in before)


async def test_a_car_raises_one_house_and_says_which(open_demo: OpenDemo) -> None:
    empty, charged = await open_demo(), await open_demo()
    sentence = await charged.visit("car")
    before, after = await _powers(empty), await _powers(charged)
    [raised] = [house for house in before if after[house] != before[house]]
    assert after[raised] > before[raised] + 1000
    assert raised in sentence
    assert charged.engine.picture.sentence == sentence


async def test_a_car_runs_the_clock_on_to_a_settlement(
    open_demo: OpenDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.playing.demo.SHOWN_SECONDS", 0.1)
    demo = await open_demo()
    parts = demo.engine.parts
    open_now = parts.interval_at(SUMMER)
    async with _pacing(demo):
        await demo.visit("car")
        await _next_tick(demo)
        assert sum(demo.engine.picture.house(f"test{n}").charging for n in range(1, 5)) == 1
        await parts.clock.wait_until(open_now.next.end + parts.grace)
        await _next_tick(demo)
    settled = await parts.store.settlements.get(open_now.next)
    assert settled is not None
    assert settled.state in (State.SIGNED, State.IDLE)


async def test_more_cars_than_houses_are_told(open_demo: OpenDemo) -> None:
    demo = await open_demo()
    said = [await demo.visit("car") for _ in range(5)]
    assert len({sentence.split(":")[0] for sentence in said[:4]}) == 4
    assert "Every house" in said[4]


async def test_settle_runs_to_the_end_of_the_quarter_hour(open_demo: OpenDemo) -> None:
    demo = await open_demo()
    parts = demo.engine.parts
    open_now = parts.interval_at(SUMMER)
    async with _pacing(demo):
        assert "settled" in await demo.visit("settle")
        await parts.clock.wait_until(open_now.end + parts.grace)
        await _next_tick(demo)
        assert parts.clock.now() < open_now.end + parts.grace + timedelta(minutes=1)


async def test_next_turns_the_scene(open_demo: OpenDemo) -> None:
    demo = await open_demo()
    for number in (1, 2):
        assert await demo.visit("next") == ""
        assert demo.engine.picture.head().scene == number


@pytest.mark.parametrize("command", ["stop", "Cloud", "", "../settle"])
async def test_visitors_do_nothing_else(open_demo: OpenDemo, command: str) -> None:
    demo = await open_demo()
    with pytest.raises(Refused, match="visitors cannot"):
        await demo.visit(command)


async def test_a_sentence_goes_after_a_while(
    open_demo: OpenDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.playing.demo.SENTENCE_SECONDS", 0.2)
    demo = await open_demo()
    await demo.visit("cloud")
    async with _pacing(demo):
        assert demo.engine.picture.sentence
        while demo.engine.picture.sentence:
            await _next_tick(demo)


async def test_a_night_passes_in_seconds_with_a_sentence(
    open_demo: OpenDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.playing.demo.NIGHT_SECONDS", 1.0)
    demo = await open_demo(season="winter", speed=60)
    parts, source = demo.engine.parts, demo.engine.source
    playground = source.playground
    assert playground is not None
    while (dawn := playground.dark_until(parts.clock.now())) is None:
        await demo.stepper.to(parts.clock.now() + timedelta(minutes=15), until_final=True)
    loop = asyncio.get_running_loop()
    async with _pacing(demo):
        while not source.sparse:
            await _next_tick(demo)
        began = loop.time()
        local = dawn.astimezone(parts.zone)
        assert f"{local:%H:%M}" in demo.engine.picture.sentence
        assert demo.engine.picture.head().speed > 10_000
        await parts.clock.wait_until(dawn)
        assert 0.7 < loop.time() - began < 10
        while source.sparse:
            await _next_tick(demo)
        assert parts.clock.now() < dawn + timedelta(minutes=2)
        assert demo.engine.picture.head().speed == 60
    night = await parts.store.settlements.between(dawn - timedelta(hours=12), dawn)
    assert len(night) >= 40
    assert {one.state for one in night} <= {State.IDLE, State.SIGNED, State.FINAL, State.CLOSED}
