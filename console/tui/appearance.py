"""The appearance: which theme a terminal gets, and the look that follows from the snapshot."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from textual.app import App
from textual.reactive import Reactive
from textual.theme import Theme

from console.model.snapshot import Snapshot
from console.tui.glyphs import ASCII, BLOCKS
from console.tui.look import Look
from console.tui.theme import Inks, faded, inks, textual_theme
from console.tui.tones import ALL, DARK, NAMES, PLAIN, SIXTEEN, tones_of


class Dressed(App[str]):
    """An app with the console's themes alone, which wears the default from its first moment.

    A theme that is chosen later has every stylesheet read again.
    """

    theme: Reactive[str] = Reactive(DARK.name)
    """The name of the theme."""

    @property
    def available_themes(self) -> dict[str, Theme]:
        """The themes by their names."""
        return _themes()


class Appearance:
    """The theme and the signs of one terminal."""

    def __init__(self, app: App[str], *, ascii: bool, calm: bool, theme: str = "") -> None:
        """Choose by the terminal's colours, unless a theme is asked for, and dress the app.

        Args:
            app: whose terminal it is.
            ascii: whether nothing outside ASCII may be drawn.
            calm: whether nothing moves but the countdown.
            theme: the theme's name; empty, or one that does not exist, lets the terminal decide.
        """
        self._app = app
        self._glyphs = ASCII if ascii else BLOCKS
        self._calm = calm
        few = calm or app.console.color_system == "standard"
        self.tones = tones_of(theme) or (SIXTEEN if few else DARK)
        self.choose(self.tones.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The themes that this terminal can have."""
        return (PLAIN.name,) if self._app.no_color else NAMES

    @property
    def next(self) -> str:
        """The theme that comes after the present one."""
        names = self.names
        return names[(names.index(self.tones.name) + 1) % len(names)]

    def choose(self, name: str) -> None:
        """Dress the app in another theme; without colour there is only one.

        Args:
            name: one of the themes' names.
        """
        wanted = PLAIN if self._app.no_color else tones_of(name)
        if wanted is not None:
            self.tones = wanted
            self._app.theme = wanted.name

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


@cache
def _themes() -> dict[str, Theme]:
    return {tones.name: textual_theme(tones) for tones in ALL}


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name, UTC where there is no such one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
