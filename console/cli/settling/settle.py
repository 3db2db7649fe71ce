"""The settling: shows what an interval's settlement would do, asks, and has it done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import counted, left, print_json, span
from console.cli.settling.accepting import accept
from console.client import Client
from console.clock import SystemClock
from console.errors import Refused, UsageError
from console.model.apart import apart_sentence
from console.model.difference import Difference, Posting
from console.model.figures import kwh, money
from console.model.settlement import SETTLED, State
from console.model.view import Preview, Receipt, Settle
from console.safe_text import safe_text
from console.settings import Settings
from console.times import parse_interval

_MOST_CHANGED = 12
"""So many of the houses that a revision changes are told."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints: the previews, and the receipts of what was settled."""

    previews: tuple[Preview, ...]
    """What was looked at, in order."""
    receipts: tuple[Receipt, ...] = ()
    """What was settled, in order; empty under `--dry-run`."""


def settle(
    context: typer.Context,
    interval: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INTERVAL",
            help="By its start: 2026-11-23T10:15Z, or local 2026-11-23T12:15 or 12:15. "
            "Left out: the oldest closed one.",
            show_default=False,
        ),
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="All that are closed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Leave out the houses that are not known.")
    ] = False,
    accept_partial: Annotated[
        bool,
        typer.Option(
            "--accept-partial",
            help="End a halt: what the chain holds of the interval counts as all of it.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Settle closed intervals: show the plan, ask, then sign and announce it."""
    if interval and due:
        raise UsageError("name intervals, or say --due, not both.")
    settings = settings_of(context, config)
    zone = ZoneInfo(settings.community.timezone)
    today = SystemClock().now().astimezone(zone).date()
    minutes = settings.settlement.minutes
    named = [parse_interval(text, minutes, zone, today).name for text in interval or ()]
    if accept_partial:
        if due or provisional or len(named) > 1:
            raise UsageError("--accept-partial ends one halt; it goes with one INTERVAL alone.")
        return accept(settings, named, yes=yes, dry_run=dry_run, as_json=as_json)
    previews = asking.command(
        settings, lambda client: _look(client, named, due=due, provisional=provisional)
    )
    _show(previews, zone, settings.community.currency, err=as_json)
    ready = [preview for preview in previews if preview.plan is not None and not _done(preview)]
    receipts: tuple[Receipt, ...] = ()
    if not dry_run and ready:
        if not yes and not _agreed(len(ready), err=as_json):
            return 1
        receipts = _settle(settings, ready, provisional=provisional, err=as_json)
    if as_json:
        print_json(Settled(previews=tuple(previews), receipts=receipts))
    if not dry_run and len(receipts) < len(ready):
        return 1
    return 1 if any(preview.plan is None and not _done(preview) for preview in previews) else 0


async def _look(
    client: Client, named: Sequence[str], *, due: bool, provisional: bool
) -> list[Preview]:
    names = list(named)
    if not names:
        waiting = [settlement.interval.name for settlement in await client.due()]
        names = waiting if due else waiting[:1]
    if not names and not due:
        raise Refused(await _nothing_closed(client))
    previews = [await client.preview(name, provisional=provisional) for name in names]
    for preview in previews:
        if preview.settlement.state is State.OPEN and preview.plan is None:
            now = (await client.status()).now
            end = preview.settlement.interval.end
            when = f"; it closes in {left(end - now)}" if end > now else ""
            raise Refused(f"{preview.settlement.interval.name} is {preview.note}{when}.")
    return previews


async def _nothing_closed(client: Client) -> str:
    status = await client.status()
    if status.open is None:
        return "no interval is closed yet."
    remaining = left(status.open.end - status.now)
    return f"no closed interval waits; {status.open.name} is open and closes in {remaining}."


def _settle(
    settings: Settings, ready: Sequence[Preview], *, provisional: bool, err: bool
) -> tuple[Receipt, ...]:
    """Settle one after another, each told as it is done; ctrl+c leaves the rest for later."""
    # one plan is settled exactly as shown; of several, each shifts the next one's fractions
    token = ready[0].token if len(ready) == 1 else ""
    receipts: list[Receipt] = []

    async def settle_all(client: Client) -> None:
        for number, preview in enumerate(ready, 1):
            name = preview.settlement.interval.name
            command = Settle(interval=name, provisional=provisional, token=token)
            receipts.append(await client.settle(command))
            count = f"{number} of {len(ready)}  " if len(ready) > 1 else ""
            typer.echo(f"{count}{safe_text(receipts[-1].text, 300)}", err=err)

    try:
        asking.command(settings, settle_all)
    except KeyboardInterrupt:
        told = f"Left after {len(receipts)} of {len(ready)}. What was signed stays signed; the rest"
        typer.echo(f"{told} waits for: mosaic settle --due", err=True)
    return tuple(receipts)


def _agreed(count: int, *, err: bool) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("settling moves mosaics; without a terminal to ask on it needs --yes.")
    which = "this interval" if count == 1 else f"these {count} intervals"
    return typer.confirm(f"Settle {which}?", default=False, err=err)


def _show(previews: Sequence[Preview], zone: ZoneInfo, currency: str, *, err: bool) -> None:
    if not previews:
        typer.echo("No interval waits to be settled.", err=err)
    for preview in previews:
        typer.echo("\n".join(preview_lines(preview, zone, currency)), err=err)


def _done(preview: Preview) -> bool:
    return preview.settlement.state in SETTLED and not preview.settlement.late


def preview_lines(preview: Preview, zone: ZoneInfo, currency: str) -> list[str]:
    """Return what settling an interval would do, or did, as a few lines."""
    settlement, plan = preview.settlement, preview.plan
    again = ", to be revised" if settlement.late else ""
    lines = [f"{span(settlement.interval, zone)}  {settlement.state}{again}"]
    lines += [_changed(one) for one in preview.differences[:_MOST_CHANGED]]
    if more := len(preview.differences[_MOST_CHANGED:]):
        lines.append(f"  and {more} more")
    if plan is not None:
        posting = preview.posting
        fee = f"{preview.fee_micro / 10**6:.6f} XYM" if preview.fee_micro else "no fee"
        lines += [
            f"  exported {kwh(plan.surplus_wh)}, imported {kwh(plan.demand_wh)}, "
            f"shared {kwh(plan.shared_wh)} kWh for {money(plan.amount_nano)} {currency}",
            *([] if posting is None else [_posts(posting, currency)]),
            f"  {counted(preview.rows, 'ledger row')}, "
            f"{counted(preview.transactions, 'transaction')}, {preview.size} bytes, {fee}",
        ]
    if preview.apart and not _done(preview):
        lines.append(f"  {apart_sentence(preview.apart)}")
    reason = preview.note or settlement.reason
    if reason:
        lines.append(f"  {safe_text(reason, 300)}")
    return lines


def _posts(posting: Posting, currency: str) -> str:
    amount = f"{money(posting.amount_nano)} {currency}"
    return (
        f"  posts the difference alone: {kwh(posting.more_wh)} kWh more, "
        f"{kwh(posting.less_wh)} kWh taken back, {amount}"
    )


def _changed(one: Difference) -> str:
    sides = (
        ("bought", one.bought_before_wh, one.bought_wh),
        ("sold", one.sold_before_wh, one.sold_wh),
    )
    told = [
        f"{word} {kwh(now)} instead of {kwh(before)} kWh"
        for word, before, now in sides
        if now != before
    ]
    return f"  {one.house}: {', '.join(told)}"
