"""The books say where a price is one that the grid would better."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from console.engine.settling.agreements import Agreements, Dated
from console.engine.settling.books import Books
from console.settings import PriceSettings, TariffSettings
from tests.engine.street import Opened, interval

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def agree_on(street: Opened, retail: int | None, feed_in: int | None) -> None:
    """Let the grid charge and pay so much, micro-units per kWh, for all times."""
    parts = street.engine.parts
    agreement = parts.agreements.newest
    price = msgspec.structs.replace(
        agreement.price, retail_micro_per_kwh=retail, feed_in_micro_per_kwh=feed_in
    )
    changed = msgspec.structs.replace(agreement, price=price)
    parts.agreements = Agreements((Dated(ALWAYS, changed),))


@pytest.mark.parametrize(
    ("retail", "feed_in", "note"),
    [
        (250_000, 60_000, ""),
        (100_000, 100_000, ""),
        (None, None, ""),
        (90_000, 60_000, "beyond the grid's prices: p1, p2"),
        (250_000, 110_000, "beyond the grid's prices: p1, p2"),
    ],
)
async def test_a_preview_warns_of_a_price_that_the_grid_would_better(
    street: Opened, retail: int | None, feed_in: int | None, note: str
) -> None:
    agree_on(street, retail, feed_in)
    await street.run()
    preview = await street.engine.answers.preview(interval(0).name)
    assert preview.plan is not None
    assert preview.note == note


async def test_prices_between_the_grids_follow_its_tariffs_by_the_local_day(
    street: Opened,
) -> None:
    parts = street.engine.parts
    agreement = parts.agreements.newest
    tariffs = (
        TariffSettings(
            start=date(2026, 6, 22), retail_micro_per_kwh=500_000, feed_in_micro_per_kwh=100_000
        ),
    )
    price = PriceSettings(
        kind="mid-market", retail_micro_per_kwh=300_000, feed_in_micro_per_kwh=80_000
    )
    dated = msgspec.structs.replace(agreement, price=price, tariffs=tariffs)
    parts.agreements = Agreements((Dated(ALWAYS, dated),))
    books = Books(parts)
    midnight = datetime(2026, 6, 22, tzinfo=parts.zone)
    last = parts.interval_at(midnight - timedelta(minutes=1))
    assert (
        books.terms(last).retail_micro_per_kwh,
        books.terms(last.next).retail_micro_per_kwh,
    ) == (
        300_000,
        500_000,
    )
    assert books.terms(last.next).feed_in_micro_per_kwh == 100_000


async def test_the_neighbours_price_may_be_dated_and_stays_until_another_is_named(
    street: Opened,
) -> None:
    parts = street.engine.parts
    grid = {"retail_micro_per_kwh": 500_000, "feed_in_micro_per_kwh": 100_000}
    tariffs = (
        TariffSettings(start=date(2026, 6, 22), fixed_micro_per_kwh=140_000, **grid),
        TariffSettings(start=date(2026, 6, 25), **grid),
    )
    agreement = msgspec.structs.replace(
        parts.agreements.newest, price=PriceSettings(), tariffs=tariffs
    )
    parts.agreements = Agreements((Dated(ALWAYS, agreement),))
    books, midnight = Books(parts), datetime(2026, 6, 22, tzinfo=parts.zone)
    last = parts.interval_at(midnight - timedelta(minutes=1))
    later = parts.interval_at(midnight + timedelta(days=4))
    told = [books.terms(one).fixed_micro_per_kwh for one in (last, last.next, later)]
    assert told == [100_000, 140_000, 140_000]
    assert street.engine.picture.price() == "0.10 EUR/kWh, 0.14 from 2026-06-22 00:00"
