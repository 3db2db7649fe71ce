"""The witnesses: what readings, plan, outbox and chain say of each interval of a day."""

from __future__ import annotations

from collections.abc import Sequence

from console.engine.parts import Parts
from console.engine.proving.gathering import measured_of, root_of, sealed_root_of
from console.engine.proving.spool import Spool
from console.ledger.evidence import Evidence
from console.ledger.freezes import Freezes
from console.ledger.lives import altered_legs, altered_life, to_be_revised, undecided, unknown
from console.ledger.seals import SealedInterval
from console.ledger.tally import Tally
from console.model.balance import IntervalBalances
from console.model.entry import Entry
from console.model.finding import Finding, Kind
from console.model.interval import Interval
from console.model.kept import KeptPlan
from console.model.observed import Observed
from console.model.settlement import DONE, Plan, Settlement, State
from console.model.trade import Trade


class Witnesses:
    """Gathers a day's evidence and compares what speaks of one interval alone."""

    def __init__(self, parts: Parts, spool: Spool, freezes: Freezes, tally: Tally) -> None:
        """Begin a day.

        Args:
            parts: the store and the keys that are open.
            spool: the chain.
            freezes: what the audit log says of plans.
            tally: what was found before.
        """
        self._parts = parts
        self._spool = spool
        self._freezes = freezes
        self._tally = tally
        self._plans: list[Plan] = []
        self._balances: list[IntervalBalances] = []
        self._roots: dict[tuple[Interval, int], bytes] = {}
        self._stands: dict[tuple[Interval, int], bool] = {}
        self._unfinished: set[Interval] = set()
        self._adopted: set[Interval] = set()
        self._open: dict[Interval, tuple[Trade, ...]] = {}

    async def call(self, settlement: Settlement) -> None:
        """Hear what is known of an interval: its plan, its readings, its life.

        Args:
            settlement: its newest revision.
        """
        interval, revision = settlement.interval, settlement.revision
        if not settlement.plan_known:
            self._adopted.add(interval)
        elif settlement.state not in DONE:
            if settlement.inputs_root:
                self._unfinished.add(interval)
        elif await self._is_late(settlement):
            self._unfinished.add(interval)
        else:
            kept = await self._parts.store.settlements.kept_plan(interval, revision)
            plan = kept.plan if kept else None
            sealed = self._spool.sealed.get((interval, revision))
            posted = any(known[0] == interval for known in self._spool.sealed)
            for finding in altered_life(settlement, plan, sealed, posted=posted):
                self._tally.find("store", 1, finding)
            if kept is not None and plan is not None:
                await self._add(kept, plan)
                if settlement.late:
                    self._tally.note(to_be_revised(settlement))
                if settlement.open_items:
                    self._open[interval] = settlement.open_items

    async def confront(self, sealed: SealedInterval, settlement: Settlement | None) -> None:
        """Hold what is sealed against the store.

        Args:
            sealed: a revision of an interval in final blocks.
            settlement: the interval's newest revision; None where the store knows none.
        """
        if settlement is None:
            self._tally.find("store", 1, unknown(sealed))
            return
        if sealed.complete:
            for finding in undecided(settlement, sealed):
                self._tally.find("store", 1, finding)
        if settlement.state is not State.FINAL or not settlement.plan_known:
            return
        legs = await self._parts.store.settlements.legs(sealed.interval, sealed.revision)
        for finding in altered_legs(sealed, legs):
            self._tally.find("store", 1, finding)
        if sealed.revision != settlement.revision:
            await self._confront_earlier(sealed)

    def evidence(self, records: Sequence[Observed], entries: Sequence[Entry]) -> Evidence:
        """Return the day's evidence.

        Args:
            records: what the chain holds of the day.
            entries: the ledger's rows as stored.
        """
        return Evidence(
            balances=self._balances,
            plans=self._plans,
            records=records,
            entries=entries,
            members=self._parts.members,
            final_height=self._spool.final_height,
            unfinished=self._unfinished,
            adopted=self._adopted,
            roots=self._roots,
            stands=self._stands,
            open_items=self._open,
            supply_counts=False,
        )

    async def _is_late(self, settlement: Settlement) -> bool:
        """Whether an interval became final while the verification went on."""
        height = settlement.height or 0
        if settlement.state is not State.FINAL or height <= self._spool.final_height:
            return False
        known = (settlement.interval, settlement.revision) in self._spool.sealed
        return not known and height <= (await self._parts.chain.tip()).final_height

    async def _add(self, kept: KeptPlan, plan: Plan) -> None:
        measured = await measured_of(self._parts, plan)
        self._plans.append(plan)
        self._balances.append(measured)
        key = (plan.interval, plan.revision)
        if (root := root_of(self._parts, plan, measured)) is not None:
            self._roots[key] = root
        stands = self._freezes.stands(kept)
        own = sealed_root_of(self._parts, plan) if stands is None else None
        if own is not None and key in self._spool.sealed:
            stands = self._spool.sealed[key].roots == {own}
        if stands is not None:
            self._stands[key] = stands

    async def _confront_earlier(self, sealed: SealedInterval) -> None:
        interval, revision = sealed.interval, sealed.revision
        kept = await self._parts.store.settlements.kept_plan(interval, revision)
        root = kept.plan.inputs_root if kept and kept.plan else b""
        if sealed.roots == {root}:
            return
        text = f"{interval.name}: revision {revision} is sealed with another inputs root"
        told = ", ".join(sorted(one.hex() for one in sealed.roots))
        finding = Finding(
            kind=Kind.SEAL, interval=interval.name, expected=told, found=root.hex(), text=text
        )
        self._tally.find("roots", 1, finding)
