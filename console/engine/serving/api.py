"""The routes: what a console may ask and command, one application a kind of connection.

The watch application has no command route at all, so watching is read-only by structure.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.parts import Parts
from console.engine.serving.audience import Audience
from console.engine.serving.routes.alarms import Tended, tending
from console.engine.serving.routes.audit import auditing
from console.engine.serving.routes.billing import Issued, billing, issuing
from console.engine.serving.routes.changing import Writer, changing
from console.engine.serving.routes.commanding import Operator, commanding
from console.engine.serving.routes.comparing import comparing
from console.engine.serving.routes.importing import Importer, importing
from console.engine.serving.routes.playing import Player, playing
from console.engine.serving.routes.probing import Prober, probing
from console.engine.serving.routes.reading import Desk, Reading
from console.engine.serving.routes.receipts import receipting
from console.engine.serving.routes.recording import Recording, recording, resting, taping
from console.engine.serving.routes.rotating import Rotating, rotating
from console.engine.serving.routes.saving import Saver, saving
from console.engine.serving.routes.swapping import Swapped, swapping
from console.engine.serving.routes.unlocking import Locked, unlocking
from console.engine.serving.routes.wire import json
from console.errors import MosaicError
from console.model.failure import Failure
from console.model.snapshot import Access

STATUS_OF_ERROR = 409


class Commander(Operator, Locked, Tended, Saver, Swapped, Issued, Importer, Protocol):
    """What an operator may command, and whose audit log may be read."""

    parts: Parts

    @property
    def rotation(self) -> Rotating:
        """The exchange of the key."""

    @property
    def probing(self) -> Prober:
        """What watches a new house's meter."""

    @property
    def recorder(self) -> Recording:
        """What writes readings into files."""


class Stand(Protocol):
    """What visitors may do."""

    async def visit(self, command: str) -> str:
        """Do a visitor's command and return a plain sentence."""


def watch_app(desk: Desk, audience: Audience | None, access: Access = Access.WATCH) -> Starlette:
    """Return the application of the reading routes.

    Args:
        desk: who answers.
        audience: whom streams listen to; None where no engine runs.
        access: what the stream's first line says of this connection.
    """
    return Starlette(routes=Reading(desk, audience, access).routes(), exception_handlers=_HANDLERS)


def offline_app(desk: Desk, parts: Parts) -> Starlette:
    """Return the reading routes for who may read the store itself, and all that is in it."""
    routes = [
        *Reading(desk, None, Access.WATCH).routes(),
        *auditing(parts),
        *billing(parts),
        *comparing(parts),
        *taping(parts),
        *resting(parts),
    ]
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


def operate_app(
    desk: Commander,
    audience: Audience,
    writer: Writer | None = None,
    player: Player | None = None,
) -> Starlette:
    """Return the application of the reading and the commanding routes.

    Args:
        desk: who answers and commands.
        audience: whom streams listen to.
        writer: who writes config.toml; None where there is no file.
        player: who moves a replayed recording; None where nothing is replayed.
    """
    routes = [
        *Reading(desk, audience, Access.OPERATE).routes(),
        *commanding(desk),
        *unlocking(desk),
        *rotating(desk.rotation),
        *saving(desk),
        *changing(writer),
        *tending(desk),
        *auditing(desk.parts),
        *billing(desk.parts),
        *comparing(desk.parts),
        *receipting(desk),
        *swapping(desk),
        *issuing(desk),
        *recording(desk.recorder),
        *probing(desk.probing),
        *taping(desk.parts),
        *playing(player),
        *importing(desk),
    ]
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


def stand_app(desk: Desk, stand: Stand, audience: Audience) -> Starlette:
    """Return the application of a stand: the reading routes and the visitors' commands."""

    async def visit(request: Request) -> Response:
        sentence = await stand.visit(request.path_params["command"])
        return json({"text": sentence})

    routes = Reading(desk, audience, Access.STAND).routes()
    routes.append(Route("/stand/{command}", visit, methods=["POST"]))
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


async def _failed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, MosaicError):
        raise error
    return Response(
        msgspec.json.encode(Failure.of(error)),
        status_code=STATUS_OF_ERROR,
        media_type="application/json",
    )


_HANDLERS: dict[Any, Any] = {MosaicError: _failed}
