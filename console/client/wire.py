"""The wire: bytes of an engine's answers, bounded, to lines and errors of the client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from console.errors import EngineError, OtherVersion, Refused
from console.model.failure import Failure
from console.model.snapshot import API, Beat, Delta, Line, Snapshot, apply, both
from console.safe_text import safe_text

if TYPE_CHECKING:
    import httpx

Answer = TypeVar("Answer")


LONGEST = 8 << 20
"""The longest line of a stream, and the longest answer, bytes."""

_NOT_FOUND = 404
_RESTART = "Restart the engine: mosaic stop, then mosaic run"


class _Place(msgspec.Struct):
    api: int
    version: str = ""


class _Greeting(msgspec.Struct):
    place: _Place


async def lines(response: httpx.Response) -> AsyncIterator[list[bytes]]:
    r"""Yield the whole lines that each read brings, at least one at a time.

    Lines end at b"\n" alone: JSON leaves U+2028 and its like as they are.

    Raises:
        EngineError: a line does not end within bounds.
    """
    rest = b""
    async for chunk in response.aiter_raw():
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST:
            raise EngineError(f"a line of the stream is longer than {LONGEST} bytes.")
        if whole:
            yield whole


async def bounded(response: httpx.Response) -> bytes:
    """Return a whole answer.

    Raises:
        EngineError: it is too long.
    """
    answer = bytearray()
    async for chunk in response.aiter_raw():
        answer += chunk
        if len(answer) > LONGEST:
            raise EngineError(f"an answer is longer than {LONGEST} bytes.")
    return bytes(answer)


def decoded(decode: Callable[[bytes], Answer], raw: bytes) -> Answer:
    """Return what an answer says.

    Raises:
        EngineError: it says nothing that this console understands.
    """
    try:
        return decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise EngineError(
            f"an answer cannot be read: {safe_text(error)}.", advice=_RESTART
        ) from None


def newest(batch: Sequence[Line]) -> Line:
    """Return one line that says what several lines, in order, say together."""
    held = batch[0]
    for line in batch[1:]:
        held = _both(held, line)
    return held


def check_version(greeting: bytes) -> None:
    """Accept the first line of a stream of this console's version.

    Raises:
        OtherVersion: the engine speaks another one.
    """
    place = decoded(lambda raw: msgspec.json.decode(raw, type=_Greeting), greeting).place
    if place.api != API:
        raise OtherVersion(
            f"The engine is of version {safe_text(place.version, 40)} and speaks api "
            f"{place.api}; this console speaks api {API}.",
            advice=OtherVersion.newer if place.api > API else None,
        )


def refusal(status: int, answer: bytes, path: str) -> EngineError:
    """Return the error that an answer other than 200 tells."""
    try:
        fault = msgspec.json.decode(answer, type=Failure)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        if status == _NOT_FOUND:
            return Refused(
                f"there is no {path} here: this connection only watches, or the engine is of "
                "another version."
            )
        return EngineError(f"the engine failed at {path} ({status}).", advice="See its log.")
    return failure(fault)


def failure(fault: Failure) -> EngineError:
    """Return the error that an engine tells, cleaned."""
    error = Refused(safe_text(fault.message, 2000), advice=safe_text(fault.advice, 400))
    error.title = safe_text(fault.title, 60)
    error.exit_status = fault.exit_status if 0 < fault.exit_status < 256 else 1
    return error


def _both(first: Line, second: Line) -> Line:
    match first, second:
        case Snapshot(), _:
            return apply(first, second)
        case Delta(), Beat():
            head = msgspec.structs.replace(first.head, now=second.now)
            return msgspec.structs.replace(first, head=head)
        case Delta(), Delta():
            return both(first, second)
        case _:
            return second
