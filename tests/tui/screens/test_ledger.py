from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from console.errors import Refused
from console.model.snapshot import Delta
from console.tui.cells import Line
from console.tui.screens import ledger_pages, screen, slide
from console.tui.screens.ledger import LedgerScreen
from console.tui.widgets.keyline import Keys
from tests.tui.chain_engine import ChainEngine
from tests.tui.piloting import click, opened, press, settled, text


def body(pilot: Pilot[str]) -> list[str]:
    return text(pilot).splitlines()[3:]


def chosen(pilot: Pilot[str]) -> str:
    return next(line for line in text(pilot).splitlines() if line.startswith(" ▸"))


async def new_version(engine: ChainEngine, pilot: Pilot[str], version: int) -> None:
    head = msgspec.structs.replace(engine.snapshot.head, ledger_version=version)
    engine.lines.put_nowait(Delta(head=head))
    await settled(pilot)


async def test_rows_and_the_proof_of_the_chosen_one() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "down")
        assert "test1     test3" in chosen(pilot)
        assert "── test1 → test3 ──" in text(pilot)
        assert "proof 2026-06-21T10:00Z test1 test3" in engine.asked


async def test_pages_are_loaded_while_scrolling_and_never_all() -> None:
    engine = ChainEngine()
    async with opened(engine, "4", (80, 24)) as pilot:
        assert len(engine.queries) == 1
        for _ in range(14):
            await press(pilot, "pagedown")
        assert 2 <= len(engine.queries) <= 4
        assert engine.queries[1].after
        assert sum(query.limit for query in engine.queries) <= 1000


async def test_a_filter_narrows_and_counts_and_lifts() -> None:
    engine = ChainEngine()
    async with opened(engine, "4", (80, 24)) as pilot:
        await press(pilot, "slash", *"producer:test1", "space", *"13:00")
        await press(pilot, "enter")
        assert "8 of 720 rows" in text(pilot)
        assert "8 of 24" in text(pilot)
        assert "/ producer:test1 13:00" in text(pilot)
        await press(pilot, "escape")
        assert " 720 rows" in text(pilot)


async def test_words_that_mean_nothing_are_told() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "slash", *"producer:")
        assert "wants a house's id" in text(pilot)
        await press(pilot, "escape")
        assert "720 rows" in text(pilot)


async def test_a_filter_without_rows_says_so() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        await press(pilot, "slash", *"house:nobody", "enter")
        assert "No row passes the filter house:nobody; esc lifts it." in text(pilot)
        assert "no row to choose" in await press(pilot, "y")


async def test_the_oldest_first() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        assert "oldest first" in await press(pilot, "o")
        assert body(pilot)[2].startswith(" 05:30–05:45")
        assert engine.queries[-1].rises


async def test_enter_hides_and_shows_the_proof() -> None:
    async with opened(ChainEngine(), "4", (80, 24)) as pilot:
        assert "seal ◐" in text(pilot)
        assert "seal ◐" not in await press(pilot, "enter")
        assert "seal ◐" in await press(pilot, "enter")


async def test_a_new_group_comes_in_on_top_of_who_reads_the_newest() -> None:
    engine = ChainEngine()
    engine.numbers.remove(52)
    async with opened(engine, "4") as pilot:
        assert body(pilot)[2].startswith(" 12:45–13:00")
        engine.numbers.append(52)
        await new_version(engine, pilot, 2)
        assert body(pilot)[2].startswith(" 13:00–13:15")


async def test_it_slides_in_unless_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slide, "SECONDS", 3600.0)
    engine = ChainEngine()
    engine.numbers.remove(52)
    async with opened(engine, "4", calm=False) as pilot:
        engine.numbers.append(52)
        await new_version(engine, pilot, 2)
        assert body(pilot)[2].startswith(" 12:45–13:00")
        await press(pilot, "down")
        assert body(pilot)[2].startswith(" 13:00–13:15")


async def test_who_reads_below_is_not_disturbed() -> None:
    engine = ChainEngine()
    engine.numbers.remove(52)
    async with opened(engine, "4") as pilot:
        await press(pilot, "pagedown", "pagedown")
        before = [line for line in body(pilot) if line.startswith(("   ", " ▸"))]
        engine.numbers.append(52)
        await new_version(engine, pilot, 2)
        assert [line for line in body(pilot) if line.startswith(("   ", " ▸"))] == before
        await press(pilot, "escape")
        assert body(pilot)[2].startswith(" 13:00–13:15")


