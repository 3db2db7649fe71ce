"""The receipts' route: a house's proof of one interval, for who operates."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.parts import Parts
from console.engine.proving import receipts
from console.engine.serving.answers import Answers
from console.engine.serving.routes.wire import json
from console.engine.settling.books import Books


class Counter(Protocol):
    """Whose intervals are asked about."""

    parts: Parts
    answers: Answers


def receipting(desk: Counter) -> list[Route]:
    """Return the route for an application."""

    async def receipt(request: Request) -> Response:
        house, interval = request.path_params["house"], request.path_params["interval"]
        parts = desk.parts
        return json(await receipts.make(parts, Books(parts), desk.answers, house, interval))

    return [Route("/receipt/{house}/{interval}", receipt)]
