"""The overview: what the top bar shows, in one document."""

from __future__ import annotations

import os

from console import __version__
from console.engine.parts import Parts
from console.engine.settling.filewait import FileWait
from console.engine.settling.late import waiting
from console.model.event import AlarmState
from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from console.model.view import Status


async def overview(parts: Parts, snapshot: Snapshot) -> Status:
    """Return the status of a running engine.

    Args:
        parts: the engine's parts.
        snapshot: its newest picture.
    """
    revisions_due, open_wh = await waiting(parts.store.settlements, parts.store.audit)
    head, houses = snapshot.head, snapshot.houses
    powers = [house.power_w for house in houses if house.power_w is not None]
    states = [house.state for house in houses]
    return Status(
        community=snapshot.place.community,
        name=snapshot.place.name,
        mode=snapshot.place.mode,
        running=True,
        pid=os.getpid(),
        version=__version__,
        now=head.now,
        locked=head.locked,
        auto=head.auto,
        open=head.open,
        last=head.last,
        height=head.height,
        final_height=head.final_height,
        houses=len(houses),
        live=states.count(MeterState.LIVE),
        stale=states.count(MeterState.STALE),
        lost=states.count(MeterState.LOST),
        waiting=states.count(MeterState.WAITING),
        from_files=states.count(MeterState.FILES),
        giving_w=-sum(power for power in powers if power < 0) if powers else None,
        taking_w=sum(power for power in powers if power > 0) if powers else None,
        alarms=tuple(a.title for a in head.alarms if a.state is not AlarmState.SHELVED),
        halted=head.halted,
        account=parts.account,
        account_since=parts.operator.since,
        revisions_due=revisions_due,
        open_wh=open_wh,
        recording=head.recording,
        awaited=await FileWait(parts).awaited(),
    )
