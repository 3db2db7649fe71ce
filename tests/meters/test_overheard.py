"""A meter that is polled anyway is watched by what its polls bring."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.errors import MeterDenied, MeterError
from console.meters.overheard import Overheard
from tests.meters.polling import MINUTE, START, FakeMeter, Kept, step_to, street


async def test_it_tells_the_newest_poll_and_asks_nobody(kept: Kept) -> None:
    meters, clock, poller = street(1)
    heard = poller.overheard("test1")
    assert heard is not None
    with pytest.raises(MeterError, match="nothing was heard of it yet"):
        await heard.read()
    await step_to(poller, clock, START + MINUTE, kept)
    asked = meters[0].asked
    said = await heard.read()
    assert (said.whole_import_wh, said.taken) == (1000, kept.readings[-1].time)
    assert await heard.read() == said
    await heard.close()
    assert (meters[0].asked, meters[0].closed) == (asked, False)


async def test_it_is_looked_at_no_more_often_than_it_is_asked() -> None:
    _, _, poller = street(1, timedelta(seconds=7.5))
    heard = poller.overheard("test1")
    assert heard is not None
    assert heard.plate.least_seconds == 8


async def test_why_the_newest_poll_failed_is_told_until_one_succeeds(kept: Kept) -> None:
    meters, clock, poller = street(1)
    heard = poller.overheard("test1")
    assert heard is not None
    for error in (MeterError("no connection"), MeterDenied("refuses access")):
        meters[0].error = error
        await step_to(poller, clock, clock.now() + 2 * MINUTE, kept)
        for _ in range(2):
            with pytest.raises(type(error), match=error.message):
                await heard.read()
        meters[0] = FakeMeter("test1")
        await poller.take(meters)
        await step_to(poller, clock, clock.now() + 2 * MINUTE, kept)
        assert (await heard.read()).whole_import_wh == 1000


def test_who_is_not_asked_is_not_heard() -> None:
    _, _, poller = street(1)
    assert poller.overheard("nobody") is None
    with pytest.raises(MeterError, match="it is not asked here"):
        Overheard(lambda: None)
