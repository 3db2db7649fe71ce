"""The memory: what a console remembers of its operator, in one small file of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec

MOST_BYTES = 65_536
"""A file above this size is not read, and none above it is written."""
MOST_COMMUNITIES = 64
"""Communities that are remembered; the ones that were seen longest ago go first."""
MOST_NAME = 64
"""The longest name, in characters."""
MOST_USED = 12
"""Lines of the palette that are remembered as used."""
MOST_WORD = 256
"""The longest remembered word, in characters; more is cut off."""

_Name = Annotated[str, msgspec.Meta(max_length=MOST_NAME)]
_Word = Annotated[str, msgspec.Meta(max_length=MOST_WORD)]
_Words = Annotated[dict[_Name, _Word], msgspec.Meta(max_length=16)]


class Kept(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is remembered of one community."""

    screen: _Name = ""
    """The screen that was in front, by its name."""
    screens: Annotated[dict[_Name, _Words], msgspec.Meta(max_length=16)] = {}
    """View, order, filter and the like, by the screen's name."""
    used: Annotated[tuple[_Word, ...], msgspec.Meta(max_length=MOST_USED)] = ()
    """What was done by the palette, the newest first."""


class Contents(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    theme: _Name = ""
    """The theme's name: it belongs to the terminal, not to a community."""
    communities: Annotated[dict[_Name, Kept], msgspec.Meta(max_length=MOST_COMMUNITIES)] = {}
    """What is remembered, by the community's id; the newest last."""


def memory_file(environment: Mapping[str, str]) -> Path | None:
    """Return where a console remembers; None where there is no home.

    Args:
        environment: the process's environment.
    """
    state, home = environment.get("XDG_STATE_HOME", ""), environment.get("HOME", "")
    if Path(state).is_absolute():
        return Path(state) / "mosaic" / "console.json"
    if Path(home).is_absolute():
        return Path(home) / ".local" / "state" / "mosaic" / "console.json"
    return None


class Memory:
    """What is remembered, read once and written whenever it changes.

    A file that cannot be read or written costs nothing but the memory: the console goes on.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Read what there is.

        Args:
            file: where it lies; None remembers until the console ends.
        """
        self._file = file
        self._written = _read(file)
        self._contents = _decoded(self._written)

    @property
    def theme(self) -> str:
        """The theme's name; empty where none was chosen."""
        return self._contents.theme

    @theme.setter
    def theme(self, name: str) -> None:
        self._contents.theme = name
        self.save()

    def screen(self, community: str) -> str:
        """Return the screen that was in front, empty where none is remembered.

        Args:
            community: the community's id.
        """
        kept = self._contents.communities.get(community)
        return kept.screen if kept else ""

    def of(self, community: str, screen: str) -> Mapping[str, str]:
        """Return what a screen remembers.

        Args:
            community: the community's id.
            screen: the screen's name.
        """
        kept = self._contents.communities.get(community)
        return kept.screens.get(screen, {}) if kept else {}

    def keep(self, community: str, screen: str, words: Mapping[str, str]) -> None:
        """Remember a screen.

        Args:
            community: the community's id.
            screen: the screen's name.
            words: what it shall be told again.
        """
        short = {name[:MOST_NAME]: word[:MOST_WORD] for name, word in words.items()}
        self._kept(community).screens[screen] = short

    def keep_front(self, community: str, screen: str) -> None:
        """Remember which screen is in front.

        Args:
            community: the community's id.
            screen: the screen's name.
        """
        self._kept(community).screen = screen

    def used(self, community: str) -> tuple[str, ...]:
        """Return what was done by the palette, the newest first.

        Args:
            community: the community's id.
        """
        kept = self._contents.communities.get(community)
        return kept.used if kept else ()

    def keep_used(self, community: str, used: Iterable[str]) -> None:
        """Remember what was done by the palette.

        Args:
            community: the community's id.
            used: the lines, the newest first.
        """
        self._kept(community).used = tuple(words[:MOST_WORD] for words in used)[:MOST_USED]

    def save(self) -> None:
        """Write what has changed; nothing where it cannot be written."""
        communities = self._contents.communities
        while len(communities) > MOST_COMMUNITIES:
            del communities[next(iter(communities))]
        new = msgspec.json.encode(self._contents)
        if self._file is None or new == self._written or len(new) > MOST_BYTES:
            return
        self._written = new
        with suppress(OSError):
            _write(self._file, new)

    def _kept(self, community: str) -> Kept:
        communities = self._contents.communities
        kept = communities.pop(community, None) or Kept()
        communities[community] = kept
        return kept


def _read(file: Path | None) -> bytes:
    """The file's bytes; empty where there is none, or one that is not ours to trust."""
    if file is None:
        return b""
    try:
        # a link or a pipe in its place would lead the console somewhere else, or hold it
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            read = opened.read(MOST_BYTES + 1)
    except OSError:
        return b""
    return read if len(read) <= MOST_BYTES else b""


def _decoded(text: bytes) -> Contents:
    try:
        return msgspec.json.decode(text, type=Contents)
    except (msgspec.DecodeError, RecursionError):
        return Contents()


def _write(file: Path, text: bytes) -> None:
    """Write beside the file, then rename: a reader finds the old or the new one, never a half."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(text)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
