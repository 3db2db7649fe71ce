"""The billing's routes: the statements of a period, for who operates."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console.engine.billing import Billing
from console.engine.books import Books
from console.engine.parts import Parts
from console.engine.routes.wire import json
from console.errors import UsageError
from console.ledger.bill_page import page
from console.model.bill import Bills
from console.model.period import Period


def billing(parts: Parts) -> list[Route]:
    """Return the routes for an application."""

    async def made(request: Request) -> Bills:
        try:
            period = Period.parse(request.path_params["period"])
        except ValueError as error:
            raise UsageError(f"{error}.") from None
        return await Billing(parts, Books(parts), period).bills()

    async def bills(request: Request) -> Response:
        return json(await made(request))

    async def printable(request: Request) -> Response:
        found = await made(request)
        return HTMLResponse(page(found, found.bills))

    return [Route("/bills/{period}", bills), Route("/bills/{period}/page", printable)]
