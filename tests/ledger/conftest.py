from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from console.ledger.evidence import Evidence
from console.ledger.ledger import derive
from console.model.balance import Balance, IntervalBalances
from console.model.interval import Interval
from console.model.observed import (
    Delivered,
    IntervalTag,
    Observed,
    Place,
    Revoked,
    Sealed,
    Supplied,
)
from console.model.reading import Quality
from console.model.settlement import Plan, Share
from console.model.trade import Trade

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


class Street:
    """Three houses: mosaics 1 to 3, wallets W1 to W3."""

    house_of_mosaic: Mapping[int, str] = {1: "H01", 2: "H02", 3: "H03"}
    house_of_wallet: Mapping[str, str] = {"W1": "H01", "W2": "H02", "W3": "H03"}


@pytest.fixture
def members() -> Street:
    return Street()


@pytest.fixture
def interval() -> Callable[[int], Interval]:
    return lambda quarter: Interval(NOON + timedelta(minutes=15 * quarter), 15)


@pytest.fixture
def tag() -> Callable[..., IntervalTag]:
    def make(
        quarter: int = 0,
        prices: tuple[int, ...] = (100_000,),
        revision: int = 0,
        part: int = 1,
        parts: int = 1,
    ) -> IntervalTag:
        return IntervalTag(
            interval=Interval(NOON + timedelta(minutes=15 * quarter), 15),
            currency="EUR",
            prices_micro_per_kwh=prices,
            revision=revision,
            part=part,
            parts=parts,
        )

    return make


@pytest.fixture
def place() -> Callable[..., Place]:
    def make(index: int = 0, height: int = 2, transaction: int = 1) -> Place:
        return Place(height=height, transaction=bytes([transaction]) * 32, index=index)

    return make


@pytest.fixture
def delivered(place: Callable[..., Place]) -> Callable[..., Delivered]:
    def make(
        recipient: str,
        mosaics: tuple[tuple[int, int], ...],
        tag: IntervalTag | None,
        **where: int,
    ) -> Delivered:
        return Delivered(
            place=place(**where), recipient=recipient, mosaics=mosaics, message="", tag=tag
        )

    return make


@pytest.fixture
def correction(
    delivered: Callable[..., Delivered],
    place: Callable[..., Place],
    tag: Callable[..., IntervalTag],
) -> Callable[..., list[Observed]]:
    """An aggregate that takes 30 Wh of H01 and 4 of H02 from H03's wallet."""

    def make(prices: tuple[int, ...] = (100_000,)) -> list[Observed]:
        return [
            Revoked(place=place(1, 5, 9), source="W3", mosaic=1, amount=30),
            Revoked(place=place(2, 5, 9), source="W3", mosaic=2, amount=4),
            delivered("W3", (), tag(prices=prices, revision=1), index=3, height=5, transaction=9),
        ]

    return make


PRICE = 100_000
FLOWS = {"H01": (0, 100), "H02": (60, 0), "H03": (30, 0)}
"""Imported and exported Wh: H01 gives 100, the others take 90, so all 90 are shared."""


def interval_at(quarter: int) -> Interval:
    return Interval(NOON + timedelta(minutes=15 * quarter), 15)


def make_balances(quarter: int, flows: Mapping[str, tuple[int, int]] = FLOWS) -> IntervalBalances:
    return IntervalBalances(
        interval=interval_at(quarter),
        balances=tuple(
            Balance(
                house=house,
                import_start_wh=1000,
                import_end_wh=1000 + imported,
                export_start_wh=50,
                export_end_wh=50 + exported,
            )
            for house, (imported, exported) in sorted(flows.items())
        ),
    )


def make_plan(quarter: int, **changes: Any) -> Plan:
    plan = Plan(
        community="lindenhof",
        interval=interval_at(quarter),
        revision=0,
        currency="EUR",
        rule="pro-rata",
        matching="pairs",
        self_netting=False,
        prices={"H01": PRICE},
        surplus_wh=100,
        demand_wh=90,
        shared_wh=90,
        shares=tuple(
            Share(
                house=house,
                import_start_wh=1000,
                import_end_wh=1000 + imported,
                export_start_wh=50,
                export_end_wh=50 + exported,
                quality=Quality.MEASURED,
                demand_wh=imported,
                surplus_wh=exported,
                bought_wh=imported,
                sold_wh=90 if exported else 0,
                bought_carry_in_nwh=0,
                sold_carry_in_nwh=quarter,
                bought_carry_out_nwh=0,
                sold_carry_out_nwh=quarter,
            )
            for house, (imported, exported) in sorted(FLOWS.items())
        ),
        trades=tuple(
            Trade(producer="H01", consumer=house, wh=wh, price_micro_per_kwh=PRICE)
            for house, wh in (("H02", 60), ("H03", 30))
        ),
        inputs_root=bytes([quarter]) * 32,
    )
    return msgspec.structs.replace(plan, **changes)


def records_of(quarter: int) -> list[Observed]:
    def place(index: int) -> Place:
        return Place(height=quarter + 2, transaction=bytes([quarter + 1]) * 32, index=index)

    tag = IntervalTag(
        interval=interval_at(quarter),
        currency="EUR",
        prices_micro_per_kwh=(PRICE,),
        revision=0,
        part=1,
        parts=1,
    )
    return [
        Sealed(
            place=place(0), key=quarter, inputs_root=bytes([quarter]) * 32, audit_head=bytes(32)
        ),
        Supplied(place=place(1), mosaic=1, delta=90),
        *(
            Delivered(place=place(index), recipient=wallet, mosaics=((1, wh),), message="", tag=tag)
            for index, (wallet, wh) in enumerate((("W2", 60), ("W3", 30)), start=2)
        ),
    ]


@pytest.fixture
def evidence(members: Street) -> Evidence:
    """Three settled intervals in which everything agrees."""
    records = [record for quarter in range(3) for record in records_of(quarter)]
    return Evidence(
        balances=[make_balances(quarter) for quarter in range(3)],
        plans=[make_plan(quarter) for quarter in range(3)],
        records=records,
        entries=derive(records, members, final_height=9).entries,
        members=members,
        final_height=9,
        roots={(interval_at(quarter), 0): bytes([quarter]) * 32 for quarter in range(3)},
    )


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    return make_plan


@pytest.fixture
def balances_of() -> Callable[..., IntervalBalances]:
    return make_balances
