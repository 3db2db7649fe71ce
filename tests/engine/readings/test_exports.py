"""A meter that gets an export register, or has it no more: nobody is paid for what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.readings.exports import FACT
from console.errors import DiskFull
from console.model.bill import Kind
from console.model.reading import Reading
from console.model.settlement import State
from console.settings import MeterSettings, Settings
from tests.engine.polled import Polled, polled

START = datetime(2026, 6, 21, 9, 58, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = "2026-06-21..2026-06-22"
LIFETIME_WH = 5_552_927
UUIDS = {"import_uuid": "a", "power_uuid": "b"}


def meter(*, exports: bool) -> MeterSettings:
    more = {"export_uuid": "c"} if exports else {}
    return MeterSettings(profile="vzlogger", url="http://127.0.0.1:9", params={**UUIDS, **more})


def with_barn(settings: Settings, *, exports: bool) -> Settings:
    members = tuple(
        msgspec.structs.replace(one, meter=meter(exports=exports))
        if one.house.id == "barn" else one
        for one in settings.members
    )  # fmt: skip
    return msgspec.structs.replace(settings, members=members)


class Barn:
    """A house that gives 3.6 kW; its meter tells the register or not."""

    def __init__(self, *, exports: bool) -> None:
        self.exports = exports

    def script(self, since: timedelta) -> tuple[int, int]:
        given = LIFETIME_WH + int(since.total_seconds())
        return 1000, given if self.exports else 0

    def becomes(self, here: Polled, *, exports: bool) -> None:
        parts = here.engine.parts
        self.exports = exports
        parts.take(with_barn(parts.settings, exports=exports), parts.members)


def taker(since: timedelta) -> tuple[int, int]:
    return 5000 + int(since.total_seconds()), 0


@pytest.fixture(params=[False, True], ids=["gets it", "loses it"])
async def living(
    tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Polled, Barn]]:
    barn = Barn(exports=request.param)
    scripts = {"barn": barn.script, "taker": taker}

    def changed(settings: Settings) -> Settings:
        return with_barn(settings, exports=request.param)

    async with polled(tmp_path / "data", scripts, START, changed=changed) as here:
        await here.live(HOUR)
        yield here, barn


async def test_a_lifetime_of_energy_is_nobodys(living: tuple[Polled, Barn]) -> None:
    here, barn = living
    before = barn.exports
    barn.becomes(here, exports=not before)
    await here.live(2 * HOUR)
    bill = await here.bill("barn", DAY)
    given = bill.wh(Kind.SOLD) + bill.wh(Kind.TO_GRID)
    # 3.6 kW for the hours in which the register was told, and no lifetime
    hours = 1 if before else 2
    assert (hours - 0.3) * 3600 <= given <= (hours + 0.1) * 3600
    states = {one.state for one in await here.settlements(START, START + 2 * HOUR)}
    assert states <= {State.FINAL, State.IDLE}
    told = await here.told("barn")
    assert [text for text in told if "exchanged" in text]
    assert not [text for text in told if "held until it is back" in text or "not believed" in text]
    assert (await here.engine.verify()).differences == 0


async def test_it_is_told_once_and_remembered(living: tuple[Polled, Barn]) -> None:
    here, barn = living
    before = barn.exports
    barn.becomes(here, exports=not before)
    await here.live(HOUR)
    parts = here.engine.parts
    assert len(parts.swaps.known) == 1
    kept = await parts.store.audit.fact(FACT)
    assert kept == ('["barn"]' if before else "[]")
    await here.live(HOUR)
    assert len(parts.swaps.known) == 1


async def test_a_meter_that_never_changes_is_no_exchange(living: tuple[Polled, Barn]) -> None:
    here, barn = living
    await here.live(HOUR)
    assert here.engine.parts.swaps.known == ()
    kept = await here.engine.parts.store.audit.fact(FACT)
    assert kept == (None if barn.exports else '["barn"]')


async def test_a_change_while_the_disk_is_full_is_told_when_there_is_space(
    living: tuple[Polled, Barn], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, barn = living
    intake, audit = here.engine.intake, here.engine.parts.store.audit

    async def full(*_args: object) -> None:
        raise DiskFull("no space.")

    barn.becomes(here, exports=not barn.exports)
    before = intake.latest["barn"]
    here.clock.move_to(before.time + 2 * MINUTE)
    for place in ("set_fact", "append"):
        with monkeypatch.context() as broken:
            broken.setattr(audit, place, full)
            await intake.emit(_later(before, MINUTE, exports=barn.exports))
        assert here.engine.parts.swaps.known == ()
    await intake.emit(_later(before, 2 * MINUTE, exports=barn.exports))
    [swap] = here.engine.parts.swaps.known
    assert swap.time == before.time + MINUTE
    assert swap.last_export_wh == before.export_wh


def _later(reading: Reading, span: timedelta, *, exports: bool) -> Reading:
    given = LIFETIME_WH + int(span.total_seconds()) if exports else 0
    return msgspec.structs.replace(reading, time=reading.time + span, export_wh=given)
