"""Makes plans and an operator for the chain's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from console.chain.keyfile import OperatorKey
from console.model.interval import Interval
from console.model.settlement import Plan
from console.model.trade import Trade

INTERVAL = Interval(datetime(2026, 11, 23, 10, 15, tzinfo=UTC), 15)

MakePlan = Callable[..., Plan]


@pytest.fixture(scope="session")
def interval() -> Interval:
    return INTERVAL


@pytest.fixture(scope="session")
def operator() -> OperatorKey:
    return OperatorKey(b"\x11" * 32)


@pytest.fixture(scope="session")
def plan_of() -> MakePlan:
    """A plan with these `(producer, consumer, Wh, price)`; its shares are left empty."""

    def make(trades: Iterable[tuple[str, str, int, int]], revision: int = 0) -> Plan:
        cells = tuple(
            Trade(producer=producer, consumer=consumer, wh=wh, price_micro_per_kwh=price)
            for producer, consumer, wh, price in trades
        )
        shared = sum(cell.wh for cell in cells)
        return Plan(
            community="lindenhof",
            interval=INTERVAL,
            revision=revision,
            currency="EUR",
            rule="pro-rata",
            matching="pairs",
            self_netting=False,
            prices={cell.producer: cell.price_micro_per_kwh for cell in cells},
            surplus_wh=shared,
            demand_wh=shared,
            shared_wh=shared,
            shares=(),
            trades=cells,
            inputs_root=b"\x01" * 32,
        )

    return make
