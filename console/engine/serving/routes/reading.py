"""The reading routes: what every console may ask."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.readings.metering import Metering, discreet
from console.engine.serving.answers import Answers
from console.engine.serving.audience import Audience
from console.engine.serving.history import MOST_DAYS
from console.engine.serving.routes.verifying import verifying
from console.engine.serving.routes.wire import day_of, decoded, json
from console.errors import Refused, UsageError
from console.model.snapshot import Access
from console.model.verification import Progress, Verification
from console.model.view import LedgerQuery, Status


class Desk(Protocol):
    """What the routes hand on to the engine."""

    answers: Answers
    metering: Metering

    async def status(self) -> Status:
        """Return what the top bar shows."""

    async def verify(self, told: Progress | None = None) -> Verification:
        """Recompute everything."""


class Reading:
    """The routes that change nothing."""

    def __init__(self, desk: Desk, audience: Audience | None, access: Access) -> None:
        self._desk = desk
        self._answers = desk.answers
        self._audience = audience
        self._access = access

    def routes(self) -> list[Route]:
        """Return them for an application."""
        return [
            Route("/status", self._status),
            Route("/stream", self._stream),
            Route("/settlements", self._settlements),
            Route("/due", self._due),
            Route("/halted", self._halted),
            Route("/sealing/{interval}", self._sealing),
            Route("/preview/{interval}", self._preview),
            Route("/houses/{house}", self._house),
            Route("/houses/{house}/history", self._history),
            Route("/houses/{house}/meter", self._meter),
            Route("/meters", self._meters),
            Route("/ledger", self._ledger),
            Route("/ledger/totals", self._totals),
            Route("/proof/{interval}/{revision:int}/{producer}/{consumer}", self._proof),
            Route("/events", self._events),
            Route("/alarms", self._alarms),
            *verifying(self._desk),
        ]

    async def _status(self, _request: Request) -> Response:
        return json(await self._desk.status())

    async def _stream(self, _request: Request) -> Response:
        if self._audience is None or self._audience.full:
            raise Refused("there is no live stream to listen to here.")
        lines = self._audience.listen(self._access)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def _settlements(self, request: Request) -> Response:
        return json(await self._answers.settlements(day_of(request)))

    async def _due(self, _request: Request) -> Response:
        return json(await self._answers.due())

    async def _halted(self, _request: Request) -> Response:
        return json(await self._answers.halted())

    async def _sealing(self, request: Request) -> Response:
        return json(await self._answers.sealing(request.path_params["interval"]))

    async def _preview(self, request: Request) -> Response:
        provisional = request.query_params.get("provisional") == "true"
        name = request.path_params["interval"]
        return json(await self._answers.preview(name, provisional=provisional))

    async def _house(self, request: Request) -> Response:
        return json(await self._answers.house(request.path_params["house"], day_of(request)))

    async def _history(self, request: Request) -> Response:
        days = request.query_params.get("days", "7")
        if days not in map(str, range(1, MOST_DAYS + 1)):
            raise UsageError(f"`days` is a number from 1 to {MOST_DAYS}.")
        house, last = request.path_params["house"], day_of(request)
        return json(await self._answers.history(house, last, int(days)))

    async def _meter(self, request: Request) -> Response:
        health = self._desk.metering.meter(request.path_params["house"])
        return json(health if self._access is Access.OPERATE else discreet(health))

    async def _meters(self, _request: Request) -> Response:
        every = self._desk.metering.meters()
        return json(every if self._access is Access.OPERATE else [*map(discreet, every)])

    async def _ledger(self, request: Request) -> Response:
        query = decoded(request.query_params.get("query", "{}"), LedgerQuery)
        return json(await self._answers.ledger(query))

    async def _totals(self, request: Request) -> Response:
        query = decoded(request.query_params.get("query", "{}"), LedgerQuery)
        return json(await self._answers.ledger_totals(query))

    async def _proof(self, request: Request) -> Response:
        path = request.path_params
        return json(
            await self._answers.proof(
                path["interval"], path["revision"], path["producer"], path["consumer"]
            )
        )

    async def _events(self, request: Request) -> Response:
        before = request.query_params.get("before")
        if before is not None and not before.isdecimal():
            raise UsageError("`before` is an event's number.")
        return json(await self._answers.events(int(before) if before else None))

    async def _alarms(self, _request: Request) -> Response:
        return json(self._answers.alarms())
