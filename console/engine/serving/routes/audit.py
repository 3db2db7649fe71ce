"""The routes of the audit log: for the operator, and for the owner of a store at rest."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.parts import Parts
from console.engine.proving import trail
from console.engine.serving.routes.wire import json
from console.errors import UsageError
from console.store.protocols import Audit

_LONGEST = 18


def auditing(parts: Parts) -> list[Route]:
    """Return the routes that tell who did what; watchers have none of them."""
    audit: Audit = parts.store.audit

    async def records(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST):
            raise UsageError("`after` is an audit record's number.")
        return json(await trail.page(audit, int(after)))

    async def check(_request: Request) -> Response:
        return json(await trail.check(parts))

    return [Route("/audit", records), Route("/audit/check", check)]
