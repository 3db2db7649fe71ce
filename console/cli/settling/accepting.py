"""The accepting: shows a halted interval's parts, asks, and lets the engine go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.printing import counted, print_json, span
from console.client import Client
from console.errors import Refused, UsageError
from console.model.figures import kwh
from console.model.sealing import AcceptPartial, Sealing, SealingPart
from console.model.view import Receipt
from console.safe_text import safe_text
from console.settings import Settings


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints: the parts that were compared, and what came of it."""

    sealing: Sealing
    """The halted interval, part by part."""
    receipt: Receipt | None = None
    """Where it stands now; None under `--dry-run`."""


def accept(
    settings: Settings, named: Sequence[str], *, yes: bool, dry_run: bool, as_json: bool
) -> int:
    """End a halt after it was shown and agreed to; return the exit status.

    Args:
        settings: whose engine.
        named: the interval, or none for the one that is halted.
        yes: do not ask.
        dry_run: only show.
        as_json: print one JSON document on standard output, all else on standard error.

    Raises:
        Refused: none is halted, several are and none is named, or the engine refuses.
    """
    sealing = asking.command(settings, lambda client: _halted(client, named))
    zone = ZoneInfo(settings.community.timezone)
    typer.echo("\n".join(sealing_lines(sealing, zone)), err=as_json)
    receipt: Receipt | None = None
    if not dry_run:
        if not yes and not _agreed(err=as_json):
            return 1
        command = AcceptPartial(interval=sealing.settlement.interval.name)
        receipt = asking.command(settings, lambda client: client.accept(command))
        typer.echo(safe_text(receipt.text, 300), err=as_json)
    if as_json:
        print_json(Accepted(sealing=sealing, receipt=receipt))
    return 0


async def _halted(client: Client, named: Sequence[str]) -> Sealing:
    names = list(named)
    if not names:
        names = [settlement.interval.name for settlement in await client.halted()]
        if not names:
            raise Refused("no interval is halted: there is nothing to accept.")
        if len(names) > 1:
            raise Refused(
                f"{len(names)} intervals are halted: {', '.join(names)}.",
                advice="Name the one that you mean.",
            )
    return await client.sealing(names[0])


def sealing_lines(sealing: Sealing, zone: ZoneInfo) -> list[str]:
    """Return a halted interval part by part, a few lines each."""
    settlement = sealing.settlement
    lines = [f"{span(settlement.interval, zone)}  {settlement.state}"]
    if settlement.reason:
        lines.append(f"  {safe_text(settlement.reason, 300)}")
    for part in sealing.parts:
        lines += _part_lines(part, settlement.interval.name)
    if not sealing.seen:
        lines.append("  the chain holds nothing of it: it will be closed again")
    return lines


def _part_lines(part: SealingPart, name: str) -> list[str]:
    """A part's place, transaction and root, or that it is missing."""
    other = "" if part.interval.name == name else f" of {part.interval.name}"
    head = f"  part {part.part} of {part.parts}{other}"
    if part.height is None:
        lines = [f"{head}: missing, no block holds it"]
    else:
        energy = f"{counted(part.rows, 'row')}, {kwh(part.wh)} kWh, {part.size} bytes"
        lines = [f"{head}: block {part.height}, {energy}"]
        lines.append(f"    signed by    {safe_text(part.signer, 40)}")
    for label, raw in (("transaction", part.transaction), ("inputs root", part.inputs_root)):
        if raw:
            lines.append(f"    {label:12} {raw.hex().upper()}")
    return lines


def _agreed(*, err: bool) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("this decides what counts; without a terminal to ask on it needs --yes.")
    return typer.confirm("Count what the chain holds as all of it?", default=False, err=err)
