"""The printing: times, counts, progress and JSON documents, as plain text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.model.interval import Interval


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    typer.echo(msgspec.json.encode(document).decode())


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant to the minute in the community's time."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def span(interval: Interval, zone: ZoneInfo) -> str:
    """Return an interval's name with its local clock times."""
    start, end = (edge.astimezone(zone) for edge in (interval.start, interval.end))
    return f"{interval.name} ({start:%H:%M}\N{EN DASH}{end:%H:%M} {zone.key})"


def counted(number: int, word: str) -> str:
    """Return how many there are of something, in the singular where it is one."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def left(time: timedelta) -> str:
    """Return a stretch of time as minutes and seconds, at least 0:00."""
    seconds = max(0, int(time.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def progress(what: str = "intervals") -> Callable[[int, int], None]:
    """Return what shows progress on standard error: a counter on a terminal, else nothing.

    Args:
        what: what is counted, in the plural.
    """
    if not sys.stderr.isatty():
        return lambda done, whole: None

    def show(done: int, whole: int) -> None:
        end = "\n" if done >= whole else ""
        sys.stderr.write(f"\r{done} of {whole} {what}{end}")
        sys.stderr.flush()

    return show
