"""Only what is counted against a power of steady direction is held against a meter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from console.meters.probing.opposition import Opposition

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
NOTHING, ONE = Decimal(0), Decimal(1)


def watched(powers: list[int], import_wh: Decimal, export_wh: Decimal) -> Opposition:
    """Both registers move by so much every ten seconds."""
    seen = Opposition()
    seen.begin(NOON, Decimal(powers[0]))
    for number, power in enumerate(powers[1:], start=1):
        at = NOON + number * timedelta(seconds=10)
        seen.take(at, Decimal(power), Decimal(10), import_wh, export_wh)
    return seen


def test_the_other_register_is_counted_once_the_direction_is_settled() -> None:
    seen = watched([800] * 10, ONE, ONE)
    # two looks settle it, and the first step may be of energy from before
    assert seen.counted_wh == seen.moves == 7
    assert watched([-800] * 10, ONE, ONE).counted_wh == 7


def test_a_register_of_the_power_s_own_direction_is_none() -> None:
    assert watched([800] * 10, ONE, NOTHING).counted_wh == 0
    assert watched([-800] * 10, NOTHING, ONE).counted_wh == 0


def test_power_that_is_small_or_turns_proves_nothing() -> None:
    assert watched([99] * 10, ONE, ONE).counted_wh == 0
    assert watched([800, 800, -800] * 5, ONE, ONE).counted_wh == 0
