"""The routes: what a console may ask and command, one application a kind of connection.

The watch application has no command route at all, so watching is read-only by structure.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.answers import Answers
from console.engine.audience import Audience
from console.errors import MosaicError, Refused, UsageError
from console.model.snapshot import Access
from console.model.view import LedgerQuery, Receipt, Settle, Status, Verification

LONGEST_BODY = 64 * 1024
STATUS_OF_ERROR = 409
YEARS = range(2000, 2200)

Wanted = TypeVar("Wanted")


class Desk(Protocol):
    """What the routes hand on to the engine."""

    answers: Answers

    async def status(self) -> Status:
        """Return what the top bar shows."""

    async def verify(self) -> Verification:
        """Recompute everything."""


class Operator(Desk, Protocol):
    """What an operator may command besides."""

    async def settle(self, command: Settle, actor: str) -> Receipt:
        """Settle one interval."""

    async def set_auto(self, on: bool, actor: str) -> Status:
        """Switch automatic settlement."""

    def request_stop(self) -> None:
        """End the engine."""


class Stand(Protocol):
    """What visitors may do."""

    async def visit(self, command: str) -> str:
        """Do a visitor's command and return a plain sentence."""


def watch_app(desk: Desk, audience: Audience | None, access: Access = Access.WATCH) -> Starlette:
    """Return the application of the reading routes.

    Args:
        desk: who answers.
        audience: whom streams listen to; None where no engine runs.
        access: what the stream's first line says of this connection.
    """
    return Starlette(routes=_Reading(desk, audience, access).routes(), exception_handlers=_HANDLERS)


def operate_app(desk: Operator, audience: Audience) -> Starlette:
    """Return the application of the reading and the commanding routes."""
    routes = [*_Reading(desk, audience, Access.OPERATE).routes(), *_commanding(desk)]
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


def stand_app(desk: Desk, stand: Stand, audience: Audience) -> Starlette:
    """Return the application of a stand: the reading routes and the visitors' commands."""

    async def visit(request: Request) -> Response:
        sentence = await stand.visit(request.path_params["command"])
        return _json({"text": sentence})

    routes = _Reading(desk, audience, Access.STAND).routes()
    routes.append(Route("/stand/{command}", visit, methods=["POST"]))
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


class _Reading:
    """The routes that change nothing."""

    def __init__(self, desk: Desk, audience: Audience | None, access: Access) -> None:
        self._desk = desk
        self._answers = desk.answers
        self._audience = audience
        self._access = access

    def routes(self) -> list[Route]:
        return [
            Route("/status", self.status),
            Route("/stream", self.stream),
            Route("/settlements", self.settlements),
            Route("/due", self.due),
            Route("/preview/{interval}", self.preview),
            Route("/houses/{house}", self.house),
            Route("/ledger", self.ledger),
            Route("/proof/{interval}/{revision:int}/{producer}/{consumer}", self.proof),
            Route("/events", self.events),
            Route("/verify", self.verify),
        ]

    async def status(self, _request: Request) -> Response:
        return _json(await self._desk.status())

    async def stream(self, _request: Request) -> Response:
        if self._audience is None or self._audience.full:
            raise Refused("there is no live stream to listen to here.")
        lines = self._audience.listen(self._access)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def settlements(self, request: Request) -> Response:
        return _json(await self._answers.settlements(_day(request)))

    async def due(self, _request: Request) -> Response:
        return _json(await self._answers.due())

    async def preview(self, request: Request) -> Response:
        provisional = request.query_params.get("provisional") == "true"
        name = request.path_params["interval"]
        return _json(await self._answers.preview(name, provisional=provisional))

    async def house(self, request: Request) -> Response:
        return _json(await self._answers.house(request.path_params["house"], _day(request)))

    async def ledger(self, request: Request) -> Response:
        query = _decode(request.query_params.get("query", "{}"), LedgerQuery)
        return _json(await self._answers.ledger(query))

    async def proof(self, request: Request) -> Response:
        path = request.path_params
        return _json(
            await self._answers.proof(
                path["interval"], path["revision"], path["producer"], path["consumer"]
            )
        )

    async def events(self, request: Request) -> Response:
        before = request.query_params.get("before")
        if before is not None and not before.isdecimal():
            raise UsageError("`before` is an event's number.")
        return _json(await self._answers.events(int(before) if before else None))

    async def verify(self, _request: Request) -> Response:
        return _json(await self._desk.verify())


def _commanding(desk: Operator) -> list[Route]:
    async def settle(request: Request) -> Response:
        return _json(await desk.settle(await _body(request, Settle), _actor(request)))

    async def auto(request: Request) -> Response:
        switch = await _body(request, _Switch)
        return _json(await desk.set_auto(switch.on, _actor(request)))

    async def stop(_request: Request) -> Response:
        desk.request_stop()
        return _json({"text": "stopping"})

    return [
        Route("/settle", settle, methods=["POST"]),
        Route("/auto", auto, methods=["POST"]),
        Route("/stop", stop, methods=["POST"]),
    ]


class _Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool


async def _body(request: Request, kind: type[Wanted]) -> Wanted:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_BODY:
            raise UsageError(f"a command is longer than {LONGEST_BODY} bytes.")
    return _decode(raw, kind)


def _decode(raw: bytes | str, kind: type[Wanted]) -> Wanted:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"a question or command does not read: {error}.") from error


def _day(request: Request) -> date | None:
    text = request.query_params.get("day")
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", advice="Write it as 2026-06-21.") from error
    if day.year not in YEARS:
        raise UsageError(f"{text!r} is no day of a ledger.")
    return day


def _actor(request: Request) -> str:
    client = request.client
    return f"uid {client.port}" if client is not None and client.host == "peer" else "operator"


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


async def _failed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, MosaicError):
        raise error
    body = {
        "title": error.title,
        "message": error.message,
        "advice": error.advice,
        "exit_status": error.exit_status,
    }
    return Response(
        msgspec.json.encode(body), status_code=STATUS_OF_ERROR, media_type="application/json"
    )


_HANDLERS: dict[Any, Any] = {MosaicError: _failed}
