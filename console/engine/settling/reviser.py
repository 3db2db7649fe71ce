"""The reviser: settled intervals that later readings change, found, shown and settled anew."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from console.engine.parts import Parts
from console.engine.posting.signing import require_key
from console.engine.readings.intake import Intake
from console.engine.settling.books import Books, token_of
from console.engine.settling.limits import keep_limits
from console.engine.settling.settler import Settler
from console.engine.settling.takeback import Takeback
from console.errors import ChainError, InvariantBroken, Refused
from console.ledger.freezes import record_of
from console.ledger.vouching import FREEZE
from console.model.event import EventKind
from console.model.interval import Interval
from console.model.settlement import DONE, Plan, Settlement, State
from console.settlement.check import check
from console.settlement.revision import moved

MOST_LOOKS = 24
"""So many intervals are looked at in one turn; the rest comes next."""
MOST_NAMED = 3
"""So many houses are named in a reason."""

_COMING = (State.FROZEN, State.SIGNED, State.SEALED)


class Reviser:
    """Plans revision r + 1 once r is final; posts it under auto, else as an operator asks."""

    def __init__(self, parts: Parts, books: Books, settler: Settler, intake: Intake) -> None:
        """Plan with the books and post through the settler.

        Args:
            parts: the engine's parts.
            books: what decides.
            settler: who signs, and keeps to the limits.
            intake: where late readings come in.
        """
        self._parts = parts
        self._books = books
        self._settler = settler
        self._late = intake.late
        intake.hurry = settler.hurry
        self._takeback = Takeback(parts)
        self._open_at = parts.clock.now()

    async def work(self) -> None:
        """Look at what is late; under auto settle anew what it changes.

        Raises:
            DiskFull: there is no space; all of it is due again.
        """
        fresh = self._late.fresh
        for interval in fresh[:MOST_LOOKS]:
            await self._look(interval)
        if len(fresh) > MOST_LOOKS:
            self._settler.hurry()
        now = self._parts.clock.now()
        retry = now >= self._open_at
        if retry:
            self._open_at = now + timedelta(minutes=self._parts.minutes)
        for interval in self._late.known:
            await self._go_on(interval, retry=retry)

    async def settle(self, interval: Interval, token: str, actor: str) -> Settlement | None:
        """Settle an interval anew as an operator asks; None where no revision of it is due.

        Args:
            interval: the interval.
            token: the plan that was agreed to; empty for whatever it is now.
            actor: who asks.

        Raises:
            Refused: it cannot be, or the plan has changed; with the reason.
        """
        settlement = await self._parts.store.settlements.get(interval)
        if settlement is None or settlement.state not in DONE or not settlement.late:
            return None
        plan = await self._books.revised(settlement)
        if plan is None:
            return None
        if token and token != token_of(plan):
            raise Refused(
                f"the revision of {interval.name} has changed since it was shown.",
                advice="Look at the new preview, then settle again.",
            )
        return await self._freeze(settlement, plan, actor)

    async def _look(self, interval: Interval) -> None:
        settlement = await self._parts.store.settlements.get(interval)
        if settlement is not None and settlement.state in _COMING:
            return
        if settlement is None or settlement.state not in DONE or not settlement.plan_known:
            await self._late.forget(interval)
            return
        reason = await self._reason(settlement)
        if reason != settlement.late:
            await self._note(settlement, reason)
        if reason or settlement.open_items:
            self._late.seen(interval)
        else:
            await self._late.forget(interval)

    async def _reason(self, settlement: Settlement) -> str:
        """Say why a revision is due; empty where none is, or where the readings come too late."""
        days = timedelta(days=self._parts.settings.settlement.deadline_days)
        since = max(settlement.interval.end, settlement.changed)
        if settlement.late or since + days > self._parts.clock.now():
            plan = await self._books.revised(settlement)
            before = await self._books.stored(settlement)
            if plan is not None and before is not None:
                houses = moved(before, plan)
                if houses:
                    return f"later readings of {_named(houses)}"
        return ""

    async def _note(self, settlement: Settlement, reason: str) -> None:
        await self._parts.store.settlements.put(msgspec.structs.replace(settlement, late=reason))
        self._settler.version += 1
        if reason:
            name = self._parts.local_name(settlement.interval)
            text = f"{name} is to be revised: {reason}"
            await self._parts.log.say(EventKind.SETTLE, text, settlement.interval.name)

    async def _go_on(self, interval: Interval, *, retry: bool) -> None:
        settlement = await self._parts.store.settlements.get(interval)
        if settlement is None or settlement.state not in DONE:
            self._late.again(interval)
            return
        if not settlement.late and retry and await self._is_back(settlement):
            await self._note(settlement, "what could not be taken back is in the wallet again")
            settlement = await self._parts.store.settlements.get(interval) or settlement
        if settlement.late and self._settler.auto and self._may_sign(interval):
            await self._revise(settlement)

    async def _is_back(self, settlement: Settlement) -> bool:
        """Whether a wallet holds the whole of an open item again."""
        plan = await self._books.stored(settlement)
        if plan is None or not settlement.open_items:
            return False
        later = msgspec.structs.replace(plan, revision=plan.revision + 1)
        try:
            cells = [one for one in await self._takeback.difference(later) if one.wh < 0]
            left = await self._takeback.missing(settlement.interval, cells)
        except ChainError:
            return False  # asked again after the next interval
        missing = {one.cell for one in left}
        return any(one.cell not in missing for one in cells)

    def _may_sign(self, interval: Interval) -> bool:
        parts = self._parts
        return not (parts.key is None or self._settler.halted or parts.awaits(interval))

    async def _revise(self, settlement: Settlement) -> None:
        try:
            plan = await self._books.revised(settlement)
            if plan is None:
                self._late.again(settlement.interval)
                return
            await self._freeze(settlement, plan, "engine")
        except Refused as refused:
            reason = refused.message.rstrip(".")
            if reason != settlement.late:
                await self._note(settlement, reason)
        except InvariantBroken as error:
            await self._settler.halt(settlement, error.message)

    async def _freeze(self, settlement: Settlement, plan: Plan, actor: str) -> Settlement:
        parts = self._parts
        if self._settler.halted:
            raise Refused(f"nothing is signed: {self._settler.halted}.")
        require_key(parts, plan.interval)
        check(plan)
        await keep_limits(parts, plan)
        cells = await self._takeback.difference(plan)
        posts = bool(cells or plan.trades)
        frozen = msgspec.structs.replace(
            settlement,
            revision=plan.revision,
            state=State.FROZEN if posts else settlement.state,
            reason="",
            late="",
            open_items=(),
            changed=parts.clock.now(),
            known=sum(share.quality.value != "missing" for share in plan.shares),
            exported_wh=plan.surplus_wh,
            imported_wh=plan.demand_wh,
            shared_wh=plan.shared_wh,
            amount_nano=plan.amount_nano,
            rows=len(plan.trades),
            provisional=plan.provisional,
            inputs_root=plan.inputs_root,
            height=None if posts else settlement.height,
        )
        frozen = await parts.store.settlements.freeze(
            frozen, plan, f"{FREEZE}{actor}", record_of(plan), parts.clock.now()
        )
        self._late.again(plan.interval)
        self._settler.version += 1
        more = sum(one.wh for one in cells if one.wh > 0)
        less = -sum(one.wh for one in cells if one.wh < 0)
        what = f"{more} Wh more, {less} Wh less" if cells else "no house's share changes"
        name = parts.local_name(plan.interval)
        text = f"{name} revision {plan.revision} frozen: {what}"
        await parts.log.say(EventKind.SETTLE, text, plan.interval.name, actor)
        return await self._settler.post(frozen, plan) if posts else frozen


def _named(houses: tuple[str, ...]) -> str:
    if len(houses) <= MOST_NAMED:
        return ", ".join(houses)
    return f"{', '.join(houses[:MOST_NAMED])} and {len(houses) - MOST_NAMED} more"
