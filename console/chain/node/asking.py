"""The asking: what a request says, parsed strictly, and the errors that REST answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.chain.codec import address_bytes
from console.chain.node.archive import Span
from console.errors import CodecError, StoreError

MOST_BODY_BYTES = 2**20
"""The longest body of a request."""
SMALLEST_PAGE, USUAL_PAGE, LARGEST_PAGE = 10, 20, 100

_CODES = {
    400: "InvalidContent",
    404: "ResourceNotFound",
    405: "MethodNotAllowed",
    409: "InvalidArgument",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    503: "ServiceUnavailable",
}
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII)

Value = TypeVar("Value")
Body = TypeVar("Body", bound=msgspec.Struct)


def answer(value: object, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def error_answer(_request: Request, error: Exception) -> Response:
    """Return an error as REST words it."""
    if isinstance(error, HTTPException):
        code = _CODES.get(error.status_code, "Internal")
        return answer({"code": code, "message": error.detail}, error.status_code)
    message = error.message if isinstance(error, StoreError) else "the chain cannot be read now"
    return answer({"code": _CODES[503], "message": message}, 503)


def absent(name: str) -> HTTPException:
    """Return the error for something that is not there."""
    return HTTPException(404, f"no resource exists with id '{name[:80]}'")


def invalid(name: str) -> HTTPException:
    """Return the error for an argument of a wrong form."""
    return HTTPException(409, f"{name} has an invalid format")


async def body_of(request: Request, form: type[Body]) -> Body:
    """Return a request's JSON body.

    Raises:
        HTTPException: it is no JSON, too long, or says something else than it must.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise HTTPException(415, "the body must be application/json")
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BODY_BYTES:
            raise HTTPException(413, f"the body is longer than {MOST_BODY_BYTES} bytes")
    try:
        return msgspec.json.decode(raw, type=form)
    except msgspec.ValidationError as error:
        raise HTTPException(409, f"the body has an invalid format: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(400, f"Invalid JSON: {error}") from None


def optional(query: QueryParams, name: str, parse: Callable[[str], Value]) -> Value | None:
    """Return an argument of a query, None where it is left out or empty.

    Raises:
        HTTPException: its form is wrong.
    """
    text = query.get(name)
    return parsed(name, text, parse) if text else None


def parsed(name: str, text: str, parse: Callable[[str], Value]) -> Value:
    """Return an argument.

    Raises:
        HTTPException: its form is wrong.
    """
    try:
        return parse(text)
    except (ValueError, CodecError):
        raise invalid(name) from None


def number(text: str) -> int:
    """Return a decimal number below 10^18."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def truth(text: str) -> bool:
    """Return `true` or `false` as what it says."""
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def id_64(text: str) -> int:
    """Return a 64-bit id of 16 hexadecimal digits."""
    return int.from_bytes(exactly(text, 8))


def object_number(text: str) -> int:
    """Return the number of an object id of 24 hexadecimal digits."""
    found = int.from_bytes(exactly(text, 12))
    if found >= 2**63:
        raise ValueError(text)
    return found


def hash_256(text: str) -> bytes:
    """Return a hash or key of 64 hexadecimal digits."""
    return exactly(text, 32)


def exactly(text: str, size: int) -> bytes:
    """Return `size` bytes of hexadecimal digits."""
    raw = unhex(text)
    if len(raw) != size:
        raise ValueError(text)
    return raw


def unhex(text: str) -> bytes:
    """Return bytes of hexadecimal digits, and nothing but digits."""
    if not _HEX.fullmatch(text):
        raise ValueError(text)
    return bytes.fromhex(text)


def address(text: str) -> bytes:
    """Return the address that people write (39 characters)."""
    return address_bytes(text)


def span_of(query: QueryParams) -> tuple[Span, int]:
    """Return which part of a search is asked for, and the page's number.

    Raises:
        HTTPException: an argument's form is wrong.
    """
    size = optional(query, "pageSize", number) or USUAL_PAGE
    size = max(SMALLEST_PAGE, min(LARGEST_PAGE, size))
    page = optional(query, "pageNumber", number) or 1
    skip = (page - 1) * size
    if skip >= 2**63:
        raise invalid("pageNumber")
    after = optional(query, "offset", object_number)
    ascending = query.get("order") != "desc"
    return Span(size=size, skip=skip, after=after, ascending=ascending), page
