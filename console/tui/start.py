"""Starting: the terminal's settings, made before textual is loaded, then the app."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.client import Engine

FRAMES = 15
"""Frames a second at most; calm ones have a third."""
_KEPT = frozenset({"TEXTUAL_DRIVER"})


def prepare(environment: MutableMapping[str, str], *, calm: bool) -> None:
    """Set what textual reads when it is imported, and clear what it may have inherited.

    Args:
        environment: the process's environment; the driver alone is kept, which a browser
            session sets for itself.
        calm: whether nothing moves.
    """
    for name in [name for name in environment if name.startswith("TEXTUAL")]:
        if name not in _KEPT:
            del environment[name]
    environment["TEXTUAL_FPS"] = str(FRAMES // 3 if calm else FRAMES)
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


def run(
    engine: Engine,
    *,
    ascii: bool | None = None,
    calm: bool = False,
    kiosk: bool = False,
    mouse: bool = True,
) -> str:
    """Show an engine until the console is left; return what to print then.

    Args:
        engine: whom to show.
        ascii: whether nothing outside ASCII may be drawn; found out where left out.
        calm: whether nothing moves but the countdown; a calm console leaves the mouse alone.
        kiosk: whether this is the stand.
        mouse: whether the terminal is asked for the mouse.
    """
    prepare(os.environ, calm=calm)
    from console.tui.app import MosaicApp

    if ascii is None:
        ascii = needs_ascii(os.environ, sys.stdout.encoding)
    app = MosaicApp(engine, ascii=ascii, calm=calm, kiosk=kiosk)
    return app.run(mouse=mouse and not calm) or ""
