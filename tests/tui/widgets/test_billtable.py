"""The table of bills: what is merely on its way is told quietly, what is wrong is not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from console.model.settlement import State
from console.tui.look import Look
from console.tui.widgets.billtable import Sheet, draw_title
from tests.tui.bill_data import june

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR")


@pytest.mark.parametrize(
    ("state", "alarms"),
    [(State.SEALED, False), (State.SIGNED, False), (State.HELD, True), (State.HALTED, True)],
)
def test_only_what_is_wrong_has_the_alarms_colour(state: State, alarms: bool) -> None:
    bills = june()
    bills = replace(bills, pending=(replace(bills.pending[0], state=state),))
    title = draw_title(Sheet(bills=bills, chosen=0, statement=False, look=LOOK), 120)
    told = next(segment for segment in title if "not yet in" in segment.text)
    assert (told.style == LOOK.ink.alarm) is alarms
