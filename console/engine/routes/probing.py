"""The probing route: a new house's meter watched line by line, for a form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.routes.newest import newest_lines
from console.engine.routes.wire import body_of
from console.model.change import NewHouse
from console.model.probe import Glimpse
from console.settings import MeterSettings


class Prober(Protocol):
    """What watches a new house's meter."""

    def meter(self, house: NewHouse) -> MeterSettings:
        """Return its meter; UsageError where it cannot be."""

    def probe(self, meter: MeterSettings, show: Callable[[Glimpse], None]) -> Awaitable[None]:
        """Watch it."""


def probing(prober: Prober) -> list[Route]:
    """Return the route; it reaches into the operator's network, so it is an operator's."""

    async def probe(request: Request) -> Response:
        meter = prober.meter(await body_of(request, NewHouse))

        async def watch(show: Callable[[Glimpse], None]) -> None:
            await prober.probe(meter, show)

        return StreamingResponse(newest_lines(watch), media_type="application/x-ndjson")

    return [Route("/meters/probe", probe, methods=["POST"])]
