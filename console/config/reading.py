"""The reading: finds config.toml, reads it in bounds, and tells all its mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import tomli

from console.config import sections
from console.config.keys import STATIC_RULES, wrong_sum
from console.config.places import Places
from console.config.table import Mistakes, Table, parse_number
from console.errors import ConfigError
from console.files import opened
from console.safe_text import safe_text
from console.settings import Settings

MOST_BYTES = 1 << 20
"""The largest file that is taken for a configuration, bytes."""

VARIABLE = "MOSAIC_CONFIG"
"""The environment variable that names the file."""

_ADVICE = "Correct the file; config.toml of the project is a complete example."
_NONE_ADVICE = "Make one with: mosaic init; or name one with -c FILE. mosaic demo needs none."


def find(
    option: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    home: Path | None = None,
) -> Path:
    """Return the configuration's path: what was named, else the first of the usual places.

    Args:
        option: what `-c` names.
        environment: the environment variables; the process's own where left out.
        folder: where `./config.toml` is looked for; the current folder where left out.
        home: the home folder; the user's where left out.

    Raises:
        ConfigError: the named file is not there, or there is none in the usual places.
    """
    variables = os.environ if environment is None else environment
    named = option or (Path(variables[VARIABLE]) if variables.get(VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            source = "-c" if option else f"${VARIABLE}"
            raise ConfigError(
                f"{safe_text(named)}, named by {source}, is no file.", advice=_NONE_ADVICE
            )
        return named
    usual = [
        (folder or Path()) / "config.toml",
        (home or _home()) / ".config" / "mosaic" / "config.toml",
        Path("/etc/mosaic/config.toml"),
    ]
    for path in usual:
        if path.is_file():
            return path
    raise ConfigError(
        "there is none in " + ", ".join(safe_text(path) for path in usual) + ".",
        advice=_NONE_ADVICE,
    )


def load(option: Path | None = None) -> Settings:
    """Find and read the configuration.

    Raises:
        ConfigError: there is none, or it says what cannot be.
    """
    return read(find(option))


def read(source: Path) -> Settings:
    """Read a configuration file.

    Raises:
        ConfigError: it cannot be read, is too large, is no UTF-8, or says what cannot be.
    """
    try:
        with opened(source) as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its path cannot be"
        raise ConfigError(f"{safe_text(source)} cannot be read: {reason}.") from None
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{safe_text(source)} is larger than {MOST_BYTES} bytes.")
    try:
        return parse(raw.decode("utf-8"), source)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{safe_text(source)}:{line}: this line is no UTF-8 text.", advice=_ADVICE
        ) from None


def parse(text: str, source: Path) -> Settings:
    """Return the settings that a text holds.

    Args:
        text: TOML.
        source: where it came from: named in messages, and paths are relative to its folder.

    Raises:
        ConfigError: a syntax error alone, or all other mistakes together, each with its line.
    """
    text = text.replace("\r\n", "\n")
    document = _document(text, source)
    mistakes = Mistakes(str(source), Places(text))
    settings = _settings(Table(mistakes, (), "", document), source)
    if mistakes:
        listed = mistakes.listed()
        count = "one mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
        head = f"{count} in {safe_text(source)}. {_ADVICE}"
        raise ConfigError("\n".join([head, *listed]))
    return settings


def _document(text: str, source: Path) -> dict[str, object]:
    try:
        return tomli.loads(text, parse_float=parse_number)
    except tomli.TOMLDecodeError as error:
        where = f"{safe_text(source)}:{error.lineno}"
        raise ConfigError(
            f"{where}: {safe_text(error.msg)} (column {error.colno}).",
            advice="Correct this line first; the rest is checked once the file can be read.",
        ) from None
    except (ValueError, RecursionError):
        # tomli lets through what Python's own int() and its recursion limit refuse
        raise ConfigError(
            f"{safe_text(source)}: a number is too long, or tables are nested too deep.",
            advice=_ADVICE,
        ) from None


def _settings(root: Table, source: Path) -> Settings:
    folder = source.absolute().parent
    community = sections.read_community(root.table("community", required=True))
    state = _home() / ".local" / "state" / "mosaic" / community.id
    rules = root.table("settlement")
    settlement = sections.read_settlement(rules)
    members = sections.read_members(root, folder)
    wrong = wrong_sum([member.house for member in members])
    if settlement.rule in STATIC_RULES and wrong:
        rules.refuse("rule", f'"{settlement.rule}": {wrong}')
    settings = Settings(
        source=source,
        community=community,
        settlement=settlement,
        price=sections.read_price(root.table("price")),
        chain=sections.read_chain(root.table("chain"), folder),
        engine=sections.read_engine(root.table("engine"), folder, state),
        members=members,
        tariffs=sections.read_tariffs(root),
        rules=sections.read_rules(root, wrong),
        profiles=sections.read_profiles(root.table("profiles"), folder),
    )
    root.finish()
    return settings


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise ConfigError("the home folder of this user is not known; set HOME.") from None
