from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment

from console.model.reading import MeterState
from console.model.settlement import State
from console.model.snapshot import Access, Snapshot
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.widgets.flows.flow import shades
from console.tui.widgets.stand import plainly
from console.tui.widgets.stand.digits import draw_digits
from console.tui.widgets.stand.standing import SCENES, Stand, draw_stand
from tests.tui.chain_data import SEALED, entries, flowing, preview

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)


def at_the_stand() -> Snapshot:
    snapshot = flowing()
    place = msgspec.structs.replace(snapshot.place, access=Access.STAND)
    return msgspec.structs.replace(snapshot, place=place)


def with_powers(giving: int, taking: int) -> Snapshot:
    snapshot = at_the_stand()
    one, other, *rest = snapshot.houses
    houses = [
        msgspec.structs.replace(one, power_w=-giving, state=MeterState.LIVE),
        msgspec.structs.replace(other, power_w=taking, state=MeterState.LIVE),
        *(msgspec.structs.replace(house, power_w=0, state=MeterState.LIVE) for house in rest),
    ]
    return msgspec.structs.replace(snapshot, houses=tuple(houses))


SHOWN = Stand(
    snapshot=at_the_stand(),
    preview=preview(SEALED),
    shade=shades(flowing().houses),
    entries=tuple(entries(SEALED)),
    rows=832,
)


def texts(lines: list[list[Segment]]) -> list[str]:
    return [text_of(line) for line in lines]


def test_the_picture(picture: Callable[[str, str], list[str]]) -> None:
    drawn = [line for line in texts(draw_stand(SHOWN, 80, 24, LOOK)) if line]
    assert drawn == picture("80x24", "kW from the roofs")


def test_the_trade_turns_final() -> None:
    look = msgspec.structs.replace(LOOK, final_height=1283)
    settlement = msgspec.structs.replace(preview(SEALED).settlement, state=State.FINAL)
    final = msgspec.structs.replace(
        SHOWN, preview=msgspec.structs.replace(preview(SEALED), settlement=settlement)
    )
    assert any("✓ final" in line for line in texts(draw_stand(final, 80, 24, look)))


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("room", "height"), [(80, 24), (120, 36), (200, 50)])
def test_every_picture_fits_and_shows_the_keys(scene: str, room: int, height: int) -> None:
    lines = draw_stand(msgspec.structs.replace(SHOWN, scene=scene), room, height, LOOK)
    assert len(lines) == height
    assert all(Segment.get_line_length(line) <= room for line in lines)
    assert text_of(lines[-1]) == "  c cloud   e car   s settle   space next"


@pytest.mark.parametrize("scene", SCENES)
def test_an_answer_stands_in_the_sentences_place(scene: str) -> None:
    shown = msgspec.structs.replace(SHOWN, scene=scene, said="A cloud passes over the roofs.")
    assert "  A cloud passes over the roofs." in texts(draw_stand(shown, 80, 24, LOOK))


@pytest.mark.parametrize("scene", SCENES)
def test_before_anything_is_settled(scene: str) -> None:
    bare = Stand(snapshot=at_the_stand(), scene=scene)
    assert len(draw_stand(bare, 80, 24, LOOK)) == 24


def test_plain_terminals_get_plain_signs() -> None:
    look = msgspec.structs.replace(LOOK, glyphs=ASCII)
    assert all(text.isascii() for text in texts(draw_stand(SHOWN, 80, 24, look)))


@pytest.mark.parametrize(
    ("giving", "taking", "said"),
    [
        (3000, 0, "One roof has 3.00 kW to spare. Nobody next door takes it now"),
        (0, 2000, "No roof has anything to spare now. One neighbour takes 2.00 kW from the grid."),
        (1000, 2000, "One neighbour takes all of it and need"),
    ],
)
def test_the_sentence_follows_the_figures(giving: int, taking: int, said: str) -> None:
    assert said.split(" and")[0] in plainly.overview(with_powers(giving, taking))


def test_unknown_powers_are_no_figures() -> None:
    snapshot = at_the_stand()
    lost = tuple(
        msgspec.structs.replace(house, power_w=None, state=MeterState.LOST)
        for house in snapshot.houses
    )
    shown = msgspec.structs.replace(SHOWN, snapshot=msgspec.structs.replace(snapshot, houses=lost))
    lines = texts(draw_stand(shown, 80, 24, LOOK))
    assert any(line.split() == ["--", "--", "--"] for line in lines)
    assert any("No meter answers yet" in line for line in lines)


def test_more_taken_than_given_comes_from_the_grid() -> None:
    shown = msgspec.structs.replace(SHOWN, snapshot=with_powers(1000, 2000))
    assert any("kW from grid" in line for line in texts(draw_stand(shown, 80, 24, LOOK)))


@given(st.text(st.characters(codec="ascii"), max_size=300), st.integers(10, 100))
def test_wrapped_lines_are_whole_words(text: str, room: int) -> None:
    lines = plainly.wrapped(text, room, 1000)
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= room or " " not in line for line in lines)


@given(st.decimals(0, 9999, places=2))
def test_digits_are_three_rows_of_one_width(number: object) -> None:
    for plain in (True, False):
        rows = draw_digits(f"{number}", ascii_only=plain)
        assert len({len(row) for row in rows}) == 1
        assert sum(len(row) for row in rows) > 0
