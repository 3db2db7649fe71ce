"""The surroundings: what a first set-up can guess, and how its next command is written."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import unicodedata
from pathlib import Path
from zoneinfo import available_timezones

from console.config import find, values
from console.config.values import Wrong
from console.errors import ConfigError
from console.model.house import ID

_ZONE_FOLDER = "zoneinfo/"


def guess_zone(etc: Path = Path("/etc")) -> str:
    """Return the name of this computer's time zone; empty where it cannot be told.

    Args:
        etc: the folder of the system's settings.
    """
    for found in (os.environ.get("TZ", "").lstrip(":"), _linked(etc), _named(etc)):
        try:
            if found:
                return values.timezone(found)
        except Wrong:
            continue
    return ""


def take_zone(name: str) -> str:
    """Take a zone's name; the refusal names near ones.

    Raises:
        Wrong: there is none of that name.
    """
    try:
        return values.timezone(name)
    except Wrong as wrong:
        last = {zone.rpartition("/")[2].lower(): zone for zone in available_timezones()}
        near = difflib.get_close_matches(name.rpartition("/")[2].lower()[:40], last, n=3)
        meant = ", ".join(sorted(last[one] for one in near))
        raise Wrong(f"{wrong}; did you mean {meant}?" if meant else str(wrong)) from None


def suggest_id(name: str) -> str:
    """Return an id made of a name: plain small letters, digits and hyphens; empty without any."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    slug = re.sub(r"[^a-z0-9_]+", "-", plain.decode().lower()).strip("-_")[:32].strip("-_")
    return slug if ID.match(slug) else ""


def command(words: str, source: Path | None) -> str:
    """Return a command as it must be typed here to find a configuration.

    Args:
        words: the command after `mosaic`.
        source: the configuration that it is about.
    """
    if source is None or _finds(source):
        return f"mosaic {words}"
    return f"mosaic -c {shlex.quote(os.fspath(source))} {words}"


def _finds(source: Path) -> bool:
    try:
        return find().resolve() == source.resolve()
    except (ConfigError, OSError):
        return False


def _linked(etc: Path) -> str:
    try:
        target = os.fspath((etc / "localtime").readlink())
    except OSError:
        return ""
    return target.partition(_ZONE_FOLDER)[2]


def _named(etc: Path) -> str:
    try:
        return (etc / "timezone").read_text("utf-8")[:100].strip()
    except (OSError, UnicodeDecodeError):
        return ""
