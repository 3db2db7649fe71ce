"""The bills: a period's final rows and meters, added up for each house.

Every line is rounded once, for a pair and a price, and the seller's credit is the buyer's debit, so
that debits equal credits to the last cent. What the community did not share is the grid's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from console.errors import invariant
from console.model.bill import Bill, BillDay, BillLine, Kind
from console.model.entry import Entry
from console.model.money import cents
from console.model.reading import Quality
from console.model.tariff import Tariff


class Metered(msgspec.Struct, frozen=True, kw_only=True):
    """One house's meter over one interval, with what fell into a gap before it."""

    house: str
    """The house's id."""
    imported_wh: int
    """What it took, Wh, without what `self_netting` set off."""
    exported_wh: int
    """What it gave, Wh, likewise."""
    gap_import_wh: int = 0
    """What it took in a gap that ends with this interval, Wh."""
    gap_export_wh: int = 0
    """What it gave there, Wh."""
    quality: Quality = Quality.MEASURED
    """How its edges are known."""
    left_out: bool = False
    """Whether the interval was settled without it."""


class Accounts:
    """Adds up intervals and rows, in whatever order they come."""

    def __init__(self, houses: Iterable[str]) -> None:
        """Open an account for each house."""
        self._houses = {house: _Account(house) for house in houses}
        self._pairs: Counter[tuple[str, str, int]] = Counter()

    def add_row(self, row: Entry, day: date, tariff: Tariff) -> None:
        """Add a ledger row.

        Args:
            row: a final row.
            day: the local day of its interval.
            tariff: the grid's prices in its interval.
        """
        self._pairs[row.producer, row.consumer, row.price_micro_per_kwh] += row.wh
        own = row.producer == row.consumer
        self._account(row.consumer).buy(day, tariff, row.wh, own=own)
        self._account(row.producer).sell(day, tariff, row.wh, own=own)

    def add_meter(self, metered: Metered, day: date, tariff: Tariff) -> None:
        """Add a house's meter over an interval; the arguments as for `add_row`."""
        self._account(metered.house).meter(metered, day, tariff)

    def bills(self, names: Mapping[str, str]) -> tuple[Bill, ...]:
        """Return the statements by house id.

        Args:
            names: what screens call the houses, by id.
        """
        lines: defaultdict[str, list[BillLine]] = defaultdict(list)
        for (producer, consumer, price), wh in sorted(self._pairs.items()):
            if producer == consumer:
                lines[producer].append(BillLine(kind=Kind.OWN, other=producer, wh=wh))
                continue
            amount = cents(wh * price)
            line = BillLine(
                kind=Kind.BOUGHT, other=producer, price_micro_per_kwh=price, wh=wh, cents=-amount
            )
            lines[consumer].append(line)
            replaced = msgspec.structs.replace(line, kind=Kind.SOLD, other=consumer, cents=amount)
            lines[producer].append(replaced)
        made = tuple(
            account.bill(lines[house], names.get(house, ""))
            for house, account in sorted(self._houses.items())
        )
        between = sum(bill.cents(Kind.BOUGHT, Kind.SOLD) for bill in made)
        invariant(between == 0, "the debits of the bills are not their credits")
        return made

    def _account(self, house: str) -> _Account:
        return self._houses.setdefault(house, _Account(house))


class _Account:
    """One house over the period."""

    def __init__(self, house: str) -> None:
        self._house = house
        self._imported = self._exported = self._gap = self._left_out = 0
        self._qualities: Counter[Quality] = Counter()
        self._from_grid: Counter[int | None] = Counter()
        self._to_grid: Counter[int | None] = Counter()
        self._near_in: Counter[int | None] = Counter()
        self._near_out: Counter[int | None] = Counter()
        self._days: defaultdict[date, Counter[str]] = defaultdict(Counter)

    def buy(self, day: date, tariff: Tariff, wh: int, *, own: bool) -> None:
        self._from_grid[tariff.retail] -= wh
        self._near_in[tariff.retail] += wh
        self._days[day]["from_grid_wh"] -= wh
        if not own:
            self._days[day]["bought_wh"] += wh

    def sell(self, day: date, tariff: Tariff, wh: int, *, own: bool) -> None:
        self._to_grid[tariff.feed_in] -= wh
        self._near_out[tariff.feed_in] += wh
        self._days[day]["to_grid_wh"] -= wh
        if not own:
            self._days[day]["sold_wh"] += wh

    def meter(self, metered: Metered, day: date, tariff: Tariff) -> None:
        imported = metered.imported_wh + metered.gap_import_wh
        exported = metered.exported_wh + metered.gap_export_wh
        self._imported += imported
        self._exported += exported
        self._gap += metered.gap_import_wh + metered.gap_export_wh
        self._qualities[metered.quality] += 1
        self._left_out += metered.left_out
        self._from_grid[tariff.retail] += imported
        self._to_grid[tariff.feed_in] += exported
        self._days[day]["from_grid_wh"] += imported
        self._days[day]["to_grid_wh"] += exported

    def bill(self, near: list[BillLine], name: str) -> Bill:
        order = list(Kind)
        grid = [
            *self._grid_lines(Kind.FROM_GRID, self._from_grid, -1),
            *self._grid_lines(Kind.TO_GRID, self._to_grid, 1),
        ]
        return Bill(
            house=self._house,
            name=name,
            lines=tuple(sorted([*near, *grid], key=lambda line: order.index(line.kind))),
            imported_wh=self._imported,
            exported_wh=self._exported,
            gap_wh=self._gap,
            estimated=self._qualities[Quality.ESTIMATED],
            substituted=self._qualities[Quality.SUBSTITUTED],
            by_hand=self._qualities[Quality.MANUAL],
            left_out=self._left_out,
            saved_cents=self._saved(near),
            days=tuple(
                BillDay(day=day, **counts)
                for day, counts in sorted(self._days.items())
                if any(counts.values())
            ),
        )

    @staticmethod
    def _grid_lines(kind: Kind, by_price: Counter[int | None], sign: int) -> Iterable[BillLine]:
        for price, wh in sorted(by_price.items(), key=lambda one: (one[0] is None, one[0] or 0)):
            if wh:
                amount = sign * cents(wh * price) if price is not None else 0
                yield BillLine(kind=kind, price_micro_per_kwh=price, wh=wh, cents=amount)

    def _saved(self, near: list[BillLine]) -> int | None:
        """Return what is had more than if all had gone from and to the grid, own use too."""
        if None in self._near_in or None in self._near_out:
            return None
        nano = sum(wh * (price or 0) for price, wh in self._near_in.items())
        nano -= sum(wh * (price or 0) for price, wh in self._near_out.items())
        return cents(nano) + sum(line.cents for line in near)
