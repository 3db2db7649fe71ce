"""The compared: a comparison as a table of cases, a table of houses, and one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from console.cli.printing import counted
from console.ledger.bill_table import aligned
from console.model.comparison import Comparison, HouseOutcome, Outcome
from console.model.figures import NANO, UNKNOWN, kwh, money, shortest_decimal
from console.safe_text import safe_text

_CENTS = 2
_LONGEST_NAME = 16
_A_BLOCK = 5
"""So many cases stand side by side in 80 columns."""

_encoder = msgspec.json.Encoder(decimal_format="number")


def table_lines(found: Comparison) -> Iterator[str]:
    """Yield the cases as a table: what is in force first, then the others, numbered."""
    yield f"{safe_text(found.community, 40)}, {found.first}..{found.end}: {_counts(found)}"
    yield ""
    head = ("", "rule", "price", "shared kWh", "paid", "saved", "spread")
    played = [
        (str(number), one.case.rule, one.case.price, *_sums(one))
        for number, one in enumerate(found.outcomes, 1)
    ]
    yield from _named([head, *played])
    for number, one in enumerate(found.outcomes, 1):
        if one.refused:
            yield f"{number} is not played: {safe_text(one.refused, 200)}"
    yield f"1 is in force. Money in {safe_text(found.currency, 12)}."


def house_lines(found: Comparison, house: str = "") -> Iterator[str]:
    """Yield the houses: what each saves now, and gains or loses in every other case.

    Args:
        found: the comparison, what is in force first.
        house: only this one, in full; empty for all.
    """
    if house:
        yield from _one_house(found, house)
        return
    before, others = found.outcomes[0], list(enumerate(found.outcomes, 1))[1:]
    if not before.saved:
        yield _unknown(found)
        return
    played = [(number, one.gains(before.saved)) for number, one in others if one.saved]
    for at in range(0, max(len(played), 1), _A_BLOCK):
        yield from _block(before.saved, played[at : at + _A_BLOCK])
        yield ""
    yield "Saved against the grid alone; beside it what a case gives more or less than 1."


def json_document(found: Comparison) -> str:
    """Return a comparison as one JSON document, money as plain decimals, exact."""
    before = found.outcomes[0].saved
    return _encoder.encode(
        {
            "from": found.first,
            "to": found.end,
            "community": found.community,
            "currency": found.currency,
            "intervals": found.intervals,
            "incomplete_intervals": found.incomplete,
            "cases": [_case(one, before) for one in found.outcomes],
        }
    ).decode()


def _counts(found: Comparison) -> str:
    incomplete = f", {found.incomplete} without every house" if found.incomplete else ""
    return f"{counted(found.intervals, 'interval')}{incomplete}"


def _unknown(found: Comparison) -> str:
    if not found.intervals:
        return "No interval of these days is over yet."
    if found.outcomes[0].refused:
        return "What is in force cannot be played on these days: nothing to compare with."
    return "What the grid charges and pays is not known: set retail and feed_in under [price]."


def _sums(one: Outcome) -> tuple[str, str, str, str]:
    if one.refused:
        return (UNKNOWN,) * 4
    saved = sum(one.saved.values()) if one.saved else None
    return kwh(one.shared_wh), money(one.paid_nano, _CENTS), _money(saved), _money(one.spread_nano)


def _money(nano: int | None) -> str:
    return UNKNOWN if nano is None else money(nano, _CENTS)


def _signed(nano: int) -> str:
    text = money(nano, _CENTS)
    return f"+{text}" if nano > 0 and text.strip("0.") else text


def _block(saved: dict[str, int], cases: Sequence[tuple[int, dict[str, int]]]) -> Iterator[str]:
    """Yield all houses with what they save, and some cases beside."""
    head = ("house", "saved 1", *(str(number) for number, _ in cases))
    rows = [
        (
            safe_text(house, _LONGEST_NAME),
            _money(nano),
            *(_signed(gains[house]) if house in gains else UNKNOWN for _, gains in cases),
        )
        for house, nano in saved.items()
    ]
    sums = (_signed(sum(gains.values())) for _, gains in cases)
    yield from aligned([head, *rows, ("together", _money(sum(saved.values())), *sums)])


def _one_house(found: Comparison, house: str) -> Iterator[str]:
    head = (
        "", "bought kWh", "sold", "from grid", "to grid", "paid", "earned", "saved",
    )  # fmt: skip
    yield safe_text(house, 32)
    rows = [
        (str(number), *_cells(one))
        for number, outcome in enumerate(found.outcomes, 1)
        for one in outcome.houses
        if one.house == house
    ]
    yield from aligned([head, *rows])


def _cells(one: HouseOutcome) -> tuple[str, ...]:
    energy = (one.bought_wh, one.sold_wh, one.from_grid_wh, one.to_grid_wh)
    amounts = (one.paid_nano, one.earned_nano, one.saved_nano)
    return (*map(kwh, energy), *map(_money, amounts))


def _named(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows with their first three columns to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _case(one: Outcome, before: dict[str, int]) -> dict[str, object]:
    gains = one.gains(before)
    return {
        "rule": one.case.rule,
        "price": one.case.price,
        "refused": one.refused or None,
        "shared_wh": one.shared_wh,
        "paid": _decimal(one.paid_nano),
        "saved": _decimal(sum(one.saved.values()) if one.saved else None),
        "spread": _decimal(one.spread_nano),
        "houses": [
            {
                "house": house.house,
                "bought_wh": house.bought_wh,
                "sold_wh": house.sold_wh,
                "own_wh": house.own_wh,
                "from_grid_wh": house.from_grid_wh,
                "to_grid_wh": house.to_grid_wh,
                "paid": _decimal(house.paid_nano),
                "earned": _decimal(house.earned_nano),
                "grid": _decimal(house.grid_nano),
                "saved": _decimal(house.saved_nano),
                "gain": _decimal(gains.get(house.house)),
            }
            for house in one.houses
        ],
    }


def _decimal(nano: int | None) -> Decimal | None:
    return None if nano is None else Decimal(shortest_decimal(nano, NANO))
