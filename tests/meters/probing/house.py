"""A house whose power is known at every moment, and a meter that tells it in its own way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

import msgspec

from console.meters.measurement import Measurement

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)

Change = Callable[[Measurement], Measurement]


class Phases:
    """Three powers in W, each constant between instants in s, and what they come to."""

    def __init__(self, steps: list[tuple[int, int, int, int]]) -> None:
        """Take (instant, power of each phase), the first at 0."""
        self._instants = [step[0] for step in steps]
        self._powers = [step[1:] for step in steps]

    def power(self, second: Decimal) -> int:
        return sum(self._powers[self._at(second)])

    def counted(self, second: Decimal, *, balanced: bool) -> tuple[Decimal, Decimal]:
        """Return what was imported and exported until then, Wh."""
        taken = given = Decimal(0)
        ends = [*map(Decimal, self._instants[1:]), second]
        for start, end, powers in zip(self._instants, ends, self._powers, strict=True):
            seconds = min(end, second) - start
            if seconds <= 0:
                break
            apart = (sum(powers),) if balanced else powers
            taken += seconds * sum(power for power in apart if power > 0)
            given -= seconds * sum(power for power in apart if power < 0)
        return taken / 3600, given / 3600

    def _at(self, second: Decimal) -> int:
        return bisect_right(self._instants, second) - 1


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """How a meter tells what flows."""

    import_wh: Decimal = Decimal("4812301")
    export_wh: Decimal | None = Decimal("6120457")
    step_wh: Decimal = Decimal(1)
    renewed_s: Decimal = Decimal(1)
    late_s: Decimal = Decimal(0)
    """How much later than the power its registers are told, at most."""
    gain: Decimal = Decimal(1)
    """How its power is calibrated against its registers."""
    balanced: bool = True

    def tell(self, house: Phases, second: Decimal) -> Measurement:
        at = _floor(second, self.renewed_s)
        registers_at = _floor(at, max(self.late_s, self.renewed_s))
        taken, given = house.counted(registers_at, balanced=self.balanced)
        export = None if self.export_wh is None else _floor(self.export_wh + given, self.step_wh)
        return Measurement(
            import_wh=_floor(self.import_wh + taken, self.step_wh),
            export_wh=export,
            power_w=(house.power(at) * self.gain).quantize(Decimal(1)),
        )


def watched(
    house: Phases, meter: Meter, *, seconds: int, pace: Decimal, change: Change = lambda said: said
) -> Iterator[tuple[datetime, Measurement]]:
    """Yield what a meter tells, again and again."""
    second = Decimal(0)
    while second <= seconds:
        milliseconds = int(second * 1000)
        yield START + timedelta(milliseconds=milliseconds), change(meter.tell(house, second))
        second += pace


def _floor(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_FLOOR) * step
