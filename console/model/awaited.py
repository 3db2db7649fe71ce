"""The awaited: a house whose file is still to come while intervals are held for it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose file held intervals wait for."""

    house: str
    """The house's id."""
    since: datetime
    """Where the first of them begins."""
    until: datetime
    """When that one is settled without the house."""
    intervals: int
    """How many wait."""
