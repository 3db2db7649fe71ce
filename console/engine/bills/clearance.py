"""The clearance: retirements and payouts taken from the chain as it has them, once each is final.

One of our own key that the store does not know is taken over: it is never made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from console.chain.clearing import clearing_key
from console.engine.parts import Parts
from console.ledger.clearings import find_clearings
from console.model.clearing import Cleared
from console.model.event import EventKind
from console.model.observed import Observed
from console.model.statement import cleared_told
from console.model.transaction import Tip


class Clearance:
    """Keeps what the chain has of retirements and payouts."""

    def __init__(self, parts: Parts) -> None:
        """Keep it in the parts' store."""
        self._parts = parts
        self._told: set[object] = set()

    async def take(self, records: Sequence[Observed], tip: Tip) -> int:
        """Look through new records and keep what is whole and final.

        Args:
            records: whole aggregates of the operators above the height that was decided last.
            tip: where the chain stands.

        Returns:
            The final height up to which nothing waits for another part or for finality.
        """
        community = self._parts.settings.community.id
        found = find_clearings(records, self._parts.members, partial(clearing_key, community))
        for message in found.unexplained:
            await self._tell(message.place, "a retirement's or payout's message without its seal")
        decided = tip.final_height
        for cleared in found.cleared:
            known = await self._parts.store.clearings.named(cleared.name)
            if known is not None and known.cleared is not None:
                continue
            if cleared.whole and cleared.height <= tip.final_height:
                await self._finish(cleared)
            elif cleared.whole or known is not None:
                decided = min(decided, *(part.height - 1 for part in cleared.parts))
            else:
                told = f"a part of {cleared.name.told}, which is not known here"
                await self._tell(cleared.name, told)
        return decided

    async def _finish(self, cleared: Cleared) -> None:
        parts, name = self._parts, cleared.name
        unknown = await parts.store.clearings.finish(cleared, parts.clock.now())
        kept = await parts.store.clearings.named(name)
        if kept is None:
            return
        text = cleared_told(kept)
        if unknown:
            text += ", taken from the chain"
        await parts.log.say(EventKind.CHAIN, text, name.house or name.period)

    async def _tell(self, what: object, text: str) -> None:
        """Log what the operator's account did and this program did not, once each."""
        if what not in self._told:
            self._told.add(what)
            await self._parts.log.say(EventKind.CHAIN, f"the operator's account has {text}")
