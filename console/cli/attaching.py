"""The attaching: the screens on a terminal, joined to an engine's socket."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.client import Client
from console.errors import UsageError

_WEB_DRIVER = "textual.drivers.web_driver:WebDriver"


def attach(socket: Path, *, ascii: bool, calm: bool, kiosk: bool = False) -> int:
    """Show the screens until the operator leaves; return the exit status.

    Args:
        socket: one of an engine's two sockets.
        ascii: whether nothing outside ASCII may be drawn; so by itself where it could not be.
        calm: whether nothing moves but the countdown.
        kiosk: whether this is the stand.
    """
    prepare(calm=calm)
    from console.tui.app import MosaicApp

    app = MosaicApp(Client(socket), ascii=ascii or is_plain(), calm=calm, kiosk=kiosk)
    # any-event mouse tracking would send every move over SSH
    app.run(mouse=False)
    return app.return_code or 0


def require_terminal(otherwise: str) -> None:
    """Go on only where the screens can be shown.

    Args:
        otherwise: the command that does without.

    Raises:
        UsageError: there is no terminal.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("the screens need a terminal.", advice=f"Without one: {otherwise}")


def prepare(*, calm: bool) -> None:
    """Set Textual's variables for a console over SSH; it reads them when it is imported."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
        if os.environ[name] != _WEB_DRIVER:
            del os.environ[name]
    os.environ["TEXTUAL_FPS"] = "5" if calm else "15"
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"


def is_plain() -> bool:
    """Return whether the terminal cannot show block glyphs."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return os.environ.get("TERM") in ("linux", "dumb") or encoding != "utf8"
