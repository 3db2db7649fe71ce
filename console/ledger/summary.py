"""The summary: a whole run in one document (design section 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from console.ledger.evidence import Evidence
from console.ledger.verify import residual_wh, verify
from console.model.observed import Sealed
from console.model.settlement import Carry, Settlement, State


class HouseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One house over a run."""

    imported_wh: int
    """What its meter took in the settled intervals, Wh."""
    exported_wh: int
    """What its meter gave, Wh."""
    bought_wh: int
    """What it bought, by the ledger, Wh."""
    sold_wh: int
    """What it sold, by the ledger, Wh."""
    bought_carry_nwh: int
    """Its fraction on the buying side at the end, nano-Wh."""
    sold_carry_nwh: int
    """Its fraction on the selling side at the end, nano-Wh."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as `replay` and `demo --headless` print it."""

    intervals: int
    """Intervals of the run."""
    settled: int
    """Those that are final, idle ones too."""
    idle: int
    """Those with nothing to share."""
    held: int
    """Those that wait for data."""
    imported_wh: int
    """All import of the settled intervals, Wh."""
    exported_wh: int
    """All export, Wh."""
    shared_wh: int
    """All energy of ledger rows, Wh."""
    gap_wh: int
    """Energy whose spread over intervals is not known, import and export together, Wh."""
    rows: int
    """Ledger rows."""
    transactions: int
    """Sealed aggregates."""
    height: int
    """The chain's height."""
    residual_wh: int
    """All differences; 0 where everything agrees."""
    houses: dict[str, HouseSummary]
    """Each house, by id."""
    seconds: float
    """How long the run took, real seconds."""


def summarise(
    evidence: Evidence,
    settlements: Sequence[Settlement],
    *,
    gap_wh: int,
    height: int,
    seconds: float,
) -> Summary:
    """Return a run's summary.

    Args:
        evidence: what was measured, decided, delivered and written down.
        settlements: every interval of the run.
        gap_wh: the gap energy of all houses, Wh.
        height: the chain's height.
        seconds: how long it took, real seconds.
    """
    states = Counter(settlement.state for settlement in settlements)
    idle = states[State.IDLE]
    sealed = (record for record in evidence.records if isinstance(record, Sealed))
    houses = _houses(evidence)
    return Summary(
        intervals=len(settlements),
        settled=states[State.FINAL] + idle,
        idle=idle,
        held=states[State.HELD],
        imported_wh=sum(house.imported_wh for house in houses.values()),
        exported_wh=sum(house.exported_wh for house in houses.values()),
        shared_wh=sum(entry.wh for entry in evidence.entries),
        gap_wh=gap_wh,
        rows=len(evidence.entries),
        transactions=len({record.place.transaction for record in sealed}),
        height=height,
        residual_wh=residual_wh(verify(evidence)),
        houses=houses,
        seconds=round(seconds, 3),
    )


def _houses(evidence: Evidence) -> dict[str, HouseSummary]:
    imported, exported = Counter[str](), Counter[str]()
    bought, sold = Counter[str](), Counter[str]()
    carry: dict[str, Carry] = {}
    for interval in evidence.balances:
        for balance in interval.balances:
            imported[balance.house] += balance.imported_wh
            exported[balance.house] += balance.exported_wh
    for entry in evidence.entries:
        bought[entry.consumer] += entry.wh
        sold[entry.producer] += entry.wh
    for plan in evidence.plans:
        carry |= plan.carry_out
    names = sorted({*imported, *bought, *sold, *carry})
    return {
        house: HouseSummary(
            imported_wh=imported[house],
            exported_wh=exported[house],
            bought_wh=bought[house],
            sold_wh=sold[house],
            bought_carry_nwh=carry.get(house, Carry()).bought_nwh,
            sold_carry_nwh=carry.get(house, Carry()).sold_nwh,
        )
        for house in names
    }
