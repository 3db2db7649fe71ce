"""The rotating routes: the passphrases go to the engine over the operator's own socket."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.serving.routes.wire import actor_of, body_of, json
from console.errors import UsageError
from console.model.rotation import KeyNow, Rotate, Rotated


class Rotating(Protocol):
    """Whose key can be exchanged."""

    async def state(self) -> KeyNow:
        """Return how the key stands."""

    async def rotate(self, command: Rotate, actor: str) -> Rotated:
        """Begin to exchange it."""


def rotating(rotation: Rotating) -> list[Route]:
    """Return the routes of the key and its exchange."""

    async def state(_request: Request) -> Response:
        return json(await rotation.state())

    async def rotate(request: Request) -> Response:
        try:
            command = await body_of(request, Rotate)
        except UsageError:
            # the decoder's own words may quote what was sent
            raise UsageError("the exchange of a key does not read.") from None
        return json(await rotation.rotate(command, actor_of(request)))

    return [
        Route("/key", state),
        Route("/key/rotate", rotate, methods=["POST"]),
    ]
