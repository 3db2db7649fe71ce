"""The reading: what a meter said at an instant, and how the meter is doing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Quality(StrEnum):
    """How a value came to be."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    SUBSTITUTED = "substituted"
    MANUAL = "manual"
    MISSING = "missing"
    """On a reading: the energy between the reading before and this one is not known."""


class MeterState(StrEnum):
    """How old a meter's last word is."""

    LIVE = "live"
    STALE = "stale"
    LOST = "lost"
    WAITING = "waiting"
    """It was not asked yet, or has not had the time to miss more than one answer."""
    FILES = "files"
    """It is not polled: the house's readings come from files alone."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A house's cumulative registers at an instant."""

    house: str
    """The house's id."""
    time: datetime
    """The instant, aware UTC, to the millisecond."""
    import_wh: int
    """The import register: all it ever took from the grid, whole Wh."""
    export_wh: int
    """The export register: all it ever gave to the grid, whole Wh."""
    power_w: int | None = None
    """The power at that instant, W, import positive; None where the meter does not tell."""
    source: str = ""
    """What delivered it: a profile's name, `recording`, `simulated`."""
    quality: Quality = Quality.MEASURED
    """How it came to be."""


class MeterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A source's word on one meter, emitted whenever it changes."""

    house: str
    """The house's id."""
    state: MeterState
    """Whether it is live, stale or lost."""
    since: datetime
    """Since when, aware UTC."""
    reason: str = ""
    """One sentence an operator can act on; empty while all is well."""
