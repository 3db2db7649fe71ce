"""The wire: questions and commands decoded in bounds, answers encoded."""

from __future__ import annotations

import pwd
from datetime import date
from functools import lru_cache
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from console.errors import UsageError
from console.safe_text import safe_text

LONGEST_BODY = 64 * 1024
"""The longest command, bytes."""

LONGEST_NAME = 32
"""The longest name of an account, characters."""

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
    return _named(client.port) if client is not None and client.host == "peer" else "operator"


# an account's name may be asked of another computer, so it is asked once
@lru_cache(maxsize=256)
def _named(uid: int) -> str:
    try:
        name = safe_text(pwd.getpwuid(uid).pw_name, LONGEST_NAME)
    except (KeyError, OSError):
        return f"uid {uid}"
    return f"{name} (uid {uid})" if name else f"uid {uid}"


def json(value: object) -> Response:
    """Return a model's value as an answer."""
    return Response(msgspec.json.encode(value), media_type="application/json")
