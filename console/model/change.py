"""The change: what an operator wants config.toml to say, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class NewHouse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member that is added."""

    id: str
    """Its id; never renamed or reused."""
    profile: str
    """Its meter's profile; `simulated` and `file` need no url."""
    url: str = ""
    """Where its meter answers."""
    secret: str = ""
    """A `file:` or `env:` reference to its meter's secret, never the secret."""
    tls: dict[str, str] = {}
    """By what its meter's certificate is believed: `ca` and `name`, or `pin`."""
    params: dict[str, str] = {}
    """What the profile asks of each house, by name."""
    described: dict[str, Any] = {}
    """What the profile `generic` reads instead of a file, as the configuration says it."""
    name: str = ""
    """What screens call it."""
    wallet: str = ""
    """Its wallet's address, base32; empty where the private chain makes one."""


class HouseWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of a member besides its wallet and where its meter is."""

    id: str
    """The member."""
    name: str = ""
    """What screens call it; empty for its id."""
    secret: str = ""
    """A `file:` or `env:` reference to its meter's secret, never the secret; empty without one."""


class ConfigChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to stand in config.toml instead."""

    values: dict[str, str] = {}
    """By key, as `price.fixed`, the value as TOML writes it; empty text takes the key away."""
    houses: tuple[NewHouse, ...] = ()
    """Members that are added."""
    words: tuple[HouseWords, ...] = ()
    """Members of which other words are to stand there, whole."""
    wallets: dict[str, str] = {}
    """New wallet addresses by house id, base32."""
    was: str = ""
    """The SHA-256 (hex) of the file that this changes; empty for whatever it is now."""
    preview: bool = False
    """Whether only the difference is wanted."""


class ConfigValue(msgspec.Struct, frozen=True, kw_only=True):
    """One key that can be changed while the engine runs."""

    key: str
    """As in `price.fixed`."""
    value: str
    """As TOML writes it; empty where the file leaves it out."""
    default: str
    """What holds where it is left out, as TOML writes it; empty where there is none."""
    help: str
    """What it says, in a few words."""


class ProfileWords(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of meter as a form offers it."""

    name: str
    """The profile's name."""
    kind: str
    """What it is called."""
    verified: bool
    """Whether a real meter's answer proves it."""
    params: tuple[str, ...] = ()
    """What it asks of each house."""
    params_optional: tuple[str, ...] = ()
    """The same where a house may have none."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """What config.toml says, for a form."""

    source: str
    """The file."""
    was: str
    """Its SHA-256 (hex)."""
    values: tuple[ConfigValue, ...]
    """The keys that can be changed, in the file's order."""
    houses: tuple[str, ...]
    """The members' ids."""
    words: tuple[HouseWords, ...] = ()
    """What the file says of each member, in its order."""
    profiles: tuple[ProfileWords, ...] = ()
    """The kinds of meter that a new house may have."""


class ConfigChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does or did."""

    difference: str
    """The file's lines that change, as a unified difference; empty where none does."""
    written: bool
    """Whether it was written, and not only shown."""
    effective: datetime | None
    """The edge from which it holds, aware UTC; None for the next start."""
