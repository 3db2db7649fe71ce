from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.errors import Refused
from console.model.difference import Difference, Posting
from console.model.settlement import State
from console.model.snapshot import Access, Delta
from console.model.trade import Trade
from console.model.view import DaySettlements, Preview
from console.tui.look import Look
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.ledger import LedgerScreen
from console.tui.screens.settling import question
from console.tui.widgets.lines import Lines
from tests.tui.chain_data import HELD, preview, settlement
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import quarter
from tests.tui.piloting import chosen, click, opened, press, settled, text


async def test_the_held_interval_is_chosen_and_its_consequences_shown() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "11:15   ! held" in chosen(pilot)
        assert "11:15–11:30, if settled provisionally now" in text(pilot)
        assert f"preview {quarter(HELD).name} True" in engine.asked


async def test_moves_choose_and_preview() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "down")
        assert "11:00   ✓ final" in chosen(pilot)
        assert "11:00–11:15, as settled" in text(pilot)
        await press(pilot, "home")
        assert "13:15   · open" in chosen(pilot)
        await press(pilot, "end")
        assert "00:00   – idle" in chosen(pilot)


async def test_a_click_chooses() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await click(pilot, "13:00   ◐")
        assert "13:00   ◐ sealed" in chosen(pilot)


async def test_provisional_asks_with_cancel_in_focus_then_settles() -> None:
    engine = ChainEngine()
    async with opened(engine, "3", (80, 24)) as pilot:
        await press(pilot, "P")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await press(pilot, "enter")
        assert engine.settled == []
        assert "Nothing was settled." in text(pilot)
        await press(pilot, "P")
        await press(pilot, "tab", "enter")
        assert [command.token for command in engine.settled] == ["t"]
        assert engine.settled[0].provisional
        assert "is signed." in text(pilot)


async def test_a_refusal_is_a_notice() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        engine.refusal = Refused("the plan has changed")
        assert "Refused: the plan has changed" in await press(pilot, "P")


@pytest.mark.parametrize(
    ("move", "key", "why"),
    [
        ("home", "s", "is open for 7:29 more"),
        ("down", "s", "It is final already."),
        ("", "s", "It is held: P settles it"),
        ("down", "P", "Only a held interval can be settled so."),
        ("down", "W", "Only a held interval can wait."),
        ("home", "enter", "no rows in the ledger yet"),
        ("", "W", "waits on."),
    ],
)
async def test_keys_that_cannot_act_say_why(move: str, key: str, why: str) -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        if move:
            await press(pilot, move)
        assert why in await press(pilot, key)
        assert engine.settled == []


async def test_a_closed_interval_settles() -> None:
    class Closed(ChainEngine):
        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            last = msgspec.structs.replace(settlement(52), state=State.CLOSED, height=None)
            return msgspec.structs.replace(found, settlements=(*found.settlements[:40], last))

    engine = Closed()
    async with opened(engine, "3") as pilot:
        await press(pilot, "s")
        await press(pilot, "tab", "enter")
        assert [command.interval for command in engine.settled] == [quarter(52).name]


async def test_watching_says_why() -> None:
    engine = ChainEngine()
    place = msgspec.structs.replace(engine.snapshot.place, access=Access.WATCH)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, place=place)
    async with opened(engine, "3") as pilot:
        for key in ("s", "P", "a"):
            assert "Watching only" in await press(pilot, key)
        assert not any(asked.startswith(("settle ", "auto")) for asked in engine.asked)


async def test_auto_is_named_by_what_it_would_do() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "a auto off" in text(pilot)
        await press(pilot, "a")
        assert "auto False" in engine.asked
        head = msgspec.structs.replace(engine.snapshot.head, auto=False)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        assert "a auto on" in text(pilot)


async def test_auto_asks_where_phases_are_counted_apart() -> None:
    engine = ChainEngine()
    houses = tuple(
        msgspec.structs.replace(house, per_phase=house.id == "test9")
        for house in engine.snapshot.houses
    )
    head = msgspec.structs.replace(engine.snapshot.head, auto=False)
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=houses, head=head)
    async with opened(engine, "3", (80, 24)) as pilot:
        await press(pilot, "a")
        dialog = pilot.app.screen
        assert isinstance(dialog, ConfirmScreen)
        asked = dialog.query_one("#dialog", Lines).text
        assert "Let intervals settle by themselves?" in asked
        assert "test9 counts each phase by itself:" in asked
        assert "stays off" in await press(pilot, "enter")
        assert "auto True" not in engine.asked
        await press(pilot, "a", "tab", "enter")
        assert "auto True" in engine.asked


