"""The glance: what can be read of the status of an engine of any version."""

from __future__ import annotations

from typing import Any

import msgspec

from console.errors import EngineError
from console.safe_text import safe_text

_LONGEST = 200
_MOST = 10**12
_MOST_ALARMS = 50


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """A status of which nothing is certain: what is missing or strange is None, or empty."""

    name: str = ""
    """What screens call the community."""
    mode: str = ""
    """Which chain is behind it."""
    version: str = ""
    """The engine's version."""
    locked: bool | None = None
    """Whether it has no key."""
    auto: bool | None = None
    """Whether it settles by itself."""
    height: int | None = None
    """The chain's height."""
    final_height: int | None = None
    """Its final height."""
    live: int | None = None
    """Meters that are live."""
    stale: int | None = None
    """Meters that are stale."""
    lost: int | None = None
    """Meters that are lost."""
    giving_w: int | None = None
    """Power given by all, W."""
    taking_w: int | None = None
    """Power taken by all, W."""
    alarms: tuple[str, ...] | None = None
    """Titles of the standing alarms."""
    halted: str = ""
    """Why nothing is signed; empty while all is well."""


def glance_of(raw: bytes) -> Glance:
    """Return what a status answer says, of whatever version it is.

    Raises:
        EngineError: it is no document with names.
    """
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict):
        raise EngineError("its status cannot be read.", advice="")
    return Glance(
        name=_text(said, "name") or _text(said, "community"),
        mode=_text(said, "mode"),
        version=_text(said, "version"),
        locked=_flag(said, "locked"),
        auto=_flag(said, "auto"),
        height=_number(said, "height"),
        final_height=_number(said, "final_height"),
        live=_number(said, "live"),
        stale=_number(said, "stale"),
        lost=_number(said, "lost"),
        giving_w=_number(said, "giving_w"),
        taking_w=_number(said, "taking_w"),
        alarms=_texts(said, "alarms"),
        halted=_text(said, "halted"),
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return safe_text(value, _LONGEST) if isinstance(value, str) else ""


def _flag(said: dict[str, Any], name: str) -> bool | None:
    value = said.get(name)
    return value if isinstance(value, bool) else None


def _number(said: dict[str, Any], name: str) -> int | None:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) < _MOST else None


def _texts(said: dict[str, Any], name: str) -> tuple[str, ...] | None:
    """A list of texts, or of documents that have a title."""
    value = said.get(name)
    if not isinstance(value, list):
        return None
    titles = (one.get("title") if isinstance(one, dict) else one for one in value[:_MOST_ALARMS])
    return tuple(safe_text(title, _LONGEST) for title in titles if isinstance(title, str))
