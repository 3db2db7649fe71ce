"""The chain's watch: silence, stillness and finality, each an alarm once it lasts."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.posting import chainwatch
from console.engine.posting.chainwatch import (
    FINALITY_SECONDS,
    SILENT_SECONDS,
    STILL_SECONDS,
    ChainWatch,
)
from console.errors import ChainError
from console.model.event import Alarm
from console.model.transaction import Tip
from tests.engine.neighbours import Neighbourhood, neighbourhood
from tests.engine.street import Opened

ERROR = ChainError("http://node:3000 does not answer")
WHOLE = Tip(height=9, final_height=9)


@pytest.fixture
def watch(street: Opened) -> ChainWatch:
    return ChainWatch(street.engine.parts)


def standing(street: Opened) -> list[Alarm]:
    return [alarm for alarm in street.engine.parts.log.alarms if alarm.ended is None]


async def test_a_node_that_is_silent_for_a_moment_is_no_alarm(
    street: Opened, watch: ChainWatch
) -> None:
    await watch.failed(ERROR, 100.0)
    await watch.failed(ERROR, 100.0 + SILENT_SECONDS - 1)
    await watch.answered(WHOLE, 100.0 + SILENT_SECONDS, waiting=0)
    await watch.failed(ERROR, 101.0 + SILENT_SECONDS)
    assert standing(street) == []


async def test_a_silent_node_has_its_alarm_until_it_answers(
    street: Opened, watch: ChainWatch
) -> None:
    for at in (0.0, SILENT_SECONDS, 2 * SILENT_SECONDS):
        await watch.failed(ERROR, at)
    [alarm] = standing(street)
    assert (alarm.key, alarm.count) == ("chain", 1)
    assert alarm.text.startswith("http://node:3000 does not answer; ")
    await watch.answered(WHOLE, 3 * SILENT_SECONDS, waiting=0)
    assert standing(street) == []


async def test_a_chain_that_stands_is_an_alarm_only_where_something_waits(
    street: Opened, watch: ChainWatch
) -> None:
    await watch.answered(WHOLE, 0.0, waiting=0)
    await watch.answered(WHOLE, 10 * STILL_SECONDS, waiting=0)
    await watch.answered(WHOLE, 10 * STILL_SECONDS + 1, waiting=2)
    await watch.answered(WHOLE, 11 * STILL_SECONDS, waiting=2)
    assert standing(street) == []
    await watch.answered(WHOLE, 11 * STILL_SECONDS + 1, waiting=2)
    [alarm] = standing(street)
    assert (alarm.key, alarm.text) == (
        "blocks",
        "the chain stands at block 9 and 2 transactions wait",
    )
    await watch.answered(Tip(height=10, final_height=10), 12 * STILL_SECONDS, waiting=2)
    assert standing(street) == []


async def test_finality_that_stands_is_an_alarm(street: Opened, watch: ChainWatch) -> None:
    for number in range(10):
        at = number * FINALITY_SECONDS / 8
        await watch.answered(Tip(height=20 + number, final_height=9), at, waiting=0)
    [alarm] = standing(street)
    assert alarm.key == "finality"
    assert "final height stays at 9" in alarm.text
    await watch.answered(Tip(height=30, final_height=28), 2 * FINALITY_SECONDS, waiting=0)
    assert standing(street) == []


async def test_an_alarm_from_before_a_restart_ends_with_the_first_answer(
    street: Opened, watch: ChainWatch
) -> None:
    await watch.failed(ERROR, 0.0)
    await watch.failed(ERROR, SILENT_SECONDS)
    await ChainWatch(street.engine.parts).answered(WHOLE, 0.0, waiting=0)
    assert standing(street) == []


async def test_an_engine_tells_its_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chainwatch, "SILENT_SECONDS", 0.0)
    async with neighbourhood(tmp_path) as here:
        await _silence(here)
        [alarm] = here.engine.parts.log.alarms
        assert alarm.key == "chain"
        here.chain.silent = False
        await here.engine.follow()
        assert alarm.ended is None
        assert here.engine.parts.log.alarms[0].ended is not None


async def _silence(here: Neighbourhood) -> None:
    here.chain.silent = True
    with pytest.raises(ChainError):
        await here.engine.follow()
