"""The metering: a house's meter in full, asked by operators, by watchers and at rest."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from console.engine.bills.statements import statements
from console.engine.parts import Parts
from console.engine.readings.metering import Metering
from console.engine.serving.history import house_history
from console.engine.serving.houseday import house_day
from console.engine.serving.offline import open_reader
from console.errors import Refused
from console.model.meter import Counted, MeterHealth, Movement, Plate, Polls
from console.model.period import Period
from console.model.reading import MeterState
from console.settings import MeterSettings
from tests.engine.street import START, Opened, ask

COUNTED = Counted(
    plate=Plate(kind="K", register="device", balancing="meter", address="192.168.1.21:80"),
    serial="5c2f",
    since=START,
    total=Polls(3, 1),
    error="192.168.1.21:80 refuses access (403)",
    failed=START,
    exported=Movement(None, 430),
)


async def test_a_meter_is_told_with_its_newest_registers(half_way: Opened) -> None:
    health = half_way.engine.metering.meter("c1")
    assert (health.import_wh, health.export_wh) == (2500, 0)
    assert (health.state, health.period_seconds) == (MeterState.LIVE, 900)
    assert health.counted is None, "a recording is not asked"
    houses = [one.house for one in half_way.engine.metering.meters()]
    assert houses == list(half_way.engine.parts.members.houses)
    with pytest.raises(Refused):
        half_way.engine.metering.meter("nobody")


async def test_watchers_see_neither_address_nor_serial_number(
    half_way: Opened, operate: httpx.AsyncClient, watch: httpx.AsyncClient
) -> None:
    engine = half_way.engine
    engine.metering = Metering(engine.parts, engine.intake, lambda _house: COUNTED)
    for path in ("/houses/p1/meter", "/meters"):
        shown, seen = await operate.get(path), await watch.get(path)
        assert "5c2f" in shown.text
        assert "192.168.1.21:80" in shown.text
        assert "5c2f" not in seen.text
        assert '"address":""' in seen.text
    told = msgspec.json.decode((await watch.get("/houses/p1/meter")).content, type=MeterHealth)
    assert told.counted is not None
    assert told.counted.exported.stands_still
    assert (await watch.get("/houses/nobody/meter")).status_code == 409


async def test_a_meter_at_rest_is_asked_by_nobody(half_way: Opened) -> None:
    await half_way.close()
    reader = await open_reader(half_way.settings)
    answer = await ask(reader.app).get("/houses/c1/meter")
    health = msgspec.json.decode(answer.content, type=MeterHealth)
    assert (health.import_wh, health.state, health.counted) == (2500, None, None)
    await reader.close()


def test_the_health_of_a_thousand_meters_is_one_answer_in_bounds() -> None:
    one = MeterHealth(
        house="h" * 32, profile="p" * 32, state=MeterState.STALE, since=START, reason="r" * 400,
        period_seconds=60, time=START, power_w=10**7, import_wh=10**12, export_wh=10**12,
        counted=COUNTED,
    )  # fmt: skip
    assert len(msgspec.json.encode([one] * 1000)) < 4 << 20


def other_meter(parts: Parts, meter: MeterSettings) -> None:
    """Let c1 have another meter by its configuration."""
    members = tuple(
        msgspec.structs.replace(one, meter=meter) if one.house.id == "c1" else one
        for one in parts.settings.members
    )
    parts.take(msgspec.structs.replace(parts.settings, members=members), parts.members)


async def test_phases_that_are_counted_apart_are_told_with_plans_and_bills(
    half_way: Opened,
) -> None:
    engine = half_way.engine
    parts = engine.parts
    [waiting] = [one.interval.name for one in await engine.answers.due()][:1]
    period = Period.parse("2026-06")
    assert (await engine.answers.preview(waiting)).apart == ()
    assert (await statements(parts, engine.books, period)).apart == ()

    other_meter(parts, MeterSettings(profile="shelly-gen2", url="http://127.0.0.1:9"))

    assert (await engine.answers.preview(waiting)).apart == ("c1",)
    assert (await statements(parts, engine.books, period)).apart == ("c1",)
    assert [engine.picture.house(house).per_phase for house in ("c1", "p1")] == [True, False]


async def test_what_a_meter_does_not_count_is_unknown_and_not_nothing(half_way: Opened) -> None:
    engine = half_way.engine
    parts = engine.parts
    params = {"import_uuid": "a", "power_uuid": "b"}
    meter = MeterSettings(profile="vzlogger", url="http://127.0.0.1:9", params=params)
    other_meter(parts, meter)

    assert engine.metering.meter("c1").export_wh is None
    assert engine.metering.meter("p1").export_wh is not None
    assert [engine.picture.house(house).exports for house in ("c1", "p1")] == [False, True]
    day = await house_day(parts, engine.books, "c1", parts.today())
    assert day.export_wh is None
    assert {one.exported_wh for one in day.intervals} == {None}
    assert None not in {one.imported_wh for one in day.intervals}
    history = await house_history(parts, "c1", parts.today(), 1)
    assert history.days[0].exported_wh is None
