"""The client: all that the console knows of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from console.client_wire import bounded, check_version, decoded, lines, newest, refusal
from console.errors import EngineAbsent, EngineError
from console.model.settlement import Settlement
from console.model.snapshot import Line
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    HouseDay,
    LedgerPage,
    LedgerQuery,
    Preview,
    Receipt,
    Settle,
    Status,
    Verification,
)
from console.safe_text import safe_text
from console.settings import Settings

if TYPE_CHECKING:
    import httpx

Answer = TypeVar("Answer")

HEARTBEATS_MISSED = 3.0
"""Seconds of silence (three heartbeats) after which a stream is called dead."""

_ANSWER_SECONDS = 30.0
_VERIFY_SECONDS = 600.0


class Engine(Protocol):
    """The questions and commands of a console; `Client` asks a real engine."""

    def stream(self) -> AsyncIterator[Line]:
        """Yield the live lines, a whole snapshot first, until the line breaks (EngineAbsent)."""

    async def status(self) -> Status:
        """Return what the top bar shows."""

    async def settlements(self, day: date | None = None) -> DaySettlements:
        """Return a local day's intervals; today's without an argument."""

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        """Return an interval's plan, stored or as it would be frozen now."""

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        """Return one house over a local day."""

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of the ledger."""

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        """Return the transfer behind a ledger row."""

    async def events(self, before: int | None = None) -> EventPage:
        """Return a page of the log, newest first."""

    async def verify(self) -> Verification:
        """Recompute everything and return the differences."""

    async def settle(self, command: Settle) -> Receipt:
        """Settle an interval; Refused with the reason."""

    async def auto(self, on: bool) -> Status:
        """Switch automatic settlement."""

    async def stand(self, command: str) -> str:
        """Do a visitor's `cloud`, `car`, `settle` or `next`; return a plain sentence."""

    async def stop(self) -> None:
        """End the engine."""

    async def close(self) -> None:
        """Let go of the connection."""


class Client:
    """Asks a real engine over its Unix socket, or the reading routes in-process."""

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

    async def status(self) -> Status:
        """Return what the top bar shows."""
        return await self._get("/status", Status)

    async def settlements(self, day: date | None = None) -> DaySettlements:
        """Return a local day's intervals; today's without an argument."""
        return await self._get("/settlements", DaySettlements, **_day(day))

    async def due(self) -> list[Settlement]:
        """Return the intervals that are closed, held or frozen and not yet signed, oldest first."""
        return await self._get("/due", list[Settlement])

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        """Return an interval's plan, stored or as it would be frozen now."""
        path = f"/preview/{_segment(interval)}"
        return await self._get(path, Preview, provisional="true" if provisional else "false")

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        """Return one house over a local day."""
        return await self._get(f"/houses/{_segment(house)}", HouseDay, **_day(day))

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of the ledger."""
        text = msgspec.json.encode(query).decode("utf-8")
        return await self._get("/ledger", LedgerPage, query=text)

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        """Return the transfer behind a ledger row."""
        names = "/".join(map(_segment, (interval, str(revision), producer, consumer)))
        return await self._get(f"/proof/{names}", EntryProof)

    async def events(self, before: int | None = None) -> EventPage:
        """Return a page of the log, newest first."""
        query = {} if before is None else {"before": str(before)}
        return await self._get("/events", EventPage, **query)

    async def verify(self) -> Verification:
        """Recompute everything and return the differences."""
        answer = await self._ask("GET", "/verify", seconds=_VERIFY_SECONDS)
        return decoded(lambda raw: msgspec.json.decode(raw, type=Verification), answer)

    async def settle(self, command: Settle) -> Receipt:
        """Settle an interval; Refused with the reason."""
        return await self._post("/settle", command, Receipt)

    async def auto(self, on: bool) -> Status:
        """Switch automatic settlement."""
        return await self._post("/auto", {"on": on}, Status)

    async def stand(self, command: str) -> str:
        """Do a visitor's `cloud`, `car`, `settle` or `next`; return a plain sentence."""
        answer = await self._post(f"/stand/{_segment(command)}", {}, dict[str, str])
        return answer.get("text", "")

    async def stop(self) -> None:
        """End the engine."""
        await self._ask("POST", "/stop")

    async def close(self) -> None:
        """Let go of the connection."""
        if self._opened is not None:
            await self._opened.aclose()
            self._opened = None
        if self._let_go is not None:
            await self._let_go()

    async def _get(self, path: str, kind: type[Answer], **query: str) -> Answer:
        answer = await self._ask("GET", path, query=query)
        return decoded(lambda raw: msgspec.json.decode(raw, type=kind), answer)

    async def _post(self, path: str, body: object, kind: type[Answer]) -> Answer:
        answer = await self._ask("POST", path, body=msgspec.json.encode(body))
        return decoded(lambda raw: msgspec.json.decode(raw, type=kind), answer)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = _ANSWER_SECONDS,
    ) -> bytes:
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


async def offline(settings: Settings) -> Client:
    """Return a client of the reading routes in-process, on a read-only store.

    Raises:
        MosaicError: the store cannot be read.
    """
    import httpx

    from console.engine.offline import open_reader

    reader = await open_reader(settings)
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    return Client(None, transport, reader.close)


def _segment(name: str) -> str:
    return quote(name, safe="")


def _day(day: date | None) -> dict[str, str]:
    return {} if day is None else {"day": day.isoformat()}
