"""The glimpse of a probed meter fits its width, whatever the meter or its profile says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.change import ProfileWords
from console.model.meter import Plate
from console.model.probe import Fault, Flaw, Flow, Glimpse, Outcome, Verdict
from console.tui.cells import Line, text_of, width
from console.tui.look import Look
from console.tui.widgets.settings.glimpsed import draw_glimpse
from console.tui.widgets.settings.houseform import HouseForm, draw_house, offered

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"))
TEXT = st.text(max_size=300)


def widest(lines: list[Line]) -> int:
    return max(width(text_of(line)) for line in lines)


@given(TEXT, TEXT, TEXT, st.sampled_from((80, 120, 200)))
def test_no_line_is_wider_than_the_screen(said: str, kind: str, name: str, cells: int) -> None:
    fault = Fault(kind=Flaw.SIGN, text=said, advice=said)
    glimpse = Glimpse(
        profile=name,
        plate=Plate(
            kind=kind, register=name, balancing="per-phase", exports=False, verified=False
        ),
        others=(name, kind),
        import_wh=10.0**12,
        power_w=-(10**7),
        verdict=Verdict(
            outcome=Outcome.FAULT, text=said, faults=(fault, fault, fault), readings=10**6,
            flowed=Flow(import_wh=1e9, export_wh=None), counted=Flow(import_wh=1e9, export_wh=None),
        ),
        trouble=said,
    )  # fmt: skip
    lines = draw_glimpse(glimpse, cells, LOOK)
    assert widest(lines) <= cells
    assert len(lines) <= 26
    form = HouseForm(profiles=(), others=(), typed={"id": said, "profile": name}, glimpse=glimpse)
    assert widest(draw_house(form, cells, LOOK)) <= cells


def test_before_the_first_reading_it_says_what_is_done() -> None:
    for glimpse, said in (
        (Glimpse(), "Its profile is looked for"),
        (Glimpse(profile="youless"), "It is asked."),
        (Glimpse(trouble="it is dark", over=True), "It cannot be read: it is dark."),
    ):
        assert said in "\n".join(text_of(line) for line in draw_glimpse(glimpse, 80, LOOK))


@pytest.mark.parametrize(
    ("begun", "names"),
    [
        ("a", "a1, a2 (unverified)"),
        ("2", "a2 (unverified), b2"),
        ("zz", "a1, a2 (unverified), b2"),
    ],
)
def test_what_letters_may_mean_is_offered(begun: str, names: str) -> None:
    kinds = tuple(
        ProfileWords(name=name, kind=name, verified=name != "a2") for name in ("a1", "a2", "b2")
    )
    assert offered(kinds, begun) == names
