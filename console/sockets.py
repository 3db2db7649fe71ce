"""The sockets: where an engine's two doors stand for given settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from console.settings import Settings

LONGEST_PATH = 107
"""The longest path of a Unix socket, bytes (108 with its end, on Linux)."""

_NAMES = ("operator.sock", "watch.sock")


class Sockets(msgspec.Struct, frozen=True, kw_only=True):
    """The paths of an engine's two sockets."""

    operator: Path
    """Takes reads and commands."""
    watch: Path
    """Takes reads only."""

    @property
    def folder(self) -> Path:
        """The folder of both."""
        return self.operator.parent


def sockets_of(settings: Settings, environment: Mapping[str, str] | None = None) -> Sockets:
    """Return where the sockets of these settings' engine stand.

    They stand in the data folder; where a path would be too long, in a folder named after it
    below the runtime folder. The engine makes that folder and refuses one of another owner.

    Args:
        settings: the settings.
        environment: the environment variables; the process's own where left out.
    """
    return sockets_in(settings.engine.data, environment)


def sockets_in(data: Path, environment: Mapping[str, str] | None = None) -> Sockets:
    """Return where the sockets of the engine of a data folder stand; see `sockets_of`.

    Args:
        data: the data folder.
        environment: the environment variables; the process's own where left out.
    """
    data = data.absolute()
    folder = data
    if any(len(os.fsencode(data / name)) > LONGEST_PATH for name in _NAMES):
        variables = os.environ if environment is None else environment
        folder = _runtime(variables) / hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    operator, watch = (folder / name for name in _NAMES)
    return Sockets(operator=operator, watch=watch)


def _runtime(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_RUNTIME_DIR", "")
    # A name that leaves no room for the socket's own falls through to the short one.
    if named.startswith("/") and len(os.fsencode(named)) < 60:
        return Path(named) / "mosaic"
    return Path("/tmp") / f"mosaic-{os.getuid()}"  # noqa: S108  # the engine checks its owner