async def test_a_question_says_whose_phases_are_counted_apart() -> None:
    engine, look = ChainEngine(), Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR")
    shown = await engine.preview(quarter(HELD).name)
    plain = question(shown, engine.snapshot, look, provisional=False)
    apart = msgspec.structs.replace(shown, apart=("test9",))
    asked = question(apart, engine.snapshot, look, provisional=False)
    assert [fact for fact in asked.facts if fact not in plain.facts] == [
        "test9 counts each phase by itself:",
        "its registers may not be those of the utility's meter.",
    ]
    assert max(map(len, asked.facts)) <= 62


def late(engine: ChainEngine) -> Preview:
    """What a revision of 12:45 would post: test1 sells 120 Wh more, 40 of test2's 60 come back."""
    found = preview(51)
    more, less, left = (
        Trade(producer=producer, consumer="test5", wh=wh, price_micro_per_kwh=100_000)
        for producer, wh in (("test1", 120), ("test2", -40), ("test2", 20))
    )
    changed = [
        Difference(
            house=house, bought_before_wh=0, bought_wh=0, sold_before_wh=200, sold_wh=200 + wh
        )
        for house, wh in (("test1", 120), ("test2", -60))
    ]
    at = msgspec.structs.replace(
        found.settlement, state=State.FINAL, late="later readings of test1"
    )
    return msgspec.structs.replace(
        found,
        settlement=at,
        rows=2,
        differences=tuple(changed),
        posting=Posting(cells=(more, less), left=(left,)),
    )


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_a_revision_asks_with_what_it_would_post_and_what_it_must_leave(
    size: tuple[int, int],
) -> None:
    class Late(ChainEngine):
        async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
            self._note(f"preview {interval} {provisional}")
            return late(self)

        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            due = late(self).settlement
            return msgspec.structs.replace(
                found,
                settlements=tuple(
                    due if one.interval == due.interval else one for one in found.settlements
                ),
            )

    engine = Late()
    async with opened(engine, "3", size) as pilot:
        await press(pilot, "t", *"12:45", "enter")
        assert "to be revised" in chosen(pilot)
        assert "as revision 1 if settled now" in text(pilot)
        assert "2 rows   +0.120 kWh   -0.040 kWh   +0.0080 EUR" in text(pilot)
        await press(pilot, "s")
        dialog = pilot.app.screen
        assert isinstance(dialog, ConfirmScreen)
        asked = dialog.query_one("#dialog", Lines).text
        for fact in (
            "Revise 12:45–13:00?",
            "2 rows   +0.120 kWh   -0.040 kWh   +0.0080 EUR",
            "1 transaction, 1,880 bytes",
            "Only the difference is posted; 2 houses are changed:",
            "test1, test2",
            "0.020 kWh more are not in the wallets: they stay open items.",
            "This cannot be taken back.",
        ):
            assert fact in asked
        assert "Nothing was settled." in await press(pilot, "enter")
        assert engine.settled == []
        await press(pilot, "s", "tab", "enter")
        assert [(one.interval, one.token) for one in engine.settled] == [(quarter(51).name, "t")]


async def test_a_revision_of_many_houses_asks_within_its_frame() -> None:
    engine, look = ChainEngine(), Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR")
    one = late(engine)
    many = tuple(
        msgspec.structs.replace(one.differences[0], house=f"test{number}") for number in range(12)
    )
    for changed, told in ((many, "test0, test1, test2 and 9 more"), (many[:1], "test0")):
        shown = msgspec.structs.replace(one, differences=changed)
        asked = question(shown, engine.snapshot, look, provisional=False)
        assert told in asked.facts
        assert max(map(len, asked.facts)) <= 62
    shown = msgspec.structs.replace(one, differences=(), posting=Posting(), rows=0)
    asked = question(shown, engine.snapshot, look, provisional=False)
    assert asked.facts[0] == "0 rows   nothing moves   0.0000 EUR"
    assert "Only the difference is posted; no house's energy is changed." in asked.facts


async def test_enter_shows_the_rows_in_the_ledger() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, LedgerScreen)
        assert "/ 2026-06-21 08:00Z" in text(pilot)
        assert "24 of 720 rows" in text(pilot)
        assert engine.queries[-1].start == quarter(44).start


