"""A meter on the loopback whose house lives by a clock that a probe moves as it waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from console.clock import FrozenClock
from tests.meters.probing.house import START, Change, Meter, Phases


class HastyClock(FrozenClock):
    """A clock on which nobody waits: it stands at once where somebody wants it."""

    def __init__(self) -> None:
        super().__init__(START)

    async def wait_until(self, instant: datetime) -> None:
        """Stand there."""
        self.move_to(instant)

    @property
    def second(self) -> Decimal:
        """How long it goes, s."""
        return Decimal((self.now() - START) // timedelta(milliseconds=1)) / 1000


def homewizard(
    clock: HastyClock, house: Phases, meter: Meter, change: Change
) -> Callable[[], bytes]:
    """Return what answers as a HomeWizard meter in a house."""

    def answer() -> bytes:
        said = change(meter.tell(house, clock.second))
        document = {
            "total_power_import_kwh": float(said.import_wh / 1000),
            "total_power_export_kwh": float((said.export_wh or 0) / 1000),
            "active_power_w": float(said.power_w),
        }
        return json.dumps(document).encode()

    return answer


def ecotracker(clock: HastyClock, house: Phases, meter: Meter) -> Callable[[], bytes]:
    """Return what answers as an EcoTracker in a house."""

    def answer() -> bytes:
        said = meter.tell(house, clock.second)
        document = {
            "energyCounterIn": float(said.import_wh),
            "energyCounterOut": float(said.export_wh or 0),
            "power": float(said.power_w),
        }
        return json.dumps(document).encode()

    return answer
