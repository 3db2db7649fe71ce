"""The stretch: what a house's readings of a span of time show as a whole."""

from __future__ import annotations

import msgspec


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """One house's readings, each held against the one before it."""

    falls: bool
    """Whether a register is lower than in the reading before."""
    most_w: int
    """The power that the steepest step takes at least, W, its registers being cut to whole Wh."""
    missing: bool
    """Whether the energy before a reading is not known."""
