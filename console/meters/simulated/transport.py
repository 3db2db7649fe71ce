"""The transport: the street's meters answer HTTP like HomeWizard's, without a network.

So the real request, profile and poller run over a simulated street too.
"""

from __future__ import annotations

import httpx

from console.clock import Clock
from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.simulated.street import MeterNow, SimulatedStreet

PATH = "/api/v1/data"
"""Where a HomeWizard meter tells its values."""

_PROFILE = "homewizard-v1"
_SOURCE = "simulated"
_JSON = {"content-type": "application/json"}


class StreetTransport(httpx.AsyncBaseTransport):
    """Answers for every house of a street; the host names the house."""

    def __init__(self, street: SimulatedStreet, clock: Clock) -> None:
        """Take the street and the clock by which its meters run."""
        self._street = street
        self._clock = clock
        self._houses = {house.lower(): house for house in street.houses}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the meter of the house that the host names; 404 where there is none."""
        house = self._houses.get(request.url.host)
        if house is None or request.url.path != PATH:
            return httpx.Response(404)
        try:
            shown = self._street.meter(house, self._clock.now())
        except MeterError:
            return httpx.Response(503)
        return httpx.Response(200, headers=_JSON, stream=httpx.ByteStream(answer_of(house, shown)))


def answer_of(house: str, shown: MeterNow) -> bytes:
    """Return what a HomeWizard P1 meter with API version 1 answers."""
    third = shown.power_w // 3
    return (
        f'{{"wifi_ssid":"street","wifi_strength":100,"smr_version":50,'
        f'"meter_model":"SIMULATED","unique_id":"{house}","active_tariff":1,'
        f'"total_power_import_kwh":{_kwh(shown.import_wh)},'
        f'"total_power_import_t1_kwh":{_kwh(shown.import_wh)},'
        f'"total_power_import_t2_kwh":0,'
        f'"total_power_export_kwh":{_kwh(shown.export_wh)},'
        f'"total_power_export_t1_kwh":{_kwh(shown.export_wh)},'
        f'"total_power_export_t2_kwh":0,'
        f'"active_power_w":{shown.power_w},"active_power_l1_w":{third},'
        f'"active_power_l2_w":{third},"active_power_l3_w":{shown.power_w - 2 * third}}}'
    ).encode("ascii")


def simulated_meters(street: SimulatedStreet, clock: Clock) -> list[HttpMeter]:
    """Return the meters of a whole street, ready to be polled.

    Args:
        street: the street.
        clock: the business clock by which its meters run.
    """
    profile = load_profile(_PROFILE)
    transport = StreetTransport(street, clock)
    return [
        HttpMeter(house, profile, f"http://{house}", source=_SOURCE, transport=transport)
        for house in street.houses
    ]


def _kwh(wh: int) -> str:
    return f"{wh // 1000}.{wh % 1000:03d}"
