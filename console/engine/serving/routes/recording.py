"""The recording routes: what is polled written into files, and what is stored as a recording."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.files.recorder import Recorder
from console.engine.parts import Parts
from console.engine.serving.routes.wire import actor_of, body_of, decoded, json
from console.meters.recording import HEADER, lines_of
from console.model.record import Record, Recorded, TapePage

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Recording(Protocol):
    """Whose readings are recorded."""

    async def status(self) -> Recorded:
        """Return how it stands."""

    async def switch(self, command: Record, actor: str) -> Recorded:
        """Begin or end it."""


PAGE = 5000
"""Readings in a page; more than there can be houses."""


def taping(parts: Parts) -> list[Route]:
    """Return the route of stored readings as a recording, for who may read the store itself."""

    async def page(request: Request) -> Response:
        query = request.query_params
        start, end = _instant(query.get("start")), _instant(query.get("end"))
        readings, following = await parts.store.readings.page(
            start, end, PAGE, query.get("house", "")
        )
        head = HEADER if "begun" not in query else ""
        text = head + "".join(lines_of(readings))
        return json(TapePage(text=text, rows=len(readings), next=following))

    return [Route("/record/tape", page, methods=["GET"])]


def _instant(text: str | None) -> datetime:
    return decoded(msgspec.json.encode(text or ""), _Instant)


def resting(parts: Parts) -> list[Route]:
    """Return the route that tells how recording stands while no engine runs."""

    async def status(_request: Request) -> Response:
        recorder = Recorder(parts)
        await recorder.load()
        return json(msgspec.structs.replace(await recorder.status(), running=False))

    return [Route("/record", status, methods=["GET"])]


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
