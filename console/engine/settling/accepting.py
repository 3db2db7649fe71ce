"""The accepting: an operator ends a halt, and what the chain holds counts."""

from __future__ import annotations

import msgspec

from console.engine.alarms.kinds import halted_key
from console.engine.parts import Parts
from console.engine.recall import stand_still
from console.engine.settling.adoption import taken
from console.engine.settling.sealing import sealing_of
from console.engine.settling.settler import Settler
from console.errors import Refused
from console.model.event import EventKind
from console.model.interval import Interval
from console.model.sealing import SealingPart
from console.model.settlement import Settlement, State


class Accepting:
    """Takes a halted interval as it stands on the chain, audited with who decided it."""

    def __init__(self, parts: Parts, settler: Settler) -> None:
        """Accept into the parts' store; let the settler go on."""
        self._parts = parts
        self._settler = settler

    async def accept(self, interval: Interval, actor: str) -> Settlement:
        """End a halt: the parts on the chain are all of the interval.

        Where the chain holds none of it, the interval is closed again and decided anew.

        Args:
            interval: the halted interval.
            actor: who decides.

        Raises:
            Refused: it is not halted, or one of its parts is not final yet.
        """
        parts, store = self._parts, self._parts.store
        halted = await store.settlements.get(interval)
        if halted is None or halted.state is not State.HALTED:
            state = halted.state.value if halted is not None else "not known"
            raise Refused(f"{interval.name} is {state}, not halted: there is nothing to accept.")
        sealing = await sealing_of(parts, halted)
        own = [part for part in sealing.seen if part.interval == interval]
        for part in own:
            if (part.height or 0) > sealing.final_height:
                raise Refused(
                    f"part {part.part} of {interval.name} is in block {part.height}, which is "
                    f"not final yet (final height {sealing.final_height}).",
                    advice="Wait until it is, then accept again.",
                )
        accepted = await self._accepted(halted, own)
        await self._record(halted, own, actor)
        await store.settlements.put(accepted)
        self._settler.version += 1
        name = parts.local_name(interval)
        text = f"{name} accepted as the chain has it: {len(own)} of {halted.parts or '?'} parts"
        if not own:
            text = f"{name} closed again: the chain holds nothing of it"
        await parts.log.say(EventKind.OPERATOR, text, interval.name, actor)
        await parts.log.clear_alarm(halted_key(interval), f"{name} goes on", actor)
        await stand_still(parts, self._settler)
        self._settler.hurry()
        return accepted

    async def _accepted(self, halted: Settlement, own: list[SealingPart]) -> Settlement:
        parts, interval = self._parts, halted.interval
        if not own:
            return Settlement(
                interval=interval,
                state=State.CLOSED,
                changed=parts.clock.now(),
                houses=halted.houses,
            )
        rows = [
            row
            for row in await parts.store.entries.between(interval.start, interval.end)
            if row.interval == interval and row.revision <= halted.revision
        ]
        settlement = taken(
            interval,
            halted.revision,
            rows,
            parts=len(own),
            height=max(part.height or 0 for part in own),
            inputs_root=min(part.inputs_root for part in own),
            changed=parts.clock.now(),
            final=True,
        )
        return msgspec.structs.replace(settlement, size=sum(part.size for part in own))

    async def _record(self, halted: Settlement, own: list[SealingPart], actor: str) -> None:
        body = {
            "interval": halted.interval.name,
            "revision": halted.revision,
            "reason": halted.reason,
            "parts": {str(part.part): part.inputs_root.hex() for part in own},
        }
        text = msgspec.json.encode(body, order="sorted").decode("utf-8")
        await self._parts.store.audit.append(self._parts.clock.now(), actor, "accept-partial", text)
