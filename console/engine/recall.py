"""The recall: halts and alarms as the store has them, whatever the last engine came to say."""

from __future__ import annotations

from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.engine.settling.settler import Settler
from console.model.settlement import State


async def recall(parts: Parts, settler: Settler) -> None:
    """Stand still where an interval is halted; let exactly what is held or locked have alarms.

    An engine that was killed may have held or settled an interval and not said so. What waits for
    files alone has no alarm.
    """
    store = parts.store.settlements
    if parts.locked:
        await parts.log.raise_alarm(alarms.locked(parts.clock.now()))
    else:
        await parts.log.clear_alarm(alarms.LOCKED, "started with its key", "operator")
    await stand_still(parts, settler)
    held = {alarms.held_key(one.interval): one for one in await store.in_state(State.HELD)}
    for alarm in parts.log.alarms:
        if alarm.key.startswith(alarms.HELD) and alarm.key not in held:
            await parts.log.clear_alarm(alarm.key, f"{alarm.title}: no more")
    known = {alarm.key for alarm in parts.log.alarms}
    # an alarm follows its interval at once: only those held last can be without
    last = max((one.changed for one in held.values()), default=None)
    for key, one in held.items():
        if key in known or one.changed != last or await settler.waits_for_files(one.interval):
            continue
        name = parts.local_name(one.interval)
        await parts.log.raise_alarm(alarms.held(one.interval, name, one.reason, one.changed))


async def stand_still(parts: Parts, settler: Settler) -> None:
    """Let the settler sign nothing while an interval is halted, and go on where none is."""
    settler.halted = ""
    for halted in await parts.store.settlements.in_state(State.HALTED):
        settler.halted = f"{parts.local_name(halted.interval)}: {halted.reason}"
        alarm = alarms.halted(halted.interval, settler.halted, halted.changed)
        await parts.log.raise_alarm(alarm)
