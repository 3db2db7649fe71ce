"""The settler: closes intervals, freezes their plans, holds what is incomplete."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.engine.posting.outbox import Outbox
from console.engine.posting.signing import require_key
from console.engine.settling.books import Books, token_of, told
from console.engine.settling.calendar import ended, next_due
from console.engine.settling.filewait import FileWait
from console.engine.settling.limits import keep_limits
from console.errors import ChainError, DiskFull, InvariantBroken, Refused
from console.ledger.freezes import record_of
from console.ledger.vouching import FREEZE
from console.model.balance import IntervalBalances
from console.model.event import EventKind
from console.model.interval import Interval
from console.model.settlement import SETTLED, Plan, Settlement, State
from console.settlement.check import check

RETRY = timedelta(seconds=5)
"""How soon a frozen interval is tried again where the node was silent, business time."""


class Settler:
    """Moves intervals from open to signed; the follower takes them on from there."""

    def __init__(self, parts: Parts, books: Books, outbox: Outbox) -> None:
        """Decide with the books and post with the outbox."""
        self._parts = parts
        self._books = books
        self._outbox = outbox
        self._looked_at: dict[Interval, datetime] = {}
        self.files = FileWait(parts)
        """Whose files held intervals wait for."""
        self.due = parts.clock.now()
        """The next instant at which there is work."""
        self.auto = False
        """Whether intervals are settled without being asked."""
        self.halted = ""
        """Why nothing is signed any more; empty while all is well."""
        self.version = 0
        """Counted up with every change of an interval."""

    def hurry(self) -> None:
        """Let `work` be due at once."""
        self.due = self._parts.clock.now()

    async def work(self) -> None:
        """Do all that is due at the present instant; `due` tells when to come again.

        Raises:
            DiskFull: there is no space; all of it is due again at once.
        """
        self.due = next_due(self._parts)
        try:
            await self._do_due()
        except DiskFull:
            self.hurry()
            raise

    async def _do_due(self) -> None:
        now = self._parts.clock.now()
        await self._close()
        store = self._parts.store.settlements
        for settlement in await store.in_state(State.FROZEN, State.SIGNED):
            if await self._outbox.wants(settlement):
                await self.post(settlement)
        for settlement in await store.in_state(State.CLOSED):
            if settlement.interval.end + self._parts.grace <= now:
                await self._ripen(settlement)
        held = await store.in_state(State.HELD)
        self._looked_at = {
            one.interval: self._looked_at[one.interval]
            for one in held
            if one.interval in self._looked_at
        }
        for settlement in held:
            await self._revisit(settlement)
        await self.files.look()

    async def settle(
        self, interval: Interval, *, provisional: bool = False, token: str = "", actor: str
    ) -> Settlement:
        """Settle one closed interval as an operator asks.

        Args:
            interval: the interval.
            provisional: leave out the houses that are not known.
            token: the plan that was agreed to; empty for whatever it is now.
            actor: who asks.

        Raises:
            Refused: it is open, settled, incomplete, or the plan has changed; with the reason.
        """
        settlement = await self._parts.store.settlements.get(interval)
        if settlement is None or settlement.state is State.OPEN:
            raise Refused(self._not_closed(interval))
        if settlement.state in SETTLED:
            return settlement
        if settlement.state is State.FROZEN:
            return await self.post(settlement)
        if settlement.state is State.HALTED:
            raise Refused(f"{interval.name} is halted: {settlement.reason}.")
        balances = await self._books.balances(interval)
        plan = await self._books.decide(balances, provisional=provisional)
        if token and token != token_of(plan):
            raise Refused(
                f"the plan of {interval.name} has changed since it was shown.",
                advice="Look at the new preview, then settle again.",
            )
        return await self._freeze(settlement, balances, plan, actor)

    async def let_wait(self, held: Settlement, who: str) -> None:
        """Note that somebody lets a held interval wait on.

        Args:
            held: the interval, held.
            who: who decided it.
        """
        now = self._parts.clock.now()
        await self._put(msgspec.structs.replace(held, waits_by=who, waits_since=now))

    def _not_closed(self, interval: Interval) -> str:
        left = interval.end - self._parts.clock.now()
        if left <= timedelta(0):
            return f"{interval.name} lies before this engine's first reading."
        minutes, seconds = divmod(int(left.total_seconds()), 60)
        return f"{interval.name} is still open: {minutes}:{seconds:02d} left."

    async def _close(self) -> None:
        """Record every interval that has ended since the last one."""
        for interval in await ended(self._parts):
            await self._put(
                Settlement(
                    interval=interval,
                    state=State.CLOSED,
                    changed=self._parts.clock.now(),
                    houses=len(self._books.members_in(interval)),
                )
            )

    async def waits_for_files(self, interval: Interval) -> bool:
        """Return whether nothing but files is missing in an interval."""
        return self.files.alone(self._books.waiting_for(await self._books.balances(interval)))

    async def _ripen(self, settlement: Settlement) -> None:
        balances = await self._books.balances(settlement.interval)
        if waiting := self._books.waiting_for(balances):
            # a file that is still to come is no fault that anybody can look at
            due = self.files.alone(waiting)
            await self._hold(settlement, balances, told(waiting), alarm=not due)
            return
        idle = min(_sum_of(balances)) == 0
        if self.auto or idle:
            await self._freeze_or_halt(settlement, balances, provisional=False)

    async def _revisit(self, settlement: Settlement) -> None:
        """Settle a held interval whose readings came after all, or whose deadline has passed."""
        now = self._parts.clock.now()
        interval = settlement.interval
        deadline = timedelta(days=self._parts.settings.settlement.deadline_days)
        overdue = interval.end + deadline <= now
        recent = now - self._looked_at.get(interval, settlement.changed)
        if not (self.auto or overdue) or recent < self._parts.grace:
            return
        if not overdue and await self.files.lacks(interval):
            return
        self._looked_at[interval] = now
        balances = await self._books.balances(interval)
        if overdue or not self._books.waiting_for(balances):
            await self._freeze_or_halt(settlement, balances, provisional=overdue)

    async def _hold(
        self,
        settlement: Settlement,
        balances: IntervalBalances,
        reason: str,
        *,
        alarm: bool = True,
    ) -> None:
        if settlement.state is State.HELD and settlement.reason == reason:
            return
        exported, imported = _sum_of(balances)
        await self._put(
            msgspec.structs.replace(
                settlement,
                state=State.HELD,
                reason=reason,
                changed=self._parts.clock.now(),
                known=len(balances.balances),
                exported_wh=exported,
                imported_wh=imported,
            )
        )
        if not alarm:
            return
        interval, name = settlement.interval, self._parts.local_name(settlement.interval)
        await self._parts.log.raise_alarm(
            alarms.held(interval, name, reason, self._parts.clock.now())
        )

    async def _freeze_or_halt(
        self, settlement: Settlement, balances: IntervalBalances, *, provisional: bool
    ) -> None:
        if self._parts.key is None or self.halted or self._parts.awaits(settlement.interval):
            return
        try:
            require_key(self._parts, settlement.interval)
            plan = await self._books.decide(balances, provisional=provisional)
            await self._freeze(settlement, balances, plan, "engine")
        except Refused as refused:
            await self._hold(settlement, balances, refused.message)
        except InvariantBroken as error:
            await self.halt(settlement, error.message)

    async def _freeze(
        self, settlement: Settlement, balances: IntervalBalances, plan: Plan, actor: str
    ) -> Settlement:
        parts = self._parts
        if self.halted:
            raise Refused(f"nothing is signed: {self.halted}.")
        require_key(parts, plan.interval)
        check(plan)
        await keep_limits(parts, plan)
        idle = plan.shared_wh == 0
        frozen = msgspec.structs.replace(
            settlement,
            state=State.IDLE if idle else State.FROZEN,
            reason="",
            changed=parts.clock.now(),
            houses=len(plan.shares),
            known=len(balances.balances),
            exported_wh=plan.surplus_wh,
            imported_wh=plan.demand_wh,
            shared_wh=plan.shared_wh,
            amount_nano=plan.amount_nano,
            rows=len(plan.trades),
            provisional=plan.provisional,
            inputs_root=plan.inputs_root,
        )
        frozen = await parts.store.settlements.freeze(
            frozen, plan, f"{FREEZE}{actor}", record_of(plan), parts.clock.now()
        )
        self.version += 1
        name = parts.local_name(plan.interval)
        await parts.log.clear_alarm(alarms.held_key(plan.interval), f"{name} goes on", actor)
        if idle:
            return frozen
        await parts.log.say(
            EventKind.SETTLE,
            f"{name} frozen: {frozen.known} of {frozen.houses} houses, A {plan.shared_wh} Wh",
            plan.interval.name,
            actor,
        )
        return await self.post(frozen, plan)

    async def post(self, settlement: Settlement, plan: Plan | None = None) -> Settlement:
        """Sign and announce a frozen interval; a silent node leaves it frozen for the next turn."""
        plan = plan or await self._parts.store.settlements.plan(
            settlement.interval, settlement.revision
        )
        if plan is None or self._parts.key_of(settlement.interval) is None or self.halted:
            return settlement
        try:
            return await self._outbox.post(settlement, plan)
        except ChainError:
            self.due = min(self.due, self._parts.clock.now() + RETRY)
            return settlement
        finally:
            self.version += 1

    async def halt(self, settlement: Settlement, reason: str) -> None:
        """Stop signing; only an operator's command goes on from here."""
        self.halted = f"{self._parts.local_name(settlement.interval)}: {reason}"
        await self._put(
            msgspec.structs.replace(
                settlement, state=State.HALTED, reason=reason, changed=self._parts.clock.now()
            )
        )
        await self._parts.log.raise_alarm(
            alarms.halted(settlement.interval, self.halted, self._parts.clock.now())
        )

    async def _put(self, settlement: Settlement) -> None:
        await self._parts.store.settlements.put(settlement)
        self.version += 1


def _sum_of(balances: IntervalBalances) -> tuple[int, int]:
    """Return all exported and all imported Wh."""
    known = balances.balances
    return sum(one.exported_wh for one in known), sum(one.imported_wh for one in known)
