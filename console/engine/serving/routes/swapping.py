"""The routes of a meter's exchange."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.readings.swapping import Swapping
from console.engine.serving.routes.wire import actor_of, body_of, json
from console.model.swap import Swap


class Swapped(Protocol):
    """Where swaps are kept."""

    swapping: Swapping


def swapping(desk: Swapped) -> list[Route]:
    """Return the routes for an operator's application."""

    async def propose(request: Request) -> Response:
        return json(await desk.swapping.propose(request.path_params["house"]))

    async def accept(request: Request) -> Response:
        command = await body_of(request, Swap)
        return json(await desk.swapping.accept(command, actor_of(request)))

    return [
        Route("/swap/{house}", propose),
        Route("/swap", accept, methods=["POST"]),
    ]
