"""The connection: one engine's socket, opened on the first question, every answer bounded."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from console.client.wire import bounded, check_version, decoded, lines, newest, refusal
from console.errors import EngineAbsent, EngineError
from console.model.snapshot import Line
from console.safe_text import safe_text

if TYPE_CHECKING:
    import httpx

Answer = TypeVar("Answer")

HEARTBEATS_MISSED = 3.0
"""Seconds of silence (three heartbeats) after which a stream is called dead."""

LONG_SECONDS = 600.0
"""How long an answer that has to be computed from everything may take, s."""

_ANSWER_SECONDS = 30.0


def load_httpx() -> None:
    """Load httpx without its own command line, which is as much again as all the rest of it."""
    if "httpx" in sys.modules:
        return
    # a name that is bound to None cannot be imported, which httpx is prepared for
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        import httpx  # noqa: F401
    finally:
        del sys.modules["httpx._main"]


class Connection:
    """Carries questions to a real engine over its Unix socket, or in-process."""

    def __init__(
        self,
        socket: Path | None,
        transport: httpx.AsyncBaseTransport | None = None,
        let_go: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Take where the engine answers; nothing is opened before the first question.

        Args:
            socket: one of the engine's two sockets; None only with a transport.
            transport: what carries the questions instead.
            let_go: what is called at the close besides.
        """
        self._socket = socket
        self._transport = transport
        self._let_go = let_go
        self._opened: httpx.AsyncClient | None = None

    async def stream(self) -> AsyncIterator[Line]:
        """Yield the live lines, a whole snapshot first, until the line breaks.

        Of what one read brings, only one line is yielded that holds all of it.

        Raises:
            EngineAbsent: the engine ends, or is silent for three heartbeats.
            EngineError: it is of another version, or says what is no line.
        """
        load_httpx()
        import httpx

        decoder = msgspec.json.Decoder(Line)
        timeout = httpx.Timeout(HEARTBEATS_MISSED)
        try:
            async with self._http().stream("GET", "/stream", timeout=timeout) as response:
                if response.status_code != httpx.codes.OK:
                    raise refusal(response.status_code, await bounded(response), "/stream")
                greeted = False
                async for batch in lines(response):
                    if not greeted:
                        check_version(batch[0])
                        greeted = True
                    yield newest([decoded(decoder.decode, line) for line in batch])
        except httpx.TransportError as error:
            raise self._absent(error) from None
        raise EngineAbsent("the engine ended.")

    async def follow(
        self,
        path: str,
        body: object,
        kind: type[Answer],
        *,
        silence: float,
        method: str = "POST",
    ) -> AsyncIterator[Answer]:
        """Yield what a command or a long question tells while it is done; raises as `get`.

        Args:
            path: the route.
            body: the command; None for a question; what is sent as it is, if it comes in pieces.
            kind: the type of each line.
            silence: how long it may say nothing, loop time.
            method: `POST`, or `GET` for a question.
        """
        load_httpx()
        import httpx

        content: bytes | AsyncIterable[bytes] | None = None
        if isinstance(body, AsyncIterable):
            content = body
        elif body is not None:
            content = msgspec.json.encode(body)
        try:
            async with self._http().stream(
                method, path, content=content, timeout=silence
            ) as response:
                if response.status_code != httpx.codes.OK:
                    raise refusal(response.status_code, await bounded(response), path)
                async for batch in lines(response):
                    for line in batch:
                        yield decoded(lambda raw: msgspec.json.decode(raw, type=kind), line)
        except httpx.ReadTimeout:
            raise EngineError(f"{path} says nothing more for {silence:g} s.") from None
        except httpx.TransportError as error:
            raise self._absent(error) from None

    async def close(self) -> None:
        """Let go of the connection."""
        if self._opened is not None:
            await self._opened.aclose()
            self._opened = None
        if self._let_go is not None:
            await self._let_go()

    async def get(self, path: str, kind: type[Answer], **query: str) -> Answer:
        """Return the answer to a question, as its type.

        Raises:
            EngineAbsent: no engine answers.
            EngineError: it refuses, or says what is no answer.
        """
        answer = await self.ask("GET", path, query=query)
        return decoded(lambda raw: msgspec.json.decode(raw, type=kind), answer)

    async def get_long(self, path: str, kind: type[Answer], **query: str) -> Answer:
        """Return the answer to a question that takes long; raises as `get`."""
        answer = await self.ask("GET", path, query=query, seconds=LONG_SECONDS)
        return decoded(lambda raw: msgspec.json.decode(raw, type=kind), answer)

    async def post(
        self, path: str, body: object, kind: type[Answer], *, seconds: float = _ANSWER_SECONDS
    ) -> Answer:
        """Return the answer to a command; raises as `get`."""
        answer = await self.ask("POST", path, body=msgspec.json.encode(body), seconds=seconds)
        return decoded(lambda raw: msgspec.json.decode(raw, type=kind), answer)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = _ANSWER_SECONDS,
    ) -> bytes:
        """Return an answer's bytes; raises as `get`.

        Args:
            method: `GET` or `POST`.
            path: the route.
            query: its query.
            body: the command, JSON.
            seconds: how long to wait, loop time.
        """
        load_httpx()
        import httpx

        try:
            async with self._http().stream(
                method, path, params=query, content=body, timeout=seconds
            ) as response:
                answer = await bounded(response)
                if response.status_code != httpx.codes.OK:
                    raise refusal(response.status_code, answer, path)
                return answer
        except httpx.ReadTimeout:
            raise EngineError(
                f"no answer to {path} within {seconds:g} s; whether it was done is not known.",
                advice="Look with: mosaic status",
            ) from None
        except httpx.TransportError as error:
            raise self._absent(error) from None

    def _http(self) -> httpx.AsyncClient:
        """Return the connection, made on the first question: httpx is slow to import."""
        if self._opened is None:
            load_httpx()
            import httpx

            transport = self._transport
            if transport is None:
                transport = httpx.AsyncHTTPTransport(uds=str(self._socket), verify=False)
            self._opened = httpx.AsyncClient(
                transport=transport, base_url="http://engine", trust_env=False
            )
        return self._opened

    def _absent(self, error: BaseException) -> EngineAbsent:
        where = safe_text(self._socket) if self._socket else "in-process"
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, PermissionError):
                return EngineAbsent(
                    f"this user may not use the socket {where}.",
                    advice="Use the account of the engine's operator, or: mosaic watch",
                )
            cause = cause.__cause__ or cause.__context__
        return EngineAbsent(f"none answers at {where}.")
