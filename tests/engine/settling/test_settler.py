"""The settler: what is settled, what is held, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.engine.settling.books import token_of
from console.errors import Refused
from console.model.reading import Quality, Reading
from console.model.settlement import Settlement, State
from console.model.view import Settle
from tests.engine.neighbours import Neighbourhood, neighbourhood, quarter_hour

RIPE = 15 + 5
"""Minutes until the first interval's grace is over."""
EDGE = 15
PRODUCED_WH = 3 * (300 + 90 + 3)
NEEDED_WH = 3 * (6 + 150 + 60 + 120)


async def settle(here: Neighbourhood, quarter: int, **options: object) -> Settlement:
    settler = here.engine.settler
    return await settler.settle(quarter_hour(quarter), actor="uid 1", **options)  # type: ignore[arg-type]


async def alarms(here: Neighbourhood) -> list[str]:
    kept = await here.engine.parts.store.events.alarms()
    return [alarm.key for alarm in kept if alarm.ended is None]


async def test_a_complete_interval_is_settled_when_its_grace_is_over(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE - 1)
        assert await here.states() == ["closed"]
        await here.live(1)
        signed = await here.get(0)
        assert (signed.state, signed.known, signed.houses) == (State.SIGNED, 5, 5)
        assert (signed.exported_wh, signed.imported_wh) == (PRODUCED_WH, NEEDED_WH)
        assert signed.shared_wh == min(PRODUCED_WH, NEEDED_WH)
        await here.beat(until_final=True)
        assert (await here.get(0)).state is State.FINAL
        assert len(await here.rows()) == signed.rows > 0


