"""The look: how a screen writes times, states and producers, for one terminal and one operator."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from rich.style import Style

from console.model.interval import Interval
from console.model.settlement import State
from console.tui import format as written
from console.tui.glyphs import BLOCKS, Glyphs
from console.tui.theme import Inks, inks
from console.tui.tones import DARK

_INK_NAMES = {
    State.OPEN: "dim",
    State.FINAL: "dim",
    State.IDLE: "dim",
    State.SIGNED: "accent",
    State.SEALED: "accent",
    State.HELD: "alarm",
    State.HALTED: "alarm",
}


def shown_state(state: State, height: int | None, final_height: int) -> State:
    """Return the state that may be shown: final only up to the chain's final height.

    Args:
        state: the state as the engine says it.
        height: the block of the last part; None before it is confirmed.
        final_height: the chain's final height, as the newest snapshot says it.
    """
    if state is State.FINAL and (height is None or height > final_height):
        return State.SEALED
    return state


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How this terminal and this operator want things written."""

    zone: ZoneInfo
    """The community's zone."""
    currency: str = ""
    """The currency's code."""
    utc: bool = False
    """Whether times are UTC instead of local."""
    final_height: int = 0
    """The chain's final height; no ✓ stands above it."""
    glyphs: Glyphs = BLOCKS
    """The signs of this terminal."""
    ink: Inks = msgspec.field(default_factory=lambda: inks(DARK))
    """The styles of the theme; all dim while the engine is silent."""
    calm: bool = False
    """Whether nothing moves but the countdown."""

    def clock(self, instant: datetime) -> str:
        """Return `13:15`, or `10:15Z`; the hour that comes twice is `03:15A`, then `03:15B`."""
        text = written.minutes(instant, self.zone, utc=self.utc)
        return text if self.utc else f"{text}{written.turn(instant, self.zone)}"

    def seconds(self, instant: datetime) -> str:
        """Return `13:22:31`, or `10:22:31Z`."""
        return written.seconds(instant, self.zone, utc=self.utc)

    def day(self, instant: datetime) -> date:
        """Return the day of an instant in the zone that is shown."""
        return written.local(instant, self.zone, utc=self.utc).date()

    def dated(self, interval: Interval) -> str:
        """Return an interval's day and beginning, as in `Sun 21 Jun 13:00`."""
        return f"{written.day(self.day(interval.start))} {self.clock(interval.start)}"

    def span(self, interval: Interval) -> str:
        """Return `13:00–13:15`."""
        return f"{self.clock(interval.start)}{self.glyphs.dash}{self.clock(interval.end)}"

    def state(self, state: State, height: int | None) -> tuple[str, str, Style]:
        """Return the glyph, the word and the style of an interval's state.

        Args:
            state: the state as the engine says it.
            height: the block of its last part; None before it is confirmed.
        """
        shown = shown_state(state, height, self.final_height)
        style = self.ink.named(_INK_NAMES.get(shown, ""))
        return self.glyphs.states[shown], shown.value, style

    def bar(self, shade: int) -> tuple[str, Style]:
        """Return a producer's glyph and style.

        Args:
            shade: its place among the producers, from 0; -1 for several folded together.
        """
        if shade < 0:
            return self.glyphs.bars[-1], self.ink.dim
        return self.glyphs.bars[shade % len(self.glyphs.bars)], self.ink.producer(shade)
