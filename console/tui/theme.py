"""The theme: the styles of a theme's tones, by meaning."""

from __future__ import annotations

from functools import cache

import msgspec
from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from console.tui.tones import Tones


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


@cache
def inks(tones: Tones) -> Inks:
    """Return the styles of a theme."""
    if tones.plain:
        return _PLAIN

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


_BOLD = Style(bold=True)
_PLAIN = Inks(
    text=Style(),
    strong=_BOLD,
    dim=Style(dim=True),
    give=Style(),
    take=Style(),
    accent=_BOLD,
    chosen=Style(reverse=True),
    warn=_BOLD,
    alarm=Style(bold=True, reverse=True),
    producers=(Style(),),
)


@cache
def faded(tones: Tones) -> Inks:
    """Return the styles of a picture that is old as a whole: all of it dim."""
    dim = Style(dim=True) if tones.plain else Style(color=tones.dim)
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
            # turned over, the terminal's default colours would be themselves again
            "input-cursor-text-style": "underline" if tones.plain else "none",
            "block-cursor-text-style": "bold underline" if tones.plain else "none",
            "input-selection-background": css(tones.dim),
        },
    )
