"""The first configuration: a short commented file, written once and never over another."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from console import files
from console.config.reading import parse
from console.errors import ConfigError
from console.safe_text import safe_text
from console.settings import Settings

_COMMENT_AT = 32


class First(msgspec.Struct, frozen=True, kw_only=True):
    """What a first configuration says; every other key has its default."""

    id: str
    """The community's id."""
    name: str
    """What screens call it."""
    timezone: str
    """Its zone."""
    currency: str
    """The currency's code."""
    latitude: str = ""
    """Degrees north as written; empty for none."""
    longitude: str = ""
    """Degrees east as written; empty for none."""
    fixed: str
    """The price per kWh as written."""
    retail: str = ""
    """What the grid charges per kWh as written; empty for none."""
    feed_in: str = ""
    """What the grid pays per kWh as written; empty for none."""
    data: str = ""
    """The data folder; empty for the usual one."""

    @property
    def text(self) -> str:
        """The file's whole text, TOML."""
        return "\n".join(_lines(self)) + "\n"

    def settings(self, source: Path) -> Settings:
        """Return the settings that the file will hold.

        Args:
            source: where it will lie.

        Raises:
            ConfigError: it says what cannot be.
        """
        return parse(self.text, source)


def write_first(path: Path, text: str) -> None:
    """Write a new file, whole or not at all, open to nobody else; make its folder.

    Args:
        path: where nothing lies yet.
        text: its text.

    Raises:
        ConfigError: something lies there, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = files.create(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{safe_text(path)} cannot be written: {error.strerror}.") from None
    if not new:
        raise ConfigError(f"{safe_text(path)} is there already, and is left as it is.", advice="")


def _lines(first: First) -> list[str]:
    lines = [
        f"# Mosaic Console: {safe_text(first.name or first.id, 80)}.",
        "# Change what you like; what is not here has its default. Check it with: mosaic doctor",
        "",
        "[community]",
        _key("id", _quoted(first.id), "in every key on the chain: never change it"),
        _key("name", _quoted(first.name), "what the screens call it"),
        _key("timezone", _quoted(first.timezone), "days and billing months are local to it"),
        _key("currency", _quoted(first.currency)),
    ]
    if first.latitude and first.longitude:
        lines += [
            _key("latitude", first.latitude, "degrees north, for sunrise and simulated meters"),
            _key("longitude", first.longitude, "degrees east"),
        ]
    lines += [
        "",
        "[price]",
        _key("kind", '"fixed"'),
        _key("fixed", first.fixed, "per kWh, what neighbours pay each other"),
    ]
    if first.retail:
        lines.append(_key("retail", first.retail, "per kWh, what the grid charges"))
    if first.feed_in:
        lines.append(_key("feed_in", first.feed_in, "per kWh, what the grid pays"))
    lines += [
        "",
        "[chain]",
        _key("kind", '"embedded"', "private: tamper-evident, on this computer"),
    ]
    if first.data:
        comment = "the store, the chain and the sealed key"
        lines += ["", "[engine]", _key("data", _quoted(first.data), comment)]
    return [*lines, "", "# A [[house]] for every member; add one with: mosaic houses add NAME"]


def _key(name: str, value: str, comment: str = "") -> str:
    line = f"{name} = {value}"
    return f"{line:<{_COMMENT_AT - 1}} # {comment}" if comment else line


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
