"""The receipt: a house's proof of an interval, printed, and checked by anybody."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.options import ConfigFile, settings_of
from console.clock import SystemClock
from console.config.named import read_named
from console.errors import UsageError
from console.model.receipt import Finding, HouseReceipt
from console.safe_text import safe_text
from console.times import parse_interval

if TYPE_CHECKING:
    from console.chain.chain import Chain

MOST_BYTES = 1 << 20
"""The longest receipt that is read, bytes."""

_FILE = typer.Option("--check", metavar="FILE", help="Check a receipt.", show_default=False)


def receipt(
    context: typer.Context,
    house: Annotated[
        str, typer.Argument(metavar="HOUSE", help="The house's id.", show_default=False)
    ] = "",
    interval: Annotated[
        str,
        typer.Argument(
            metavar="INTERVAL", help="Its start: ...T10:15Z, or local.", show_default=False
        ),
    ] = "",
    file: Annotated[Path | None, _FILE] = None,
    node: Annotated[
        str,
        typer.Option(metavar="URL", help="Compare with this node's chain.", show_default=False),
    ] = "",
    chain: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare with this chain file.", show_default=False),
    ] = None,
    config: ConfigFile = None,
) -> int:
    """Print what a house needs to prove its share of an interval; or check such a receipt.

    The check needs nothing but the file, and a node or a chain file to compare with.
    """
    if file is not None:
        if house or interval:
            raise UsageError("--check FILE takes no house and no interval: they stand in it.")
        return _check(file, node, chain)
    if not (house and interval):
        raise UsageError("name a house and an interval, or --check FILE.")
    if node or chain is not None:
        raise UsageError("--node and --chain belong to --check FILE.")
    settings = settings_of(context, config)
    zone = ZoneInfo(settings.community.timezone)
    today = SystemClock().now().astimezone(zone).date()
    name = parse_interval(interval, settings.settlement.minutes, zone, today).name
    found = asking.command(settings, lambda client: client.receipt(house, name))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    return 0


def _check(file: Path, node: str, chain: Path | None) -> int:
    if node and chain is not None:
        raise UsageError("--node and --chain are two ways to one chain: give one of them.")
    found = _read(file)
    try:
        findings = asyncio.run(_findings(found, node, chain))
    except ValueError as error:
        raise UsageError(f"{safe_text(file)} is no receipt: {safe_text(error, 80)}.") from None
    for finding in findings:
        mark = "holds " if finding.holds else "BROKEN"
        typer.echo(f"{mark}  {safe_text(finding.text, 200)}")
    if not (node or chain):
        typer.echo("Compared with no chain: --node URL or --chain FILE does that.")
    return 0 if all(finding.holds for finding in findings) else 1


async def _findings(found: HouseReceipt, node: str, chain: Path | None) -> list[Finding]:
    from console.engine.proving.receipts import compare
    from console.settlement.receipt import check

    findings = list(check(found))
    if not (node or chain):
        return findings
    asked, close = _chain(node, chain)
    try:
        findings += [finding async for finding in compare(found, asked)]
    finally:
        await asked.close()
        close()
    return findings


def _chain(node: str, file: Path | None) -> tuple[Chain, Callable[[], None]]:
    """Return a chain to ask, and what lets go of its file."""
    from console.chain.node.node import EmbeddedNode
    from console.chain.symbol import SymbolChain

    if file is None:
        return SymbolChain.over_tcp(node), lambda: None
    if not file.is_file():
        raise UsageError(f"{safe_text(file)} is no file.")
    opened = EmbeddedNode.open(file, SystemClock(), read_only=True)
    return SymbolChain.inside(opened.app), opened.close


def _read(file: Path) -> HouseReceipt:
    raw = read_named(file, MOST_BYTES)
    try:
        return msgspec.json.decode(raw, type=HouseReceipt)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{safe_text(file)} is no receipt: {safe_text(error, 120)}.") from None
