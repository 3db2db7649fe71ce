"""The recall: an engine that was killed before it could say so leaves no false alarm behind."""

from __future__ import annotations

from pathlib import Path

from console.engine.alarms.kinds import held, held_key
from console.model.event import AlarmState
from tests.engine.neighbours import START, Neighbourhood, neighbourhood, quarter_hour

RIPE = 15 + 5


def standing(here: Neighbourhood) -> list[str]:
    return [alarm.key for alarm in here.engine.parts.log.alarms if alarm.ended is None]


async def test_a_held_interval_has_its_alarm_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        assert standing(here) == [held_key(quarter_hour(0))]
        await here.engine.parts.store.events.clear_alarm(held_key(quarter_hour(0)))
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert standing(again) == [held_key(quarter_hour(0))]
        [alarm] = again.engine.parts.log.alarms
        assert (alarm.title, alarm.text) == ("10:00 held", "c2 no reading yet")


async def test_a_settled_interval_has_no_alarm_left(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE, until_final=True)
        alarm = held(quarter_hour(0), "10:00", "c2 no reading yet", START)
        await here.engine.parts.log.raise_alarm(alarm)
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert standing(again) == []
        [over] = await again.engine.parts.store.events.alarms()
        assert over.state is AlarmState.RETURNED
        assert "10:00 held: no more" in await again.texts()


async def test_other_alarms_are_left_alone(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        await here.engine.settler.halt(await here.get(0), "a test says so")
        before = standing(here)
        said = await here.texts()
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert standing(again) == before == [f"halted {quarter_hour(0).name}"]
        assert await again.texts() == said
