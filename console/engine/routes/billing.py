"""The billing's route: the statements of a period, for who operates."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.billing import Billing
from console.engine.books import Books
from console.engine.parts import Parts
from console.engine.routes.wire import json
from console.errors import UsageError
from console.model.period import Period


def billing(parts: Parts) -> list[Route]:
    """Return the route for an application."""

    async def bills(request: Request) -> Response:
        try:
            period = Period.parse(request.path_params["period"])
        except ValueError as error:
            raise UsageError(f"{error}.") from None
        return json(await Billing(parts, Books(parts), period).bills())

    return [Route("/bills/{period}", bills)]
