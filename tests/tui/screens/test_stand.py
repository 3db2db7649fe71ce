from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot

from console.errors import EngineAbsent, Refused
from console.model.snapshot import Access, Delta
from console.tui.screens import stand
from console.tui.screens.stand import StandScreen
from tests.tui.chain_engine import ChainEngine
from tests.tui.piloting import opened, press, settled, text

SIZE = (80, 24)


def at_the_stand() -> ChainEngine:
    engine = ChainEngine()
    place = msgspec.structs.replace(engine.snapshot.place, access=Access.STAND)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, place=place)
    return engine


async def beat(engine: ChainEngine, pilot: Pilot[str], **changes: object) -> str:
    head = msgspec.structs.replace(engine.snapshot.head, **changes)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, head=head)
    engine.lines.put_nowait(Delta(head=head))
    await settled(pilot)
    return text(pilot)


@pytest.mark.parametrize(("key", "command"), [("c", "cloud"), ("e", "car"), ("s", "settle")])
async def test_a_visitors_key_is_answered_at_once(key: str, command: str) -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        assert "Three roofs have 12.41 kW to spare." in text(pilot)
        assert "A cloud passes over the roofs." in await press(pilot, key)
        assert f"stand {command}" in engine.asked


async def test_space_goes_to_the_next_picture() -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        engine.sentence = ""
        await press(pilot, "space")
        assert "stand next" in engine.asked
        assert "One cell is 50 Wh" in await beat(engine, pilot, scene=1)
        assert "blockchain" in await beat(engine, pilot, scene=2)
        assert "Twelve houses share one street" in await beat(engine, pilot, scene=3)
        assert "12.41 kW to spare" in await beat(engine, pilot, scene=4)


async def test_a_cloud_brings_the_overview_back() -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        await beat(engine, pilot, scene=2)
        assert "kW from the roofs" not in text(pilot)
        assert "kW from the roofs" in await press(pilot, "c")


async def test_the_tour_goes_on_when_nobody_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "SCENE_SECONDS", 0.0)
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        seen = set()
        for _ in range(400):
            await pilot.pause(0.01)
            seen.add(next(line for line in text(pilot).splitlines()[2:] if line.strip()))
            if len(seen) >= 4:
                break
        assert len(seen) >= 4


async def test_a_visitor_holds_the_tour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "SCENE_SECONDS", 0.0)
    monkeypatch.setattr(stand, "FRAME_SECONDS", 0.01)
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True, calm=False) as pilot:
        await press(pilot, "c")
        for _ in range(20):
            await pilot.pause(0.01)
            assert "kW from the roofs" in text(pilot)


async def test_what_the_engine_says_stands_in_the_sentence() -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        assert "  Night has fallen." in await beat(engine, pilot, sentence="Night has fallen.")


@pytest.mark.parametrize(
    "keys", [("q",), ("ctrl+q",), ("ctrl+c",), ("ctrl+p",), ("colon",), ("escape",), ("4",), ("u",)]
)
async def test_no_key_of_a_visitor_leads_away(keys: tuple[str, ...]) -> None:
    async with opened(at_the_stand(), "", SIZE, kiosk=True) as pilot:
        await press(pilot, *keys)
        assert isinstance(pilot.app.screen, StandScreen)
        assert pilot.app.return_code is None


async def test_the_chord_ends_it() -> None:
    async with opened(at_the_stand(), "", SIZE, kiosk=True) as pilot:
        await pilot.press("ctrl+x", "q")
        await pilot.pause()
        assert pilot.app.return_code == 0


async def test_half_a_chord_does_not() -> None:
    async with opened(at_the_stand(), "", SIZE, kiosk=True) as pilot:
        await press(pilot, "ctrl+x", "c")
        assert pilot.app.return_code is None


async def test_a_refusal_is_a_sentence() -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        engine.refusal = Refused("one cloud at a time")
        assert "one cloud at a time" in await press(pilot, "c")


async def test_a_silent_engine_is_told() -> None:
    engine = at_the_stand()
    async with opened(engine, "", SIZE, kiosk=True) as pilot:
        engine.lines.put_nowait(EngineAbsent("the engine ended."))
        await settled(pilot)
        assert "The engine is silent for a moment" in text(pilot)
