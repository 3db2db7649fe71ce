"""The verifying route: the result alone, or line by line how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.serving.routes.newest import newest_lines
from console.engine.serving.routes.wire import json
from console.errors import MosaicError
from console.model.failure import Failure
from console.model.verification import Progress, Verification, VerifyStep


class Verifier(Protocol):
    """What can recompute everything."""

    def verify(self, told: Progress | None = None) -> Awaitable[Verification]:
        """Recompute everything, telling how far it is."""


def verifying(desk: Verifier) -> list[Route]:
    """Return the route of a verification."""

    async def verify(request: Request) -> Response:
        if request.query_params.get("progress") != "true":
            return json(await desk.verify())
        lines = newest_lines(lambda show: _verify(desk, show))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return [Route("/verify", verify)]


async def _verify(desk: Verifier, show: Callable[[VerifyStep], None]) -> None:
    def told(what: str, done: int, of: int) -> None:
        show(VerifyStep(what=what, done=done, of=of))

    try:
        show(VerifyStep(result=await desk.verify(told)))
    except MosaicError as error:
        show(VerifyStep(fault=Failure.of(error)))
