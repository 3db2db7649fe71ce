"""The intake: what the sources deliver, gathered for a second and stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.engine.alarms.losses import Losses
from console.engine.parts import Parts
from console.engine.readings.exports import Exports
from console.engine.readings.steps import Steps
from console.engine.settling.late import Late
from console.model.event import EventKind
from console.model.reading import MeterState, MeterStatus, Reading
from console.safe_text import safe_text
from console.settings import Settings

MOST_WAITING = 20_000
"""Readings that may wait for a full disk; beyond it the oldest go, their registers do not."""

GATHER_SECONDS = 1.0
"""How long readings are gathered, loop time."""


class Intake:
    """Takes readings and meter states from the sources; keeps the newest of each house."""

    def __init__(self, parts: Parts) -> None:
        """Store into the parts' store."""
        self._parts = parts
        self._waiting: list[Reading] = []
        self.late = Late(parts)
        """The settled intervals that readings may change."""
        self.latest: dict[str, Reading] = {}
        """Each house's newest reading."""
        self._losses = Losses(parts)
        self._settings: Settings | None = None
        self._steps = Steps(parts)
        self.exports = Exports(parts)
        self.states: dict[str, MeterStatus] = {}
        """Each meter's state."""
        self.brought = 0
        """Counted up when readings come that no source delivered."""
        self.changed: set[str] = set()
        """Houses with news since the picture last asked."""
        self.hurry: Callable[[], None] = lambda: None
        """Called where a settled interval is to be looked at."""
        self.record: Callable[[Reading], None] = lambda reading: None
        """Called with each reading as it comes."""

    @property
    def waiting(self) -> int:
        """How many readings wait for the store."""
        return len(self._waiting)

    async def load(self) -> None:
        """Take the newest readings from the store."""
        self.latest = await self._parts.store.readings.latest()
        await self.exports.load()
        await self.late.load(self.latest.values())

    async def emit(self, news: Reading | MeterStatus) -> None:
        """Take one reading or one meter's state from a source."""
        if isinstance(news, MeterStatus):
            await self._take_state(news)
        else:
            self._waiting.append(news)
            self.record(news)
            known = self.latest.get(news.house)
            await self.exports.look(known, news)
            await self._steps.look(news)
            if known is None or known.time < news.time:
                self.latest[news.house] = news
        self.changed.add(news.house)

    async def flush(self) -> None:
        """Store what waits, in one transaction; whatever prevents that, it goes on waiting.

        The settled intervals that it may change are marked first, so that no crash forgets them.
        """
        if self._settings is not self._parts.settings:
            self._settings = self._parts.settings
            await self._forgive()
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        try:
            if await self.late.take(batch):
                self.hurry()
            contradicting = await self._parts.store.readings.add(batch)
            await self._parts.falls.save(self._parts.store.audit)
        except BaseException:
            # a stop cancels this too, and closing stores what waits
            self._waiting = (batch + self._waiting)[-MOST_WAITING:]
            raise
        for reading in contradicting:
            await self._parts.log.say(
                EventKind.METER,
                f"{reading.house} told two different values for the same instant; "
                f"the first is kept, {reading.import_wh} Wh in and {reading.export_wh} Wh out not",
                reading.house,
            )

    async def bring(self, batch: Sequence[Reading]) -> int:
        """Store readings that did not come from a source; return how many were contradicted.

        Args:
            batch: the readings; nothing that waits may be older than what they touch, so `flush`
                goes before.
        """
        await self.flush()
        if await self.late.take(batch):
            self.hurry()
        contradicting = await self._parts.store.readings.add(batch)
        for reading in batch:
            known = self.latest.get(reading.house)
            if known is None or known.time < reading.time:
                await self._steps.look(reading)
                self.latest[reading.house] = reading
        await self._parts.falls.save(self._parts.store.audit)
        self.brought += 1
        self.changed.update(reading.house for reading in batch)
        return len(contradicting)

    async def _forgive(self) -> None:
        """Forget the states of meters that are polled no more, and end their alarms."""
        filed = [one.house.id for one in self._parts.settings.members if one.meter.from_files]
        for house in filed:
            if self.states.pop(house, None) is not None:
                self.changed.add(house)
        await self._losses.forgive(filed, self.states)

    async def _take_state(self, status: MeterStatus) -> None:
        if self._parts.member(status.house).meter.from_files:
            # asked before its readings came from files, answered after
            return
        before = self.states.get(status.house)
        self.states[status.house] = status
        if before is not None and before.state is status.state:
            return
        # a loss is told with its alarm
        if before is not None and status.state is not MeterState.LOST:
            reason = f": {safe_text(status.reason)}" if status.reason else ""
            text = f"{status.house} {status.state}{reason}"
            await self._parts.log.say(EventKind.METER, text, status.house)
        await self._losses.look(status, self.states)
