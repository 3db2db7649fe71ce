"""What every page over the screens has: the badges, as they are now."""

from __future__ import annotations

import msgspec
import pytest

from console.model.snapshot import Delta
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.piloting import opened, settled
from tests.tui.screens.test_settings import FILE


@pytest.mark.parametrize("key", ["question_mark", "C"])
async def test_the_badges_are_in_sight_and_change(key: str) -> None:
    engine = FakeEngine()
    engine.written = FILE
    async with opened(engine, "1", (80, 24)) as pilot:
        await pilot.press(key)
        await settled(pilot)
        badges = pilot.app.screen.query_one("#badges", Lines)
        assert badges.text.split() == ["MOSAIC", "Lindenhof", "DEMO", "×60", "OPERATE", "AUTO"]
        head = msgspec.structs.replace(engine.snapshot.head, auto=False, locked=True)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert badges.text.split()[-2:] == ["LOCKED", "MANUAL"]
