"""The player: goes through a day's intervals at a pace, one after another is drawn."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from console.tui.screens.body import BodyScreen

MOST_SPEED = 8
"""How many times faster it may be played."""
PATIENCE = 20
"""So many turns an interval is waited for."""


class Player:
    """Plays until there is no later interval, or until it is stopped."""

    def __init__(
        self,
        screen: BodyScreen,
        *,
        seconds: Callable[[], float],
        ready: Callable[[], bool],
        step: Callable[[], bool],
        ended: Callable[[], object],
    ) -> None:
        """Play on a screen.

        Args:
            screen: whose timers tick.
            seconds: gives for how long an interval stands at the plain pace, loop time.
            ready: tells whether the interval that was asked for is drawn.
            step: shows the next one; False where there is none.
            ended: called after the last.
        """
        self._screen = screen
        self._plain_seconds = seconds
        self._ready = ready
        self._step = step
        self._ended = ended
        self._timer: Timer | None = None
        self._speed = 1
        self._waited = 0

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer is not None

    @property
    def seconds(self) -> float:
        """For how long an interval stands, loop time."""
        return self._plain_seconds() / self._speed

    def run(self) -> None:
        """Play on from here."""
        if self._timer is not None:
            self._timer.stop()
        self._waited = 0
        self._timer = self._screen.set_interval(self.seconds, self._turn)
        self._screen.draw_bars()

    def stop(self) -> None:
        """Pause."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            if self._screen.is_mounted:
                self._screen.draw_bars()

    def change_pace(self, *, faster: bool) -> None:
        """Let each interval stand for half as long, or twice."""
        self._speed = min(self._speed * 2, MOST_SPEED) if faster else max(self._speed // 2, 1)
        self.run()

    def _turn(self) -> None:
        if not self._ready() and self._waited < PATIENCE:
            self._waited += 1
            return
        self._waited = 0
        if not self._step():
            self.stop()
            self._ended()
