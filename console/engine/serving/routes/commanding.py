"""The commanding routes: settle, switch automatic settlement, stop."""

from __future__ import annotations

from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.serving.routes.reading import Desk
from console.engine.serving.routes.wire import actor_of, body_of, json
from console.model.sealing import AcceptPartial
from console.model.view import Receipt, Settle, Status


class Operator(Desk, Protocol):
    """What an operator may command besides."""

    async def settle(self, command: Settle, actor: str) -> Receipt:
        """Settle one interval."""

    async def accept(self, command: AcceptPartial, actor: str) -> Receipt:
        """End a halt by taking what the chain holds for all of it."""

    async def set_auto(self, on: bool, actor: str) -> Status:
        """Switch automatic settlement."""

    def request_stop(self) -> None:
        """End the engine."""


def commanding(desk: Operator) -> list[Route]:
    """Return the routes of an operator's commands."""

    async def settle(request: Request) -> Response:
        return json(await desk.settle(await body_of(request, Settle), actor_of(request)))

    async def accept(request: Request) -> Response:
        return json(await desk.accept(await body_of(request, AcceptPartial), actor_of(request)))

    async def auto(request: Request) -> Response:
        switch = await body_of(request, _Switch)
        return json(await desk.set_auto(switch.on, actor_of(request)))

    async def stop(_request: Request) -> Response:
        desk.request_stop()
        return json({"text": "stopping"})

    return [
        Route("/settle", settle, methods=["POST"]),
        Route("/accept", accept, methods=["POST"]),
        Route("/auto", auto, methods=["POST"]),
        Route("/stop", stop, methods=["POST"]),
    ]


class _Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool
