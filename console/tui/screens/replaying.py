"""Replaying: what moves a recording that is replayed, on every screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.worker import WorkType

from console.errors import MosaicError
from console.model.play import Play, Playing
from console.tui.screens.everywhere import Everywhere

if TYPE_CHECKING:
    from console.tui.widgets.sought import Place


class Replaying(Everywhere):
    """A screen's actions on a replay; without one they say so."""

    def reason(self, action: str) -> str:
        """Return why an action cannot be done now; empty where it can."""
        return ""

    @property
    def playing(self) -> Playing | None:
        """How the replay moves; None where nothing is replayed."""
        return self.snapshot.head.playing if self.snapshot is not None else None

    def action_pause(self) -> None:
        """Let the replay stand or go on; without one, the picture."""
        if self.playing is None:
            super().action_pause()
        else:
            self._play(Play(paused="turn"))

    def action_replay_speed(self, way: str) -> None:
        """Play faster or slower.

        Args:
            way: `faster` or `slower`.
        """
        if self._may("replay_speed"):
            self._play(Play(pace="faster" if way == "faster" else "slower"))

    def action_replay_step(self) -> None:
        """Go to the next reading and stand there."""
        self._play(Play(step=True))

    def action_replay_interval(self, way: str) -> None:
        """Go to where the next interval is settled, or to where this one or the last began.

        Args:
            way: `on` or `back`.
        """
        playing = self.playing
        if self.snapshot is None or playing is None or not self._may("replay_interval"):
            return
        head = self.snapshot.head
        if way == "on":
            to = min(head.settles, playing.end)
        else:
            settled = head.settles - head.open.end
            far = head.now - head.open.start > settled
            to = max(head.open.start if far else head.open.previous.start, playing.start)
        self._play(Play(to=to))

    async def action_replay_to(self) -> None:
        """Begin to type a time to go to."""
        from console.tui.screens.replay_places import HELP
        from console.tui.widgets.jumpbox import JumpBox

        if not self.query(JumpBox):
            await self.mount(JumpBox(self.replay_places, lambda: None, HELP))

    def replay_places(self, typed: str) -> Iterable[Place]:
        """Return where a replay may go.

        Args:
            typed: what was typed.
        """
        from console.tui.screens.replay_places import places

        if self.snapshot is None:
            return ()
        return places(self.snapshot, self.look, lambda instant: self._play(Play(to=instant)), typed)

    def _may(self, action: str) -> bool:
        if reason := self.reason(action):
            self.notice(reason)
        return not reason

    def _play(self, command: Play) -> None:
        async def work() -> None:
            try:
                told = await self.mosaic.engine.play(command)
            except MosaicError as error:
                self.notice(error.paragraph)
            else:
                # where it stands is in sight; its pace is what a press of a key is to tell
                if command.pace is not None:
                    self.notice(told.text)

        asked: WorkType[None] = work
        self.run_worker(asked, group="replay")
