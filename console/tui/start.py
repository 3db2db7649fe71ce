"""Starting: the terminal's settings, made before textual is loaded, then the app."""

from __future__ import annotations

import codecs
import gc
import io
import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import ConsoleDefect

if TYPE_CHECKING:
    from console.client import Engine

FRAMES, REMOTE_FRAMES, CALM_FRAMES = 240, 15, 5
"""Frames a second at most: here, over a line, and where all is calm.

A frame is drawn where something has changed alone, at most four times a second, so many frames cost
nothing; few would keep every step of the start waiting for the next one.
"""
PACE_SECONDS, CALM_SECONDS = 0.5, 2.0
"""Loop seconds between two pictures at least, and where all is calm; the stand shows each.

An engine tells up to four changes a second. Nobody reads four numbers in a second, and a loop that
draws half of them is free for keys twice as often.
"""
WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""The one driver that may be inherited: what serves the console in a browser sets it."""
REPORT = Path("~/.local/state/mosaic/console-defect.txt")
"""Where a console that met its own mistake says what it knows."""


def prepare(environment: MutableMapping[str, str], *, calm: bool) -> None:
    """Set what textual reads when it is imported, and clear what it may have inherited.

    Args:
        environment: the process's environment.
        calm: whether nothing moves.
    """
    for name in [name for name in environment if name.startswith("TEXTUAL")]:
        if environment[name] != WEB_DRIVER:
            del environment[name]
    if not environment.get("NO_COLOR", "1"):
        # the convention: an empty one is as none
        del environment["NO_COLOR"]
    frames = CALM_FRAMES if calm else REMOTE_FRAMES if _is_remote(environment) else FRAMES
    environment["TEXTUAL_FPS"] = str(frames)
    environment["TEXTUAL_ANIMATIONS"] = "none"
    environment["TEXTUAL_SMOOTH_SCROLL"] = "0"


def needs_ascii(environment: Mapping[str, str], encoding: str | None) -> bool:
    """Return whether block glyphs would fail: a bare console, or an encoding outside UTF-8.

    Args:
        environment: the process's environment.
        encoding: the standard output's encoding.
    """
    try:
        utf8 = codecs.lookup(encoding or "ascii").name == "utf-8"
    except LookupError:
        utf8 = False
    return environment.get("TERM", "") in ("linux", "dumb") or not utf8


def wants_mouse(environment: Mapping[str, str], *, calm: bool) -> bool:
    """Return whether the mouse is asked for where nobody said: not over a line.

    Its tracking sends every move over the line, and takes the terminal's own selection away.

    Args:
        environment: the process's environment.
        calm: whether nothing moves.
    """
    return not (calm or _is_remote(environment))


def _is_remote(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_KEY"))


def run(
    engine: Engine,
    *,
    ascii: bool = False,
    calm: bool = False,
    kiosk: bool = False,
    theme: str = "",
    mouse: bool | None = None,
) -> int:
    """Show an engine until the console is left; return the exit status.

    Args:
        engine: whom to show.
        ascii: whether nothing outside ASCII may be drawn; so by itself where it could not be.
        calm: whether nothing moves but the countdown.
        kiosk: whether this is the stand.
        theme: the theme's name; empty for the one remembered, or the terminal's own.
        mouse: whether clicks and the wheel are asked for; None lets the line decide.

    Raises:
        ConsoleDefect: the console met a mistake of its own; the engine goes on.
    """
    prepare(os.environ, calm=calm)
    # what is loaded stays: to look through it for rubbish only makes the start slower
    gc.disable()
    from rich.console import Console

    from console.tui.app import MosaicApp
    from console.tui.memory import Memory, memory_file

    ascii = ascii or needs_ascii(os.environ, sys.stdout.encoding)
    memory = Memory(None if kiosk else memory_file(os.environ))
    app = MosaicApp(
        engine,
        ascii=ascii,
        calm=calm,
        kiosk=kiosk,
        memory=memory,
        theme=theme or ("" if calm else memory.theme),
        pace=0.0 if kiosk else CALM_SECONDS if calm else PACE_SECONDS,
    )
    told = io.StringIO()
    app.error_console = Console(file=told, width=120, color_system=None)
    by_itself = wants_mouse(os.environ, calm=calm) and not kiosk
    app.run(mouse=by_itself if mouse is None else mouse)
    if app.return_code:
        raise ConsoleDefect(f"it ended; what it knows stands in {_reported(told.getvalue())}.")
    return 0


def _reported(text: str) -> Path:
    """Write a report that only its owner can read; return where."""
    file = REPORT.expanduser()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as report:
        report.write(text)
    return file
