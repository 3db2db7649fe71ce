"""The life of an alarm: how it comes, is seen, put aside, and goes; after ISA-18.2.

Pure: each verb returns the alarm as it is afterwards, at a business time that is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from console.model.event import Alarm, AlarmState, Priority

REST = timedelta(minutes=5)
"""How long a seen alarm must stay away before it is forgotten: within it, it is the same one."""

CHATTER = 3
"""How often an alarm may come and go before the log tells of it no more."""

FLOOD_COUNT = 10
"""More alarms than these within `FLOOD_SPAN` are a flood (the bound of ISA-18.2)."""

FLOOD_SPAN = timedelta(minutes=10)
"""The span in which a flood's alarms are counted."""

LONGEST_SHELF = timedelta(days=7)
"""The longest time for which an alarm may be put aside."""

OF_MANY = ("meters", "network", "together")
"""The first words of the keys of alarms for many meters: all, of a network, of one minute."""

PRIORITIES = tuple(Priority)
"""The priorities, the most urgent first."""


def is_of_many(key: str) -> bool:
    """Return whether an alarm's key is of one for several meters."""
    return key.partition(" ")[0] in OF_MANY


def come(standing: Alarm, again: Alarm) -> Alarm:
    """Return a standing alarm after its cause has come, or lasts.

    What was seen stays seen unless the alarm has become more urgent.

    Args:
        standing: the alarm of that key.
        again: what is told now.
    """
    worse = PRIORITIES.index(again.priority) < PRIORITIES.index(standing.priority)
    seen = None if worse else standing.acknowledged_at
    return msgspec.structs.replace(
        standing,
        priority=again.priority,
        title=again.title,
        text=again.text,
        advice=again.advice,
        count=standing.count + (standing.ended is not None),
        ended=None,
        acknowledged_at=seen,
        acknowledged_by=standing.acknowledged_by if seen else "",
    )


def go(alarm: Alarm, now: datetime) -> Alarm:
    """Return an alarm after its cause is over."""
    return alarm if alarm.ended is not None else msgspec.structs.replace(alarm, ended=now)


def acknowledge(alarm: Alarm, who: str, now: datetime) -> Alarm:
    """Return an alarm after somebody has seen it; the first who did is kept."""
    if not alarm.waits:
        return alarm
    return msgspec.structs.replace(alarm, acknowledged_at=now, acknowledged_by=who)


def shelve(alarm: Alarm, who: str, reason: str, until: datetime) -> Alarm:
    """Return an alarm put aside until an instant."""
    return msgspec.structs.replace(
        alarm, shelved_until=until, shelved_by=who, shelved_reason=reason
    )


def unshelve(alarm: Alarm) -> Alarm | None:
    """Return an alarm that is back, to be seen anew; None where it was over meanwhile."""
    if alarm.ended is not None:
        return None
    return msgspec.structs.replace(
        alarm,
        shelved_until=None,
        shelved_by="",
        shelved_reason="",
        acknowledged_at=None,
        acknowledged_by="",
    )


def changes_at(alarm: Alarm) -> datetime | None:
    """Return when time alone changes an alarm; None where it waits for somebody."""
    if alarm.shelved_until is not None:
        return alarm.shelved_until
    if alarm.state is AlarmState.RESTING and alarm.ended is not None:
        return alarm.ended + REST
    return None


def after(alarm: Alarm, now: datetime) -> Alarm | None:
    """Return an alarm as the time has made it; None where it is forgotten."""
    due = changes_at(alarm)
    if due is None or now < due:
        return alarm
    return unshelve(alarm) if alarm.shelved_until is not None else None


def urgent(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return alarms in the order of their claim: not yet seen first, urgent first, oldest first."""
    return tuple(
        sorted(alarms, key=lambda a: (not a.waits, PRIORITIES.index(a.priority), a.since, a.key))
    )


def floods(alarms: Sequence[Alarm]) -> list[tuple[Alarm, ...]]:
    """Return the floods among alarms: runs in which more than ten began within ten minutes.

    Overlapping runs are one flood; each is in the order of time, and no alarm is in two.

    Args:
        alarms: in any order.
    """
    ordered = sorted(alarms, key=lambda alarm: (alarm.since, alarm.number, alarm.key))
    found: list[tuple[int, int]] = []
    first = 0
    for last, alarm in enumerate(ordered):
        while alarm.since - ordered[first].since > FLOOD_SPAN:
            first += 1
        if last - first < FLOOD_COUNT:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return [tuple(ordered[begin : end + 1]) for begin, end in found]
