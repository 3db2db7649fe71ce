"""The writing: config.toml changed key by key, every comment and blank line left where it is."""

from __future__ import annotations

import difflib
import hashlib
import re
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Item, Table

from console import files
from console.config.reading import MOST_BYTES, parse, read
from console.errors import ConfigError, UsageError
from console.model.change import ConfigChange, HouseWords, NewHouse
from console.safe_text import safe_text
from console.settings import Settings

LONGEST_VALUE = 500
"""The longest value that is taken for one key, characters."""

REFERENCES = ("file:", "env:")
"""How a reference to a secret begins."""

_KEY = re.compile(r"[a-z]{1,20}\.[a-z_]{1,30}")
_FRESH = "Look at it again: the change was made for what it said before."


class Draft:
    """A configuration file with changes that are not written yet."""

    def __init__(self, source: Path, raw: bytes) -> None:
        """Begin with what a file says.

        Args:
            source: the file.
            raw: its bytes, a valid configuration.
        """
        self.source = source
        self._raw = raw
        self._document = tomlkit.parse(raw)

    @classmethod
    def open(cls, source: Path) -> Draft:
        """Return a draft of a file as it is now.

        Raises:
            ConfigError: it cannot be read, or says what cannot be.
        """
        read(source)
        return cls(source, _bytes_of(source))

    @property
    def was(self) -> str:
        """The SHA-256 (hex) of the file that was opened."""
        return hashlib.sha256(self._raw).hexdigest()

    @property
    def text(self) -> str:
        """The whole file as it would be written."""
        return tomlkit.dumps(self._document)

    def value(self, key: str) -> str:
        """Return a key's value as TOML writes it; empty where it is left out.

        Args:
            key: the table and the key, as in `price.fixed`.
        """
        table, name = key.split(".")
        found = self._document.get(table, {}).get(name)
        return found.as_string() if isinstance(found, Item) else ""

    def set(self, key: str, value: str) -> None:
        """Let a key say something else.

        Args:
            key: the table and the key, as in `price.fixed`.
            value: as TOML writes it, such as `0.12` or `"ask"`; empty takes the key away.

        Raises:
            UsageError: there is no such key, or the value is none of TOML's.
        """
        if not _KEY.fullmatch(key):
            raise UsageError(f"{safe_text(key, 60)} is no key such as price.fixed.")
        table, name = key.split(".")
        if not value:
            if name in self._document.get(table, {}):
                del self._document[table][name]
            return
        item = _item(key, value)
        if table not in self._document:
            self._end_with_blank_line()
            self._document.add(table, tomlkit.table())
        section = self._document[table]
        if not isinstance(section, Table | InlineTable):
            raise UsageError(f"{table} is no table.")
        if name in section and isinstance(old := section[name], Item):
            item.trivia.comment_ws, item.trivia.comment = old.trivia.comment_ws, old.trivia.comment
        section[name] = item

    def add_house(self, house: NewHouse) -> None:
        """Let a member stand at the end of the file."""
        table = tomlkit.table()
        table.add("id", house.id)
        for key, value in (("name", house.name), ("wallet", house.wallet)):
            if value:
                table.add(key, value)
        table.add("meter", _meter(house))
        self._end_with_blank_line()
        houses = self._document.get("house")
        if isinstance(houses, AoT):
            houses.append(table)
        else:
            self._document.add("house", tomlkit.aot())
            self._document["house"].append(table)

    def set_wallet(self, house: str, address: str) -> None:
        """Let a member have another wallet.

        Args:
            house: its id.
            address: base32.

        Raises:
            UsageError: there is no such member.
        """
        self._house(house)["wallet"] = address

    def words(self) -> tuple[HouseWords, ...]:
        """Return what the file says of each member, in its order."""
        return tuple(
            HouseWords(
                id=str(table["id"]),
                name=str(table.get("name", "")),
                secret=str(table["meter"].get("secret", "")),
            )
            for table in self._document.get("house", ())
        )

    def set_words(self, words: HouseWords) -> None:
        """Let a member have another name and another reference to its meter's secret.

        Raises:
            UsageError: there is no such member, or it is given the secret itself.
        """
        if words.secret and not words.secret.startswith(REFERENCES):
            raise UsageError(
                f"the meter's secret of {safe_text(words.id, 40)} is not a reference.",
                advice="Write file:PATH or env:NAME, never the secret itself.",
            )
        house = self._house(words.id)
        for table, key, text in (
            (house, "name", words.name), (house["meter"], "secret", words.secret),
        ):  # fmt: skip
            if text:
                table[key] = text
            elif key in table:
                del table[key]

    def _house(self, house: str) -> dict[str, Any]:
        for table in self._document.get("house", ()):
            if table.get("id") == house:
                found: dict[str, Any] = table
                return found
        raise UsageError(f"there is no house {safe_text(house, 40)}.")

    def apply(self, change: ConfigChange) -> None:
        """Make an operator's change.

        Raises:
            ConfigError: the file is no more what the change was made for.
            UsageError: a key or a house of it cannot be.
        """
        if change.was and change.was != self.was:
            raise ConfigError(f"{safe_text(self.source)} has changed meanwhile.", advice=_FRESH)
        for key, value in change.values.items():
            self.set(key, value)
        for house, address in change.wallets.items():
            self.set_wallet(house, address)
        for words in change.words:
            self.set_words(words)
        for new in change.houses:
            self.add_house(new)

    def difference(self) -> str:
        """Return the lines that change, as a unified difference; empty where none does."""
        before = self._raw.decode("utf-8").splitlines()
        lines = difflib.unified_diff(before, self.text.splitlines(), lineterm="", n=1)
        return "\n".join(list(lines)[2:])

    def check(self) -> Settings:
        """Return the settings as they would be.

        Raises:
            ConfigError: all mistakes at once, each with its line.
        """
        return parse(self.text, self.source)

    def write(self) -> None:
        """Write it: checked, beside its place, then put there in one step.

        Raises:
            ConfigError: it says what cannot be, the file has changed meanwhile, or it cannot be
                written; then the file is as it was.
        """
        self.check()
        new = self.text.encode("utf-8")
        if _bytes_of(self.source) != self._raw:
            raise ConfigError(f"{safe_text(self.source)} has changed meanwhile.", advice=_FRESH)
        try:
            target = self.source.resolve()
            files.replace(target, new, like=target.stat())
        except OSError as error:
            raise ConfigError(
                f"{safe_text(self.source)} cannot be written: {error.strerror}."
            ) from None
        self._raw = new

    def _end_with_blank_line(self) -> None:
        """Set what follows apart; the end of the text belongs to its last table."""
        lines = self.text.rstrip("\n") + "\n\n"
        self._document = tomlkit.parse(lines)


