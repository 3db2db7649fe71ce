from __future__ import annotations

import msgspec

from console.tui.widgets.flows.reel import Reel, newest
from tests.tui.chain_data import SEALED, flowing
from tests.tui.lindenhof import quarter

NOW = flowing()
NOTHING_YET = msgspec.structs.replace(NOW, head=msgspec.structs.replace(NOW.head, last=None))


def test_it_follows_the_newest_until_another_is_chosen() -> None:
    reel = Reel()
    assert reel.shown(NOW) == quarter(SEALED) == newest(NOW)
    reel.take(quarter(40), NOW)
    assert reel.shown(NOW) == quarter(40)
    reel.take(quarter(SEALED), NOW)
    assert reel.chosen is None


def test_steps_go_back_without_end_and_on_to_the_newest() -> None:
    reel = Reel()
    assert reel.step(1, NOW) is False
    assert reel.step(-1, NOW)
    assert reel.chosen == quarter(SEALED - 1)
    assert reel.step(1, NOW)
    assert reel.chosen is None
    reel.take(quarter(0), NOW)
    assert reel.step(-1, NOW)
    assert reel.chosen == quarter(0).previous


def test_before_the_first_interval_there_is_none() -> None:
    reel = Reel()
    assert (newest(None), newest(NOTHING_YET), reel.shown(NOTHING_YET)) == (None, None, None)
    assert reel.step(-1, NOTHING_YET) is False
