"""The comparing route: past days through other rules and prices, for who operates."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.books import Books
from console.engine.comparing import Comparing
from console.engine.parts import Parts
from console.engine.routes.wire import decoded, json
from console.model.comparison import Trials


def comparing(parts: Parts) -> list[Route]:
    """Return the route for an application."""

    async def compare(request: Request) -> Response:
        trials = decoded(request.query_params.get("trials", "{}"), Trials)
        return json(await Comparing(parts, Books(parts)).compare(trials))

    return [Route("/comparison", compare)]
