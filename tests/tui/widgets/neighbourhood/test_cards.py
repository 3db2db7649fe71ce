"""The cards: one that is used again is the one that would be drawn."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.tui.cells import text_of
from console.tui.glyphs import ASCII, BLOCKS
from console.tui.look import Look
from console.tui.theme import faded
from console.tui.tones import DARK, LIGHT
from console.tui.widgets.neighbourhood.bands import bands_of
from console.tui.widgets.neighbourhood.cards import Column, Known, draw_cards
from tests.tui.lindenhof import NOW, lindenhof

LOOKS = (
    Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR"),
    Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", ink=faded(DARK)),
    Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", ink=faded(LIGHT)),
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.none() | st.integers(-5000, 5000),
        st.integers(0, 5),
        st.sampled_from(LOOKS),
        st.sampled_from((26, 30, 47)),
    ),
    max_size=6,
)


@given(STEPS)
def test_a_card_that_is_used_again_is_the_one_that_would_be_drawn(
    steps: list[tuple[int, int | None, int, Look, int]],
) -> None:
    houses, known, now = list(lindenhof().houses), dict[str, Known](), NOW
    for number, power, seconds, look, cells in steps:
        houses[number] = replace(houses[number], power_w=power)
        now += timedelta(seconds=seconds)
        column = Column(
            bands=bands_of(tuple(houses), 3, grouped=False),
            number=1,
            chosen=houses[number].id,
            fresh=frozenset((houses[number].id,) if seconds else ()),
            now=now,
            look=look,
        )
        assert draw_cards(column, cells, known) == draw_cards(column, cells)


def test_a_house_that_looks_the_same_is_not_drawn_again() -> None:
    houses, known = lindenhof().houses, dict[str, Known]()
    column = Column(
        bands=bands_of(houses, 3, grouped=False),
        number=0,
        chosen="",
        fresh=frozenset(),
        now=NOW,
        look=LOOKS[0],
    )
    draw_cards(column, 30, known)
    before = dict(known)
    draw_cards(column, 30, known)
    assert before
    assert all(known[house] is card for house, card in before.items())


def test_a_meter_whose_phases_count_apart_is_marked_beside_its_name() -> None:
    house = replace(lindenhof().houses[0], per_phase=True, name="A house with a long name")
    for ascii_only, mark in ((False, "φ"), (True, "&")):
        look = replace(LOOKS[0], glyphs=ASCII if ascii_only else BLOCKS)
        column = Column(
            bands=bands_of((house,), 1, grouped=False),
            number=0,
            chosen="",
            fresh=frozenset(),
            now=NOW,
            look=look,
        )
        first, *_ = draw_cards(column, 26)
        text = text_of(first)
        assert f" {mark} " in text
        assert len(text) <= 26
        assert "kW" in text
