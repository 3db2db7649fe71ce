"""The setting up: asks what a neighbourhood is called and costs, makes its key, writes the file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from console.cli import answers
from console.cli.keys import passphrases
from console.cli.keys.passphrases import PassphraseFd
from console.cli.options import ConfigFile
from console.cli.questions import Questions, say
from console.cli.surroundings import command, guess_zone, suggest_id, take_zone
from console.config import values
from console.config.first import First, write_first
from console.errors import ConfigError, KeyFileError, UsageError
from console.safe_text import safe_text

_OTHERWISE = "mosaic init --yes --name NAME --timezone ZONE --passphrase-fd N"

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="FOLDER", help="Where config.toml is written; else here.", show_default=False
    ),
]
Name = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What it is called.", show_default=False)
]
Id = Annotated[
    str | None,
    typer.Option("--id", metavar="ID", help="Its id, never changed later.", show_default=False),
]
Zone = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE", help="Such as Europe/Helsinki; else this computer's.", show_default=False
    ),
]
Currency = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Three capital letters; else EUR.", show_default=False),
]
Degrees = Annotated[
    str | None,
    typer.Option(metavar="DEGREES", help="Only simulated meters need it.", show_default=False),
]
Price = Annotated[
    str | None,
    typer.Option(
        metavar="DECIMAL",
        help="What neighbours pay each other per kWh; else 0.10.",
        show_default=False,
    ),
]
Retail = Annotated[
    str | None,
    typer.Option(metavar="DECIMAL", help="What the grid charges per kWh.", show_default=False),
]
FeedIn = Annotated[
    str | None,
    typer.Option(metavar="DECIMAL", help="What the grid pays per kWh.", show_default=False),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        help="For store, chain and key; else data beside the file.",
        show_default=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing; take the defaults.")]


def init(
    context: typer.Context,
    folder: Folder = None,
    name: Name = None,
    id: Id = None,
    timezone: Zone = None,
    currency: Currency = None,
    latitude: Degrees = None,
    longitude: Degrees = None,
    price: Price = None,
    retail: Retail = None,
    feed_in: FeedIn = None,
    data: Data = None,
    yes: Yes = False,
    passphrase_fd: PassphraseFd = None,
    config: ConfigFile = None,
) -> int:
    """Set up a neighbourhood: ask, make its key, show the backup once, write config.toml."""
    before = context.obj if isinstance(context.obj, Path) else None
    source = _place(folder, config or before)
    questions = Questions(yes=yes, otherwise=_OTHERWISE)
    questions.require_answers()
    given = {
        "name": name, "id": id, "timezone": timezone, "currency": currency, "price": price,
        "latitude": latitude, "longitude": longitude, "retail": retail, "feed-in": feed_in,
        "data": data,
    }  # fmt: skip
    return set_up(source, questions, given, passphrase_fd)


def set_up(
    source: Path,
    questions: Questions,
    given: dict[str, str | None],
    passphrase_fd: int | None = None,
) -> int:
    """Ask for what is not given, make the key, and write the file; return the exit status.

    Nothing is written before the last answer, the key before the file that names it.

    Args:
        source: where the configuration will lie; nothing is there.
        questions: what asks.
        given: the options by their names without hyphens in front.
        passphrase_fd: an inherited pipe with the key's passphrase; None asks.

    Raises:
        UsageError: an answer is missing or cannot be.
        ConfigError: the file cannot be written.
        KeyFileError: the key cannot be made.
    """
    if questions.asks:
        say(
            "Setting up a neighbourhood. Enter takes what stands in brackets;\n"
            "ctrl+c leaves all as it was.\n"
        )
    first = _answers(source, questions, given)
    settings = first.settings(source)
    key = settings.engine.data / "operator.key"
    if os.path.lexists(key):
        say(f"\nThe key in {key} is there already and is kept.")
    else:
        _make_key(key, settings.engine.data / "store.db", questions, passphrase_fd)
    write_first(source, first.text)
    say(f"\n{source} is written; the sealed key lies in {key}.")
    say(f"Next, for every house: {command('houses add NAME', source)}")
    return 0


def _place(folder: Path | None, named: Path | None) -> Path:
    if folder is not None and named is not None:
        raise UsageError("name a folder or a file with -c, not both.")
    source = named or (folder or Path()) / "config.toml"
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError(f"{safe_text(folder)} is no folder.", advice="A file is named with -c.")
    if os.path.lexists(source):
        raise ConfigError(
            f"{safe_text(source)} is there already, and is left as it is.",
            advice=f"Go on with: {command('houses add NAME', source)}, or set up another "
            "neighbourhood with: mosaic init FOLDER",
        )
    return source


def _answers(source: Path, questions: Questions, given: dict[str, str | None]) -> First:
    take = questions.take
    folder = source.absolute().parent
    name = take("--name", given["name"], "Name of the neighbourhood", answers.name, None)
    return First(
        name=name,
        id=take(
            "--id", given["id"], "Its id, in every entry on the chain and never changed",
            values.identifier, suggest_id(name) or "neighbourhood",
        ),
        timezone=take(
            "--timezone", given["timezone"], "Time zone", take_zone, guess_zone() or None
        ),
        currency=take("--currency", given["currency"], "Currency", answers.currency, "EUR"),
        fixed=take("--price", given["price"], "Price among neighbours per kWh",
                   answers.price, "0.10"),
        retail=take("--retail", given["retail"], "What the grid charges per kWh (enter: not known)",
                    answers.price_or_none),
        feed_in=take("--feed-in", given["feed-in"], "What the grid pays per kWh (enter: not known)",
                     answers.price_or_none),
        **_position(questions, given),
        data=take("--data", given["data"], "Folder for store, chain and key",
                  answers.folder(folder), _usual_data(folder)),
    )  # fmt: skip


def _position(questions: Questions, given: dict[str, str | None]) -> dict[str, str]:
    latitude, longitude = given["latitude"], given["longitude"]
    if (latitude is None) != (longitude is None):
        raise UsageError("--latitude and --longitude belong together.")
    north = questions.take(
        "--latitude", latitude, "Latitude, degrees north (enter: no simulated meters)",
        answers.degrees(90),
    )  # fmt: skip
    if not north:
        return {}
    east = questions.take(
        "--longitude", longitude, "Longitude, degrees east", answers.degrees(180), None
    )
    return {"latitude": north, "longitude": east}


def _usual_data(folder: Path) -> str:
    """Return the data folder's default: beside a file of one's own, elsewhere for a user's."""
    usual = Path.home() / ".config" / "mosaic"
    return "" if folder in (usual, Path("/etc/mosaic")) else "data"


def _make_key(key: Path, store: Path, questions: Questions, passphrase_fd: int | None) -> None:
    if store.exists():
        raise KeyFileError(
            f"{store} is of a community that had a key, and there is none at {key}",
            advice="Restore that key, or name another folder with --data.",
        )
    from console.chain.keystore import restore
    from console.chain.phrase import phrase_of

    say("\nThe operator's key signs every settlement. A passphrase seals it:\n"
        "whoever starts the engine needs it.")  # fmt: skip
    passphrase = passphrases.choose(questions, passphrase_fd)
    phrase = phrase_of(secrets.token_bytes(32))
    passphrases.hand_over(questions, phrase)
    restore(key, phrase, passphrase)