async def test_esc_comes_back_from_the_rows_to_the_interval() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        before = await press(pilot, "down")
        assert "4 Ledger" in await press(pilot, "enter")
        assert await press(pilot, "escape") == before


async def test_other_days() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        assert "Sat 20 Jun" in await press(pilot, "left")
        assert "settlements 2026-06-20" in engine.asked
        assert "today" in await press(pilot, "right")
        assert "no intervals yet" in await press(pilot, "right")


async def test_states_change_in_place() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        before = len([asked for asked in engine.asked if asked.startswith("settlements")])
        head = msgspec.structs.replace(engine.snapshot.head, ledger_version=2)
        engine.lines.put_nowait(Delta(head=head))
        await settled(pilot)
        after = len([asked for asked in engine.asked if asked.startswith("settlements")])
        assert after == before + 1
        assert "11:15   ! held" in chosen(pilot)


async def test_an_interval_is_opened_from_elsewhere() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "6")
        await press(pilot, "enter")
        assert "11:15   ! held" in chosen(pilot)


async def test_the_chosen_interval_is_copied() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("2026-06-21T08:15Z  held")


async def test_a_jump_goes_to_a_day_or_an_interval() -> None:
    engine = ChainEngine()
    async with opened(engine, "3") as pilot:
        await press(pilot, "t", *"yesterday", "enter")
        assert "settlements 2026-06-20" in engine.asked
        await press(pilot, "t", *"2026-06-21", "space", *"13:00", "enter")
        assert "13:00   ◐ sealed" in chosen(pilot)
        assert "no such place" in await press(pilot, "t", *"2026-06-22")
        await press(pilot, "escape")
        assert "13:00   ◐ sealed" in chosen(pilot)


async def test_a_filter_counts_turns_round_and_is_dropped_by_esc() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        shown = await press(pilot, "slash", *"held", "enter")
        assert "1 of 54   / held" in shown
        assert "13:00   ◐" not in shown
        shown = await press(pilot, "slash", "home", "exclamation_mark", "enter")
        assert "53 of 54   / !held" in shown
        assert "11:15   ! held" not in shown
        assert "13:00   ◐ sealed" in chosen(pilot)
        assert "54" not in (await press(pilot, "escape")).splitlines()[3]
        assert pilot.app.screen.__class__.__name__ == "SettlementScreen"


async def test_the_choice_moves_among_what_passes() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        await press(pilot, "slash", *"final", "enter")
        assert "12:45   ✓ final" in chosen(pilot)
        await press(pilot, *["down"] * 6)
        assert "11:00   ✓ final" in chosen(pilot)
        assert "No interval of this day passes" in await press(
            pilot, "slash", "end", "space", *"idle", "enter"
        )
        assert "No interval is chosen." in await press(pilot, "enter")
        await press(pilot, "t", *"11:15", "enter")
        assert "11:15   ! held" in chosen(pilot)


async def test_a_day_that_nobody_knows_says_so() -> None:
    async with opened(ChainEngine(), "3") as pilot:
        assert "No interval is known of Sat 20 Jun" in await press(pilot, "left")
        assert "11:15   ! held" in await press(pilot, "right")


async def test_without_houses_both_screens_say_so() -> None:
    engine = ChainEngine()
    head = msgspec.structs.replace(engine.snapshot.head, last=None, alarms=())
    engine.snapshot = msgspec.structs.replace(engine.snapshot, houses=(), day=(), head=head)
    async with opened(engine, "3", (80, 24)) as pilot:
        assert "No houses yet" in text(pilot)
        assert "No houses yet" in await press(pilot, "2")


async def test_a_closed_one_is_previewed_anew_while_readings_come() -> None:
    class Closed(ChainEngine):
        async def settlements(self, day: object = None) -> DaySettlements:
            found = await super().settlements()
            last = msgspec.structs.replace(settlement(52), state=State.CLOSED, height=None)
            return msgspec.structs.replace(found, settlements=(*found.settlements[:40], last))

    engine = Closed()
    async with opened(engine, "3") as pilot:
        assert "--/12" in chosen(pilot)
        name = f"preview {quarter(52).name} False"
        assert engine.asked.count(name) == 1
        for seconds, count in ((5, 1), (60, 2)):
            now = engine.snapshot.head.now + timedelta(seconds=seconds)
            head = msgspec.structs.replace(engine.snapshot.head, now=now)
            engine.lines.put_nowait(Delta(head=head))
            await settled(pilot)
            assert engine.asked.count(name) == count
