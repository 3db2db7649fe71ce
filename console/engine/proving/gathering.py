"""The gathering: the evidence of a run's intervals, all of them at once."""

from __future__ import annotations

import asyncio

from console.engine.parts import Parts
from console.engine.posting.records import read_records
from console.ledger.evidence import Evidence
from console.ledger.leaves import inputs_root
from console.ledger.reread import reread
from console.model.balance import LOOK_AROUND, Balance, IntervalBalances
from console.model.reading import Quality
from console.model.settlement import DONE, Plan, Settlement, Share

HOUSES_AT_ONCE = 10
"""Of how many houses the readings are read before others have their turn."""

_REGISTERS = ("import_start_wh", "import_end_wh", "export_start_wh", "export_end_wh")


async def gather(parts: Parts, settlements: list[Settlement]) -> Evidence:
    """Return the evidence of some intervals: readings, plans, chain and stored rows.

    The chain's side comes through its REST API only.
    """
    balances, plans, roots = [], [], {}
    for settlement in settlements:
        if settlement.state not in DONE or not settlement.plan_known:
            continue
        plan = await parts.store.settlements.plan(settlement.interval, settlement.revision)
        if plan is None:
            continue
        plans.append(plan)
        measured = await measured_of(parts, plan)
        balances.append(measured)
        if (root := root_of(parts, plan, measured)) is not None:
            roots[plan.interval, plan.revision] = root
    first = min((one.interval.start for one in settlements), default=None)
    last = max((one.interval.end for one in settlements), default=None)
    return Evidence(
        balances=balances,
        plans=plans,
        records=await read_records(parts, 1),
        entries=await parts.store.entries.between(first, last) if first and last else [],
        members=parts.members,
        final_height=(await parts.chain.tip()).final_height,
        unfinished=frozenset(
            one.interval for one in settlements if one.state not in DONE and one.inputs_root
        ),
        adopted=frozenset(one.interval for one in settlements if not one.plan_known),
        roots=roots,
        open_items={
            one.interval: one.open_items
            for one in settlements
            if one.open_items and one.state in DONE
        },
    )


async def measured_of(parts: Parts, plan: Plan) -> IntervalBalances:
    """Return what the store's readings say now of the houses of a plan.

    It is read by the ledger's own rereading, which shares nothing with what settled them.
    """
    interval, houses = plan.interval, [share.house for share in plan.shares]
    reach = LOOK_AROUND * parts.close
    first, last = interval.start - reach, interval.end + reach
    limits = {
        house.id: house.limit_w
        for house in parts.agreements.at(interval.start).houses
        if house.limit_w is not None
    }
    found: list[IntervalBalances] = []
    for begin in range(0, len(houses), HOUSES_AT_ONCE):
        some = houses[begin : begin + HOUSES_AT_ONCE]
        readings = await parts.store.readings.between(first, last, some)
        for fall in parts.falls.known:
            good, until = fall.good, fall.until
            if good.house in some and good.time < first and (until is None or until > first):
                readings[good.house] = [good, *readings.get(good.house, ())]
        known = parts.swaps.known
        found.append(reread(interval, some, readings, known, parts.close_of, limits))
        await asyncio.sleep(0)
    return IntervalBalances(
        interval=interval,
        balances=tuple(one for some in found for one in some.balances),
        missing=tuple(one for some in found for one in some.missing),
    )


def root_of(parts: Parts, plan: Plan, measured: IntervalBalances) -> bytes | None:
    """Return a plan's inputs root computed again from what was measured.

    It is zeros where the plan's registers are not those of the readings, which is seen without
    the key; None where they are and the key that signed is not open: its salts are unknown.
    """
    known = {one.house: one for one in measured.balances}
    if not all(_is_of(share, known.get(share.house)) for share in plan.shares):
        return bytes(32)
    return sealed_root_of(parts, plan)


def sealed_root_of(parts: Parts, plan: Plan) -> bytes | None:
    """Return the inputs root of what a plan says; None where the key that signed is not open."""
    key = parts.key_of(plan.interval)
    if key is None:
        return None
    community = parts.settings.community.id
    return inputs_root(plan, lambda house: key.salt(community, house, plan.interval, plan.revision))


def _is_of(share: Share, balance: Balance | None) -> bool:
    """Return whether a share's registers are a balance's; a share without any is of all."""
    if share.quality is Quality.MISSING:
        return True
    return balance is not None and all(
        getattr(share, field) == getattr(balance, field) for field in _REGISTERS
    )
