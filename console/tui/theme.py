"""The theme: colours by meaning, the only file that names a colour."""

from __future__ import annotations

import msgspec
from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme


class Tones(msgspec.Struct, frozen=True, kw_only=True):
    """The colours of one theme."""

    name: str
    """The theme's name."""
    ground: str
    """The background."""
    text: str
    """Nearly everything."""
    dim: str
    """What is old, final or cannot act."""
    give: str
    """Giving, and what was sold."""
    take: str
    """Taking, and what was bought."""
    accent: str
    """Where the operator is, and what is new."""
    warn: str
    """What deserves a look."""
    alarm: str
    """What asks for an action."""
    producers: tuple[str, ...]
    """One hue a producer, repeated beyond the last."""
    dark: bool = True
    """Whether the ground is dark."""
    ansi: bool = False
    """Whether the colours are the terminal's own sixteen."""


DARK = Tones(
    name="mosaic-dark",
    ground="#101317",
    text="#c3c8ce",
    dim="#6a727b",
    give="#8fce72",
    take="#69aef5",
    accent="#edc75e",
    warn="#f29a4b",
    alarm="#ff6a62",
    producers=(
        "#e8c468", "#5fc4b8", "#c58af0", "#8fce72", "#69aef5", "#f0808f", "#d9a273", "#9aa7e8",
    ),
)  # fmt: skip
"""For dark terminals; the default."""

LIGHT = Tones(
    name="mosaic-light",
    ground="#fbfaf6",
    text="#2f343a",
    dim="#8d949b",
    give="#2f7d1f",
    take="#1a63b8",
    accent="#9a6a00",
    warn="#b55400",
    alarm="#c21f1a",
    producers=(
        "#9a6a00", "#0f7f73", "#7b35b5", "#2f7d1f", "#1a63b8", "#b02a4a", "#8a4f1d", "#4452b0",
    ),
    dark=False,
)  # fmt: skip
"""For light terminals."""

SIXTEEN = Tones(
    name="mosaic-ansi",
    ground="ansi_default",
    text="default",
    dim="bright_black",
    give="green",
    take="blue",
    accent="yellow",
    warn="bright_yellow",
    alarm="bright_red",
    producers=("yellow", "cyan", "magenta", "green", "blue", "red"),
    ansi=True,
)
"""For terminals with sixteen colours: their own."""

ALL = (DARK, LIGHT, SIXTEEN)
"""Every theme, the default first."""


class Inks(msgspec.Struct, frozen=True, kw_only=True):
    """The styles in which cells are drawn, by meaning."""

    text: Style
    """Nearly everything."""
    strong: Style
    """The screen's name and one number."""
    dim: Style
    """What is old, final or cannot act."""
    give: Style
    """Giving, and what was sold."""
    take: Style
    """Taking, and what was bought."""
    accent: Style
    """Where the operator is, and what is new."""
    chosen: Style
    """A single chosen cell, turned over."""
    warn: Style
    """What deserves a look."""
    alarm: Style
    """What asks for an action."""
    producers: tuple[Style, ...]
    """One hue a producer."""

    def producer(self, number: int) -> Style:
        """Return a producer's hue.

        Args:
            number: its place among the producers, from 0.
        """
        return self.producers[number % len(self.producers)]

    def named(self, name: str) -> Style:
        """Return the style of a meaning, or of a producer: `give`, `dim`, `producer3`.

        Args:
            name: a field's name; empty for plain text.
        """
        if name.startswith("producer"):
            return self.producer(int(name.removeprefix("producer")))
        style: Style = getattr(self, name or "text")
        return style


def inks(tones: Tones) -> Inks:
    """Return the styles of a theme."""

    def of(colour: str) -> Style:
        return Style(color=None if colour == "default" else colour)

    return Inks(
        text=of(tones.text),
        strong=of(tones.text) + Style(bold=True),
        dim=of(tones.dim),
        give=of(tones.give),
        take=of(tones.take),
        accent=of(tones.accent),
        chosen=of(tones.accent) + Style(reverse=True),
        warn=of(tones.warn),
        alarm=of(tones.alarm) + Style(bold=True),
        producers=tuple(of(colour) for colour in tones.producers),
    )


def faded(tones: Tones) -> Inks:
    """Return the styles of a picture that is old as a whole: all of it dim."""
    dim = Style(color=tones.dim)
    return Inks(
        text=dim,
        strong=dim,
        dim=dim,
        give=dim,
        take=dim,
        accent=dim,
        chosen=dim + Style(reverse=True),
        warn=dim,
        alarm=dim,
        producers=(dim,),
    )


def textual_theme(tones: Tones) -> Theme:
    """Return a theme for the stylesheets: `$give`, `$take`, `$dim`, `$warn`, `$alarm` and so on."""

    def css(colour: str) -> str:
        return f"ansi_{colour}" if tones.ansi and not colour.startswith("ansi_") else colour

    return Theme(
        name=tones.name,
        primary=css(tones.accent),
        accent=css(tones.accent),
        warning=css(tones.warn),
        error=css(tones.alarm),
        success=css(tones.give),
        foreground=css(tones.text),
        background=css(tones.ground),
        surface=css(tones.ground),
        panel=css(tones.ground),
        boost=css(tones.ground),
        dark=tones.dark,
        ansi=tones.ansi,
        variables={
            **(BUILTIN_THEMES["ansi-dark"].variables if tones.ansi else {}),
            "give": css(tones.give),
            "take": css(tones.take),
            "dim": css(tones.dim),
            "warn": css(tones.warn),
            "alarm": css(tones.alarm),
            "input-cursor-background": css(tones.accent),
            "input-selection-background": css(tones.dim),
        },
    )
