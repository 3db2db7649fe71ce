"""The swap: a house's old meter ends and its new one begins, by an operator's word."""

from __future__ import annotations

from datetime import datetime

import msgspec

MOST_WH = 10**12
"""The highest register that is taken, Wh."""


class Swap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exchange of a meter; a rollover of its counter is one too. All registers in Wh."""

    house: str
    """The house's id."""
    time: datetime
    """When, aware UTC: readings from here on are the new meter's."""
    last_import_wh: int
    """The old meter's import register at the end."""
    last_export_wh: int
    """The old meter's export register at the end."""
    first_import_wh: int
    """The new meter's import register at the beginning."""
    first_export_wh: int
    """The new meter's export register at the beginning."""
    serial: str = ""
    """The new meter's number, free text; may be empty."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine takes a falling register for, to be confirmed or corrected."""

    swap: Swap
    """The old meter's last good reading, the new one's first, and the time of the latter."""
    rollover: bool
    """Whether it looks like a counter that began again at zero."""
    text: str
    """What was seen, one sentence."""
