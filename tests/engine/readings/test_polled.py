"""From the poller to the bill: odd registers, long and short days, edges that are not measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from console.engine.readings.falls import Falls
from console.engine.serving.houseday import house_day
from console.engine.settling.comparing import Comparing
from console.ledger.bill_files import json_document
from console.model.bill import Bill, Kind
from console.model.comparison import Case, Trials
from console.model.reading import Quality, Reading
from console.model.settlement import State
from console.model.tending import Wait
from console.settings import RuleSettings, Settings, TariffSettings
from tests.engine.polled import Script, polled

START = datetime(2026, 6, 21, 9, 58, tzinfo=UTC)
"""Two minutes before the first whole interval."""
EDGE = START + timedelta(minutes=2)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ZONE = "Europe/Helsinki"
DAY = "2026-06-21..2026-06-22"


Count = Callable[[timedelta], tuple[int, int]]
"""A meter that always answers."""
Oddity = Callable[[int, int], tuple[int, int] | None]
"""What is shown instead of both registers; None for no answer."""


def even(import_w: int, export_w: int = 0) -> Count:
    """A meter that counts evenly, from 5000 Wh on."""

    def shown(since: timedelta) -> tuple[int, int]:
        seconds = int(since.total_seconds())
        return 5000 + import_w * seconds // 3600, 5000 + export_w * seconds // 3600

    return shown


def odd(script: Count, first: timedelta, span: timedelta, shows: Oddity) -> Script:
    """A meter that shows something else for a while, counted from the first edge."""

    def shown(since: timedelta) -> tuple[int, int] | None:
        after = since - (EDGE - START)
        return shows(*script(since)) if first <= after < first + span else script(since)

    return shown


TAKER, ROOF = even(2400), even(0, 3600)


async def two_hours(data: Path, taker: Script) -> tuple[Bill, list[State], list[str]]:
    """Return the taker's bill, the first hour's states and what the log says of it."""
    async with polled(data, {"roof": ROOF, "taker": taker}, START) as here:
        await here.live(2 * HOUR)
        states = [one.state for one in await here.settlements(EDGE, EDGE + HOUR)]
        return await here.bill("taker", DAY), states, await here.told("taker")


def energies(bill: Bill) -> tuple[int, ...]:
    return bill.imported_wh, bill.wh(Kind.BOUGHT), bill.wh(Kind.FROM_GRID), bill.gap_wh


@pytest.fixture
async def sound(tmp_path: Path) -> Bill:
    """The bill of a meter that does nothing odd."""
    bill, states, told = await two_hours(tmp_path / "sound", TAKER)
    assert (states, told, bill.gap_wh) == ([State.FINAL] * 4, [], 0)
    return bill


@pytest.mark.parametrize("minutes", [20, 29, 30])
async def test_a_counter_that_reads_0_once_books_nothing(
    tmp_path: Path, sound: Bill, minutes: int
) -> None:
    """In the middle of an interval, just before an edge, and just after it."""
    zero = odd(TAKER, minutes * MINUTE, MINUTE, lambda _in, _out: (0, 0))
    bill, states, told = await two_hours(tmp_path / "odd", zero)
    assert states == [State.FINAL] * 4
    assert energies(bill) == energies(sound)
    fell, back = told
    assert fell.startswith("taker: import fell from ")
    assert "held until it is back" in fell
    assert back == "taker: the register is back, nothing is lost"


async def test_a_counter_that_reads_0_for_an_hour_books_nothing(tmp_path: Path) -> None:
    """Whole intervals see nothing but zeros, and no fuse tells that the return is too much."""
    zero = odd(TAKER, 20 * MINUTE, HOUR, lambda _in, _out: (0, 0))
    scripts = {"roof": ROOF, "taker": zero}
    async with polled(tmp_path / "odd", scripts, START, fuse_a=None) as here:
        await here.live(2 * HOUR)
        store = here.engine.parts.store
        states = [one.state for one in await here.settlements(EDGE, EDGE + 105 * MINUTE)]
        assert states == [State.FINAL, *[State.HELD] * 5, State.FINAL]
        [known] = (await Falls.load(store.audit)).known
        assert known.until is not None
        for held in await store.settlements.in_state(State.HELD):
            assert "taker" in held.reason
            await here.engine.settler.settle(held.interval, provisional=True, actor="anna")
        await here.live(HOUR)
        bill = await here.bill("taker", DAY)
        verified = await here.engine.verify()
    assert (bill.imported_wh, bill.gap_wh, bill.left_out) == (11 * 600, 5 * 600, 5)
    assert verified.differences == 0


async def test_a_step_over_the_fuse_that_comes_back_counts_nothing(
    tmp_path: Path, sound: Bill
) -> None:
    leap = odd(TAKER, 20 * MINUTE, MINUTE, lambda taken, given: (taken + 9600, given))
    bill, states, told = await two_hours(tmp_path / "odd", leap)
    assert states == [State.FINAL] * 4
    assert energies(bill) == energies(sound)
    assert [text.partition("; ")[2] for text in told] == [
        "its fuse allows 0.287; not believed yet",
        "",
    ]
    assert told[1].endswith("the register is back, that step does not count")


async def test_a_step_over_the_fuse_that_stays_is_held_and_then_the_grids(
    tmp_path: Path, sound: Bill
) -> None:
    leap = odd(TAKER, 20 * MINUTE, 9 * HOUR, lambda taken, given: (taken + 9600, given))
    scripts = {"roof": ROOF, "taker": leap}
    async with polled(tmp_path / "odd", scripts, START) as here:
        await here.live(2 * HOUR)
        states = [one.state for one in await here.settlements(EDGE, EDGE + HOUR)]
        assert states == [State.FINAL, State.HELD, State.FINAL, State.FINAL]
        [held] = await here.engine.parts.store.settlements.in_state(State.HELD)
        assert "stepped 9.6" in held.reason
        told = await here.told("taker")
        assert told[-1].endswith("it stays where it stepped to; that step is the grid's")
        assert (await here.bill("taker", DAY)).gap_wh == 0  # it may still be settled

        await here.engine.settler.settle(held.interval, provisional=True, actor="anna")
        await here.live(HOUR)
        bill = await here.bill("taker", DAY)
    quarter_wh = 600
    assert (bill.gap_wh, bill.left_out) == (9600 + quarter_wh, 1)
    assert bill.imported_wh == bill.wh(Kind.BOUGHT) + bill.wh(Kind.FROM_GRID)
    assert bill.imported_wh == sound.imported_wh + 9600 + 4 * quarter_wh  # an hour more


async def test_a_counter_that_begins_again_goes_on_once_it_is_told(tmp_path: Path) -> None:
    """Eight digits of Wh are full 23 minutes after the first edge."""

    def shown(since: timedelta) -> tuple[int, int]:
        imported, exported = TAKER(since)
        return (imported + 10**8 - 6000) % 10**8, exported

    async with polled(tmp_path / "data", {"roof": ROOF, "taker": shown}, START) as here:
        await here.live(HOUR)
        states = [one.state for one in await here.settlements(EDGE, EDGE + 30 * MINUTE)]
        assert states == [State.FINAL, State.HELD]
        proposal = await here.engine.swapping.propose("taker")
        assert (proposal.rollover, proposal.swap.last_import_wh, proposal.swap.first_import_wh) == (
            True, 10**8, 0,
        )  # fmt: skip
        await here.engine.swapping.accept(proposal.swap, "anna")
        await here.live(2 * HOUR)
        states = [one.state for one in await here.settlements(EDGE, EDGE + 2 * HOUR)]
        taker = await here.bill("taker", DAY)
    assert states == [State.FINAL] * 8
    assert (taker.imported_wh, taker.gap_wh, taker.left_out) == (11 * 600, 0, 0)
    assert taker.by_hand == 0  # the exchange lies within an interval: both edges are measured


async def test_energy_before_a_houses_first_known_interval_is_the_grids(tmp_path: Path) -> None:
    """The taker answers at the very first edge and then not until half an hour later."""
    silent = odd(TAKER, MINUTE, 29 * MINUTE, lambda _in, _out: None)
    scripts = {"roof": ROOF, "other": even(600), "taker": silent}
    async with polled(tmp_path / "data", scripts, START) as here:
        await here.live(2 * HOUR)
        for held in await here.engine.parts.store.settlements.in_state(State.HELD):
            await here.engine.settler.settle(held.interval, provisional=True, actor="anna")
        await here.live(HOUR)
        taker = await here.bill("taker", DAY)
    assert (taker.left_out, taker.gap_wh) == (3, 3 * 600)
    assert taker.imported_wh == 11 * 600


async def test_who_is_silent_is_waited_for_and_left_out_at_the_deadline(tmp_path: Path) -> None:
    """Hours in polls of ten minutes; nobody hears of the taker from 10:50 to 12:10."""
    silent = odd(TAKER, 130 * MINUTE, 80 * MINUTE, lambda _in, _out: None)
    scripts = {"roof": ROOF, "other": even(600), "taker": silent}

    def soon(settings: Settings) -> Settings:
        return replace(settings, settlement=replace(settings.settlement, deadline_days=1))

    early = START - 80 * MINUTE
    async with polled(
        tmp_path / "data", scripts, early, minutes=60, poll_seconds=600, changed=soon
    ) as here:
        await here.live(6 * HOUR)
        held = await here.engine.parts.store.settlements.in_state(State.HELD)
        assert [one.interval.start for one in held] == [EDGE + number * HOUR for number in range(3)]
        assert [one.reason[:16] for one in held] == ["taker no reading"] * 3
        told = await here.engine.tending.wait(Wait(interval=held[0].interval.name), "anna")
        assert "waits on until 2026-06-22 11:00 at most" in told.text
        await here.live(24 * HOUR)
        closed = await here.settlements(EDGE, EDGE + 4 * HOUR)
        taker, other = await here.bill("taker", DAY), await here.bill("other", DAY)
    assert [one.state for one in closed] == [State.FINAL] * 4
    assert [one.provisional for one in closed] == [True, True, True, False]
    assert (taker.left_out, taker.gap_wh, other.left_out) == (3, 3 * 2400, 0)
    assert other.wh(Kind.BOUGHT) >= 3 * 600


@pytest.mark.parametrize(
    ("quality", "count"),
    [
        (Quality.ESTIMATED, "estimated_intervals"),
        (Quality.SUBSTITUTED, "substituted_intervals"),
        (Quality.MANUAL, "manual_intervals"),
    ],
)
async def test_what_is_not_measured_is_flagged_to_the_bill_and_not_minted(
    tmp_path: Path, quality: Quality, count: str
) -> None:
    """At 10:30 the roof and the taker have no reading of their own but one of another quality."""
    edge = EDGE + 30 * MINUTE
    gone = {
        house: odd(script, 28 * MINUTE, 4 * MINUTE, lambda _in, _out: (0, 0))
        for house, script in (("roof", ROOF), ("taker", TAKER))
    }
    async with polled(tmp_path / "data", gone, START) as here:
        await here.live(2 * MINUTE + 31 * MINUTE)
        for house, script in (("roof", ROOF), ("taker", TAKER)):
            imported, exported = script(edge - START)
            await here.engine.intake.emit(
                Reading(
                    house=house,
                    time=edge,
                    import_wh=imported,
                    export_wh=exported,
                    quality=quality,
                )
            )
        await here.live(90 * MINUTE)
        store = here.engine.parts.store.settlements
        held = await store.in_state(State.HELD)
        produces = quality is not Quality.MANUAL  # what somebody read is as good as measured
        assert len(held) == (2 if produces else 0)
        for one in held:
            assert one.reason == f"roof what it gave is only {quality.value}"
            await here.engine.settler.settle(one.interval, provisional=True, actor="anna")
            plan = await store.plan(one.interval)
            assert plan is not None
            assert (plan.shared_wh, plan.trades) == (0, ())
        await here.live(30 * MINUTE)
        bills = await here.bills(DAY)
    documents = {one["house"]: one for one in msgspec.json.decode(json_document(bills))["bills"]}
    assert {house: one[count] for house, one in documents.items()} == {"roof": 2, "taker": 2}
    roof, taker = bills.bills
    assert roof.exported_wh == roof.wh(Kind.SOLD) + roof.wh(Kind.TO_GRID)
    assert taker.gap_wh == roof.gap_wh == roof.left_out == 0
    assert roof.wh(Kind.TO_GRID) >= (2 * 900 if produces else 0)


def _from_july_on(settings: Settings) -> Settings:
    """On 1 July a house leaves, one joins, another rule holds, and the grid is dearer."""
    july = date(2026, 7, 1)
    dates: dict[str, dict[str, date]] = {"leaver": {"until": july}, "joiner": {"since": july}}
    members = tuple(
        replace(one, house=replace(one.house, **dates.get(one.house.id, {})))
        for one in settings.members
    )
    tariff = TariffSettings(start=july, retail_micro_per_kwh=400_000, feed_in_micro_per_kwh=90_000)
    return replace(
        settings,
        members=members,
        rules=(RuleSettings(start=july, rule="equal"),),
        tariffs=(tariff,),
        price=replace(settings.price, kind="mid-market"),
    )


async def test_members_rules_and_tariffs_change_at_the_local_midnight(tmp_path: Path) -> None:
    midnight = datetime(2026, 7, 1, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    scripts = {
        "roof": ROOF, "taker": even(8000), "leaver": even(2000), "joiner": even(1000),
    }  # fmt: skip
    async with polled(
        tmp_path / "data", scripts, midnight - 32 * MINUTE, zone=ZONE, changed=_from_july_on
    ) as here:
        await here.live(2 * HOUR)
        june, july = (
            await here.settlements(midnight - 15 * MINUTE, midnight),
            await here.settlements(midnight, midnight + 15 * MINUTE),
        )
        plans = [
            await here.engine.parts.store.settlements.plan(one.interval) for one in (*june, *july)
        ]
        taker = await here.bill("taker", "2026-06-30..2026-07-02")
        verified = await here.engine.verify()
    before, after = (plan for plan in plans if plan is not None)
    assert (before.rule, after.rule) == ("pro-rata", "equal")
    assert (before.prices, after.prices) == ({"roof": 190_000}, {"roof": 245_000})
    bought = [{one.house: one.bought_wh for one in plan.shares} for plan in (before, after)]
    assert bought == [
        {"leaver": 180, "roof": 0, "taker": 720},
        {"joiner": 250, "roof": 0, "taker": 650},
    ]
    grid = {
        line.price_micro_per_kwh: line.wh for line in taker.lines if line.kind is Kind.FROM_GRID
    }
    assert grid == {300_000: 2 * (2000 - 720), 400_000: 5 * (2000 - 650)}
    assert verified.differences == 0


@pytest.mark.parametrize(
    ("day", "quarters"),
    [
        (date(2026, 3, 29), 92),
        (date(2026, 10, 25), 100),
    ],
)
async def test_a_local_day_has_its_own_number_of_quarter_hours(
    tmp_path: Path, day: date, quarters: int
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    scripts = {"roof": ROOF, "taker": TAKER}
    before = start - 10 * MINUTE
    async with polled(tmp_path / "day", scripts, before, zone=ZONE, poll_seconds=300) as here:
        engine = here.engine
        first, end = engine.parts.day_span(day)
        assert (first, end - first) == (start, quarters * 15 * MINUTE)
        await here.live(end - first + 2 * HOUR)
        period = f"{day}..{day + timedelta(days=1)}"
        bills = await here.bills(period)
        shown = await house_day(engine.parts, engine.books, "taker", day)
        listed = await engine.answers.settlements(day)
        trials = Trials(first=day, end=day + timedelta(days=1), cases=(Case(),))
        found = await Comparing(engine.parts, engine.books).compare(trials)
    assert bills.intervals == quarters
    assert len(shown.intervals) == len(listed.settlements) == found.intervals == quarters
    roof, taker = bills.bills
    assert (taker.imported_wh, roof.exported_wh) == (quarters * 600, quarters * 900)
    assert taker.wh(Kind.BOUGHT) == found.outcomes[0].shared_wh == quarters * 600
    assert [one.day for one in taker.days] == [day]
