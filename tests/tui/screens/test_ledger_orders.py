from __future__ import annotations

from textual.pilot import Pilot

from console.model.ledger_order import LedgerOrder
from console.tui.screens.ledger import LedgerScreen
from tests.tui.chain_engine import ChainEngine
from tests.tui.piloting import opened, press, settled, text
from tests.tui.screens.test_ledger import body, chosen, new_version


async def head(pilot: Pilot[str], word: str) -> None:
    """Click on a heading."""
    await pilot.click("#body", offset=(body(pilot)[1].index(word) + 1, 1))
    await settled(pilot)


def names(pilot: Pilot[str], column: str) -> list[str]:
    """What stands in a column of the list, from its heading's first cell on."""
    heading, *rows = body(pilot)[1:]
    start = heading.index(column)
    return [row[start : start + 8].split(" ")[0] for row in rows if row.startswith(("   ", " ▸"))]


async def test_every_order_is_marked_and_has_blocks_and_states_as_columns() -> None:
    engine = ChainEngine()
    async with opened(engine, "4", (80, 24)) as pilot:
        seen = []
        for _ in range(10):
            await press(pilot, "o")
            query = engine.queries[-1]
            seen.append((query.order.value, query.rises))
            if query.order is not LedgerOrder.TIME:
                mark = "▴" if query.rises else "▾"
                title, headings = text(pilot).splitlines()[2:4]
                assert f"{query.order.value} {mark}" in title
                assert mark in headings
                assert "block" in headings
                assert "✓ final" in text(pilot)
        assert seen == [
            ("time", True), ("producer", True), ("producer", False), ("consumer", True),
            ("consumer", False), ("energy", False), ("energy", True), ("amount", False),
            ("amount", True), ("time", False),
        ]  # fmt: skip


async def test_by_energy_the_greatest_stands_on_top() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await head(pilot, "kWh")
        assert engine.queries[-1].order is LedgerOrder.ENERGY
        assert "test9     test5    0.231" in chosen(pilot)
        assert "rows 1–29" in text(pilot)
        await head(pilot, "kWh▾")
        assert engine.queries[-1].rises


async def test_a_filter_and_an_order_go_together() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "slash", *"producer:test1", "enter")
        await press(pilot, "o", "o", "o", "o")
        assert set(names(pilot, "producer")) == {"test1"}
        assert names(pilot, "consumer")[0] == "test2"
        assert "/ producer:test1" in text(pilot)


async def test_the_chosen_row_is_kept_in_another_order() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "down", "down", "down")
        assert "test1     test5    0.187" in chosen(pilot)
        for _ in range(10):
            await press(pilot, "o")
            assert "test1     test5    0.187" in chosen(pilot)


async def test_the_ends_of_an_order_and_the_way_between() -> None:
    engine = ChainEngine()
    async with opened(engine, "4") as pilot:
        await press(pilot, "o", "o", "end")
        assert "rows 692–720" in text(pilot)
        assert "test9     test10" in chosen(pilot)
        for _ in range(30):
            await press(pilot, "pageup")
        assert "rows 1–29" in text(pilot)
        assert "test1     test8" in chosen(pilot)


async def test_new_rows_do_not_move_what_is_read_in_an_order() -> None:
    engine = ChainEngine()
    engine.numbers.remove(52)
    async with opened(engine, "4") as pilot:
        await press(pilot, "o", "o", "o", "o", "o", "o", "down", "down")
        before = chosen(pilot)
        engine.numbers.append(52)
        await new_version(engine, pilot, 2)
        assert chosen(pilot) == before
        assert await press(pilot, "home") != before
        assert "test9     test5    0.231" in chosen(pilot)


async def test_the_order_is_remembered_and_named_in_the_palette() -> None:
    async with opened(ChainEngine(), "4") as pilot:
        front = pilot.app.screen
        assert isinstance(front, LedgerScreen)
        front.choose("order energy turned")
        await settled(pilot)
        assert "energy ▴" in text(pilot)
        kept = front.remembered()
        assert kept["order"] == "energy turned"
        again = LedgerScreen()
        again.recall(kept)
        assert again.remembered()["order"] == "energy turned"
