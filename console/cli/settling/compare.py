"""The compare: rules and prices side by side on past days."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import progress
from console.cli.settling.compared import house_lines, json_document, table_lines
from console.client import Client
from console.clock import SystemClock
from console.config.sections import RULES
from console.errors import UsageError
from console.model.comparison import Case, Comparison, Trials
from console.model.period import MOST_DAYS, Period
from console.safe_text import safe_text
from console.settings import Settings

USUAL_DAYS = 30
"""So many days are compared on where none are named."""

_KINDS = ("ask", "mid-market", "supply-demand")
_DATE = "DATE"


def compare(
    context: typer.Context,
    rules: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="R", help=f"{', '.join(RULES)}.", show_default=False),
    ] = None,
    prices: Annotated[
        list[str] | None,
        typer.Option(
            "--price",
            metavar="P",
            help="A decimal per kWh, ask, mid-market or supply-demand.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            help=f"The last N days, today's too; {USUAL_DAYS} where nothing is said.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar=_DATE, help="From this local day on.", show_default=False),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar=_DATE, help="Up to this day, not in it.", show_default=False),
    ] = None,
    house: Annotated[
        str, typer.Option(metavar="H", help="This house in every case.", show_default=False)
    ] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Past days played through other rules and prices, beside what is in force; nothing is posted.

    Without --rule every rule is played, without --price every kind of price; with both, each rule
    at each price. The keys, the asks and the grid's prices are those of config.toml.
    """
    settings = settings_of(context, config)
    first, after = _days(settings, days, start, end)
    cases = _cases(rules or [], prices or [])
    trials = Trials(first=first, end=after, cases=(Case(), *cases))
    found = asking.read(settings, lambda client: _played(client, trials))
    if house and not any(one.house == house for out in found.outcomes for one in out.houses):
        raise UsageError(
            f'no house "{safe_text(house, 40)}" has a past on these days.',
            advice="mosaic houses list names them.",
        )
    if as_json:
        sys.stdout.write(json_document(found) + "\n")
    else:
        lines = [*table_lines(found), "", *house_lines(found, house)]
        sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
    return 0


async def _played(client: Client, trials: Trials) -> Comparison:
    """Play one case after the other, so that it is seen how far it is."""
    show, number = progress("cases"), len(trials.cases)
    found: list[Comparison] = []
    show(0, number)
    for case in trials.cases:
        one = msgspec.structs.replace(trials, cases=(case,))
        found.append(await client.compare(one))
        show(len(found), number)
    # what is in force may be asked for by its name too
    outcomes = {outcome.case: outcome for one in found for outcome in one.outcomes}
    return msgspec.structs.replace(found[0], outcomes=tuple(outcomes.values()))


def _cases(rules: list[str], prices: list[str]) -> list[Case]:
    """Return each rule at each price; all rules, then all kinds of price where neither is named."""
    if rules and prices:
        return [Case(rule=rule, price=price) for rule in rules for price in prices]
    if rules or prices:
        return [*(Case(rule=rule) for rule in rules), *(Case(price=price) for price in prices)]
    return [*(Case(rule=rule) for rule in RULES), *(Case(price=kind) for kind in _KINDS)]


def _days(
    settings: Settings, days: int | None, start: str | None, end: str | None
) -> tuple[date, date]:
    """Return the first local day, and the day after the last one."""
    if (start is None) != (end is None) or (days is not None and start is not None):
        raise UsageError("the days are either --days N, or --from DATE and --to DATE.")
    if start is not None and end is not None:
        try:
            period = Period.parse(f"{start}..{end}")
        except ValueError as error:
            raise UsageError(f'"{safe_text(f"{start}..{end}", 60)}": {error}.') from None
        return period.first, period.end
    number = USUAL_DAYS if days is None else days
    if not 1 <= number <= MOST_DAYS:
        raise UsageError(f"--days must be from 1 to {MOST_DAYS}, not {number}.")
    zone = ZoneInfo(settings.community.timezone)
    after = SystemClock().now().astimezone(zone).date() + timedelta(days=1)
    return after - timedelta(days=number), after
