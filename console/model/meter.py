"""The meter: what is known of how one is asked and how it answers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.reading import MeterState

STILL_WH = 100
"""A register stands still once at least so much has flowed since it last moved, Wh."""

STILL_SECONDS = 300
"""Its meter is stale once it has done so for so long, s."""


class Plate(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a meter, so to speak."""

    kind: str
    """What its profile calls this kind of meter."""
    register: str
    """Whose register it tells: `device` or `revenue`."""
    balancing: str
    """Whether phases are balanced before they are counted: `meter`, `per-phase` or `single`."""
    exports: bool = True
    """Whether it has an export register; what the house gives is unknown without, and not 0."""
    verified: bool = True
    """Whether a real meter's answer proves its profile."""
    least_seconds: int = 1
    """The shortest time between two polls that it bears, s."""
    every_seconds: int = 0
    """How far apart it usually speaks by itself, s; 0 for one that is asked."""
    address: str = ""
    """Host and port where it answers, never a secret; empty where it is in this computer."""

    @property
    def apart(self) -> bool:
        """Whether each phase is counted by itself, so that its registers may not be the bill's."""
        return self.balancing == "per-phase"


class Polls(msgspec.Struct, frozen=True):
    """How many polls came to what."""

    good: int = 0
    """Polls with a reading."""
    failed: int = 0
    """Polls with a bad answer or none."""
    skipped: int = 0
    """Polls that were due while the meter rested or still owed an answer."""

    @property
    def rate(self) -> float | None:
        """The part of the meter's answers that were good, 0 to 1; None before the first."""
        asked = self.good + self.failed
        return self.good / asked if asked else None


class Movement(msgspec.Struct, frozen=True):
    """Whether a register counts."""

    moved: datetime | None = None
    """When it was first seen at its present value; None where it has not moved since the start."""
    flowed_wh: int = 0
    """What flowed its way since then by the meter's own power, at least, Wh."""

    @property
    def stands_still(self) -> bool:
        """Whether power flows that it does not count."""
        return self.flowed_wh >= STILL_WH


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What a poller counts of one meter."""

    plate: Plate
    """What the meter is."""
    listens: bool = False
    """Whether it is not asked but speaks by itself; at each poll its newest message counts."""
    serial: str = ""
    """The meter's own id, cleaned; empty where it tells none."""
    behind_seconds: int | None = None
    """How far its own clock lay behind the engine's in its newest values, s; less than 0 where it
    was ahead, None where it tells no time, or none with its zone."""
    since: datetime
    """When counting began, aware UTC: the engine's start, or the meter's change."""
    today: Polls = Polls()
    """The local day's polls."""
    total: Polls = Polls()
    """All since then."""
    error: str = ""
    """Why the last poll that failed did; empty while none has."""
    failed: datetime | None = None
    """When it did."""
    last_ms: int | None = None
    """How long the last answer took, loop milliseconds; None before the first."""
    median_ms: int | None = None
    """How long one of the last answers took in the middle, loop milliseconds."""
    imported: Movement = Movement()
    """The import register."""
    exported: Movement = Movement()
    """The export register."""
    next: datetime | None = None
    """When it is asked next, after its rest; None where it is asked no more."""


class MeterHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One house's meter, in full."""

    house: str
    """The house's id."""
    profile: str
    """The meter's profile, as the configuration names it."""
    state: MeterState | None = None
    """How it does; None while no engine asks it."""
    since: datetime | None = None
    """Since when it does so."""
    reason: str = ""
    """Why it is stale or lost."""
    period_seconds: float
    """The time between two polls, s."""
    time: datetime | None = None
    """When its newest reading was taken; None before the first."""
    power_w: int | None = None
    """Its power then, W, import positive; None where unknown."""
    import_wh: int | None = None
    """Its import register then, Wh."""
    export_wh: int | None = None
    """Its export register then, Wh; None too where it has none."""
    counted: Counted | None = None
    """What is counted of its polls; None for a recording, and while no engine runs."""
