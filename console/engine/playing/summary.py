"""The summary of a headless run, gathered from the engine when all is final."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.engine.engine import Engine
from console.engine.proving.gathering import gather
from console.ledger.evidence import Evidence
from console.ledger.summary import HouseSummary, Summary
from console.ledger.summary import summarise as add_up
from console.model.interval import Interval
from console.settlement.balance import gap_energy

__all__ = ["HouseSummary", "Summary", "summarise"]


async def summarise(
    engine: Engine,
    wanted: Sequence[Interval],
    seconds: float,
    span: tuple[datetime, datetime] | None = None,
) -> Summary:
    """Return the summary of a run's intervals.

    Args:
        engine: the engine, which has settled all of them that it could.
        wanted: the intervals of the run, in order.
        seconds: how long the run took, real seconds.
        span: a recording's first and last instant; what its registers moved in between and fell
            into no interval is gap energy. Polled meters go on beyond the run, so without a span
            there is none.
    """
    parts = engine.parts
    first, last = wanted[0].start, wanted[-1].end
    settlements = await parts.store.settlements.between(first, last)
    evidence = await gather(parts, settlements)
    gap_wh = await _gap_wh(engine, evidence, span) if span else 0
    tip = await parts.chain.tip()
    return add_up(
        evidence,
        settlements,
        gap_wh=gap_wh,
        height=tip.height,
        seconds=seconds,
    )


async def _gap_wh(engine: Engine, evidence: Evidence, span: tuple[datetime, datetime]) -> int:
    """Return all import and export of a span that fell into no interval, Wh."""
    readings = await engine.parts.store.readings.between(*span)
    gaps = gap_energy(readings, evidence.balances, {})
    return sum(gap.import_wh + gap.export_wh for gap in gaps.values())
