"""The routes of an operator's word on alarms and on held intervals."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.alarms.tending import Tending
from console.engine.serving.routes.wire import actor_of, body_of, json
from console.model.tending import Acknowledge, Shelve, Unshelve, Wait


class Tended(Protocol):
    """Where alarms are tended."""

    tending: Tending


def tending(desk: Tended) -> list[Route]:
    """Return the routes of an operator's word on alarms and held intervals."""

    async def acknowledge(request: Request) -> Response:
        command = await body_of(request, Acknowledge)
        return json(await desk.tending.acknowledge(command, actor_of(request)))

    async def shelve(request: Request) -> Response:
        command = await body_of(request, Shelve)
        return json(await desk.tending.shelve(command, actor_of(request)))

    async def unshelve(request: Request) -> Response:
        command = await body_of(request, Unshelve)
        return json(await desk.tending.unshelve(command, actor_of(request)))

    async def wait(request: Request) -> Response:
        command = await body_of(request, Wait)
        return json(await desk.tending.wait(command, actor_of(request)))

    return [
        Route("/alarms/acknowledge", acknowledge, methods=["POST"]),
        Route("/alarms/shelve", shelve, methods=["POST"]),
        Route("/alarms/unshelve", unshelve, methods=["POST"]),
        Route("/wait", wait, methods=["POST"]),
    ]
