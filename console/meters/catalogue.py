"""The catalogue: which profiles there are, and what their files say."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec
import tomli

from console.errors import ConfigError, MeterError
from console.files import opened
from console.meters.profile import Profile
from console.meters.profile_schema import NAME, Http, Mqtt, ProfileTable, Sample
from console.model.change import ProfileWords
from console.safe_text import safe_text
from console.settings import FILE, SIMULATED

FOLDER = Path(__file__).with_name("profiles")
"""Where the profiles that come with the program lie."""

GENERIC = "generic"
"""The profile whose expressions stand in the configuration."""

UNVERIFIED = "unverified"
"""How a profile is marked that no real meter's answer has proven."""

MOST_BYTES = 128 * 1024
"""The largest file of a profile."""

_HTTP = frozenset(Http.__struct_fields__)
_MQTT = frozenset(Mqtt.__struct_fields__)


class Shelf(NamedTuple):
    """All profiles with a file."""

    tables: dict[str, ProfileTable]
    """What the files of the sound ones say, by name, in order of the alphabet."""
    broken: dict[str, ConfigError]
    """What is wrong with the others, by name."""


def shelf(folder: Path | None = None) -> Shelf:
    """Return all profiles with a file, sound or broken.

    Args:
        folder: a folder that is looked in before the program's own.
    """
    found = Shelf({}, {})
    for name, file in sorted(_files(folder).items()):
        try:
            _check_name(file)
            found.tables[name] = _loaded(file)
        except ConfigError as error:
            found.broken[name] = error
    return found


def load_table(name: str, folder: Path | None = None) -> ProfileTable:
    """Return what the file of a profile says.

    Args:
        name: the file's name without `.toml`, or the path of a file that ends so.
        folder: a folder that is looked in before the program's own.

    Raises:
        ConfigError: there is none, or its file says what cannot be.
    """
    return _loaded(_file(name, folder))


def load_profile(
    name: str,
    folder: Path | None = None,
    params: Mapping[str, str] | None = None,
    described: Mapping[str, object] | None = None,
) -> Profile:
    """Return the profile of a name, for one house.

    Args:
        name: the file's name without `.toml`, or the path of a file that ends so.
        folder: a folder that is looked in before the program's own.
        params: the house's parameters by name.
        described: what the configuration says where the name is `generic`.

    Raises:
        ConfigError: there is none, its file says what cannot be, or a parameter is not as it must
            be.
    """
    if name == GENERIC:
        return _generic(described or {}, params or {})
    return Profile(_stem(name), load_table(name, folder), params)


def profile_names(folder: Path | None = None) -> list[str]:
    """Return the names of all profiles with a file, in order of the alphabet."""
    return sorted(_files(folder))


def marked(name: str, folder: Path | None = None) -> str:
    """Return a profile's name as it is offered: `youless (unverified)`."""
    return _mark(name, verified=name != GENERIC and load_table(name, folder).verified)


def offered(folder: Path | None = None) -> str:
    """Return the names of the sound profiles in a line, each that nothing real proves marked."""
    told = [_mark(name, verified=one.verified) for name, one in shelf(folder).tables.items()]
    return ", ".join([*told, _mark(GENERIC, verified=False)])


def described_profiles(folder: Path | None = None) -> list[tuple[str, str]]:
    """Return each sound profile's name with what it is called, as a shell offers them."""
    told = [
        (name, _mark(table.name, verified=table.verified))
        for name, table in shelf(folder).tables.items()
    ]
    return [*told, (GENERIC, f"its expressions stand in the configuration ({UNVERIFIED})")]


def profile_words(folder: Path | None = None) -> tuple[ProfileWords, ...]:
    """Return the sound profiles as a form offers them."""
    return tuple(
        ProfileWords(
            name=name,
            kind=safe_text(table.name, 80),
            verified=table.verified,
            params=table.params,
            params_optional=table.params_optional,
        )
        for name, table in shelf(folder).tables.items()
    )


def _mark(words: str, *, verified: bool) -> str:
    return words if verified else f"{words} ({UNVERIFIED})"


def _files(folder: Path | None) -> dict[str, Path]:
    """Return the files of all profiles by name; one that begins with a dot is an editor's."""
    return {
        file.stem: file
        for place in _places(folder)[::-1]
        for file in place.glob("*.toml")
        if not file.name.startswith(".")
    }


