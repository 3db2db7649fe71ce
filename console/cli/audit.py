"""The audit: who did what, and whether the record of it was left alone."""

from __future__ import annotations

import sys
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import local, print_json
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


def audit(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Recompute the hash chain; 1 where it is broken.")
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
        first = _link(found.first) if found.first else None
        head = found.head.hex().upper()
        print_json(Checked(records=found.records, broken=found.broken, first=first, head=head))
    else:
        typer.echo("\n".join(check_lines(found, zone)))
    return 1 if found.broken else 0


def check_lines(found: AuditCheck, zone: ZoneInfo) -> list[str]:
    """Return what recomputing the chain has found."""
    count = f"{found.records} record{'' if found.records == 1 else 's'}"
    if found.first is None:
        return [f"{count}, each follows from the one before; head {found.head.hex().upper()}"]
    return [
        f"{count}, {found.broken} not as written. The first broken one:",
        record_line(found.first, zone),
        "It was changed, or what stood before it is gone. A copy of the store from before and the "
        "seals on the chain, which carry the log's head, tell what was there.",
    ]


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


def _link(record: AuditRecord) -> Link:
    return Link(
        seq=record.seq,
        time=f"{record.time:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        actor=record.actor,
        verb=record.verb,
        body=record.body,
        head=record.head.hex().upper(),
    )
