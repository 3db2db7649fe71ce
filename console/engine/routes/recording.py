"""The recording routes: whether what is polled is written into files, and the switch of it."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.routes.wire import actor_of, body_of, json
from console.model.record import Record, Recorded


class Recording(Protocol):
    """Whose readings are recorded."""

    async def status(self) -> Recorded:
        """Return how it stands."""

    async def switch(self, command: Record, actor: str) -> Recorded:
        """Begin or end it."""


def recording(recorder: Recording) -> list[Route]:
    """Return the routes; they name a folder, so they are an operator's."""

    async def status(_request: Request) -> Response:
        return json(await recorder.status())

    async def switch(request: Request) -> Response:
        return json(await recorder.switch(await body_of(request, Record), actor_of(request)))

    return [
        Route("/record", status, methods=["GET"]),
        Route("/record", switch, methods=["POST"]),
    ]
