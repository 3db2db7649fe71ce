"""The themes: every word and mark can be read, by eyes that see fewer colours too."""

from __future__ import annotations

from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from rich.style import Style
from textual.color import Color

from console.tui.app import MosaicApp
from console.tui.cells import Row, text_of
from console.tui.look import Look
from console.tui.memory import Memory
from console.tui.theme import faded, inks
from console.tui.tones import ALL, COLOUR_BLIND, CONTRAST, NAMES, PLAIN, Tones, tones_of
from console.tui.widgets.spark import add_spark
from tests.tui.engine import FakeEngine
from tests.tui.piloting import press, settled, text

TRUE = [tones for tones in ALL if not tones.ansi]
# Machado, Oliveira, Fernandes 2009, severity 1.0, in linear RGB
PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
Matrix = tuple[tuple[float, float, float], ...]


def linear(colour: str) -> list[float]:
    parts = [value / 255 for value in Color.parse(colour).rgb]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1.4.3."""
    lights = [
        sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def lab(colour: str, seen: Matrix) -> tuple[float, float, float]:
    """CIELAB, D65, of a colour as eyes see it that lack one kind of cone."""
    rgb = [sum(w * v for w, v in zip(row, linear(colour), strict=True)) for row in seen]
    r, g, b = (min(max(value, 0.0), 1.0) for value in rgb)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, seen: Matrix) -> float:
    pairs = zip(lab(one, seen), lab(other, seen), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("tones", TRUE, ids=lambda tones: tones.name)
def test_words_stand_out_from_the_ground(tones: Tones) -> None:
    for colour in (tones.text, tones.dim, tones.accent, tones.warn, tones.alarm):
        assert contrast(colour, tones.ground) >= 4.5, colour


@pytest.mark.parametrize("tones", TRUE, ids=lambda tones: tones.name)
def test_marks_stand_out_from_the_ground(tones: Tones) -> None:
    for colour in (tones.give, tones.take, *tones.producers):
        assert contrast(colour, tones.ground) >= 3, colour


def test_high_contrast_is_high() -> None:
    for colour in (CONTRAST.text, CONTRAST.dim, CONTRAST.accent, CONTRAST.warn, CONTRAST.alarm):
        assert contrast(colour, CONTRAST.ground) >= 7, colour


@pytest.mark.parametrize("seen", [PROTANOPIA, DEUTERANOPIA], ids=["protan", "deutan"])
def test_colour_blind_eyes_tell_the_meanings_and_neighbours_apart(seen: Matrix) -> None:
    tones = COLOUR_BLIND
    meanings = (tones.give, tones.take, tones.accent, tones.alarm, tones.text)
    for one, other in combinations(meanings, 2):
        assert apart(one, other, seen) >= 15, (one, other)
    for one, other in zip(tones.producers, tones.producers[1:], strict=False):
        assert apart(one, other, seen) >= 15, (one, other)


def test_plain_has_attributes_only() -> None:
    drawn = inks(PLAIN)
    styles = [drawn.text, drawn.dim, drawn.accent, drawn.alarm, drawn.chosen, faded(PLAIN).text]
    assert all(style.color is None and style.bgcolor is None for style in styles)
    assert len({drawn.text, drawn.dim, drawn.accent, drawn.alarm, drawn.chosen}) == 5
    assert drawn.producer(3) == Style()


def test_a_theme_is_found_by_its_name() -> None:
    assert [tones_of(name) for name in NAMES] == list(ALL)
    assert tones_of("pink") is None


async def test_a_key_turns_through_the_themes_and_the_last_is_remembered() -> None:
    memory = Memory()
    app = MosaicApp(FakeEngine(), calm=True, memory=memory, theme="dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        seen = []
        for _ in NAMES:
            await press(pilot, "T")
            seen.append(app.theme)
        assert seen == [*NAMES[1:], NAMES[0]]
        await press(pilot, "T")
        assert "Theme: light." in text(pilot)
    assert memory.theme == "light"


async def test_no_colour_knows_one_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    memory = Memory()
    app = MosaicApp(FakeEngine(), calm=True, memory=memory, theme="light")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.theme == "plain"
        assert "NO_COLOR is set" in await press(pilot, "T")
    assert memory.theme == ""


async def test_a_calm_console_begins_in_sixteen_colours() -> None:
    app = MosaicApp(FakeEngine(), calm=True, theme="no such theme")
    async with app.run_test(size=(80, 24)):
        assert app.theme == "sixteen"


def test_what_is_turned_over_turns_over_no_blanks() -> None:
    look = Look(zone=ZoneInfo("UTC"), ink=inks(PLAIN))
    row = add_spark(Row(), [3, None, 0, 0, 4, None, 0], 8, look, (look.ink.give, look.ink.take))
    turned = [one.text for one in row.segments if one.style and one.style.reverse]
    assert turned == ["!", "!"]
    assert text_of(row.segments) == "▃!  ▄!"