async def test_a_click_chooses_a_row() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        await click(pilot, "test6     test4")
        assert "test6     test4" in chosen(pilot)


async def test_rows_are_written_to_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(ChainEngine(), "4") as pilot:
        said = await press(pilot, "w")
        assert "720 rows written to mosaic-ledger-20260621T102231Z.csv" in said
        assert len((tmp_path / "mosaic-ledger-20260621T102231Z.jsonl").read_text().splitlines()) \
            == 720  # fmt: skip


async def test_a_row_is_copied_with_its_transaction() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        said = await press(pilot, "y")
        assert "test1 to test2 0.051 kWh 0.0051 EUR block 1283 9A9E" in pilot.app.clipboard
        assert "Copied" in said


async def test_an_empty_ledger_says_when_it_begins() -> None:
    engine = ChainEngine()
    engine.numbers.clear()
    async with opened(engine, "4") as pilot:
        assert "Empty until the first interval is settled, at 13:35." in text(pilot)


async def test_escape_leaves_from_the_top() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        await press(pilot, "escape")
        assert "1 Neighbourhood" in text(pilot)


async def test_keys_can_act_once_there_are_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[frozenset[str]] = []

    def remember(state: Keys, cells: int) -> list[Line]:
        shown.append(state.idle)
        return []

    monkeypatch.setattr(screen, "draw_keys", remember)
    async with opened(ChainEngine(), "4"):
        assert "write" not in shown[-1]


async def test_a_jump_goes_to_a_row_a_part_and_a_time() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "t", *"700", "enter")
        assert any(query.row == 699 for query in engine.queries)
        assert "05:30–05:45" in text(pilot)
        await press(pilot, "t", *"0%", "enter")
        assert body(pilot)[2].startswith(" 13:00–13:15")
        await press(pilot, "t", *"09:00", "enter")
        assert body(pilot)[2].startswith(" 09:00–09:15")
        assert "no such place here; go to: 500000 (row)" in await press(pilot, "t", *"soonest")


async def test_the_end_is_asked_for_from_the_other_side() -> None:
    engine = ChainEngine()
    async with opened(engine, "4", (80, 24)) as pilot:
        await press(pilot, "end")
        assert "05:30–05:45" in text(pilot)
        assert any(query.backward for query in engine.queries)
        assert sum(query.limit for query in engine.queries) <= 800
        assert " 13:00–13:15" in await press(pilot, "home")


async def test_a_great_filter_is_counted_after_its_first_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger_pages, "_COUNT_AFTER", 3600.0)
    engine = ChainEngine()
    engine.counts = False
    async with opened(engine, "4") as pilot:
        assert "-- rows   -- kWh" in text(pilot)
        front = pilot.app.screen
        assert isinstance(front, LedgerScreen)
        front._pages._ask_totals(front._pages.query)
        await settled(pilot)
        assert "720 rows" in text(pilot)
        assert "totals" in engine.asked


async def test_the_same_row_is_copied_in_other_shapes() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        assert "y again: its transaction" in await press(pilot, "y")
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("9A9E")
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith('{"producer":"test1"')
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("test1,test2,0.1,")
        await press(pilot, "down", "y")
        assert "test1 to test3" in pilot.app.clipboard


async def test_filter_and_order_are_remembered() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        await press(pilot, "slash", *"test6", "enter", "o", "enter")
        front = pilot.app.screen
        assert isinstance(front, LedgerScreen)
        kept = front.remembered()
        assert kept == {"filter": "test6", "order": "oldest", "detail": "off"}
    async with opened(ChainEngine(), "1") as pilot:
        again = LedgerScreen()
        again.recall({**kept, "order": "sideways", "nonsense": "x"})
        again.recall(kept)
        assert again.remembered()["order"] == "oldest"


async def test_a_first_answer_that_fails_is_asked_for_again() -> None:
    engine = ChainEngine()
    engine.refusal = Refused("not yet")
    async with opened(engine, "4") as pilot:
        assert "Asking the engine." in text(pilot)
        engine.refusal = None
        head = msgspec.structs.replace(engine.snapshot.head, height=1285)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert " 720 rows" in text(pilot)
