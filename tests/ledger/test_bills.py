"""Bills add up: debits are credits, energy is the meters', and what is not shared is the grid's."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from console.ledger.bills import Accounts, Metered
from console.model.bill import Bill, Kind
from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.tariff import Tariff
from tests.ledger.conftest import NOON

DAY = date(2026, 6, 21)
GRID = Tariff(retail=250_000, feed_in=60_000)
PRICE = 100_000


def row(producer: str, consumer: str, wh: int, price: int = PRICE) -> Entry:
    return Entry(
        producer=producer,
        consumer=consumer,
        price_micro_per_kwh=price,
        wh=wh,
        currency="EUR",
        interval=Interval(NOON, 15),
        revision=0,
        part=1,
        height=7,
        transaction=bytes(32),
        state=EntryState.FINAL,
    )


def meter(house: str, imported: int, exported: int = 0, gap: int = 0) -> Metered:
    return Metered(house=house, imported_wh=imported, exported_wh=exported, gap_import_wh=gap)


def only(accounts: Accounts, house: str) -> Bill:
    [bill] = (bill for bill in accounts.bills({}) if bill.house == house)
    return bill


def test_the_statement_of_the_screens_own_example() -> None:
    accounts = Accounts(("test3",))
    for producer, wh in (("test1", 1384), ("test6", 1047), ("test9", 1822), ("test11", 209)):
        accounts.add_row(row(producer, "test3", wh), DAY, GRID)
    accounts.add_meter(meter("test3", 4462 + 2638), DAY, GRID)
    bill = only(accounts, "test3")
    told = [(line.kind.value, line.other, line.wh, line.cents) for line in bill.lines]
    assert told == [
        ("bought", "test1", 1384, -14),
        ("bought", "test11", 209, -2),
        ("bought", "test6", 1047, -10),
        ("bought", "test9", 1822, -18),
        ("from grid", "", 2638, -66),
    ]
    assert bill.net_cents == -110
    assert bill.saved_cents == 112 - 44
    assert only(accounts, "test1").cents(Kind.SOLD) == 14


def test_own_use_costs_nothing_and_is_not_the_grids() -> None:
    accounts = Accounts(("a",))
    accounts.add_row(row("a", "a", 30), DAY, GRID)
    accounts.add_meter(meter("a", 50, 40), DAY, GRID)
    bill = only(accounts, "a")
    assert [(line.kind, line.wh, line.cents) for line in bill.lines] == [
        (Kind.OWN, 30, 0),
        (Kind.FROM_GRID, 20, 0),
        (Kind.TO_GRID, 10, 0),
    ]
    assert (bill.self_sufficiency, bill.self_consumption) == (0.6, 0.75)


def test_a_revocation_lowers_both_sides() -> None:
    accounts = Accounts(("p", "c"))
    accounts.add_row(row("p", "c", 1000), DAY, GRID)
    accounts.add_row(row("p", "c", -400), DAY, GRID)
    accounts.add_meter(meter("c", 600), DAY, GRID)
    accounts.add_meter(meter("p", 0, 600), DAY, GRID)
    assert only(accounts, "c").net_cents == -6
    assert only(accounts, "p").net_cents == 6


def test_gap_energy_is_the_grids() -> None:
    accounts = Accounts(("c",))
    accounts.add_meter(meter("c", 100, gap=900), DAY, GRID)
    bill = only(accounts, "c")
    assert (bill.imported_wh, bill.gap_wh, bill.wh(Kind.FROM_GRID)) == (1000, 900, 1000)
    assert bill.net_cents == -25


def test_a_line_for_each_price_of_the_grid() -> None:
    accounts = Accounts(("c",))
    accounts.add_meter(meter("c", 1000), DAY, GRID)
    accounts.add_meter(meter("c", 2000), date(2026, 7, 1), Tariff(300_000, 60_000))
    bill = only(accounts, "c")
    assert [(line.price_micro_per_kwh, line.wh, line.cents) for line in bill.lines] == [
        (250_000, 1000, -25),
        (300_000, 2000, -60),
    ]
    assert [day.from_grid_wh for day in bill.days] == [1000, 2000]


def test_without_the_grids_prices_its_energy_has_no_amount() -> None:
    accounts = Accounts(("c",))
    accounts.add_row(row("p", "c", 500), DAY, Tariff())
    accounts.add_meter(meter("c", 1000), DAY, Tariff())
    bill = only(accounts, "c")
    assert [(line.kind, line.cents) for line in bill.lines] == [
        (Kind.BOUGHT, -5),
        (Kind.FROM_GRID, 0),
    ]
    assert bill.saved_cents is None


def test_a_house_without_anything_has_an_empty_bill() -> None:
    bill = only(Accounts(("idle",)), "idle")
    assert (bill.lines, bill.net_cents, bill.days) == ((), 0, ())
    assert bill.self_sufficiency is None
    assert bill.self_consumption is None


@given(seed=st.integers(0, 2**32 - 1), houses=st.integers(1, 8))
def test_debits_are_credits_and_energy_is_the_meters(seed: int, houses: int) -> None:
    random = Random(seed)
    names = [f"h{number}" for number in range(houses)]
    accounts = Accounts(names)
    taken, given_ = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for _ in range(40):
        producer, consumer = random.choice(names), random.choice(names)
        wh, more = random.randint(1, 3000), random.randint(0, 500)
        price = random.choice((98_765, 100_000, 126_316))
        accounts.add_row(row(producer, consumer, wh, price), DAY, GRID)
        accounts.add_meter(meter(consumer, wh + more), DAY, GRID)
        accounts.add_meter(meter(producer, 0, wh), DAY, GRID)
        taken[consumer] += wh + more
        given_[producer] += wh
    bills = accounts.bills({})
    assert sum(bill.cents(Kind.BOUGHT, Kind.SOLD) for bill in bills) == 0
    assert sum(bill.wh(Kind.BOUGHT) for bill in bills) == sum(bill.wh(Kind.SOLD) for bill in bills)
    for bill in bills:
        near = bill.wh(Kind.BOUGHT) + bill.wh(Kind.OWN)
        assert near + bill.wh(Kind.FROM_GRID) == bill.imported_wh == taken[bill.house]
        near = bill.wh(Kind.SOLD) + bill.wh(Kind.OWN)
        assert near + bill.wh(Kind.TO_GRID) == bill.exported_wh == given_[bill.house]
