"""The tones: the colours of each theme, the only file that names a colour."""

from __future__ import annotations

import msgspec


class Tones(msgspec.Struct, frozen=True, kw_only=True):
    """The colours of one theme."""

    name: str
    """The theme's name."""
    title: str
    """What it is for, in a few words."""
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
    plain: bool = False
    """Whether attributes stand for all colours."""


DARK = Tones(
    name="dark",
    title="for dark terminals",
    ground="#101317",
    text="#c3c8ce",
    dim="#7c858f",
    give="#8fce72",
    take="#69aef5",
    accent="#edc75e",
    warn="#f29a4b",
    alarm="#ff6a62",
    producers=(
        "#e8c468", "#5fc4b8", "#c58af0", "#8fce72", "#69aef5", "#f0808f", "#d9a273", "#9aa7e8",
    ),
)  # fmt: skip
"""The default."""

LIGHT = Tones(
    name="light",
    title="for light terminals",
    ground="#fbfaf6",
    text="#2f343a",
    dim="#6b7279",
    give="#2f7d1f",
    take="#1a63b8",
    accent="#8a5f00",
    warn="#b55400",
    alarm="#c21f1a",
    producers=(
        "#9a6a00", "#0f7f73", "#7b35b5", "#2f7d1f", "#1a63b8", "#b02a4a", "#8a4f1d", "#4452b0",
    ),
    dark=False,
)  # fmt: skip
"""Ink on paper."""

CONTRAST = Tones(
    name="contrast",
    title="high contrast: all words 7:1 and more",
    ground="#000000",
    text="#ffffff",
    dim="#b4b4b4",
    give="#7dff7d",
    take="#80caff",
    accent="#ffe600",
    warn="#ffb347",
    alarm="#ff8078",
    producers=(
        "#ffe600", "#4dffe9", "#e3a8ff", "#7dff7d", "#80caff", "#ff9eb5", "#ffc48a", "#c3ccff",
    ),
)  # fmt: skip
"""For weak eyes and bright rooms."""

COLOUR_BLIND = Tones(
    name="colour-blind",
    title="no red beside green",
    ground="#12141a",
    text="#d0d4da",
    dim="#828a94",
    give="#56b4e9",
    take="#e69f00",
    accent="#f0e442",
    warn="#e69f00",
    alarm="#ff7a45",
    producers=(
        "#e69f00", "#56b4e9", "#f0e442", "#0a86cc", "#cc79a7", "#00b88a", "#e8662a", "#d0d4da",
    ),
)  # fmt: skip
"""Hues after Okabe and Ito, Color Universal Design (2002), lightened where they were too dark."""

SIXTEEN = Tones(
    name="sixteen",
    title="the terminal's own sixteen colours",
    ground="ansi_default",
    text="default",
    dim="bright_black",
    give="green",
    take="bright_blue",
    accent="yellow",
    warn="bright_yellow",
    alarm="bright_red",
    producers=("yellow", "cyan", "magenta", "green", "bright_blue", "red"),
    ansi=True,
)
"""For terminals with sixteen colours and slow lines."""

PLAIN = Tones(
    name="plain",
    title="no colour at all",
    ground="ansi_default",
    text="default",
    dim="default",
    give="default",
    take="default",
    accent="default",
    warn="default",
    alarm="default",
    producers=("default",),
    ansi=True,
    plain=True,
)
"""For NO_COLOR: bold, dim and turned over."""

ALL = (DARK, LIGHT, CONTRAST, COLOUR_BLIND, SIXTEEN, PLAIN)
"""Every theme, the default first."""

NAMES = tuple(tones.name for tones in ALL)
"""What they are called."""


def tones_of(name: str) -> Tones | None:
    """Return a theme's tones by its name, None where there is none."""
    return next((tones for tones in ALL if tones.name == name), None)
