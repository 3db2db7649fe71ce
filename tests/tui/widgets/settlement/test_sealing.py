from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.model.sealing import Sealing, SealingPart
from console.model.settlement import State
from console.tui.cells import Line, text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.widgets.settlement.sealing import draw_sealing, fitting, turned
from tests.tui.chain_data import SEALED, settlement
from tests.tui.lindenhof import quarter

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
OPERATOR = "TCHBAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHJ4QA"


def part(number: int, root: bytes, parts: int = 2) -> SealingPart:
    return SealingPart(
        interval=quarter(SEALED),
        revision=0,
        part=number,
        parts=parts,
        height=1280 + number,
        transaction=bytes([number]) * 32,
        signer=OPERATOR,
        inputs_root=root,
        audit_head=bytes(32),
        rows=12 * number,
        wh=1000 + number,
        size=1880,
    )


def sealing(*parts: SealingPart, planned: bytes = b"") -> Sealing:
    halted = msgspec.structs.replace(
        settlement(SEALED),
        state=State.HALTED,
        reason="its parts have different roots",
    )
    return Sealing(
        settlement=halted,
        planned_root=planned,
        operator=OPERATOR,
        final_height=1282,
        parts=parts,
    )


TWO_ROOTS = sealing(part(1, b"\x11" * 32), part(2, b"\x66" * 32))


def drawn(shown: Sealing, room: int = 80, height: int = 20) -> list[str]:
    return [text_of(line) for line in draw_sealing(shown, 0, room, height, LOOK)]


def inks(lines: list[Line], label: str) -> set[object]:
    """The styles of a fact's values."""
    line = next(line for line in lines if text_of(line).strip().startswith(label))
    return {segment.style for segment in line if segment.text.strip() and segment.text != label}


@pytest.mark.parametrize(("room", "height"), [(80, 20), (120, 32), (200, 46)])
def test_both_parts_stand_side_by_side(room: int, height: int) -> None:
    lines = drawn(TWO_ROOTS, room, height)
    assert "13:00–13:15  ■ halted" in lines[0]
    assert lines[1].strip() == ("Its parts have different roots. Nothing more is signed.")
    roots = next(line for line in lines if "inputs root" in line)
    assert "11111111…11111111 !" in roots
    assert "66666666…66666666 !" in roots
    assert any("1281 final" in line and "1282 final" in line for line in lines)
    assert any("1.001 kWh" in line and "1.002 kWh" in line for line in lines)
    assert f"mosaic settle --accept-partial {quarter(SEALED).name}" in lines[-2]
    assert "What the chain holds then counts as all of it" in lines[-1]
    assert all(len(line) <= room for line in lines)
    assert len(lines) <= height


def test_only_what_differs_is_in_alarm() -> None:
    lines = draw_sealing(TWO_ROOTS, 0, 80, 20, LOOK)
    assert inks(lines, "inputs root") == {LOOK.ink.alarm}
    assert LOOK.ink.alarm not in inks(lines, "audit head")
    assert LOOK.ink.alarm not in inks(lines, "block")
    assert LOOK.ink.alarm not in inks(lines, "signed by")


def test_what_is_missing_says_so() -> None:
    missing = SealingPart(interval=quarter(SEALED), revision=0, part=2, parts=2)
    lines = drawn(sealing(part(1, b"\x11" * 32), missing))
    assert sum("missing" in line for line in lines) == 8
    assert not any(" !" in line for line in lines[2:])
    assert "What the chain holds then counts as all of it" in lines[-1]


def test_another_plan_of_this_engine_is_named() -> None:
    text = "\n".join(drawn(sealing(part(1, b"\x11" * 32), planned=b"\x22" * 32)))
    assert "This engine's own plan has the root 22222222…22222222." in text


def test_nothing_on_the_chain() -> None:
    lines = drawn(sealing())
    assert any("The chain holds nothing of it." in line for line in lines)
    assert "closed again and decided anew" in lines[-1]


def test_many_parts_are_turned_over() -> None:
    many = sealing(*(part(number, b"\x11" * 32, parts=9) for number in range(1, 10)))
    assert fitting(80) == 2
    assert "parts 1–2 of 9   ←→ more" in drawn(many)[0]
    first = turned(many, 0, "right", 80)
    assert first == 1
    assert turned(many, 0, "left", 80) == 0
    assert turned(many, 7, "right", 80) == 7
    shown = [text_of(line) for line in draw_sealing(many, 7, 80, 20, LOOK)]
    assert "parts 8–9 of 9" in shown[0]


def test_plain_terminals_get_plain_signs() -> None:
    look = msgspec.structs.replace(LOOK, glyphs=ASCII)
    many = sealing(*(part(number, b"\x11" * 32, parts=9) for number in range(1, 10)))
    for shown in (TWO_ROOTS, many, sealing()):
        lines = [text_of(line) for line in draw_sealing(shown, 0, 80, 20, look)]
        assert all(line.isascii() for line in lines)
        assert all(len(line) <= 80 for line in lines)
