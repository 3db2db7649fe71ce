from __future__ import annotations

from console.ledger.bill_table import statement_lines, table_lines
from tests.ledger.bill_data import BILLS, BUYER, SELLER


def test_all_houses_stand_in_one_table_with_their_sums() -> None:
    assert list(table_lines(BILLS)) == [
        "house     sold kWh  earned  bought kWh  owes  to grid  from grid  net EUR",
        "test1        1.384    0.14           –     –    5.424          –     0.47",
        "test3            –       –       1.384  0.14        –      2.638    -0.80",
        "2 houses     1.384    0.14       1.384  0.14    5.424      2.638    -0.33",
        "Read from the chain up to block 1282.",
        "The period is not over.",
        "Not yet in: 2026-06-21T00:30Z held.",
        "test3: 2 intervals have an estimated edge.",
        "test3: 3 intervals rest on substitutes for what was not measured.",
        "test3: 1 interval has an edge that was read by hand.",
        "test3: 1 interval was settled without this house; late data corrects that.",
    ]


def test_a_statement_says_all_a_household_asks() -> None:
    assert list(statement_lines(BUYER, BILLS)) == [
        "test3, =Meier & <Sons>   June 2026, draft",
        "",
        "bought from test1 at 0.10  1.384 kWh     -0.14",
        "together                                 -0.14",
        "own use                    0.005 kWh",
        "from grid at 0.25          2.638 kWh     -0.66",
        "to pay                                0.80 EUR",
        "",
        "Energy from neighbours costs 0.10 EUR/kWh, from the grid 0.25 EUR/kWh.",
        "Read from the chain up to block 1282.",
        "The period is not over.",
        "Not yet in: 2026-06-21T00:30Z held.",
        "0.21 EUR better than with the grid alone.",
        "34 % of what was taken came from neighbours or itself.",
        "100 % of what was given was used by neighbours or itself.",
        "0.012 kWh fell into gaps of the meter: they are the grid's.",
        "2 intervals have an estimated edge.",
        "3 intervals rest on substitutes for what was not measured.",
        "1 interval has an edge that was read by hand.",
        "1 interval was settled without this house; late data corrects that.",
    ]


def test_a_producer_is_paid_out() -> None:
    assert ["paid", "out", "0.47", "EUR"] in [
        line.split() for line in statement_lines(SELLER, BILLS)
    ]
