"""The rebilled: bills added up again from plans and chain rows, apart from how they are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from console.ledger.readback import Row
from console.model.bill import Bill, Kind
from console.model.reading import Quality
from console.model.settlement import Plan, Share

_Line = tuple[str, Kind, str, int | None]
_COUNTED = {
    Quality.ESTIMATED: "estimated",
    Quality.SUBSTITUTED: "substituted",
    Quality.MANUAL: "by_hand",
    Quality.MISSING: "left_out",
}
_GRID = (Kind.FROM_GRID, Kind.TO_GRID)
_SIGNS = {Kind.BOUGHT: -1, Kind.SOLD: 1, Kind.FROM_GRID: -1, Kind.TO_GRID: 1, Kind.OWN: 0}

Difference = tuple[str, str, str]
"""A bill's field, what it was to be, and what it is."""


class Rebilled:
    """What the houses of a period were to be billed, as the chain and the plans were once."""

    def __init__(self, houses: Iterable[str]) -> None:
        """Begin with nothing.

        Args:
            houses: whose bills are to be compared.
        """
        self._houses = frozenset(houses)
        self._near: Counter[_Line] = Counter()
        self._meters: Counter[tuple[str, str]] = Counter()
        self._registers: dict[str, tuple[int, int]] = {}
        self._begun: set[str] = set()
        self.metered = True
        """Whether the plan of every interval was there, so that meters can be compared."""

    @property
    def knows_registers(self) -> bool:
        """Whether the registers before the period are known of all houses."""
        return self._houses <= self._registers.keys()

    def add_before(self, plan: Plan) -> None:
        """Take a plan from before the period; the newest comes first."""
        for share in plan.shares:
            if share.quality is not Quality.MISSING:
                self._registers.setdefault(share.house, (share.import_end_wh, share.export_end_wh))

    def add_plan(self, plan: Plan) -> None:
        """Take the plan of the period's next interval."""
        for share in plan.shares:
            if share.house in self._houses:
                self._add_share(share, self_netting=plan.self_netting)

    def add_rows(self, rows: Iterable[tuple[Row, int]]) -> None:
        """Take rows that the chain proves, and how often each is there."""
        for row, count in rows:
            producer, consumer, price, wh = row[3], row[4], row[5], row[6] * count
            own = producer == consumer
            if consumer in self._houses:
                self._meters[consumer, Kind.FROM_GRID] -= wh
                kind, at = (Kind.OWN, None) if own else (Kind.BOUGHT, price)
                self._near[consumer, kind, producer, at] += wh
            if producer in self._houses:
                self._meters[producer, Kind.TO_GRID] -= wh
                if not own:
                    self._near[producer, Kind.SOLD, consumer, price] += wh

    def differences(self, house: str, bills: Sequence[Bill]) -> Iterator[Difference]:
        """Yield in what a house's first bills together are not what they were to be.

        Args:
            house: the house.
            bills: its bills of the period up to the one in question.
        """
        wh, cents = _added(bills)
        due = {key[1:]: one for key, one in self._near.items() if key[0] == house}
        near = {key for key in wh if key[0] not in _GRID} | due.keys()
        for key in sorted(near, key=str):
            name = f"{key[0]} {key[1]}".strip()
            yield from _unlike(f"{name} Wh", due.get(key, 0), wh[key])
            yield from _unlike(f"{name} cents", _cents(key[0], due.get(key, 0), key[2]), cents[key])
        for key in sorted((key for key in wh if key[0] in _GRID), key=str):
            yield from _unlike(f"{key[0]} cents", _cents(key[0], wh[key], key[2]), cents[key])
        if self.metered and house not in self._begun:
            yield from self._of_meter(house, bills)

    def _of_meter(self, house: str, bills: Sequence[Bill]) -> Iterator[Difference]:
        for kind in _GRID:
            found = sum(bill.wh(kind) for bill in bills)
            yield from _unlike(f"{kind} Wh", self._meters[house, kind], found)
        for field in ("imported_wh", "exported_wh", "gap_wh", *_COUNTED.values()):
            found = sum(int(getattr(bill, field)) for bill in bills)
            yield from _unlike(field, self._meters[house, field], found)

    def _add_share(self, share: Share, *, self_netting: bool) -> None:
        house = share.house
        if field := _COUNTED.get(share.quality):
            self._meters[house, field] += 1
        if share.quality is Quality.MISSING:
            if house not in self._registers:
                # its first register is a reading's, which later ones may change: no plan has it
                self._begun.add(house)
            return
        start = share.import_start_wh, share.export_start_wh
        before = self._registers.get(house, start)
        gaps = start[0] - before[0], start[1] - before[1]
        if min(gaps) < 0:
            gaps = 0, 0
        self._registers[house] = share.import_end_wh, share.export_end_wh
        own = min(share.imported_wh, share.exported_wh) if self_netting else 0
        taken, given = share.imported_wh - own + gaps[0], share.exported_wh - own + gaps[1]
        self._meters[house, "gap_wh"] += sum(gaps)
        self._meters[house, "imported_wh"] += taken
        self._meters[house, "exported_wh"] += given
        self._meters[house, Kind.FROM_GRID] += taken
        self._meters[house, Kind.TO_GRID] += given


def _added(
    bills: Iterable[Bill],
) -> tuple[Counter[tuple[Kind, str, int | None]], Counter[tuple[Kind, str, int | None]]]:
    wh: Counter[tuple[Kind, str, int | None]] = Counter()
    cents: Counter[tuple[Kind, str, int | None]] = Counter()
    for bill in bills:
        for line in bill.lines:
            key = line.kind, line.other, line.price_micro_per_kwh
            wh[key] += line.wh
            cents[key] += line.cents
    return wh, cents


def _cents(kind: Kind, wh: int, micro_per_kwh: int | None) -> int:
    """Return what a house gets for a line: wh × price ÷ 10⁷ cents, halves to the even one."""
    nano = Decimal(wh * (micro_per_kwh or 0))
    return _SIGNS[kind] * int(nano.scaleb(-7).to_integral_value(rounding=ROUND_HALF_EVEN))


def _unlike(what: str, due: int, found: int) -> Iterator[Difference]:
    if due != found:
        yield what, str(due), str(found)
