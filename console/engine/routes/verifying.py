"""The verifying route: the result alone, or line by line how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.engine.routes.wire import json
from console.errors import MosaicError
from console.model.backup import BackupFault
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
        return StreamingResponse(_lines(desk), media_type="application/x-ndjson")

    return [Route("/verify", verify)]


async def _lines(desk: Verifier) -> AsyncIterator[bytes]:
    """Yield the newest step whenever the listener is ready for one, so that none piles up."""
    newest, came = [VerifyStep()], asyncio.Event()

    def show(step: VerifyStep) -> None:
        newest[0] = step
        came.set()

    task = asyncio.create_task(_verify(desk, show))
    try:
        while newest[0].result is None and newest[0].fault is None:
            await came.wait()
            came.clear()
            yield msgspec.json.encode(newest[0]) + b"\n"
    finally:
        # who asked is gone: nobody waits for the rest
        task.cancel()


async def _verify(desk: Verifier, show: Callable[[VerifyStep], None]) -> None:
    def told(what: str, done: int, of: int) -> None:
        show(VerifyStep(what=what, done=done, of=of))

    try:
        show(VerifyStep(result=await desk.verify(told)))
    except MosaicError as error:
        fault = BackupFault(
            title=error.title,
            message=error.message,
            advice=error.advice,
            exit_status=error.exit_status,
        )
        show(VerifyStep(fault=fault))
