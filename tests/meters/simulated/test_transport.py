from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from console.clock import FrozenClock
from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.poller import Poller
from console.meters.simulated import StreetTransport, answer_of, demo_street, simulated_meters
from console.model.reading import MeterStatus, Reading

NOON = datetime(2026, 6, 21, 9, 30, tzinfo=UTC)
IDS = ["test1", "House_2", "c-3"]


async def test_real_requests_read_the_street_as_it_is() -> None:
    clock = FrozenClock(NOON)
    street = demo_street(IDS, 1, 60.2, 24.66)
    for meter in simulated_meters(street, clock):
        measurement, shown = await meter.read(), street.meter(meter.house, NOON)
        assert measurement.whole_import_wh == shown.import_wh
        assert measurement.whole_export_wh == shown.export_wh
        assert measurement.whole_power_w == shown.power_w
        assert measurement.serial == meter.house
        assert meter.source == "simulated"


async def test_an_unknown_house_or_instant_is_an_error_of_that_meter() -> None:
    street = demo_street(IDS, 1, 60.2, 24.66)
    profile = load_profile("homewizard-v1")
    clock = FrozenClock(NOON)
    nobody = HttpMeter("x", profile, "http://x", transport=StreetTransport(street, clock))
    with pytest.raises(MeterError, match="404"):
        await nobody.read()
    early = FrozenClock(NOON - timedelta(days=9))
    with pytest.raises(MeterError, match="503"):
        await simulated_meters(street, early)[0].read()
    response = await StreetTransport(street, clock).handle_async_request(
        httpx.Request("GET", "http://test1/other")
    )
    assert response.status_code == 404


def test_the_answer_has_the_shape_of_homewizards() -> None:
    street = demo_street(IDS, 1, 60.2, 24.66)
    for house in IDS:
        answer = json.loads(answer_of(house, street.meter(house, NOON)))
        tariffs = answer["total_power_import_t1_kwh"] + answer["total_power_import_t2_kwh"]
        assert answer["total_power_import_kwh"] == pytest.approx(tariffs)
        lines = [answer[f"active_power_l{line}_w"] for line in (1, 2, 3)]
        assert sum(lines) == answer["active_power_w"]


async def test_a_stepped_hour_is_the_same_twice() -> None:
    async def hour() -> list[Reading | MeterStatus]:
        kept: list[Reading | MeterStatus] = []

        async def emit(message: Reading | MeterStatus) -> None:
            kept.append(message)

        clock = FrozenClock(NOON)
        street = demo_street(IDS, 1, 60.2, 24.66)
        poller = Poller(simulated_meters(street, clock), clock, timedelta(minutes=1), minutes=15)
        due = await poller.step(emit)
        while due is not None and due < NOON + timedelta(hours=1):
            clock.move_to(due)
            due = await poller.step(emit)
        return kept

    assert await hour() == await hour()