def _meter(house: NewHouse) -> Table | InlineTable:
    """A meter's table, in one line but for a generic one, which says a lot."""
    meter = tomlkit.table() if house.described else tomlkit.inline_table()
    meter.append("profile", house.profile)
    for key, value in (
        ("url", house.url), ("secret", house.secret), ("tls", _inline(house.tls)),
        ("params", _inline(house.params)),
        *((key, _inline(value)) for key, value in house.described.items()),
    ):  # fmt: skip
        if value not in ("", {}):
            try:
                meter.append(key, value)
            except (TOMLKitError, ValueError, TypeError):
                raise UsageError(f"the meter's {safe_text(key, 40)} is no TOML value.") from None
    return meter


def _inline(value: object) -> object:
    """A value as one line of TOML has it."""
    if not isinstance(value, dict):
        return [_inline(item) for item in value] if isinstance(value, list) else value
    table = tomlkit.inline_table()
    for key, item in value.items():
        table.append(key, _inline(item))
    return table


def _item(key: str, value: str) -> Item:
    try:
        if len(value) > LONGEST_VALUE or "\n" in value:
            raise ValueError
        return tomlkit.value(value)
    except (TOMLKitError, ValueError, RecursionError):
        raise UsageError(
            f"{key} = {safe_text(value, 60)} is no TOML value.",
            advice='A number stands alone, text stands in quotes: "ask".',
        ) from None


def _bytes_of(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{safe_text(source)} cannot be read: {error.strerror}.") from None
