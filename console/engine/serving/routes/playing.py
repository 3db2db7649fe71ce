"""The playing route: how a replayed recording is moved."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.serving.routes.wire import body_of, json
from console.model.play import Play
from console.model.tending import Told


class Player(Protocol):
    """Who moves it."""

    def play(self, command: Play) -> Told:
        """Move it, and tell what is done."""


def playing(player: Player | None) -> list[Route]:
    """Return the route; none where nothing is replayed."""
    if player is None:
        return []
    moved = player

    async def play(request: Request) -> Response:
        return json(moved.play(await body_of(request, Play)))

    return [Route("/play", play, methods=["POST"])]
