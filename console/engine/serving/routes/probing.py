"""The probing routes: a meter watched line by line, a new house's or one that is asked anyway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.serving.routes.newest import newest_lines
from console.engine.serving.routes.wire import body_of
from console.meters.line import PolledMeter
from console.model.change import NewHouse
from console.model.probe import Glimpse, HouseProbe
from console.settings import MeterSettings


class Prober(Protocol):
    """What watches a new house's meter."""

    def meter(self, house: NewHouse) -> MeterSettings:
        """Return its meter; UsageError where it cannot be."""

    def probe(self, meter: MeterSettings, show: Callable[[Glimpse], None]) -> Awaitable[None]:
        """Watch it."""

    def known(self, asked: HouseProbe) -> PolledMeter:
        """Return a house's meter as it is polled; Refused where it is not."""

    def listen(
        self, asked: HouseProbe, meter: PolledMeter, show: Callable[[Glimpse], None]
    ) -> Awaitable[None]:
        """Watch that."""


def probing(prober: Prober) -> list[Route]:
    """Return the routes; one reaches into the operator's network, so it is an operator's."""

    async def probe(request: Request) -> Response:
        meter = prober.meter(await body_of(request, NewHouse))

        async def watch(show: Callable[[Glimpse], None]) -> None:
            await prober.probe(meter, show)

        return StreamingResponse(newest_lines(watch), media_type="application/x-ndjson")

    async def listen(request: Request) -> Response:
        asked = await body_of(request, HouseProbe)
        meter = prober.known(asked)

        async def watch(show: Callable[[Glimpse], None]) -> None:
            await prober.listen(asked, meter, show)

        return StreamingResponse(newest_lines(watch), media_type="application/x-ndjson")

    return [
        Route("/meters/probe", probe, methods=["POST"]),
        Route("/meters/probe/house", listen, methods=["POST"]),
    ]
