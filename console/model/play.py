"""The play: how a replayed recording moves, and the commands that move it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

SPEEDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_000, 100_000)
"""The steps from slower to faster, recorded seconds in a real one."""

SLOWEST, FASTEST = 0.1, 100_000.0
"""The speeds that may be named."""


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a replay stands, beside the clock and its speed."""

    start: datetime
    """The recording's first instant, aware UTC."""
    end: datetime
    """Where it ends: its last instant and the grace after it."""
    paused: bool
    """Whether it stands."""
    target: datetime | None = None
    """Where it is on its way to, as fast as it goes; None while it keeps its pace."""


class Play(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command: each part that is there is done, in this order."""

    paused: bool | Literal["turn"] | None = None
    """Stand, or go on; `turn` for the one that it does not."""
    speed: Annotated[float, msgspec.Meta(ge=SLOWEST, le=FASTEST)] | None = None
    """The recorded seconds in a real one."""
    pace: Literal["faster", "slower"] | None = None
    """Go by a step of the speed."""
    step: bool = False
    """Go to the next reading and stand there."""
    to: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Go to an instant as fast as it goes, also back."""


def faster(speed: float) -> float:
    """Return the next step above a speed; the last one stays."""
    return next((float(one) for one in SPEEDS if one > speed), max(speed, float(SPEEDS[-1])))


def slower(speed: float) -> float:
    """Return the next step below a speed; the first one stays."""
    return next((float(one) for one in reversed(SPEEDS) if one < speed), speed)