def _places(folder: Path | None) -> list[Path]:
    """Return where a profile is looked for, the first first."""
    return [FOLDER] if folder is None else [folder, FOLDER]


def _file(name: str, folder: Path | None) -> Path:
    """Return a profile's file, by its path or its name."""
    if name.endswith(".toml"):
        return Path(name)
    if NAME.match(name):
        for place in _places(folder):
            if os.path.lexists(file := place / f"{name}.toml"):
                return file
    beside = "" if folder is None else f", nor a file of it in {safe_text(folder, 200)}"
    raise ConfigError(
        f"there is no meter profile named {safe_text(name, 64)!r}{beside}",
        advice=f"The profiles are: {offered(folder)}.",
    )


def _check_name(file: Path) -> None:
    """Refuse a file whose profile could not be named in a configuration."""
    wrong = "" if NAME.match(file.stem) else "must be of at most 48 small letters, digits and -"
    if file.stem in (GENERIC, SIMULATED, FILE):
        wrong = "has another meaning in a configuration"
    if wrong:
        raise ConfigError(f"{safe_text(file, 200)}: its name {wrong}", advice="Rename the file.")


def _loaded(file: Path) -> ProfileTable:
    """Return what a file says; it says so as one sentence where that cannot be."""
    try:
        return _table(file, _text_of(file))
    except (OSError, RecursionError, ValueError, msgspec.MsgspecError, MeterError) as error:
        raise ConfigError(
            f"{safe_text(file, 200)}: {_why(error)}",
            advice="docs/profiles.md has an example, and every key.",
        ) from None
    except ConfigError as error:
        where = safe_text(file, 200)
        raise ConfigError(f"{where}: tests: {error.message}", advice=error.advice) from None


def _text_of(file: Path) -> str:
    with opened(file) as content:
        written = content.read(MOST_BYTES + 1)
    if len(written) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES} bytes")
    return written.decode()


def _why(error: Exception) -> str:
    """Say why a file is refused, in words that do not name it again."""
    if isinstance(error, OSError):
        return f"it cannot be read: {error.strerror}"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {error.start}"
    return safe_text(error, 160)


@functools.lru_cache(maxsize=64)
def _table(file: Path, text: str) -> ProfileTable:
    """A file's table, checked once for all houses whose meters are of this kind."""
    table = msgspec.convert(tomli.loads(text, parse_float=Decimal), ProfileTable)
    if not table.tests:
        raise ValueError("it has no tests")
    for test in table.tests:
        _prove(Profile(file.stem, table, test.params), test)
    return table


def _prove(profile: Profile, test: Sample) -> None:
    """Read a test's own answer, and refuse a profile that reads another value from it.

    Captured answers lie elsewhere, and what is no JSON needs an extra: both are for the tests.
    """
    if test.answer is None or "mqtt" not in profile.table.ways:
        return
    said = profile.read(test.answer.encode())
    for what, found, wanted in (
        ("import_wh", said.import_wh, test.import_wh),
        ("export_wh", said.export_wh, test.export_wh),
        ("power_w", said.power_w, test.power_w),
    ):
        if found != wanted:
            raise ValueError(f"its test has {what} = {wanted}, but {found} is read")


def _generic(described: Mapping[str, object], params: Mapping[str, str]) -> Profile:
    """Return a profile from the keys beside `profile = "generic"`.

    Those of `[http]` and of `[mqtt]` are among them; where there are none of `[http]`, it is one
    that is listened to.
    """
    http = {key: value for key, value in described.items() if key in _HTTP}
    mqtt = {key: value for key, value in described.items() if key in _MQTT}
    rest = {key: value for key, value in described.items() if key not in _HTTP | _MQTT}
    ways = {name: keys for name, keys in (("http", http), ("mqtt", mqtt)) if keys} or {"mqtt": {}}
    try:
        table = msgspec.convert({"name": "Generic", **rest, **ways}, ProfileTable)
        return Profile(GENERIC, table, params)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"a meter of the profile generic: {safe_text(error, 160)}",
            advice="It needs path, import, export, power, units, register and balancing beside it; "
            "docs/profiles.md has an example.",
        ) from None


def _stem(name: str) -> str:
    return Path(name).stem if name.endswith(".toml") else name
