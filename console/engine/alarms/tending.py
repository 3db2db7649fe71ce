"""The tending: what an operator says of alarms and of held intervals, done and audited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from console.engine.alarms.kinds import held_key
from console.engine.alarms.standing import subject_of
from console.engine.parts import Parts
from console.engine.settling.settler import Settler
from console.errors import Refused, UsageError
from console.model.alarm import LONGEST_SHELF
from console.model.event import Alarm, EventKind
from console.model.interval import Interval
from console.model.settlement import Settlement, State
from console.model.tending import Acknowledge, Shelve, Told, Unshelve, Wait
from console.safe_text import safe_text

LONGEST_REASON = 120
"""The longest reason for putting an alarm aside, characters."""


class Tending:
    """Acknowledges, shelves and waits, each with who did it, in the log and the audit log."""

    def __init__(self, parts: Parts, settler: Settler, turn: asyncio.Lock) -> None:
        """Tend the alarms of the parts' log.

        Args:
            parts: the engine's parts.
            settler: whose held intervals may wait on.
            turn: held while intervals are changed.
        """
        self._parts = parts
        self._standing = parts.log.standing
        self._settler = settler
        self._turn = turn

    async def acknowledge(self, command: Acknowledge, actor: str) -> Told:
        """Note that alarms were seen, and by whom.

        Raises:
            Refused: one of them does not stand, or is shelved.
        """
        _named(command.numbers)
        seen = await self._standing.acknowledge(command.numbers, actor)
        if not seen:
            return Told(text="All of it was seen already.")
        await self._record(actor, "acknowledge", _body(seen))
        await self._say(f"{_titles(seen)}: seen", seen, actor)
        return Told(text=f"{_titles(seen)}: seen by {actor}.", alarms=seen)

    async def shelve(self, command: Shelve, actor: str) -> Told:
        """Put alarms aside until an instant, with a reason.

        Raises:
            Refused: one of them does not stand.
            UsageError: there is no reason, or no end that can be.
        """
        _named(command.numbers)
        until = self._end_of(command)
        reason = safe_text(command.reason, LONGEST_REASON).strip()
        if not reason:
            raise UsageError("an alarm is shelved with a reason.")
        put = await self._standing.shelve(command.numbers, actor, reason, until)
        end = until.astimezone(self._parts.zone)
        today = end.date() == self._parts.today()
        back = f"{end:%H:%M}" if today else f"{end:%Y-%m-%d %H:%M}"
        body = {**_body(put), "reason": reason, "until": until.isoformat()}
        await self._record(actor, "shelve", body)
        await self._say(f"{_titles(put)}: shelved until {back}, {reason}", put, actor)
        return Told(text=f"{_titles(put)}: shelved until {back}.", alarms=put)

    async def unshelve(self, command: Unshelve, actor: str) -> Told:
        """Take alarms off the shelf; those that last are to be seen anew.

        Raises:
            Refused: one of them does not stand, or is not shelved.
        """
        _named(command.numbers)
        back = await self._standing.unshelve(command.numbers)
        await self._record(actor, "unshelve", _body(back))
        await self._say(f"{_titles(back)}: taken off the shelf", back, actor)
        numbers = set(command.numbers)
        now = tuple(alarm for alarm in self._standing.alarms if alarm.number in numbers)
        return Told(text=f"{_titles(back)}: taken off the shelf.", alarms=now)

    async def wait(self, command: Wait, actor: str) -> Told:
        """Record the decision that a held interval waits on; its alarm counts as seen.

        Raises:
            Refused: the interval is not held.
        """
        try:
            interval = Interval.parse(command.interval, self._parts.minutes)
        except ValueError as error:
            raise Refused(f"{error}.", advice="Name one such as 2026-06-21T10:15Z.") from error
        async with self._turn:
            held = await self._parts.store.settlements.get(interval)
            if held is None or held.state is not State.HELD:
                raise Refused(f"{interval.name} is not held: there is nothing to wait for.")
            await self._settler.let_wait(held, actor)
        key = held_key(interval)
        alarms = tuple(alarm for alarm in self._standing.alarms if alarm.key == key)
        waiting = [alarm.number for alarm in alarms if alarm.waits]
        seen = await self._standing.acknowledge(waiting, actor)
        await self._record(actor, "wait", {"interval": interval.name, "reason": held.reason})
        text = f"{self._parts.local_name(interval)} waits on{self._until(held)}"
        await self._parts.log.say(EventKind.OPERATOR, text, interval.name, actor)
        return Told(text=f"{text}.", alarms=seen)

    def _until(self, held: Settlement) -> str:
        """Say how long it may wait, and for what."""
        days = timedelta(days=self._parts.settings.settlement.deadline_days)
        end = (held.interval.end + days).astimezone(self._parts.zone)
        return f" until {end:%Y-%m-%d %H:%M} at most: {held.reason}"

    def _end_of(self, command: Shelve) -> datetime:
        now = self._parts.clock.now()
        if (command.seconds is None) == (command.until is None):
            raise UsageError("say for how long or until when, one of them.")
        if command.until is not None:
            if command.until.tzinfo is None:
                raise UsageError("until when is told with an offset.")
            left = command.until - now
        else:
            left = timedelta(seconds=min(max(0, command.seconds or 0), 10**9))
        if not timedelta(0) < left <= LONGEST_SHELF:
            raise UsageError(
                "an alarm is shelved until some time to come, for "
                f"{LONGEST_SHELF.days} days at most."
            )
        return (now + left).astimezone(UTC)

    async def _record(self, actor: str, verb: str, body: object) -> None:
        text = msgspec.json.encode(body, order="sorted").decode("utf-8")
        await self._parts.store.audit.append(self._parts.clock.now(), actor, verb, text)

    async def _say(self, text: str, alarms: Sequence[Alarm], actor: str) -> None:
        subject = subject_of(alarms[0].key) if len(alarms) == 1 else ""
        await self._parts.log.say(EventKind.OPERATOR, text, subject, actor)


def _named(numbers: Sequence[int]) -> None:
    if not numbers:
        raise UsageError("name an alarm by its number.", advice="List them with: mosaic alarms")


def _titles(alarms: Sequence[Alarm]) -> str:
    return alarms[0].title if len(alarms) == 1 else f"{len(alarms)} alarms"


def _body(alarms: Sequence[Alarm]) -> dict[str, object]:
    return {"alarms": [{"key": alarm.key, "number": alarm.number} for alarm in alarms]}
