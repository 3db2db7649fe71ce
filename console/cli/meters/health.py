"""The health of the meters, as `houses list --health` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from zoneinfo import ZoneInfo

from console.cli.houses.listing import FROM_FILES
from console.cli.meters.traits import in_words
from console.cli.printing import local
from console.model.figures import UNKNOWN, kwh
from console.model.meter import Counted, MeterHealth
from console.model.reading import MeterState
from console.safe_text import safe_text

_HEAD = ("house", "meter", "state", "last reading", "failed today", "answered", "median", "note")


def health_lines(meters: Sequence[MeterHealth], zone: ZoneInfo) -> list[str]:
    """Return a line a meter under a head.

    Args:
        meters: the meters.
        zone: the community's zone.
    """
    rows = [_HEAD, *(_row(meter, zone) for meter in meters)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD) - 1)]
    return [
        "  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip()  # the note is as long as it is
        for row in rows
    ]


def _row(meter: MeterHealth, zone: ZoneInfo) -> tuple[str, ...]:
    counted = meter.counted
    return (
        meter.house,
        safe_text(meter.profile, 32),
        meter.state.value if meter.state else "not asked",
        local(meter.time, zone) if meter.time else "none yet",
        str(counted.today.failed) if counted else UNKNOWN,
        _answered(counted),
        UNKNOWN if counted is None or counted.median_ms is None else f"{counted.median_ms} ms",
        _note(meter, counted),
    )


def _answered(counted: Counted | None) -> str:
    rate = counted.total.rate if counted else None
    return UNKNOWN if rate is None else f"{floor(rate * 1000) / 10:.1f} %"


def _note(meter: MeterHealth, counted: Counted | None) -> str:
    """The one thing that an operator must know: why it is silent, or that it does not count."""
    if meter.reason:
        return safe_text(meter.reason, 120)
    if meter.state is MeterState.FILES:
        return FROM_FILES
    if counted is None:
        return ""
    still = standing_still(counted)
    return f"! {still}" if still else in_words(counted.plate)


def standing_still(counted: Counted) -> str:
    """Return which register does not count what flows, as a clause; empty where both do."""
    for name, movement in (("in", counted.imported), ("out", counted.exported)):
        if movement.stands_still:
            return f"{name} has not moved while {kwh(movement.flowed_wh)} kWh flowed"
    return ""
