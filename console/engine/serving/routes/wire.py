"""The wire: questions and commands decoded in bounds, answers encoded."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from console.engine.serving.accounts import account_of
from console.errors import UsageError

LONGEST_BODY = 64 * 1024
"""The longest command, bytes."""

YEARS = range(2000, 2200)
"""The years of a ledger."""

Wanted = TypeVar("Wanted")


async def body_of(request: Request, kind: type[Wanted]) -> Wanted:
    """Return a request's body as its type.

    Raises:
        UsageError: it is too long, or does not read.
    """
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_BODY:
            raise UsageError(f"a command is longer than {LONGEST_BODY} bytes.")
    return decoded(raw, kind)


def decoded(raw: bytes | str, kind: type[Wanted]) -> Wanted:
    """Return JSON text as its type.

    Raises:
        UsageError: it does not read.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"a question or command does not read: {error}.") from error


def day_of(request: Request) -> date | None:
    """Return the local day that a question names; None where it names none.

    Raises:
        UsageError: it names no day of a ledger.
    """
    text = request.query_params.get("day")
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", advice="Write it as 2026-06-21.") from error
    if day.year not in YEARS:
        raise UsageError(f"{text!r} is no day of a ledger.")
    return day


def actor_of(request: Request) -> str:
    """Return who asks, by the kernel's word for the peer of the socket: `anna (uid 1000)`.

    Nothing that the peer says of itself counts: several people who share an account are one actor.
    """
    client = request.client
    return account_of(client.port) if client is not None and client.host == "peer" else "operator"


def json(value: object) -> Response:
    """Return a model's value as an answer."""
    return Response(msgspec.json.encode(value), media_type="application/json")
