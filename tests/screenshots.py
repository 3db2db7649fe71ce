"""The pictures of the README and docs/, taken from the real program: `make screenshots`."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.client import Client
from console.engine.demo import DemoOptions
from console.engine.starter import DemoProcess
from console.tui.start import prepare

if TYPE_CHECKING:
    from console.tui.app import MosaicApp

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
WIDE = (120, 36)
SMALL = (80, 24)
PATIENCE_SECONDS = 60.0

SHOTS: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("neighbourhood", WIDE, ("1",)),
    ("neighbourhood-small", SMALL, ("1",)),
    ("house", WIDE, ("1", "enter")),
    ("flows", WIDE, ("2",)),
    ("settlement", WIDE, ("3",)),
    ("ledger", WIDE, ("4",)),
    ("events", WIDE, ("6",)),
    ("help", WIDE, ("1", "?")),
)
"""Name, size and keys of each picture."""


async def take(folder: Path, only: Callable[[str], bool]) -> None:
    """Take the pictures of a demo's screens once an interval was settled live."""
    from console.tui.app import MosaicApp

    demo = DemoProcess(DemoOptions())
    stand = DemoProcess(DemoOptions(kiosk=True))
    try:
        operator = (await asyncio.to_thread(demo.wait)).operator
        for name, size, keys in SHOTS:
            if only(name):
                app = MosaicApp(Client(operator))
                await shoot(app, folder / f"{name}.svg", size, keys)
        if only("stand"):
            visited = (await asyncio.to_thread(stand.wait)).operator
            app = MosaicApp(Client(visited), kiosk=True)
            await shoot(app, folder / "stand.svg", SMALL, ("e",))
    finally:
        demo.close()
        stand.close()


async def shoot(app: MosaicApp, file: Path, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    """Run an app until its picture stands, press keys and save what it shows."""
    async with app.run_test(size=size) as pilot:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while app.snapshot is None or not _is_settled(app):
                await pilot.pause(0.1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.8)
        save(app.export_screenshot(title="mosaic"), file)


def _is_settled(app: MosaicApp) -> bool:
    head = app.snapshot.head if app.snapshot is not None else None
    return head is not None and head.last is not None and head.last.state in ("sealed", "final")


def save(svg: str, file: Path) -> None:
    """Write a picture."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(without_web_fonts(svg), encoding="utf-8")


def without_web_fonts(svg: str) -> str:
    """Return a picture that asks nobody else for its fonts."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "monospace")


def main() -> None:
    """Take all pictures, or those named."""
    prepare(os.environ, calm=True)
    wanted = set(sys.argv[1:])
    asyncio.run(take(PICTURES, lambda name: not wanted or name in wanted))


if __name__ == "__main__":
    main()
