"""Settling all that is due: looked through, asked once, settled one after another, left at will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from console.model.apart import apart_facts
from console.model.settlement import Settlement, State
from console.model.view import Preview, Settle
from console.tui import format as written
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from console.tui.screens.screen import ConsoleScreen
from console.tui.screens.settling import ask_to_settle, counted, nothing_due

_READY = (State.CLOSED, State.FROZEN)
_LONG_SECONDS = 60.0


class _Come(msgspec.Struct, frozen=True):
    """What came of going through intervals."""

    done: int
    """How many were gone through."""
    count: int
    """Of how many."""
    left: bool
    """Whether the operator left in the middle."""


class SettlingAll:
    """Goes through the intervals that wait, with progress in the notice line."""

    def __init__(self, screen: ConsoleScreen) -> None:
        """Work for a screen.

        Args:
            screen: where to ask and to tell.
        """
        self._screen = screen
        self._left = False
        self.running = False
        """Whether intervals are being looked at or settled."""

    def leave(self) -> None:
        """Stop after the interval under way; what is signed stays signed."""
        self._left = True

    def begin(self) -> None:
        """Ask which intervals wait, and look at each."""
        engine = self._screen.mosaic.engine
        self._screen.ask(engine.due, self._look_at, group="settle all")

    def _look_at(self, waiting: Sequence[Settlement]) -> None:
        ready = [one for one in waiting if one.state in _READY or one.late]
        snapshot, look = self._screen.snapshot, self._screen.look
        if not ready:
            if snapshot is not None:
                self._screen.notice(nothing_due(snapshot, look))
        elif len(ready) == 1:
            ask_to_settle(self._screen, ready[0].interval.name)
        else:
            self._screen.ask(lambda: self._previews(ready), self._question, group="settle all")

    async def _previews(self, ready: Sequence[Settlement]) -> list[Preview]:
        """Every interval's plan as it would be now; fewer where the operator leaves."""
        previews: list[Preview] = []
        with self._going():
            for number, one in enumerate(ready, 1):
                if self._left:
                    return []
                self._tell(f"Looking at {number} of {len(ready)}", one)
                previews.append(await self._screen.mosaic.engine.preview(one.interval.name))
        return previews

    def _question(self, previews: list[Preview]) -> None:
        snapshot, look = self._screen.snapshot, self._screen.look
        self._screen.forget_notice()
        planned = [preview for preview in previews if preview.plan is not None]
        if not planned or snapshot is None:
            self._screen.notice("Nothing was settled.")
            return
        energy = written.kwh(sum(preview.moved_wh for preview in planned))
        amount = written.money(sum(preview.amount_nano for preview in planned))
        parts = sum(preview.transactions for preview in planned)
        size = sum(preview.size for preview in planned)
        rows = counted(sum(preview.rows for preview in planned), "row")
        facts = [
            f"{rows}   {energy} kWh   {amount} {look.currency}",
            f"{counted(parts, 'transaction')}, {size:,} bytes, chain: {snapshot.place.chain}",
            "Oldest first; fractions of a Wh go on to the next.",
        ]
        if fee := sum(preview.fee_micro for preview in planned):
            facts.insert(2, f"fee {written.scaled(fee, 10**6, 6)} XYM")
        if again := sum(preview.posting is not None for preview in planned):
            facts.append(f"{counted(again, 'revision')}: the difference alone is posted.")
        facts += apart_facts(sorted({one for preview in planned for one in preview.apart}))
        if rest := len(previews) - len(planned):
            facts.append(f"{counted(rest, 'interval')} without a plan yet: left out.")
        first, last = planned[0].settlement.interval, planned[-1].settlement.interval
        span = f"{look.clock(first.start)}{look.glyphs.dash}{look.clock(last.end)}"
        asked = Question(
            f"Settle {len(planned)} intervals, {span}?",
            (*facts, "This cannot be taken back."),
            "Settle",
        )
        self._screen.app.push_screen(
            ConfirmScreen(asked), lambda agreed: self._agreed(planned, agreed)
        )

    def _agreed(self, planned: Sequence[Preview], agreed: bool | None) -> None:
        if not agreed:
            self._screen.notice("Nothing was settled.")
            return
        self._screen.ask(lambda: self._settle(planned), self._come, group="settle all")

    async def _settle(self, planned: Sequence[Preview]) -> _Come:
        done = 0
        with self._going():
            for number, preview in enumerate(planned, 1):
                if self._left:
                    break
                self._tell(f"Settling {number} of {len(planned)}", preview.settlement)
                # each shifts the next one's fractions, so no plan is held to what was shown
                command = Settle(interval=preview.settlement.interval.name)
                await self._screen.mosaic.engine.settle(command)
                done = number
        return _Come(done, len(planned), self._left)

    def _come(self, come: _Come) -> None:
        if come.left and come.done < come.count:
            self._screen.notice(
                f"Left after {come.done} of {come.count}. What was signed stays signed;"
                " S goes on with the rest."
            )
        else:
            self._screen.notice(f"{come.done} of {come.count} intervals are settled.")

    @contextmanager
    def _going(self) -> Iterator[None]:
        """The time in which intervals are gone through and may be left."""
        self.running, self._left = True, False
        try:
            yield
        finally:
            self.running = False

    def _tell(self, what: str, settlement: Settlement) -> None:
        clock = self._screen.look.clock(settlement.interval.start)
        self._screen.notice(f"{what}: {clock}.   esc leaves the rest", _LONG_SECONDS)
