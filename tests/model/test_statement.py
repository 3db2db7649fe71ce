"""What a correction says of the days and the lines that it corrects."""

from __future__ import annotations

from datetime import date

import msgspec

from console.ledger.bill_table import table_lines
from console.model.bill import Bill, BillDay, BillLine, Bills, Kind
from console.model.clearing import Clearing, ClearingKind, ClearingName, KeptClearing
from console.model.statement import corrections, sentences, taken_back
from tests.ledger.bill_data import BILLS, BUYER, SELLER


def bought(wh: int, cents: int, other: str = "test1") -> BillLine:
    return BillLine(kind=Kind.BOUGHT, other=other, price_micro_per_kwh=100_000, wh=wh, cents=cents)


def corrected(*numbers: tuple[BillLine, ...], days: tuple[int, ...] = ()) -> tuple[Bill, Bills]:
    """The buyer's newest correction, behind its bill and the corrections before it."""
    made = [
        msgspec.structs.replace(
            BUYER,
            number=number,
            lines=lines,
            days=tuple(BillDay(day=date(2026, 6, day), bought_wh=1) for day in days),
        )
        for number, lines in enumerate(numbers, 2)
    ]
    return made[-1], msgspec.structs.replace(BILLS, bills=(SELLER, BUYER, *made))


def test_each_line_is_told_as_it_was_and_as_it_is() -> None:
    own = BillLine(kind=Kind.OWN, other="test3", wh=-5)
    bill, bills = corrected((bought(616, -6), bought(100, -1, "test9"), own), days=(21,))
    assert list(corrections(bill, bills)) == [
        "It corrects what was billed before for 21 June: later data changed it.",
        "bought from test1 at 0.10: 2.000 kWh for 0.20 instead of 1.384 kWh for 0.14.",
        "bought from test9 at 0.10: 0.100 kWh for 0.01 instead of 0.000 kWh for 0.00.",
        "own use: 0.000 kWh instead of 0.005 kWh.",
    ]
    assert set(corrections(bill, bills)) <= set(sentences(bill, bills))


def test_corrections_before_it_are_added_up_and_later_ones_are_not() -> None:
    second, bills = corrected((bought(616, -6),), (bought(-1000, 10),), days=(21, 23))
    [day, line] = corrections(second, bills)
    assert day == (
        "It corrects what was billed before for 2 days from 21 June to 23 June: "
        "later data changed it."
    )
    assert line == "bought from test1 at 0.10: 1.000 kWh for 0.10 instead of 2.000 kWh for 0.20."
    first = bills.bills[2]
    assert "2.000 kWh for 0.20 instead of 1.384 kWh for 0.14" in [*corrections(first, bills)][1]


def test_many_lines_are_counted_and_one_without_energy_is_told_all_the_same() -> None:
    many = tuple(bought(1, 0, f"test{number}") for number in range(20, 34))
    *lines, rest = corrections(*corrected(many))
    assert len(lines) == 1 + 12
    assert rest == "2 more lines changed."
    assert lines[0] == "It corrects what was billed before: later data changed it."


def retired(number: int, house: str = "test3") -> KeptClearing:
    name = ClearingName(
        kind=ClearingKind.RETIREMENT, period="2026-06", house=house, revision=number - 1
    )
    return KeptClearing(clearing=Clearing(name=name))


def test_what_a_correction_takes_back_of_a_paid_bill_is_told_before_it_is_approved() -> None:
    told = (
        "0.400 kWh that it has less are retired already: as much of what came later is "
        "taken back, and is not in the wallet when that is retired."
    )
    less = (bought(-400, 4), bought(200, -2, "test9"))
    bill, bills = corrected(less)
    assert told not in [*sentences(bill, bills)]
    paid = msgspec.structs.replace(bills, clearings=(retired(1),))
    assert [one for one in sentences(bill, paid) if "retired already" in one] == [told]
    # the question shows the drafts alone
    asked = msgspec.structs.replace(paid, bills=(bill,))
    assert f"test3 no. 2: {told}" in [*table_lines(asked)]
    for others in ((retired(2),), (retired(1, "test1"),)):
        assert not taken_back(bill, msgspec.structs.replace(bills, clearings=others))
    dearer = msgspec.structs.replace(bought(400, -8), price_micro_per_kwh=200_000)
    same, bills = corrected((bought(-400, 4), dearer))
    assert not taken_back(same, msgspec.structs.replace(bills, clearings=(retired(1),)))


def test_a_first_bill_corrects_nothing() -> None:
    assert not [one for one in sentences(BUYER, BILLS) if "It corrects" in one or "instead" in one]


def test_what_no_register_counts_is_told_as_unknown() -> None:
    told = "Its meter has no export register: what was given is not known."
    silent = msgspec.structs.replace(BUYER, exported_wh=0)
    bills = msgspec.structs.replace(BILLS, bills=(SELLER, silent), no_export=("test3",))
    assert told in [*sentences(silent, bills)]
    assert told not in [*sentences(SELLER, bills)]
