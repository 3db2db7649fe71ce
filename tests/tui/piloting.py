"""How tests open a screen of the console and wait until it has asked all it wants to know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot

from console.tui.app import MosaicApp
from console.tui.screens.cover import CoverScreen
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine


@asynccontextmanager
async def opened(
    engine: FakeEngine,
    key: str,
    size: tuple[int, int] = (120, 36),
    *,
    calm: bool = True,
    kiosk: bool = False,
) -> AsyncIterator[Pilot[str]]:
    """Open the console and, by its digit, a screen."""
    app = MosaicApp(engine, calm=calm, kiosk=kiosk)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await press(pilot, *key)
        yield pilot


async def press(pilot: Pilot[str], *keys: str) -> str:
    """Press keys, let every question be answered, and return what is drawn."""
    await pilot.press(*keys)
    await settled(pilot)
    return text(pilot)


async def settled(pilot: Pilot[str]) -> None:
    """Wait until every question is answered and drawn; the cover is given longer to go."""
    quiet = 0
    while quiet < (20 if isinstance(pilot.app.screen, CoverScreen) else 3):
        await pilot.pause()
        asking = any(worker.group not in ("feed", "probe") for worker in pilot.app.workers)
        quiet = 0 if asking else quiet + 1


async def palette(pilot: Pilot[str], words: str) -> None:
    """Type words into the palette and take the first line."""
    await press(pilot, "colon", *words)
    assert isinstance(pilot.app.screen, CommandPalette)
    first = None
    while not str(first).startswith(words):
        await pilot.pause()
        lines = pilot.app.screen.query_one(CommandList)
        first = lines.get_option_at_index(0).prompt if lines.option_count else None
    await pilot.press("enter")
    await settled(pilot)


def text(pilot: Pilot[str]) -> str:
    """What the screen in front has drawn."""
    front = pilot.app.screen
    return front.plain_text() if isinstance(front, ConsoleScreen) else ""


def chosen(pilot: Pilot[str]) -> str:
    """The chosen line of the screen in front."""
    return next(line for line in text(pilot).splitlines() if line.startswith(" ▸"))


async def click(pilot: Pilot[str], words: str) -> str:
    """Click the body's first line that holds some words, and return what is drawn."""
    lines = pilot.app.screen.query_one("#body", Lines).text.splitlines()
    row = next(number for number, line in enumerate(lines) if words in line)
    await pilot.click("#body", offset=(12, row))
    await settled(pilot)
    return text(pilot)
