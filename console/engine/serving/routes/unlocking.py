"""The unlocking route: the passphrase goes to the engine over the operator's own socket."""

from __future__ import annotations

from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.serving.routes.wire import actor_of, body_of, json
from console.errors import UsageError
from console.model.view import Status


class Locked(Protocol):
    """What can be unlocked."""

    async def unlock(self, passphrase: str, actor: str) -> Status:
        """Open the keystore."""


def unlocking(desk: Locked) -> list[Route]:
    """Return the route of a passphrase."""

    async def unlock(request: Request) -> Response:
        try:
            body = await body_of(request, _Passphrase)
        except UsageError:
            # the decoder's own words may quote what was sent
            raise UsageError("a passphrase does not read.") from None
        return json(await desk.unlock(body.passphrase, actor_of(request)))

    return [Route("/unlock", unlock, methods=["POST"])]


class _Passphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    passphrase: str

    def __repr__(self) -> str:
        return "_Passphrase(…)"
