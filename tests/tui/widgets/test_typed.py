"""The typed line: nothing that a terminal could obey stands in it, wherever it came from."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste

from console.safe_text import safe_text
from console.tui.widgets.typed import TypedLine

EVIL = "a\x1b[2Jb\x00\x9b31m\u202ec"


class OneLine(App[None]):
    def compose(self) -> ComposeResult:
        yield TypedLine(EVIL, placeholder=EVIL)


async def test_what_a_file_says_is_cleaned() -> None:
    app = OneLine()
    async with app.run_test():
        line = app.query_one(TypedLine)
        assert line.value == safe_text(EVIL)
        assert line.placeholder == safe_text(EVIL)
        line.value = "0.10"
        assert line.value == "0.10"


@pytest.mark.parametrize(("typed", "stands"), [(EVIL, safe_text(EVIL)), ("0.20", "0.20")])
async def test_what_is_pasted_is_cleaned(typed: str, stands: str) -> None:
    app = OneLine()
    async with app.run_test() as pilot:
        line = app.query_one(TypedLine)
        line.value = ""
        line.focus()
        line.post_message(Paste(typed))
        await pilot.pause()
        assert line.value == stands


async def test_what_is_typed_stays_as_it_is() -> None:
    app = OneLine()
    async with app.run_test() as pilot:
        line = app.query_one(TypedLine)
        line.value = ""
        line.focus()
        await pilot.press(*"äb1", "left", "x")
        assert line.value == "äbx1"
