"""The exports: a register that a house's meter gets, or has no more, is another meter's.

A meter without an export register is stored with one that stands at 0. Where it gets the register,
as by a parameter of its profile, that leaps to what was given in years; where it has it no more,
it falls to 0. Neither is energy: from that reading on the house has another meter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.engine.facts import fact_of, keep_fact
from console.engine.parts import Parts
from console.errors import DiskFull, Refused
from console.model.event import EventKind
from console.model.reading import Reading
from console.model.swap import Swap

FACT = "without export"
"""The store's fact that keeps the houses whose meters have no export register."""

_ACTOR = "engine"


class Exports:
    """Notes which meters have an export register, and tells of an exchange where that changes."""

    def __init__(self, parts: Parts) -> None:
        """Look at the parts' plates; nothing is known before `load`."""
        self._parts = parts
        self._without: frozenset[str] = frozenset()
        self._unkept = False
        self._untold: dict[str, Swap] = {}
        self.exchange: Callable[[Swap, str], Awaitable[object]] | None = None
        """Takes a swap and who tells it."""

    async def load(self) -> None:
        """Take what the store keeps."""
        self._without = await fact_of(self._parts.store.audit, FACT, frozenset[str]) or frozenset()

    async def look(self, before: Reading | None, news: Reading) -> None:
        """Take a reading; one that shows the change is told as an exchange.

        What finds no space in the store is kept and told with a later reading.

        Args:
            before: the house's newest reading until then; None before the first.
            news: the reading, which waits to be stored or is.
        """
        self._judge(before, news)
        try:
            await self._keep()
            await self._tell(news.house)
        except DiskFull:
            # the duty that stores the readings shows the trouble
            return

    def _judge(self, before: Reading | None, news: Reading) -> None:
        house = news.house
        has, had = self._parts.plates.exports(house), house not in self._without
        if has is had or (before is not None and news.time <= before.time):
            return
        if before is None or (not has and not before.export_wh):
            self._note(house, has)
            return
        # until its register shows otherwise, a reading is the former meter's, still on its way
        changed = news.export_wh > 0 if has else news.export_wh < before.export_wh
        if changed and news.import_wh >= before.import_wh:
            self._note(house, has)
            self._untold[house] = Swap(
                house=house,
                time=news.time,
                last_import_wh=news.import_wh,
                last_export_wh=before.export_wh,
                first_import_wh=news.import_wh,
                first_export_wh=news.export_wh,
            )

    def _note(self, house: str, has: bool) -> None:
        self._without = self._without - {house} if has else self._without | {house}
        self._unkept = True

    async def _keep(self) -> None:
        if self._unkept:
            await keep_fact(self._parts.store.audit, FACT, sorted(self._without))
            self._unkept = False

    async def _tell(self, house: str) -> None:
        swap = self._untold.get(house)
        if swap is None or self.exchange is None:
            return
        try:
            await self.exchange(swap, _ACTOR)
        except Refused as error:
            text = f"{house}'s export register is another one; tell it by hand: {error.message}"
            await self._parts.log.say(EventKind.METER, text, subject=house)
        del self._untold[house]