async def test_without_auto_a_complete_interval_stays_closed(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(60 + RIPE)
        assert await here.states() == ["closed"] * 5
        assert await here.rows() == []
        assert here.node.pending == 0


async def test_auto_settles_the_backlog_in_order(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(45 + RIPE)
        status = await here.engine.set_auto(True, "uid 1")
        assert status.auto
        await here.beat()
        await here.live(0)
        assert await here.states() == ["sealed"] * 4
        order = [out.interval for out in [leg for n in range(4) for leg in await here.legs(n)]]
        assert order == [quarter_hour(number) for number in range(4)]
    async with neighbourhood(tmp_path, at=here.clock.now(), auto=False) as again:
        assert await again.engine.parts.store.audit.fact("auto") == "on"


async def test_an_interval_without_surplus_is_final_without_a_transaction(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        here.meters.dark = True
        await here.live(RIPE)
        idle = await here.get(0)
        assert (idle.state, idle.parts, idle.rows, idle.shared_wh) == (State.IDLE, 0, 0, 0)
        assert await here.legs(0) == []
        assert here.node.pending == 0
        [*_, link] = await here.engine.parts.store.audit.records()
        assert (link.verb, idle.inputs_root.hex() in link.body) == ("freeze by engine", True)


async def test_an_incomplete_interval_is_held_and_names_its_houses(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent = {"c2", "p2"}
        await here.live(RIPE - 1)
        assert (await here.get(0)).state is State.CLOSED
        await here.live(1)
        held = await here.get(0)
        assert (held.state, held.known) == (State.HELD, 3)
        assert held.reason == "c2 no reading yet, p2 no reading yet"
        assert await alarms(here) == [f"held {quarter_hour(0).name}"]
        with pytest.raises(Refused, match="c2: no reading yet; p2: no reading yet"):
            await settle(here, 0)
        assert here.node.pending == 0


async def test_settling_provisionally_leaves_out_who_is_missing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        here.meters.silent = {"c2", "p2"}
        await here.live(RIPE)
        signed = await settle(here, 0, provisional=True)
        assert (signed.state, signed.provisional, signed.known) == (State.SIGNED, True, 3)
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(0))
        assert plan is not None
        assert [gone.house for gone in plan.left_out] == ["c2", "p2"]
        assert {trade.producer for trade in plan.trades} == {"p1", "c3"}
        assert "c2" not in {trade.consumer for trade in plan.trades}
        assert await alarms(here) == []


async def test_an_estimate_is_never_minted(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent = {"p1"}
        for minutes in (0, 15):
            await here.engine.intake.emit(
                Reading(
                    house="p1",
                    time=quarter_hour(0).start + timedelta(minutes=minutes),
                    import_wh=0,
                    export_wh=60 * minutes,
                    quality=Quality.ESTIMATED,
                )
            )
        await here.live(RIPE)
        held = await here.get(0)
        assert (held.state, held.reason) == (State.HELD, "p1 what it gave is only estimated")
        await settle(here, 0, provisional=True)
        plan = await here.engine.parts.store.settlements.plan(quarter_hour(0))
        assert plan is not None
        assert {trade.producer for trade in plan.trades} == {"p2", "c3"}


async def test_late_data_settles_a_held_interval_under_auto(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        assert await here.states() == ["held"]
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(15)
        assert await here.states() == ["signed", "signed"]
        assert not (await here.get(0)).provisional
        assert await alarms(here) == []


async def test_late_data_waits_for_the_operator_without_auto(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(30)
        assert await here.states() == ["held", "closed", "closed"]
        assert (await settle(here, 0)).state is State.SIGNED


async def test_the_deadline_closes_a_held_interval_with_what_was_measured(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False, deadline_days=1) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE)
        here.clock.move_to(quarter_hour(0).end + timedelta(days=1, seconds=-1))
        await here.engine.settle_due()
        assert (await here.get(0)).state is State.HELD
        here.clock.move_to(quarter_hour(0).end + timedelta(days=1))
        await here.engine.settle_due()
        closed = await here.get(0)
        assert (closed.state, closed.provisional, closed.known) == (State.SIGNED, True, 4)
        assert set(await here.states()) == {"signed", "held", "closed"}


@pytest.mark.parametrize("limit", ["max_wh_per_interval", "max_wh_per_day"])
async def test_a_limit_holds_what_would_pass_it(tmp_path: Path, limit: str) -> None:
    shared = min(PRODUCED_WH, NEEDED_WH)
    most = shared - 1 if limit == "max_wh_per_interval" else 2 * shared
    async with neighbourhood(tmp_path, **{limit: most}) as here:
        await here.live(30 + RIPE)
        states = await here.states()
        assert states == (["held"] * 3 if most < shared else ["signed", "signed", "held"])
        held = await here.get(2)
        assert limit in held.reason
        assert str(most) in held.reason
        with pytest.raises(Refused, match=limit):
            await settle(here, 2)
        assert await here.legs(2) == []


@pytest.mark.parametrize("limit", ["max_wh_per_interval", "max_wh_per_day"])
async def test_a_limit_holds_provisional_settlements_too(tmp_path: Path, limit: str) -> None:
    async with neighbourhood(tmp_path, deadline_days=1, **{limit: 1}) as here:
        here.meters.silent.add("c1")
        await here.live(RIPE)
        assert "c1" in (await here.get(0)).reason
        with pytest.raises(Refused, match=f"{limit} = 1") as refusal:
            await settle(here, 0, provisional=True)
        assert "raise the limit" in refusal.value.paragraph
        await here.live(24 * 60 + 30)
        held = await here.get(0)
        assert held.state is State.HELD
        assert limit in held.reason
        assert await here.legs(0) == []


async def test_what_is_held_for_the_same_reason_is_told_once(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, max_wh_per_interval=1) as here:
        await here.live(RIPE)
        held = await here.get(0)
        await here.live(60)
        assert await here.get(0) == held
        assert sum("10:00 held" in text for text in await here.texts()) == 1


async def test_another_plan_than_the_one_shown_is_refused(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(15 + RIPE)
        shown = await here.engine.answers.preview(quarter_hour(1).name)
        await settle(here, 0)
        with pytest.raises(Refused, match="has changed since it was shown"):
            await settle(here, 1, token=shown.token)
        assert (await here.get(1)).state is State.CLOSED
        again = await here.engine.answers.preview(quarter_hour(1).name)
        assert again.plan is not None
        assert again.token == token_of(again.plan) != shown.token
        assert (await settle(here, 1, token=again.token)).state is State.SIGNED


async def test_an_open_interval_is_refused_with_the_time_left(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(10.5)
        with pytest.raises(Refused, match="still open: 4:30 left"):
            await settle(here, 0)
        with pytest.raises(Refused, match="still open: 19:30 left"):
            await settle(here, 1)
        with pytest.raises(Refused, match="before this engine's first reading"):
            await settle(here, -1)


async def test_settling_again_changes_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(RIPE)
        command = Settle(interval=quarter_hour(0).name)
        first = await here.engine.settle(command, "uid 1")
        legs = await here.legs(0)
        await here.beat(until_final=True)
        second = await here.engine.settle(command, "uid 1")
        assert (first.settlement.state, second.settlement.state) == (State.SIGNED, State.FINAL)
        assert [leg.hash for leg in await here.legs(0)] == [leg.hash for leg in legs]
        assert len(await here.seals()) == 1


async def test_a_locked_engine_settles_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        here.engine.parts.keys, keys = {}, here.engine.parts.keys
        await here.live(30 + RIPE)
        assert await here.states() == ["closed"] * 3
        with pytest.raises(Refused, match="key is locked"):
            await settle(here, 0)
        assert here.node.pending == 0
        here.engine.parts.keys = keys
        here.engine.settler.hurry()
        await here.beat()
        assert await here.states() == ["sealed"] * 3


async def test_a_halted_engine_signs_nothing(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        await here.engine.settler.halt(await here.get(0), "a test says so")
        await here.live(30)
        assert await here.states() == ["halted", "closed", "closed"]
        with pytest.raises(Refused, match="a test says so"):
            await settle(here, 1)
        with pytest.raises(Refused, match="halted: a test says so"):
            await settle(here, 0)
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert "a test says so" in again.engine.settler.halted
        await again.live(15)
        assert set(await again.states()) == {"halted", "closed"}
