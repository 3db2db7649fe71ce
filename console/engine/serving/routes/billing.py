"""The billing's routes: the statements of a period, and their life, for who operates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console.engine.bills.issuing import Issuing
from console.engine.bills.payouts import Payouts
from console.engine.bills.statements import statements
from console.engine.parts import Parts
from console.engine.serving.routes.wire import actor_of, body_of, json
from console.engine.settling.books import Books
from console.errors import UsageError
from console.ledger.bill_page import page
from console.model.bill import Bills, Chosen
from console.model.payout import PayOut
from console.model.period import Period
from console.model.tending import Told


class Issued(Protocol):
    """Where bills are approved and producers paid."""

    issuing: Issuing
    payouts: Payouts


def billing(parts: Parts) -> list[Route]:
    """Return the routes for an application."""

    async def made(request: Request) -> Bills:
        return await statements(parts, Books(parts), _period(request))

    async def bills(request: Request) -> Response:
        return json(await made(request))

    async def printable(request: Request) -> Response:
        found = await made(request)
        return HTMLResponse(page(found, found.bills))

    return [Route("/bills/{period}", bills), Route("/bills/{period}/page", printable)]


def issuing(desk: Issued) -> list[Route]:
    """Return the routes for an operator's application."""

    def deciding(
        decide: Callable[[Period, Chosen, str], Awaitable[Told]],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def decided(request: Request) -> Response:
            command = await body_of(request, Chosen)
            return json(await decide(_period(request), command, actor_of(request)))

        return decided

    async def preview(request: Request) -> Response:
        return json(await desk.payouts.preview(_period(request)))

    async def pay(request: Request) -> Response:
        command = await body_of(request, PayOut)
        return json(await desk.payouts.pay(_period(request), command.token, actor_of(request)))

    return [
        Route("/payout/{period}", preview, methods=["GET"]),
        Route("/payout/{period}", pay, methods=["POST"]),
        Route("/bills/{period}/approve", deciding(desk.issuing.approve), methods=["POST"]),
        Route("/bills/{period}/paid", deciding(desk.issuing.paid), methods=["POST"]),
    ]


def _period(request: Request) -> Period:
    try:
        return Period.parse(request.path_params["period"])
    except ValueError as error:
        raise UsageError(f"{error}.") from None
