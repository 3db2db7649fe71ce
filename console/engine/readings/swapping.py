"""The swapping: an operator's word that a house has another meter, proposed, checked and kept."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from console.engine.parts import Parts
from console.engine.readings.intake import Intake
from console.engine.settling.settler import Settler
from console.errors import Refused, UsageError
from console.model.event import EventKind
from console.model.reading import Reading
from console.model.settlement import UNDECIDED
from console.model.swap import MOST_WH, Proposal, Swap
from console.model.tending import Told
from console.safe_text import safe_text
from console.settlement.swaps import rolled_over

LONGEST_SERIAL = 40
"""The longest number of a meter, characters."""

_LOOK_BACK = timedelta(days=40)


class Swapping:
    """Proposes and keeps swaps; the intervals that waited for one are decided next."""

    def __init__(self, parts: Parts, intake: Intake, settler: Settler, turn: asyncio.Lock) -> None:
        """Keep swaps in the parts' store.

        Args:
            parts: the engine's parts.
            intake: where readings still wait to be stored.
            settler: who decides the held intervals.
            turn: held while intervals are changed.
        """
        self._parts = parts
        self._intake = intake
        self._settler = settler
        self._turn = turn

    async def propose(self, house: str) -> Proposal:
        """Return the swap that a house's falling register looks like.

        Raises:
            Refused: there is no such house, or its registers do not fall.
        """
        async with self._turn:
            await self._intake.flush()
            return await _propose(self._parts, house)

    async def accept(self, swap: Swap, actor: str) -> Told:
        """Keep a swap.

        Raises:
            Refused: it cannot be; with the reason.
            UsageError: a register is no register.
        """
        async with self._turn:
            await self._intake.flush()
            text = await _accept(self._parts, swap, actor)
            await self._intake.late.take_swap(swap)
            self._settler.hurry()
        return Told(text=text)


async def _propose(parts: Parts, house: str) -> Proposal:
    """Return the swap that a house's falling register looks like.

    Raises:
        Refused: there is no such house, or its registers do not fall.
    """
    _member(parts, house)
    now = parts.clock.now()
    window = await parts.store.readings.between(now - _LOOK_BACK, now)
    line = parts.swaps.continued({house: window.get(house, [])})[house]
    raw = {one.time: one for one in window.get(house, [])}
    for before, after in reversed([*pairwise(line)]):
        if _lower(after, before) and _lower(line[-1], before):
            return _proposal(raw.get(before.time, before), raw.get(after.time, after))
    raise Refused(
        f"the registers of {house} do not fall, so nothing looks like another meter.",
        advice="Name the time and all four registers, if its meter was changed all the same.",
    )


def _proposal(before: Reading, after: Reading) -> Proposal:
    imports = rolled_over(before.import_wh, after.import_wh)
    exports = rolled_over(before.export_wh, after.export_wh)
    began_again = bool(imports or exports)
    last_import, first_import = _ends(before.import_wh, after.import_wh, imports, began_again)
    last_export, first_export = _ends(before.export_wh, after.export_wh, exports, began_again)
    what = "a counter that began again" if began_again else "another meter"
    return Proposal(
        swap=Swap(
            house=before.house,
            time=after.time,
            last_import_wh=last_import,
            last_export_wh=last_export,
            first_import_wh=first_import,
            first_export_wh=first_export,
        ),
        rollover=began_again,
        text=f"At {_utc(after.time)} the registers went from {before.import_wh} Wh in and "
        f"{before.export_wh} Wh out to {after.import_wh} and {after.export_wh}: {what}.",
    )


def _ends(before: int, after: int, end: int | None, began_again: bool) -> tuple[int, int]:
    """Return a register's last value on the old count and its first on the new one, Wh."""
    if end is not None:
        return end, 0
    return (after, after) if began_again else (before, after)


def _lower(reading: Reading, than: Reading) -> bool:
    return reading.import_wh < than.import_wh or reading.export_wh < than.export_wh


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


async def _accept(parts: Parts, swap: Swap, actor: str) -> str:
    """Keep a swap and tell it; the intervals that waited for it are decided next.

    Raises:
        Refused: it cannot be; with the reason.
        UsageError: a register is no register.
    """
    _check_values(swap)
    _member(parts, swap.house)
    await _check_time(parts, swap)
    await _check_readings(parts, swap)
    kept = msgspec.structs.replace(swap, serial=safe_text(swap.serial, LONGEST_SERIAL).strip())
    body = msgspec.json.encode(kept).decode()
    await parts.store.audit.append(parts.clock.now(), actor, "meter swap", body)
    await parts.swaps.add(parts.store.audit, kept)
    text = (
        f"{swap.house}'s meter was exchanged at {_utc(swap.time)}: "
        f"{swap.last_import_wh} Wh in, {swap.last_export_wh} Wh out; then from "
        f"{swap.first_import_wh} and {swap.first_export_wh}"
    )
    await parts.log.say(EventKind.OPERATOR, text, subject=swap.house, actor=actor)
    return f"{text}."


def _member(parts: Parts, house: str) -> None:
    if house not in parts.members.houses:
        raise Refused(f"there is no house {house!r}.")


def _check_values(swap: Swap) -> None:
    values = (
        swap.last_import_wh, swap.last_export_wh, swap.first_import_wh, swap.first_export_wh
    )  # fmt: skip
    if not all(0 <= value <= MOST_WH for value in values):
        raise UsageError(f"a register is a whole number of Wh from 0 to {MOST_WH}.")
    if swap.time.tzinfo is None:
        raise UsageError("the time of a swap has no zone.")


async def _check_time(parts: Parts, swap: Swap) -> None:
    if swap.time > parts.clock.now():
        raise Refused("the swap lies in the future: tell it when it was made.")
    earlier = [one.time for one in parts.swaps.known if one.house == swap.house]
    if earlier and swap.time <= max(earlier):
        raise Refused(
            f"{swap.house} had a swap at {_utc(max(earlier))} already; the next one must be later."
        )
    interval = parts.interval_at(swap.time)
    for settlement in await parts.store.settlements.between(interval.start, parts.clock.now()):
        if settlement.state in UNDECIDED:
            continue
        plan = await parts.store.settlements.plan(settlement.interval, settlement.revision)
        left_out = {gone.house for gone in plan.left_out} if plan else set()
        if plan is None or swap.house not in left_out:
            raise Refused(
                f"{settlement.interval.name} is settled with this house's readings, so the meter "
                "cannot have changed before its end.",
                advice="Give a later time.",
            )


async def _check_readings(parts: Parts, swap: Swap) -> None:
    """Refuse a swap whose registers contradict the readings around it."""
    before, _ = await parts.store.readings.around(swap.house, swap.time - timedelta(milliseconds=1))
    _, after = await parts.store.readings.around(swap.house, swap.time)
    if before and (
        swap.last_import_wh < before.import_wh or swap.last_export_wh < before.export_wh
    ):
        raise Refused(
            f"the old meter showed {before.import_wh} Wh in and {before.export_wh} Wh out at "
            f"{_utc(before.time)}: it cannot have ended with less."
        )
    if after and (swap.first_import_wh > after.import_wh or swap.first_export_wh > after.export_wh):
        raise Refused(
            f"the new meter showed {after.import_wh} Wh in and {after.export_wh} Wh out at "
            f"{_utc(after.time)}: it cannot have begun with more."
        )
