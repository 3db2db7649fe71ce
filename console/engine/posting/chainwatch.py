"""The chain's watch: a node that does not answer, and a chain that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from console.engine.alarms import kinds as alarms
from console.engine.parts import Parts
from console.errors import ChainError
from console.model.event import Alarm
from console.model.transaction import Tip

SILENT_SECONDS = 60.0
"""How long a node may be silent before that is an alarm, loop time."""

STILL_SECONDS = 600.0
"""How long no block may come while something waits for one, loop time."""

FINALITY_SECONDS = 3600.0
"""How long blocks may wait for their finality without any becoming final, loop time."""


class ChainWatch:
    """Raises and ends the alarms of the chain; each look at the chain tells it what came of it."""

    def __init__(self, parts: Parts) -> None:
        """Tell the parts' log."""
        self._parts = parts
        self._silence = _Stretch(alarms.SILENT, SILENT_SECONDS)
        self._stillness = _Stretch(alarms.STILL, STILL_SECONDS)
        self._finality = _Stretch(alarms.FINALITY, FINALITY_SECONDS)
        self._tip = Tip(height=0, final_height=0)

    async def failed(self, error: ChainError, at: float) -> None:
        """Note that the node did not answer as it must.

        Args:
            error: how.
            at: when, loop time.
        """
        await self._lasts(self._silence, at, lambda since: alarms.chain_silent(error, since))

    async def answered(self, tip: Tip, at: float, *, waiting: int) -> None:
        """Note that the node answered.

        Args:
            tip: where the chain stands.
            at: when, loop time.
            waiting: how many transactions of ours no block holds yet.
        """
        await self._over(self._silence, "the node answers again")
        before, self._tip = self._tip, tip
        if tip.height != before.height or not waiting:
            await self._over(self._stillness, "blocks come again")
        else:
            await self._lasts(
                self._stillness, at, lambda since: alarms.chain_still(tip.height, waiting, since)
            )
        if tip.final_height != before.final_height or tip.final_height >= tip.height:
            await self._over(self._finality, "blocks become final again")
        else:
            await self._lasts(self._finality, at, lambda since: alarms.finality_stands(tip, since))

    async def _lasts(
        self, stretch: _Stretch, at: float, alarm: Callable[[datetime], Alarm]
    ) -> None:
        if stretch.began is None:
            stretch.began, stretch.since = at, self._parts.clock.now()
        if at - stretch.began >= stretch.seconds:
            await self._parts.log.raise_alarm(alarm(stretch.since))

    async def _over(self, stretch: _Stretch, text: str) -> None:
        stretch.began = None
        await self._parts.log.clear_alarm(stretch.key, text)


class _Stretch:
    """A trouble that is an alarm once it lasts."""

    def __init__(self, key: str, seconds: float) -> None:
        self.key = key
        self.seconds = seconds
        self.began: float | None = None
        self.since = datetime.min
