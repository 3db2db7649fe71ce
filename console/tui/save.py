"""Saving: a screen's text into a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from console.tui.widgets.lines import Lines


async def save_text(
    folder: Path, screen: str, now: datetime | None, text: str, said: Callable[[str], None]
) -> None:
    """Write a text into a new file and say where; an existing file is never touched.

    Args:
        folder: where the file goes.
        screen: the screen's name in the key table, for the file's name.
        now: the business time, aware UTC, likewise.
        text: what to write.
        said: takes the sentence.
    """
    stamp = f"-{now:%Y%m%dT%H%M%SZ}" if now is not None else ""
    await write_text(folder / f"mosaic-{screen}{stamp}.txt", text, said)


async def write_text(path: Path, text: str, said: Callable[[str], None]) -> None:
    """Write a text into a new file and say where; an existing file is never touched.

    Args:
        path: the file.
        text: what to write.
        said: takes the sentence.
    """
    try:
        await asyncio.to_thread(_write_new, path, text)
    except FileExistsError:
        said(f"{path.name} is there already; nothing was written.")
    except OSError as error:
        said(f"{path.name} could not be written: {error.strerror}.")
    else:
        said(f"Saved to {path.name}.")


def _write_new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def text_in_sight(widgets: Iterable[Lines[Any]], rows: int) -> str:
    """Return what stands on the screen, row by row, without blanks at the ends.

    Args:
        widgets: all that draw lines, side by side and above each other.
        rows: the screen's height.
    """
    shown = sorted((one for one in widgets if one.display), key=lambda one: one.region.x)
    lines = []
    for row in range(rows):
        text = ""
        for widget in shown:
            region = widget.region
            if region.y <= row < region.bottom:
                text += " " * (region.x - cell_len(text)) + widget.render_line(row - region.y).text
        lines.append(text.rstrip())
    return "\n".join(lines) + "\n"
