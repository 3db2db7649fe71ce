"""The options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from console.config import find, load
from console.errors import ConfigError
from console.settings import Settings
from console.tui.tones import NAMES

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--config",
        metavar="FILE",
        help="The configuration; else $MOSAIC_CONFIG, ./config.toml, "
        "~/.config/mosaic/config.toml, /etc/mosaic/config.toml.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]
CertificateWords = Annotated[
    list[str] | None,
    typer.Option(
        "--tls",
        metavar="KEY=VALUE",
        help="By what its certificate is believed: ca=FILE and name=NAME, or pin=sha256:...",
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="What its profile asks of a house."),
]
Generic = Annotated[
    list[str] | None,
    typer.Option("--generic", metavar="KEY=VALUE", help="What the profile generic is read by."),
]
Calm = Annotated[
    bool, typer.Option("--calm", help="Let nothing move but the countdown: for slow lines.")
]
Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")]


def _known_theme(name: str) -> str:
    if name and name not in NAMES:
        raise typer.BadParameter(f"there is no {name}; there are {', '.join(NAMES)}.")
    return name


Theme = Annotated[
    str,
    typer.Option(
        "--theme",
        metavar="NAME",
        callback=_known_theme,
        help=f"Colours: {', '.join(NAMES)}. Remembered when chosen with T.",
        show_default=False,
    ),
]
Mouse = Annotated[
    bool | None,
    typer.Option(
        "--mouse/--no-mouse",
        help="Ask for clicks and the wheel; by itself on a local terminal only.",
        show_default=False,
    ),
]


def settings_of(context: typer.Context, config: Path | None) -> Settings:
    """Return the settings of the file named after the command, else before it, else found.

    Raises:
        ConfigError: there is no such file, or it says what cannot be.
    """
    before = context.obj if isinstance(context.obj, Path) else None
    return load(config or before)


def settings_if_any(context: typer.Context, config: Path | None) -> Settings | None:
    """Return the settings as `settings_of`; None where no configuration is named or found.

    Raises:
        ConfigError: a configuration is there and says what cannot be.
    """
    named = config or (context.obj if isinstance(context.obj, Path) else None)
    if named is None and not os.environ.get("MOSAIC_CONFIG"):
        try:
            find()
        except ConfigError:
            # nothing is named and none lies in the usual places
            return None
    return settings_of(context, config)


def folder_of(context: typer.Context, config: Path | None) -> Path | None:
    """Return the configured folder of profiles; none where no configuration is named or found.

    Raises:
        ConfigError: a configuration is there and says what cannot be.
    """
    settings = settings_if_any(context, config)
    return None if settings is None else settings.profiles
