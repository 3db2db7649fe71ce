"""The appearance: which theme a terminal gets, and the look that follows from the snapshot."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual.app import App

from console.model.snapshot import Snapshot
from console.tui.glyphs import ASCII, BLOCKS
from console.tui.look import Look
from console.tui.theme import ALL, DARK, SIXTEEN, Inks, Tones, faded, inks, textual_theme


class Appearance:
    """The theme and the signs of one terminal."""

    def __init__(self, app: App[str], *, ascii: bool, calm: bool) -> None:
        """Choose once, by the terminal's colours, and dress the app.

        Args:
            app: whose terminal it is.
            ascii: whether nothing outside ASCII may be drawn.
            calm: whether nothing moves but the countdown.
        """
        few = app.console.color_system == "standard" and not app.no_color
        self.tones: Tones = SIXTEEN if few else DARK
        for tones in ALL:
            app.register_theme(textual_theme(tones))
        app.theme = self.tones.name
        self._glyphs = ASCII if ascii else BLOCKS
        self._calm = calm

    @property
    def inks(self) -> Inks:
        """The theme's styles, also while the picture is faded."""
        return inks(self.tones)

    def look(self, snapshot: Snapshot | None, *, utc: bool, silent: bool) -> Look:
        """Return how to draw at the moment.

        Args:
            snapshot: the newest one; None before the first.
            utc: whether times are shown in UTC.
            silent: whether the engine is silent, so that all is old.
        """
        return Look(
            glyphs=self._glyphs,
            ink=faded(self.tones) if silent else self.inks,
            zone=zone_of(snapshot.place.timezone if snapshot else ""),
            utc=utc,
            currency=snapshot.place.currency if snapshot else "",
            final_height=snapshot.head.final_height if snapshot else 0,
            calm=self._calm,
        )


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name, UTC where there is no such one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
