"""The probe: a meter is watched live on the terminal, and what is wrong with it is named."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path

import typer

from console.cli.printing import print_json
from console.cli.questions import say
from console.cli.verdicts import probed, probed_lines, sight_lines, unread
from console.cli.watching import Sight, look_for, watch
from console.clock import Clock
from console.model.probe import Outcome
from console.safe_text import safe_text
from console.settings import MeterSettings

_WIDTH = 80


def probe_meter(
    meter: MeterSettings,
    folder: Path | None,
    clock: Clock,
    *,
    minutes: int,
    taking: bool | None,
    as_json: bool,
) -> int:
    """Probe a meter and print what it came to; return the exit status.

    Args:
        meter: where it answers; an empty profile tries all of them.
        folder: a folder of profiles besides the program's own.
        clock: when readings are taken.
        minutes: how long it is watched at most.
        taking: whether its house surely takes power, or gives it; None where nobody knows.
        as_json: whether one JSON document is printed, and nothing else.

    Raises:
        ConfigError: there is no such profile, or what is said for it cannot be.
        MeterDenied: the meter refuses us while it is watched.
    """
    say(f"Asking {safe_text(meter.url, 200)} ...")
    found = look_for(meter, folder, clock)
    first = found.attempts[0] if found.attempts else None
    sight = None
    if found.reading and (not meter.profile or (first is not None and first.said is not None)):
        with _Live() as live:
            sight = watch(
                found.reading,
                folder,
                clock,
                most=timedelta(minutes=minutes),
                taking=taking,
                shown=live.show,
            )
        told = probed(meter.url, sight)
    else:
        told = unread(meter.url, meter.profile, found, folder)
    if as_json:
        print_json(told)
    else:
        typer.echo("\n".join(probed_lines(told, sight, _width())))
    return 0 if told.outcome is Outcome.AGREES else 1


class _Live:
    """Some lines on standard error that are drawn again and again, and at last wiped away.

    Where that is no terminal nothing is drawn.
    """

    def __init__(self) -> None:
        self._draws = sys.stderr.isatty()
        self._lines = 0

    def __enter__(self) -> _Live:
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()
        sys.stderr.flush()

    def show(self, sight: Sight) -> None:
        """Draw what is seen in place of what was seen before."""
        if not self._draws:
            return
        self._wipe()
        room = max(1, shutil.get_terminal_size((_WIDTH, 24)).lines - 1)
        lines = sight_lines(sight, _width())[:room]
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._lines = len(lines)

    def _wipe(self) -> None:
        if self._lines:
            sys.stderr.write(f"\x1b[{self._lines}F\x1b[J")
        self._lines = 0


def _width() -> int:
    return shutil.get_terminal_size((_WIDTH, 24)).columns
