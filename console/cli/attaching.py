"""The attaching: the screens on a terminal, joined to an engine's socket."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.client import Client
from console.errors import UsageError
from console.tui.start import needs_ascii, run


def attach(
    socket: Path,
    *,
    ascii: bool,
    calm: bool,
    kiosk: bool = False,
    theme: str = "",
    mouse: bool | None = None,
) -> int:
    """Show the screens until the operator leaves; return the exit status.

    Args:
        socket: one of an engine's two sockets.
        ascii: whether nothing outside ASCII may be drawn; so by itself where it could not be.
        calm: whether nothing moves but the countdown.
        kiosk: whether this is the stand.
        theme: the theme's name; empty for the one remembered, or the terminal's own.
        mouse: whether the mouse is asked for; None lets the line decide.
    """
    try:
        return run(Client(socket), ascii=ascii, calm=calm, kiosk=kiosk, theme=theme, mouse=mouse)
    finally:
        _forget_lost_terminal()


def require_terminal(otherwise: str) -> None:
    """Go on only where the screens can be shown.

    Args:
        otherwise: the command that does without.

    Raises:
        UsageError: there is no terminal.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("the screens need a terminal.", advice=f"Without one: {otherwise}")


def is_plain() -> bool:
    """Return whether the terminal cannot show block glyphs."""
    return needs_ascii(os.environ, sys.stdout.encoding)


def _forget_lost_terminal() -> None:
    """Let words go nowhere once the line has dropped, so that leaving does not fail over them."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty():
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
