"""The playing: a recording in the console, moved by hand and at any speed."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from console.cli.attaching import attach, require_terminal
from console.config import find, load
from console.engine.playing.playback import PlayOptions
from console.errors import ConfigError, UsageError
from console.model.play import FASTEST, SLOWEST
from console.safe_text import safe_text


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """How the screens are shown."""

    ascii: bool
    """Whether nothing outside ASCII may be drawn."""
    calm: bool
    """Whether nothing moves but the countdown."""
    theme: str
    """The theme's name; empty for the one remembered."""
    mouse: bool | None
    """Whether the mouse is asked for; None lets the line decide."""


def zone_of(config: Path | None, named: str) -> str:
    """Return the zone in which a recording is shown: the named one, a configuration's, or UTC.

    Args:
        config: the configuration that was named; the one that is found where None was.
        named: the zone that was named; empty for none.

    Raises:
        UsageError: there is no such zone.
        ConfigError: the named configuration says what cannot be.
    """
    if named:
        try:
            return ZoneInfo(named).key
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"--zone {safe_text(named, 40)!r} is no time zone.",
                advice="Write it as Europe/Helsinki.",
            ) from error
    if config is not None:
        return load(config).community.timezone
    try:
        found = find()
    except ConfigError:
        return "UTC"
    try:
        return load(found).community.timezone
    except ConfigError:
        # a recording needs no configuration, so one that lies about is no hindrance
        sys.stderr.write(f"{found} does not read (mosaic doctor says why): times are in UTC.\n")
        return "UTC"


def play(options: PlayOptions, shown: Shown) -> int:
    """Play a recording in the console until it is left; return the exit status.

    Raises:
        UsageError: there is no terminal, or an option's value cannot be.
        EngineError: the recording cannot be read.
    """
    require_terminal("mosaic replay FILE")
    if not SLOWEST <= options.speed <= FASTEST:
        raise UsageError(
            f"--speed must be from {SLOWEST:g} to {FASTEST:.0f}, not {options.speed:g}."
        )
    from console.engine.process.starter import ReplayProcess

    process = ReplayProcess(options)
    try:
        sys.stderr.write("Reading the recording ...\n")
        return attach(
            process.wait().operator,
            ascii=shown.ascii,
            calm=shown.calm,
            theme=shown.theme,
            mouse=shown.mouse,
        )
    finally:
        process.close()
