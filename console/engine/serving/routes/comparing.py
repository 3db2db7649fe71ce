"""The comparing route: past days through other rules and prices, for who operates."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.parts import Parts
from console.engine.serving.routes.wire import decoded, json
from console.engine.settling.books import Books
from console.engine.settling.comparing import Comparing
from console.model.comparison import Trials


def comparing(parts: Parts) -> list[Route]:
    """Return the route for an application."""

    async def compare(request: Request) -> Response:
        trials = decoded(request.query_params.get("trials", "{}"), Trials)
        return json(await Comparing(parts, Books(parts)).compare(trials))

    return [Route("/comparison", compare)]
