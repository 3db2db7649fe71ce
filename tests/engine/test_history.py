"""The history: a house's days from its registers and the ledger."""

from __future__ import annotations

import pytest

from console.engine.history import MOST_DAYS
from console.errors import Refused
from tests.engine.street import Opened


async def test_unknown_days_are_not_nothing_and_trades_add_up(street: Opened) -> None:
    told = await street.engine.answers.history("p1", None, MOST_DAYS)
    assert len(told.days) == MOST_DAYS
    assert told.days[-1].day == street.engine.parts.today()
    assert told.days[0].imported_wh is None
    assert told.days[0].sold_wh == 0
    with pytest.raises(Refused):
        await street.engine.answers.history("nobody", None, 7)
