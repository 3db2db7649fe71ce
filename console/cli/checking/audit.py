"""The audit: who did what, and whether the record of it was left alone."""

from __future__ import annotations

import sys
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.checking.vouched import seal_lines
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import counted, local, print_json
from console.client import Client
from console.model.event import AuditRecord
from console.model.tending import AuditCheck
from console.safe_text import safe_text


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints of a record."""

    seq: int
    """Its number, from 1."""
    time: str
    """When, UTC."""
    actor: str
    """Who."""
    verb: str
    """What."""
    body: str
    """The details, JSON."""
    head: str
    """The hash that chains it to the one before, 64 hexadecimal digits."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What `--check --json` prints."""

    records: int
    """How many records were recomputed."""
    broken: int
    """How many do not follow from the one before."""
    first: Link | None
    """The first of them."""
    head: str
    """The newest record's hash as stored."""
    seals: Seals | None
    """What the seals on the chain say; None where the chain does not answer."""


class Seals(msgspec.Struct, frozen=True, kw_only=True):
    """What `--check --json` prints of the seals on the chain."""

    seals: int
    """How many intervals, retirements and payouts are sealed there."""
    vouching: int
    """How many of their heads stand in the log, each before its own plan's or decision's record."""
    vouched: int
    """The last record that a seal vouches for; 0 where none does."""
    newer: int
    """Seals from between a backup and its putting back."""
    taken: int
    """Seals that the log says were taken from the chain."""
    missing: int
    """Seals whose heads the log should have and has not."""
    first_missing: str | None
    """What the first of them is of: an interval's name, or `the retirement of ...`."""


def audit(
    context: typer.Context,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Recompute the hash chain and compare it with the seals; 1 where they differ.",
        ),
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Who did what, oldest first, from a log in which nothing can be changed unseen."""
    settings = settings_of(context, config)
    zone = ZoneInfo(settings.community.timezone)
    if not check:
        asking.read(settings, lambda client: _print_pages(client, zone, as_json=as_json))
        return 0
    found = asking.read(settings, lambda client: client.audit_check())
    if as_json:
        print_json(_checked(found))
    else:
        typer.echo("\n".join(check_lines(found, zone)))
    sealed = found.seals is not None and found.seals.missing is None
    return 0 if sealed and not found.broken else 1


def check_lines(found: AuditCheck, zone: ZoneInfo) -> list[str]:
    """Return what recomputing the hashes and comparing them with the seals has found."""
    count = counted(found.records, "record")
    if found.first is None:
        lines = [f"{count}, each follows from the one before; head {found.head.hex().upper()}"]
    else:
        lines = [
            f"{count}, {found.broken} not as written. The first broken one:",
            record_line(found.first, zone),
            "It was changed, or what stood before it is gone. A copy of the store from before "
            "tells what was there.",
        ]
    if found.seals is None:
        return [*lines, f"The seals on the chain were not compared: {safe_text(found.trouble)}."]
    return [*lines, *seal_lines(found.seals, zone)]


def record_line(record: AuditRecord, zone: ZoneInfo) -> str:
    """Return a record as one line."""
    time = f"{local(record.time, zone)}:{record.time:%S}"
    body = "" if record.body == "{}" else safe_text(record.body, 300)
    words = f"{record.seq:>6}  {time}  {safe_text(record.actor):<20}  {safe_text(record.verb)}"
    return f"{words}  {body}".rstrip()


async def _print_pages(client: Client, zone: ZoneInfo, *, as_json: bool) -> None:
    links: list[Link] = []
    after: int | None = 0
    while after is not None:
        page = await client.audit(after)
        if as_json:
            links += map(_link, page.records)
        else:
            sys.stdout.writelines(f"{record_line(record, zone)}\n" for record in page.records)
        after = page.next
    if as_json:
        print_json(links)
    sys.stdout.flush()


def _checked(found: AuditCheck) -> Checked:
    seals = found.seals
    return Checked(
        records=found.records,
        broken=found.broken,
        first=_link(found.first) if found.first else None,
        head=found.head.hex().upper(),
        seals=None
        if seals is None
        else Seals(
            seals=seals.seals,
            vouching=seals.vouching,
            vouched=seals.last.seq if seals.last else 0,
            newer=seals.newer.count if seals.newer else 0,
            taken=seals.taken.count if seals.taken else 0,
            missing=seals.missing.count if seals.missing else 0,
            first_missing=seals.first.of.name if seals.first else None,
        ),
    )


def _link(record: AuditRecord) -> Link:
    return Link(
        seq=record.seq,
        time=f"{record.time:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        actor=record.actor,
        verb=record.verb,
        body=record.body,
        head=record.head.hex().upper(),
    )
