"""The joining: what a house that is added needs: an id, a meter that was asked, a wallet."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from console.cli.answers import house_id
from console.cli.answers import name as take_name
from console.cli.changing import source_of
from console.cli.houses import profiling
from console.cli.questions import Questions, say, show_until_enter
from console.cli.surroundings import suggest_id
from console.config import values
from console.config.metering import GENERIC
from console.config.values import Wrong
from console.errors import ConfigError, MeterError, UsageError
from console.model.change import NewHouse
from console.model.house import ID
from console.safe_text import safe_text
from console.settings import FILE, SIMULATED, MeterSettings, Settings

if TYPE_CHECKING:
    from console.cli.meters.probing import Probe

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
    tls: dict[str, str] = {}
    """By what its certificate is believed."""
    params: dict[str, str] = {}
    """What its profile asks of a house."""
    described: dict[str, object] = {}
    """What a generic one is read by."""
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
        ConfigError: there is no such profile, or it cannot take what is said for it.
        MeterError: the meter cannot be read, and it is not to be added all the same.
    """
    from console.cli.meters.probing import probe, take_url
    from console.config.metering import tls_settings

    if wanted.described and wanted.profile != GENERIC:
        raise UsageError(
            f"--generic belongs to --profile {GENERIC}, not to {safe_text(wanted.profile, 64)}."
        )
    silent = wanted.url is None and wanted.profile is None and not questions.asks
    if wanted.profile == FILE:
        return _from_files(house, wanted)
    if wanted.profile == SIMULATED or silent:
        return _simulated(settings, house, wanted)
    place = questions.take(
        "--meter-url",
        wanted.url,
        f"Address of {house.id}'s meter, such as 192.168.1.20; {FILE}: it has none",
        lambda text: FILE if text == FILE else take_url(text),
        None,
    )
    if place == FILE:
        return _from_files(house, msgspec.structs.replace(wanted, url=None))
    take_secret = values.secret(source_of(settings).absolute().parent)
    secret = questions.take("--secret", wanted.secret, "", take_secret) if wanted.secret else ""
    meter = MeterSettings(
        profile=wanted.profile or "",
        url=place,
        secret=secret,
        tls=tls_settings(wanted.tls, Path()),
        params=wanted.params,
        described=wanted.described,
    )
    meter = profiling.with_params(settings, questions, house.id, meter)
    say(f"Asking {place} ...")
    found = probe(house.id, meter, settings.profiles)
    if found.is_denied and not secret and questions.asks:
        say(f"{found.fault}.")
        where = f"Where its secret stands, such as file:{house.id}.secret"
        secret = questions.take("--secret", None, where, _readable(take_secret), None)
        meter = msgspec.structs.replace(meter, secret=secret)
        found = probe(house.id, meter, settings.profiles)
    if found.said is None and not (meter.profile or found.is_denied) and questions.asks:
        say(f"No profile reads it by itself: {found.fault}.")
        meter = profiling.with_choice(settings, questions, house.id, meter, needed=False)
        if meter.profile:
            found = probe(house.id, meter, settings.profiles)
    house = msgspec.structs.replace(house, tls=wanted.tls)
    return _met(settings, questions, house, meter, found, anyway=wanted.anyway)


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
    from console.cli.houses.wallets import new_wallet, take_address

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


def _readable(take: Callable[[object], str]) -> Callable[[str], str]:
    """Return what takes a reference to a secret that can be read now."""
    from console.meters.auth import read_secret

    def check(text: str) -> str:
        reference = take(text)
        try:
            read_secret(reference)
        except ConfigError as error:
            raise Wrong(f"leads nowhere yet: {error.message}") from None
        return reference

    return check


def _from_files(house: NewHouse, wanted: Wanted) -> NewHouse:
    """Return a house that is not polled."""
    if wanted.url or wanted.secret or wanted.tls or wanted.params:
        raise UsageError(
            f"{house.id} is not polled: --profile {FILE} takes no address, secret, certificate "
            "or parameter.",
            advice="Leave them out, or name its meter's profile.",
        )
    if wanted.profile not in (None, FILE):
        raise UsageError(f"the address {FILE} belongs to --profile {FILE}.")
    say(f"{house.id} is not polled. Bring its readings with: mosaic import FILE --house {house.id}")
    return msgspec.structs.replace(house, profile=FILE)


def _simulated(settings: Settings, house: NewHouse, wanted: Wanted) -> NewHouse:
    if wanted.profile is None:
        raise UsageError(
            f"{house.id} needs its meter's address.",
            advice=f"Such as: {OTHERWISE}. Readings from files alone: --profile "
            f"{FILE}. Energy that is made up: --profile {SIMULATED}",
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


def _met(
    settings: Settings,
    questions: Questions,
    house: NewHouse,
    meter: MeterSettings,
    found: Probe,
    *,
    anyway: bool,
) -> NewHouse:
    """Tell what asking the meter came to, and return the house with it."""
    if found.said is not None:
        for line in profiling.met_lines(found, settings.profiles):
            say(line)
    elif not anyway:
        _agree_to_silence(questions, house, meter.url, found)
    meter = msgspec.structs.replace(meter, profile=found.profile or meter.profile)
    if not meter.profile:
        meter = profiling.with_choice(settings, questions, house.id, meter, needed=True)
    owner = next((one.house.id for one in settings.members if meter.is_also(one.meter)), "")
    if owner and not anyway:
        raise UsageError(
            f"{house.id} is not added: its meter is that of {owner} already, whose energy would "
            "be counted twice.",
            advice="Correct its address, or its parameters where several answer there. To add it "
            "all the same: --anyway",
        )
    return msgspec.structs.replace(
        house,
        profile=meter.profile,
        url=meter.url,
        secret=meter.secret,
        params=profiling.known_params(meter, settings.profiles),
        described=meter.described,
    )


def _agree_to_silence(questions: Questions, house: NewHouse, url: str, found: Probe) -> None:
    wanted = f"Is {url} right, and the meter's local access on?"
    if found.is_denied:
        wanted = "--secret file:PATH says where its secret stands; docs/meters.md, what it is."
    # one that asks something itself has its own mark at its end
    fault = found.fault if found.fault.endswith("?") else f"{found.fault}."
    told = MeterError(
        f"{house.id} is not added: {fault}",
        advice=f"{wanted} To add it all the same, its meter counted as lost until it answers: "
        "--anyway",
    )
    if not questions.asks:
        raise told
    say(f"Its meter cannot be read: {fault}")
    if not questions.agree(f"Add {house.id} all the same?", default=False):
        raise told
