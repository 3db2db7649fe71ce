"""The unlocking's dialog: typed unseen, handed on, forgotten."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest
from textual.events import Paste
from textual.pilot import Pilot

from console.errors import Refused
from console.model.snapshot import Access
from console.tui.cells import text_of
from console.tui.glyphs import ASCII
from console.tui.look import Look
from console.tui.screens.unlocking import (
    MOST_CHARACTERS,
    Asked,
    Typed,
    UnlockingScreen,
    draw_asked,
)
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import opened, press, settled, text

CANARY = "canary-J7q"
LOOK = Look(zone=ZoneInfo("UTC"))


@pytest.fixture
def locked(engine: FakeEngine) -> FakeEngine:
    head = msgspec.structs.replace(engine.snapshot.head, locked=True)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    return engine


def _drawn(pilot: Pilot[str]) -> str:
    return pilot.app.screen.query_one("#dialog", Lines).text


@pytest.mark.parametrize("look", [LOOK, Look(zone=ZoneInfo("UTC"), glyphs=ASCII)])
def test_it_fits_whatever_is_said_and_typed(look: Look) -> None:
    for asked in (Asked(look), Asked(look, length=1000, said="漢字 " * 300)):
        lines = draw_asked(asked, 66)
        assert len(lines) == 8
        assert {sum(cell.cell_length for cell in line) for line in lines} == {66}
        assert "passphrase" in text_of(lines[1])


async def test_it_is_typed_unseen_and_the_badge_goes(locked: FakeEngine) -> None:
    async with opened(locked, "u", size=(80, 24)) as pilot:
        await press(pilot, *CANARY)
        assert f"passphrase  {'*' * len(CANARY)}_" in _drawn(pilot)
        shown = pilot.app.export_screenshot()
        drawn = await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, UnlockingScreen)
        assert "Unlocked: the engine settles again." in drawn
        assert "LOCKED" not in drawn
        assert CANARY not in shown + drawn + pilot.app.export_screenshot()
    assert locked.passphrases == [CANARY]


def test_what_was_typed_shows_its_length_alone_and_is_given_once() -> None:
    typed = Typed()
    typed.add(f"{CANARY}\r\n")
    assert (repr(typed), len(typed)) == ("Typed(…)", len(CANARY))
    assert (typed.take(), typed.take(), len(typed)) == (CANARY, "", 0)


async def test_a_refusal_is_shown_and_the_field_is_empty(locked: FakeEngine) -> None:
    locked.refusal = Refused("it does not open with this passphrase; the next one is taken in 2 s")
    async with opened(locked, "u") as pilot:
        await press(pilot, *CANARY, "enter")
        assert "does not open with this passphrase" in _drawn(pilot)
        said = " ".join(_drawn(pilot).replace("│", "").split())
        assert "the next one is taken in 2 s." in said
        assert "passphrase  _" in _drawn(pilot)
        assert CANARY not in _drawn(pilot) + pilot.app.export_screenshot()
        locked.refusal = None
        await press(pilot, *"another", "enter")
    assert locked.passphrases == ["another"]


async def test_pasting_erasing_clearing_and_leaving(locked: FakeEngine) -> None:
    async with opened(locked, "u") as pilot:
        assert "Type the passphrase first." in (await press(pilot, "enter") or _drawn(pilot))
        pilot.app.screen.post_message(Paste("pasted one\r\n"))
        await settled(pilot)
        await press(pilot, "backspace", "e", "enter")
        assert locked.passphrases == ["pasted one"]
    assert locked.passphrases == ["pasted one"]


async def test_leaving_hands_nothing_on(locked: FakeEngine) -> None:
    async with opened(locked, "u") as pilot:
        pilot.app.screen.post_message(Paste("x" * 5000))
        await settled(pilot)
        assert locked.passphrases == []
        await press(pilot, "ctrl+u")
        assert "passphrase  _" in _drawn(pilot)
        await press(pilot, *CANARY, "tab", "enter")
        assert "LOCKED" in text(pilot)
        await press(pilot, "u", *CANARY, "escape", "u", "enter")
        assert "Type the passphrase first." in _drawn(pilot)
    assert locked.passphrases == []


async def test_what_is_too_long_is_cut(locked: FakeEngine) -> None:
    async with opened(locked, "u") as pilot:
        pilot.app.screen.post_message(Paste("x" * 5000))
        await settled(pilot)
        await press(pilot, "enter")
    assert [len(one) for one in locked.passphrases] == [MOST_CHARACTERS]


async def test_an_engine_with_its_key_says_so(engine: FakeEngine) -> None:
    async with opened(engine, "u") as pilot:
        assert "The engine has its key." in text(pilot)


async def test_watching_says_why(locked: FakeEngine) -> None:
    place = msgspec.structs.replace(lindenhof().place, access=Access.WATCH)
    locked.snapshot = msgspec.structs.replace(locked.snapshot, place=place)
    async with opened(locked, "u") as pilot:
        assert "Watching only" in text(pilot)
        assert not isinstance(pilot.app.screen, UnlockingScreen)
