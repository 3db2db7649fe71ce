"""The troubles: the engine's duties that fail for a while, shown until each works again."""

from __future__ import annotations

from console.engine.alarms.diskwatch import DiskWatch
from console.engine.alarms.log import Log
from console.engine.serving.picture import Picture
from console.errors import ChainError, DiskFull
from console.model.event import EventKind


class Troubles:
    """Remembers which duty fails and why."""

    def __init__(self, log: Log, picture: Picture, disk: DiskWatch) -> None:
        """Tell the log and the picture; a full disk is the disk watch's to tell."""
        self._log = log
        self._picture = picture
        self._disk = disk
        self._failing: dict[str, DiskFull | ChainError] = {}

    async def report(self, duty: str, error: DiskFull | ChainError | None) -> None:
        """Show a duty's passing trouble, or that it is over.

        Args:
            duty: its name; each ends its own trouble alone.
            error: the trouble; None once the duty is done.
        """
        before = self._failing.pop(duty, None)
        if error is not None:
            self._failing[duty] = error
        trouble = next((failed.paragraph for failed in self._failing.values()), "")
        news, self._picture.trouble = trouble != self._picture.trouble, trouble
        if isinstance(error, DiskFull):
            await self._disk.full(error)
        elif isinstance(before, DiskFull) and not self._finds_no_space():
            await self._disk.works()
        if news and not self._finds_no_space():
            await self._log.say(EventKind.ENGINE, trouble or "goes on as before")

    def _finds_no_space(self) -> bool:
        return any(isinstance(failed, DiskFull) for failed in self._failing.values())
