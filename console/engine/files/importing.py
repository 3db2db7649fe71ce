"""The importing: a file is shown with what it would change, then taken exactly as it was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from console.engine.files.appraising import Added, Appraisal, Told
from console.engine.parts import Parts
from console.engine.readings.intake import Intake
from console.engine.settling.calendar import begin_here
from console.errors import Refused
from console.meters.files.table import Table
from console.model.event import EventKind
from console.model.importing import Imported
from console.safe_text import safe_text

_AT_ONCE = 500


class Importing:
    """Takes one file at a time; the engine goes on polling and settling meanwhile."""

    def __init__(
        self, parts: Parts, intake: Intake, turn: asyncio.Lock, hurry: Callable[[], None]
    ) -> None:
        """Take files into the parts' store.

        Args:
            parts: the engine's parts.
            intake: where readings come in.
            turn: held while intervals are changed.
            hurry: called where an interval is to be decided.
        """
        self._parts = parts
        self._intake = intake
        self._turn = turn
        self._hurry = hurry
        self._busy = False

    async def run(self, table: Table, token: str, actor: str, told: Told) -> Imported:
        """Look at a file's rows, and take them in where they are what was agreed to.

        Args:
            table: the rows, in order.
            token: what was shown and agreed to; empty to look only.
            actor: who asks.
            told: called as it goes on.

        Raises:
            Refused: another file is being taken, or it is not any more what was shown.
            UsageError: a house is not known.
            RecordingError: a row lies in the future.
        """
        if self._busy:
            raise Refused("another file is being imported.", advice="Wait until it is done.")
        self._busy = True
        try:
            async with self._turn:
                await self._intake.flush()
            appraisal = Appraisal(self._parts, table, told)
            found = await appraisal.look()
            if not token:
                return found
            if token != found.token:
                raise Refused(
                    "the readings to be added are not those that were shown any more.",
                    advice="Look again, then agree to it.",
                )
            if found.readings:
                await self._take(appraisal.added, told)
                await self._note(found, table, actor)
            return msgspec.structs.replace(found, written=True)
        finally:
            self._busy = False

    async def _take(self, added: Added, told: Told) -> None:
        await begin_here(self._parts)
        for begin in range(0, len(added), _AT_ONCE):
            batch = added.readings(begin, begin + _AT_ONCE)
            async with self._turn:
                await self._intake.bring(batch)
            told("readings", begin + len(batch), len(added))
        self._hurry()

    async def _note(self, found: Imported, table: Table, actor: str) -> None:
        parts, file = self._parts, safe_text(table.file, 80)
        counts = {one.house: one.readings for one in found.houses if one.readings}
        body = {"file": file, "token": found.token, "readings": counts}
        text = msgspec.json.encode(body).decode()
        await parts.store.audit.append(parts.clock.now(), actor, "import", text)
        houses = f"{len(counts)} house{'' if len(counts) == 1 else 's'}"
        said = f"{found.readings} readings of {houses} imported from {file}"
        await parts.log.say(EventKind.OPERATOR, said, actor=actor)
