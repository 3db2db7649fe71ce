"""The meters' commands: profiles, a meter probed, a stored answer tried, a house has another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking, completing
from console.cli.options import (
    AsJson,
    CertificateWords,
    ConfigFile,
    Generic,
    Params,
    folder_of,
    settings_if_any,
    settings_of,
)
from console.cli.printing import print_json
from console.cli.questions import Questions
from console.clock import SystemClock
from console.errors import UsageError
from console.model.probe import HouseProbe
from console.model.swap import Swap
from console.safe_text import safe_text
from console.settings import Settings
from console.times import parse_instant

app = typer.Typer(
    name="meters",
    help="The meters: their profiles, one probed, an answer tried, one that was exchanged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_NOW = {"taking": True, "giving": False}
_WH = "WH"
_REGISTERS = ("last_import_wh", "last_export_wh", "first_import_wh", "first_export_wh")


@app.command()
def swap(
    context: typer.Context,
    house: Annotated[str, typer.Argument(metavar="HOUSE", help="The house's id.")],
    at: Annotated[
        str, typer.Option("--at", metavar="T", help="When it was made.", show_default=False)
    ] = "",
    last_import: Annotated[
        int | None,
        typer.Option(metavar=_WH, help="The old meter's last import.", show_default=False, min=0),
    ] = None,
    last_export: Annotated[
        int | None,
        typer.Option(metavar=_WH, help="Its last export.", show_default=False, min=0),
    ] = None,
    first_import: Annotated[
        int | None,
        typer.Option(metavar=_WH, help="The new meter's first import.", show_default=False, min=0),
    ] = None,
    first_export: Annotated[
        int | None,
        typer.Option(metavar=_WH, help="Its first export.", show_default=False, min=0),
    ] = None,
    serial: Annotated[
        str, typer.Option(metavar="TEXT", help="The new meter's number.", show_default=False)
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFile = None,
) -> int:
    """Say that a house has another meter, or that its counter began again at zero.

    What is not named is taken from the readings around the fall of its registers. The intervals
    that were held for it are decided then; what flowed between the two meters is counted.
    """
    settings = settings_of(context, config)
    values = zip(_REGISTERS, (last_import, last_export, first_import, first_export), strict=True)
    wanted = _wanted(settings, house, at, {key: wh for key, wh in values if wh is not None})
    wanted = msgspec.structs.replace(wanted, serial=serial)
    for line in _shown(wanted, ZoneInfo(settings.community.timezone)):
        typer.echo(line)
    if not yes:
        questions = Questions(yes=yes, otherwise=f"mosaic meters swap {house} --yes")
        questions.require_answers()
        if not questions.agree("Is that so?", default=False):
            typer.echo("Nothing was changed.")
            return 1
    told = asking.command(settings, lambda client: client.swap(wanted))
    typer.echo(safe_text(told.text, 300))
    return 0


@app.command()
def profiles(context: typer.Context, config: ConfigFile = None) -> int:
    """List the profiles: the kinds of meter that can be read."""
    from console.cli.meters.answering import profile_lines, require_all
    from console.meters.catalogue import shelf

    known = shelf(folder_of(context, config))
    typer.echo("\n".join(profile_lines(known)))
    require_all(known)
    return 0


@app.command()
def probe(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="Where it answers, such as 192.168.1.20; or the id of a house."
        ),
    ],
    profile: Annotated[
        str,
        typer.Option(
            metavar="P",
            help="Its profile; else all are tried.",
            autocompletion=completing.profiles,
            show_default=False,
        ),
    ] = "",
    secret: Annotated[
        str,
        typer.Option(
            metavar="REF", help="file:PATH or env:NAME of its secret.", show_default=False
        ),
    ] = "",
    tls: CertificateWords = None,
    param: Params = None,
    generic: Generic = None,
    minutes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How long at most; less where it is sure. Else 10, or as long as it takes where "
            "it speaks seldom.",
            min=1,
            max=60,
            show_default=False,
        ),
    ] = None,
    now: Annotated[
        str,
        typer.Option(
            metavar="taking|giving", help="What the house surely does now.", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Watch a meter for some minutes, and name what is wrong with how it is read.

    Its power is summed and held against its registers: a swapped sign, a wrong unit, exchanged
    registers, phases counted apart, a register that stands, a wrong profile. Nothing is stored.
    """
    from console.cli.meters.probe import (
        meter_of,
        minutes_for,
        probe_house,
        probe_meter,
        read_by_engine,
    )

    if now not in ("", *_NOW):
        raise UsageError(f"--now is taking or giving, not {safe_text(now, 40)!r}.")
    settings = settings_if_any(context, config)
    otherwise = bool(secret or tls or param or generic)
    known = None if otherwise else read_by_engine(url, profile, settings)
    if known is not None and settings is not None:
        most = minutes or minutes_for(known, settings)
        asked = HouseProbe(house=url, minutes=most, taking=_NOW.get(now))
        return probe_house(known, settings, SystemClock(), asked, as_json=as_json)
    meter = meter_of(
        url, settings, profile=profile, secret=secret, tls=tls or [], params=param or [],
        generic=generic or [],
    )  # fmt: skip
    folder = None if settings is None else settings.profiles
    return probe_meter(
        meter, folder, SystemClock(), minutes=minutes, taking=_NOW.get(now), as_json=as_json
    )


@app.command()
def certificate(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where it answers over https.")],
    as_json: AsJson = False,
) -> int:
    """Show a meter's certificate and its fingerprint; nothing is asked of the meter."""
    from console.cli.meters.certificate import certificate_at, certificate_lines

    shown = certificate_at(url)
    print_json(shown) if as_json else typer.echo("\n".join(certificate_lines(shown)))
    return 0


@app.command("test")
def try_answer(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A stored answer; of several requests one object by their names."
        ),
    ],
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="P",
            help="A profile, or its file's path.",
            autocompletion=completing.profiles,
        ),
    ],
    param: Params = None,
    generic: Generic = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Read a stored answer as a meter's: what it says, or why it is refused."""
    from console.cli.meters.answering import judge, judged_lines

    judged, plate = judge(file, profile, param or [], folder_of(context, config), generic or [])
    print_json(judged) if as_json else typer.echo("\n".join(judged_lines(judged, plate)))
    return 0


def _wanted(settings: Settings, house: str, at: str, named: dict[str, int]) -> Swap:
    """Return the swap that the options name; what they leave out is as the readings show it.

    Raises:
        Refused: the readings show none, and not everything is named.
        UsageError: the time cannot be.
    """
    zone = ZoneInfo(settings.community.timezone)
    today = SystemClock().now().astimezone(zone).date()
    time = parse_instant(at, zone, today) if at else None
    if time is not None and len(named) == len(_REGISTERS):
        return msgspec.convert({"house": house, "time": time, **named}, Swap)
    proposal = asking.command(settings, lambda client: client.swap_proposal(house))
    typer.echo(safe_text(proposal.text, 300))
    found = proposal.swap
    return msgspec.structs.replace(found, time=time or found.time, **named)


def _shown(swap: Swap, zone: ZoneInfo) -> Iterator[str]:
    """Yield what would be told to the engine."""
    local = swap.time.astimezone(zone)
    yield f"{safe_text(swap.house, 32)} has another meter since {local:%Y-%m-%d %H:%M:%S}:"
    yield f"  the old one ended with   {swap.last_import_wh} Wh in, {swap.last_export_wh} Wh out"
    yield f"  the new one began with   {swap.first_import_wh} Wh in, {swap.first_export_wh} Wh out"
