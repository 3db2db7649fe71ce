"""The houses' commands: list them, add one with its meter and wallet, give one another wallet."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli import asking, changing
from console.cli.completing import profiles_or_none
from console.cli.houses import joining, listing
from console.cli.meters.health import health_lines
from console.cli.meters.words import described_of, params_of
from console.cli.options import AsJson, CertificateWords, ConfigFile, Params, settings_of
from console.cli.printing import print_json
from console.cli.questions import Questions, say
from console.cli.surroundings import command
from console.config.metering import GENERIC
from console.config.values import Wrong
from console.errors import MosaicError, UsageError
from console.model.change import ConfigChange
from console.safe_text import safe_text

app = typer.Typer(
    name="houses",
    help="The members: list them, add one, give one another wallet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _houses(context: typer.Context, incomplete: str) -> list[str]:
    try:
        settings = settings_of(context, context.params.get("config"))
    except MosaicError:
        return []
    return [house.id for house in settings.houses if house.id.startswith(incomplete)]


@app.command("list")
def list_(
    context: typer.Context,
    health: Annotated[
        bool, typer.Option("--health", help="How their meters answer, instead of wallets.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """List the houses with their meters and wallets."""
    settings = settings_of(context, config)
    if health:
        meters = asking.read(settings, lambda client: client.meters())
        zone = ZoneInfo(settings.community.timezone)
        print_json(meters) if as_json else typer.echo("\n".join(health_lines(meters, zone)))
        return 0
    listed = [listing.listed(member, settings.profiles) for member in settings.members]
    if as_json:
        print_json(listed)
    elif listed:
        typer.echo("\n".join(listing.table_lines(listed)))
    else:
        typer.echo("No houses yet.")
        say(f"Add one: {command('houses add NAME', settings.source)}")
    return 0


@app.command()
def add(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What it is called.", show_default=False)
    ],
    id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Else made of its name.", show_default=False),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="A", help="The household's own wallet.", show_default=False),
    ] = None,
    new_wallet: Annotated[
        bool, typer.Option("--new-wallet", help="Make a wallet; print its page this once.")
    ] = False,
    meter_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where its meter answers.", show_default=False),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="The kind of meter, simulated, or file where readings come from files alone; else "
            "the one that reads it.",
            show_default=False,
            autocompletion=profiles_or_none,
        ),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(
            metavar="REFERENCE", help="file:PATH or env:NAME, for its meter.", show_default=False
        ),
    ] = None,
    tls: CertificateWords = None,
    param: Params = None,
    generic: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="The expressions of a meter without a profile: path, import, export, power, "
            "units.energy, units.power, register, balancing.",
        ),
    ] = None,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Also where its meter is silent, or another house's."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take the defaults.")] = False,
    config: ConfigFile = None,
) -> int:
    """Add a house: its meter is asked once, its wallet is checked or made."""
    from console.cli.meters.certificate import tls_of

    if address is not None and new_wallet:
        raise UsageError("--address names a wallet, --new-wallet makes one; not both.")
    settings = settings_of(context, config)
    questions = Questions(yes=yes, otherwise=joining.OTHERWISE)
    house = joining.name_it(settings, questions, name, id)
    meter = joining.Wanted(
        url=meter_url,
        profile=profile or (GENERIC if generic else None),
        secret=secret,
        tls=tls_of(tls or [], changing.source_of(settings).absolute().parent),
        params=params_of(param or []),
        described=described_of(generic or []),
        anyway=anyway,
    )
    house = joining.give_meter(settings, questions, house, meter)
    house, page = joining.give_wallet(settings, questions, house, address, new=new_wallet)
    wanted = ConfigChange(houses=(house,))
    changing.check(settings, wanted)
    if page:
        # before it is written: a wallet that nobody has seen must not be paid into
        joining.hand_over(page)
    holds = changing.change(settings, wanted)
    say(f"{house.id} is added to {settings.source}. {holds}")
    if house.url:
        say(f"Does it count rightly? {command(f'meters probe {house.id}', settings.source)}")
    say(f"Next: {command('houses add NAME', settings.source)}, or when all are there: "
        f"{command('run', settings.source)}")  # fmt: skip
    return 0


@app.command("address")
def address_(
    context: typer.Context,
    house: Annotated[
        str, typer.Argument(metavar="HOUSE", show_default=False, autocompletion=_houses)
    ],
    address: Annotated[str, typer.Argument(metavar="A", show_default=False)],
    config: ConfigFile = None,
) -> int:
    """Give a house another wallet; what it has already stays where it is."""
    from console.cli.houses.wallets import take_address

    settings = settings_of(context, config)
    known = {member.house.id: member for member in settings.members}
    if house not in known:
        ids = ", ".join(known) or "none yet"
        raise UsageError(
            f"there is no house {safe_text(house, 40)}.", advice=f"The houses: {safe_text(ids)}"
        )
    try:
        taken = take_address(address, house, settings)
    except Wrong as wrong:
        raise UsageError(f"the address {wrong}.") from None
    if taken == known[house].house.wallet:
        say(f"{house} has this wallet already; nothing was changed.")
        return 0
    holds = changing.change(settings, ConfigChange(wallets={house: taken}))
    say(f"{house} has the wallet {taken}. {holds}")
    return 0
