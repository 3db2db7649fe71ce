"""The changing: config.toml through the engine that runs, which alone writes it, else by itself."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from console.cli import asking
from console.cli.printing import local
from console.config.writing import Draft
from console.errors import ConfigError
from console.model.change import ConfigChange
from console.settings import Settings
from console.sockets import sockets_of


def check(settings: Settings, change: ConfigChange) -> None:
    """Look whether a change may be made, and change nothing.

    Raises:
        ConfigError: the file would say what cannot be.
        UsageError: a key or a house of it cannot be.
    """
    draft = Draft.open(source_of(settings))
    draft.apply(change)
    draft.check()


def change(settings: Settings, wanted: ConfigChange) -> str:
    """Have a change written; return from when it holds, as a sentence.

    Raises:
        EngineError: the engine refuses it.
        ConfigError: it cannot be written.
        UsageError: a key or a house of it cannot be.
    """
    if asking.answers(sockets_of(settings).operator):
        return _through_engine(settings, wanted)
    draft = Draft.open(source_of(settings))
    draft.apply(wanted)
    draft.write()
    return "It holds from the engine's start on."


def source_of(settings: Settings) -> Path:
    """Return the file of settings that came from one.

    Raises:
        ConfigError: they came from none.
    """
    if settings.source is None:
        raise ConfigError("these settings come from no file.")
    return settings.source


def _through_engine(settings: Settings, wanted: ConfigChange) -> str:
    changed = asking.command(settings, lambda client: client.change(wanted))
    if changed.effective is None:
        return "It holds from the engine's next start on: mosaic stop, then mosaic run."
    when = local(changed.effective, ZoneInfo(settings.community.timezone))
    return f"It holds from {when} on."
