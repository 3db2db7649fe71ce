"""Makes readings, sides and balances for the settlement's tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from console.model.balance import Balance, IntervalBalances, Missing
from console.model.interval import Interval
from console.model.reading import Quality, Reading

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

Line = Callable[..., list[Reading]]
Street = Callable[..., IntervalBalances]


@pytest.fixture(scope="session")
def line() -> Line:
    """Readings of one house from `(seconds after 10:00Z, import, export)`."""

    def make(
        *values: tuple[float, int, int],
        house: str = "H1",
        qualities: Mapping[float, Quality] | None = None,
    ) -> list[Reading]:
        return [
            Reading(
                house=house,
                time=START + timedelta(seconds=seconds),
                import_wh=import_wh,
                export_wh=export_wh,
                quality=(qualities or {}).get(seconds, Quality.MEASURED),
            )
            for seconds, import_wh, export_wh in values
        ]

    return make


@pytest.fixture(scope="session")
def street() -> Street:
    """The balances of an interval from `house: (imported, exported)`."""

    def make(
        energy: Mapping[str, tuple[int, int]],
        *,
        missing: Sequence[str] = (),
        qualities: Mapping[str, Quality] | None = None,
    ) -> IntervalBalances:
        return IntervalBalances(
            interval=Interval(START, 15),
            balances=tuple(
                Balance(
                    house=house,
                    import_start_wh=1000,
                    import_end_wh=1000 + imported,
                    export_start_wh=50,
                    export_end_wh=50 + exported,
                    quality=(qualities or {}).get(house, Quality.MEASURED),
                )
                for house, (imported, exported) in energy.items()
            ),
            missing=tuple(
                Missing(house=house, reason="no reading since 09:58Z") for house in missing
            ),
        )

    return make


@pytest.fixture(scope="session")
def salt() -> Callable[[str], bytes]:
    """A salt for every house."""
    return lambda house: house.encode().ljust(32, b"*")
