"""The verification: gathers what was measured, decided, posted and written down, and compares."""

from __future__ import annotations

from datetime import UTC, datetime

from console.engine.books import Books
from console.engine.follower import read_records
from console.engine.parts import Parts
from console.engine.trail import checked
from console.ledger import verify as comparison
from console.ledger.evidence import Evidence
from console.model.settlement import Settlement, State
from console.model.verification import Verification

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)

PLANNED = (State.FINAL, State.IDLE)


async def verify(parts: Parts, books: Books) -> Verification:
    """Recompute everything that is final and return the differences."""
    settlements = await parts.store.settlements.between(BEGINNING, END)
    return comparison.verify(await gather(parts, books, settlements))


async def gather(parts: Parts, books: Books, settlements: list[Settlement]) -> Evidence:
    """Return the evidence of some intervals: readings, plans, chain and stored rows.

    The chain's side comes through its REST API only.
    """
    planned = [one for one in settlements if one.state in PLANNED and one.plan_known]
    balances, plans, roots = [], [], {}
    for settlement in planned:
        plan = await parts.store.settlements.plan(settlement.interval, settlement.revision)
        if plan is None:
            continue
        plans.append(plan)
        measured = await books.measured(plan)
        balances.append(measured)
        if (root := books.root(plan, measured)) is not None:
            roots[plan.interval, plan.revision] = root
    tip = await parts.chain.tip()
    return Evidence(
        balances=balances,
        plans=plans,
        records=await read_records(parts, 1),
        entries=await parts.store.entries.between(BEGINNING, END),
        members=parts.members,
        final_height=tip.final_height,
        unfinished=frozenset(
            one.interval for one in settlements if one.state not in PLANNED and one.inputs_root
        ),
        adopted=frozenset(one.interval for one in settlements if not one.plan_known),
        roots=roots,
        broken_links=[seq async for _, seqs in checked(parts.store.audit) for seq in seqs],
    )
