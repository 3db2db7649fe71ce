"""The joining: what a house that is added needs: an id, a meter that was asked, a wallet."""

from __future__ import annotations

import sys

import msgspec
import typer

from console.cli.answers import house_id
from console.cli.answers import name as take_name
from console.cli.changing import source_of
from console.cli.questions import Questions, say, show_until_enter
from console.cli.surroundings import suggest_id
from console.config import values
from console.config.sections import SIMULATED
from console.errors import MeterError, UsageError
from console.model.change import NewHouse
from console.model.house import ID
from console.safe_text import safe_text
from console.settings import Settings

OTHERWISE = "mosaic houses add NAME --new-wallet --meter-url http://192.168.1.20"
"""The command that needs no terminal."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the command's options say of the meter."""

    url: str | None = None
    """Where it answers; None where nothing is said."""
    profile: str | None = None
    """Its profile."""
    secret: str | None = None
    """A reference to its secret."""
    anyway: bool = False
    """Whether the house is added too where its meter does not answer."""


def name_it(settings: Settings, questions: Questions, name: str, id: str | None) -> NewHouse:
    """Return a house with an id that no other has.

    Args:
        settings: the community's settings.
        questions: what asks.
        name: what the operator calls it; its id too, where it may be one.
        id: the id that was chosen; None where none was.

    Raises:
        UsageError: the id or the name cannot be.
    """
    if id is None and ID.match(name):
        id, option = name, "NAME"
    else:
        questions.take("NAME", name, "", take_name)
        option = "--id"
    chosen = questions.take(
        option,
        id,
        f"Id of {safe_text(name, 60)}, never changed later",
        lambda text: house_id(text, settings),
        suggest_id(name) or None,
    )
    return NewHouse(id=chosen, profile=SIMULATED, name="" if chosen == name else name)


def give_meter(
    settings: Settings, questions: Questions, house: NewHouse, wanted: Wanted
) -> NewHouse:
    """Return a house with its meter, asked once.

    Args:
        settings: the community's settings.
        questions: what asks.
        house: the house.
        wanted: what the options say.

    Raises:
        UsageError: an option cannot be, or is missing.
        MeterError: the meter cannot be read, and it is not to be added all the same.
    """
    from console.cli.probing import probe, reading_line, take_url
    from console.meters.catalogue import marked

    silent = wanted.url is None and wanted.profile is None and not questions.asks
    if wanted.profile == SIMULATED or silent:
        return _simulated(settings, house, wanted)
    place = questions.take(
        "--meter-url",
        wanted.url,
        f"Address of {house.id}'s meter, such as 192.168.1.20",
        take_url,
        None,
    )
    take_secret = values.secret(source_of(settings).absolute().parent)
    secret = questions.take("--secret", wanted.secret, "", take_secret) if wanted.secret else ""
    say(f"Asking {place} ...")
    found = probe(house.id, place, wanted.profile or "", settings.profiles, secret)
    if found.said is not None:
        say(f"It answers as {marked(found.profile, settings.profiles)}: {reading_line(found.said)}")
    elif not wanted.anyway:
        _agree_to_silence(questions, house, place, found.fault)
    profile = found.profile or _unread(settings, questions)
    return msgspec.structs.replace(house, profile=profile, url=place, secret=secret)


def give_wallet(
    settings: Settings, questions: Questions, house: NewHouse, address: str | None, *, new: bool
) -> tuple[NewHouse, str]:
    """Return a house with its wallet, and the page of a new one, empty without.

    Args:
        settings: the community's settings.
        questions: what asks.
        house: the house.
        address: what the option says; None where nothing is said.
        new: whether a wallet is to be made.

    Raises:
        UsageError: the address cannot be.
    """
    from console.cli.wallets import new_wallet, take_address

    def take(text: str) -> str:
        return text if text in ("new", "") else take_address(text, house.id, settings)

    if not new:
        address = questions.take(
            "--address",
            address,
            "Its wallet's address; new makes one for the household; enter: kept by the operator",
            take,
        )
    page = ""
    if new or address == "new":
        community = settings.community.name or settings.community.id
        made = new_wallet(house.name or house.id, community)
        address, page = made.address, made.page
    return msgspec.structs.replace(house, wallet=address or ""), page


def hand_over(page: str) -> None:
    """Give a household's page out: on the screen until enter, or to whatever prints it."""
    if not (sys.stdout.isatty() and sys.stdin.isatty()):
        typer.echo(page)
        return
    show_until_enter(f"{page}\n\nPress enter when it is written down: ")


def _simulated(settings: Settings, house: NewHouse, wanted: Wanted) -> NewHouse:
    if wanted.profile is None:
        raise UsageError(
            f"{house.id} needs its meter's address.",
            advice=f"Such as: {OTHERWISE}. Energy that is made up: --profile {SIMULATED}",
        )
    if wanted.url is not None:
        raise UsageError("a simulated meter has no address: --meter-url does not belong to it.")
    if settings.community.latitude is None or settings.community.longitude is None:
        raise UsageError(
            "a simulated meter needs to know where the sun stands.",
            advice=f"Write latitude and longitude below [community] in {source_of(settings)}, "
            "as in latitude = 60.2",
        )
    return house


def _agree_to_silence(questions: Questions, house: NewHouse, url: str, fault: str) -> None:
    told = MeterError(
        f"{house.id} is not added: {fault}.",
        advice=f"Is {url} right, and the meter's local access on? To add it all the same, its "
        "meter counted as lost until it answers: --anyway",
    )
    if not questions.asks:
        raise told
    say(f"Its meter cannot be read: {fault}.")
    if not questions.agree(f"Add {house.id} all the same?", default=False):
        raise told


def _unread(settings: Settings, questions: Questions) -> str:
    """Return the profile of a meter that no profile has read yet."""
    from console.meters.catalogue import offered, profile_names

    names = profile_names(settings.profiles)
    if len(names) == 1 and not questions.asks:
        return names[0]
    return questions.take(
        "--profile", None, f"Its profile: {offered(settings.profiles)}",
        values.choice(*names), names[0] if len(names) == 1 else None,
    )  # fmt: skip
