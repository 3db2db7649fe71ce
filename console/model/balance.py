"""The balance: what a house took and gave in one interval."""

from __future__ import annotations

import msgspec

from console.model.interval import Interval
from console.model.reading import Quality

LOOK_AROUND = 3
"""How far beyond an interval's edges readings count, in times of how near they must lie: enough to
tell a dip from a fall."""


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A house's registers at the two edges of an interval."""

    house: str
    """The house's id."""
    import_start_wh: int
    """The import register at the start edge, whole Wh."""
    import_end_wh: int
    """The import register at the end edge, whole Wh."""
    export_start_wh: int
    """The export register at the start edge, whole Wh."""
    export_end_wh: int
    """The export register at the end edge, whole Wh."""
    quality: Quality = Quality.MEASURED
    """The worse of the two edges' qualities."""

    @property
    def imported_wh(self) -> int:
        """What the house took from the grid, Wh."""
        return self.import_end_wh - self.import_start_wh

    @property
    def exported_wh(self) -> int:
        """What the house gave to the grid, Wh."""
        return self.export_end_wh - self.export_start_wh


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose energy in an interval is not known, and why."""

    house: str
    """The house's id."""
    reason: str
    """One clause for the operator, such as `no reading since 11:22`."""


class IntervalBalances(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of all members in one interval."""

    interval: Interval
    """The interval."""
    balances: tuple[Balance, ...]
    """One for each house that is known, by house id."""
    missing: tuple[Missing, ...] = ()
    """One for each member that is not, by house id."""
