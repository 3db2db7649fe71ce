"""The catalogue: which profiles there are, and what their files say."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import msgspec
import tomli

from console.errors import ConfigError, MeterError
from console.meters.profile import Profile
from console.meters.profile_schema import NAME, Http, Mqtt, ProfileTable, Sample
from console.model.change import ProfileWords
from console.safe_text import safe_text

FOLDER = Path(__file__).with_name("profiles")
"""Where the profiles that come with the program lie."""

GENERIC = "generic"
"""The profile whose expressions stand in the configuration."""

UNVERIFIED = "unverified"
"""How a profile is marked that no real meter's answer has proven."""

_HTTP = frozenset(Http.__struct_fields__)
_MQTT = frozenset(Mqtt.__struct_fields__)


def load_table(name: str, folder: Path | None = None) -> ProfileTable:
    """Return what the file of a profile says.

    Args:
        name: the file's name without `.toml`, or the path of a file that ends so.
        folder: a folder that is looked in before the program's own.

    Raises:
        ConfigError: there is none, or its file says what cannot be.
    """
    file = _file(name, folder)
    try:
        return _table(file, file.read_text("utf-8"))
    except (OSError, ValueError, msgspec.MsgspecError, MeterError) as error:
        raise ConfigError(
            f"{file}: {safe_text(error, 160)}",
            advice="docs/profiles.md has an example, and every key.",
        ) from None
    except ConfigError as error:
        raise ConfigError(f"{file}: tests: {error.message}", advice=error.advice) from None


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
    folders = [FOLDER] if folder is None else [folder, FOLDER]
    return sorted({file.stem for place in folders for file in place.glob("*.toml")})


def marked(name: str, folder: Path | None = None) -> str:
    """Return a profile's name as it is offered: `youless (unverified)`."""
    if name == GENERIC or not load_table(name, folder).verified:
        return f"{name} ({UNVERIFIED})"
    return name


def offered(folder: Path | None = None) -> str:
    """Return the names of all profiles in a line, each that no real answer proves marked."""
    return ", ".join(_marked(name, folder) for name in [*profile_names(folder), GENERIC])


def described_profiles(folder: Path | None = None) -> list[tuple[str, str]]:
    """Return each profile's name with what it is called, as a shell offers them.

    Raises:
        ConfigError: a file of the folder says what cannot be.
    """
    told = []
    for name in profile_names(folder):
        table = load_table(name, folder)
        told.append((name, table.name if table.verified else f"{table.name} ({UNVERIFIED})"))
    return [*told, (GENERIC, f"its expressions stand in the configuration ({UNVERIFIED})")]


def profile_words(folder: Path | None = None) -> tuple[ProfileWords, ...]:
    """Return the profiles as a form offers them; a file that cannot be read is not offered."""
    told = []
    for name in profile_names(folder):
        with contextlib.suppress(ConfigError):
            table = load_table(name, folder)
            told.append(
                ProfileWords(
                    name=name,
                    kind=safe_text(table.name, 80),
                    verified=table.verified,
                    params=table.params,
                    params_optional=table.params_optional,
                )
            )
    return tuple(told)


def _marked(name: str, folder: Path | None) -> str:
    """A profile's name as it is offered beside others, of which one may be broken."""
    try:
        return marked(name, folder)
    except ConfigError:
        return f"{name} (its file cannot be read)"


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


def _file(name: str, folder: Path | None) -> Path:
    if name.endswith(".toml"):
        return Path(name)
    if NAME.match(name):
        for place in [FOLDER] if folder is None else [folder, FOLDER]:
            file = place / f"{name}.toml"
            if file.is_file():
                return file
    raise ConfigError(
        f"there is no meter profile named {safe_text(name, 64)!r}",
        advice=f"The profiles are: {offered(folder)}.",
    )
