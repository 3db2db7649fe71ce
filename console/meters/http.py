"""One meter over HTTP: a bounded request, and every failure as one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx

from console.errors import (
    InvariantBroken,
    MeterAbsent,
    MeterBusy,
    MeterDenied,
    MeterError,
)
from console.meters.address import checked_url
from console.meters.auth import authentication
from console.meters.connection import final
from console.meters.device import Device, device_at
from console.meters.measurement import Measurement
from console.meters.meter_time import Freshness
from console.meters.profile import Profile
from console.meters.tls import HOW_BELIEVED
from console.meters.wire import UnprovenMeter
from console.safe_text import safe_text
from console.settings import TlsSettings

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "mosaic-console",
}
_FORBIDDEN = 403
_DENIED = frozenset({401, _FORBIDDEN})
_BUSY = frozenset({429, 503})
_LONGEST_REST = 3600.0


class HttpMeter:
    """A house's meter that is asked over HTTP."""

    listens = False
    """It speaks only when asked."""

    def __init__(
        self,
        house: str,
        profile: Profile,
        url: str,
        *,
        source: str = "",
        timeout: float | None = None,
        secret: str = "",
        tls: TlsSettings | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare the request; nothing is sent yet.

        Args:
            house: the house's id.
            profile: how this kind of meter is asked and read.
            url: where it answers, as in `http://192.168.1.20`.
            source: what is noted with each reading; the profile's name where left out.
            timeout: the most that a whole request may take, loop seconds; the profile's own
                where left out or longer.
            secret: what the profile's authentication shows; empty for none. It is told nowhere.
            tls: by what its certificate is believed, over https.
            transport: what carries the request; where left out the one connection to that address,
                shared by all meters behind it.

        Raises:
            ConfigError: the url is not one of a meter, the secret names no user, or the authority
                of its certificate cannot be read.
        """
        base = checked_url(url)
        self.house = house
        """The house's id."""
        self.source = source or profile.name
        """What is noted with each reading as its source."""
        self._place = safe_text(base.netloc.decode("ascii"), 60)
        self.plate = profile.plate(self._place if transport is None else "")
        """What it is."""
        self._profile = profile
        most = float(profile.http.timeout)
        self._timeout = most if timeout is None else min(timeout, most)
        self._device = Device(transport) if transport else device_at(base, tls or TlsSettings())
        self._secret = secret
        self._auth = authentication(profile.http, secret)
        self._challenged = isinstance(self._auth, httpx.DigestAuth)
        self._freshness = Freshness()
        self._requests = {name: self._request(base, path) for name, path in profile.paths.items()}

    async def read(self) -> Measurement:
        """Ask the meter once and return what it says.

        Raises:
            MeterDenied: it wants a password or refuses us.
            MeterBusy: it asks to be left alone for a while.
            MeterError: anything else that is no good answer, in one sentence.
        """
        await self._take_turn()
        try:
            async with asyncio.timeout(self._timeout):
                documents = {
                    name: await self._fetch(request) for name, request in self._requests.items()
                }
        except TimeoutError:
            raise MeterError(
                f"{self._place} gave no whole answer within {self._timeout:g} s"
            ) from None
        except (httpx.TransportError, OSError) as error:
            sentence = self._hidden(self._sentence(error))
            raise _failure(error)(sentence, advice=_advice(error)) from None
        finally:
            self._device.end_turn()
        try:
            said = self._profile.read_all(documents)
            self._freshness.check(said, asyncio.get_running_loop().time())
        except MeterError as error:
            raise MeterError(f"{self._place}: {self._hidden(error.message)}") from None
        return said

    async def close(self) -> None:
        """Let go of the connection, where no other meter uses it."""
        await self._device.leave(self)

    async def _take_turn(self) -> None:
        try:
            await self._device.take_turn(self, self._timeout)
        except TimeoutError:
            raise MeterError(
                f"{self._place} is still asked for other meters after {self._timeout:g} s"
            ) from None

    def _request(self, base: httpx.URL, path: str) -> httpx.Request:
        """Return a request as it is sent again and again, with the secret where that is all."""
        request = httpx.Request(
            "GET",
            base.copy_with(raw_path=path.encode("ascii")),
            headers={**_HEADERS, **self._profile.http.headers},
        )
        return request if self._challenged else final(next(self._auth.auth_flow(request)))

    async def _fetch(self, request: httpx.Request) -> bytes:
        response = await (self._answer(request) if self._challenged else self._send(request))
        try:
            self._refuse_status(response.status_code, response.headers)
            self._refuse_form(response.headers)
            return await self._body(response)
        finally:
            await response.aclose()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and answer the meter's challenge once."""
        fresh = httpx.Request(request.method, request.url, headers=request.headers)
        flow = self._auth.auth_flow(fresh)
        try:
            asked = next(flow)
            while True:
                response = await self._send(asked)
                response.request = asked
                try:
                    asked = flow.send(response)
                except StopIteration:
                    return response
                except (LookupError, NotImplementedError, ValueError):
                    # what the digest's reader says of a challenge that it cannot answer
                    await response.aclose()
                    raise MeterDenied(
                        f"{self._place} asks for a kind of password that is not known here"
                    ) from None
                await self._let_go(response)
        finally:
            flow.close()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._device.transport.handle_async_request(request)
        except UnprovenMeter:
            raise
        except httpx.ConnectError:
            return await self._device.transport.handle_async_request(request)

    async def _let_go(self, response: httpx.Response) -> None:
        """Read a refused answer to its end, so that the connection can be used again."""
        try:
            await self._body(response)
        finally:
            await response.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        most = self._profile.http.max_bytes
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise InvariantBroken("a meter's transport must answer with an asynchronous stream")
        body = bytearray()
        async for chunk in stream:
            body += chunk
            if len(body) > most:
                raise MeterError(f"{self._place} answered more than {most} bytes")
        document = bytes(body)
        if document.lstrip()[:1] == b"<":
            raise self._page()
        return document

    def _refuse_status(self, status: int, headers: Mapping[str, str]) -> None:
        if status == 200:
            return
        if status in _DENIED:
            raise MeterDenied(
                f"{self._place} refuses access ({status})", advice=self._way_in(status)
            )
        if 300 <= status < 400:
            raise MeterError(f"{self._place} redirects elsewhere ({status}), which is not followed")
        seconds = _rest(headers)
        if status in _BUSY and seconds:
            raise MeterBusy(f"{self._place} is busy ({status})", seconds=seconds)
        raise MeterError(f"{self._place} answered with status {status}")

    def _way_in(self, status: int) -> str:
        allow = "Allow local access in the meter's own app." if status == _FORBIDDEN else ""
        if self._profile.http.auth == "none":
            return allow or "It wants a password; its profile has none."
        given = "Its secret may be wrong" if self._secret else "It may want its secret"
        return f'{allow} {given} (secret = "file:PATH" beside its url).'.lstrip()

    def _hidden(self, text: str) -> str:
        """Return a text in which a meter that repeats its secret does not tell it."""
        return text.replace(self._secret, "***") if self._secret else text

    def _refuse_form(self, headers: Mapping[str, str]) -> None:
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity":
            raise MeterError(
                f"{self._place} answered in the coding {safe_text(coding, 20)!r}, not asked for"
            )
        if headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml")):
            raise self._page()

    def _page(self) -> MeterError:
        return MeterError(
            f"{self._place} answered with an HTML page, not with data",
            advice="Is another device at this address now, or is the meter's local API off?",
        )

    def _sentence(self, error: Exception) -> str:
        match error:
            case httpx.ConnectTimeout():
                return f"{self._place} does not take the connection"
            case UnprovenMeter():
                return f"{self._place}'s certificate is not believed: {safe_text(error, 100)}"
            case httpx.ConnectError():
                return f"no connection to {self._place}: {safe_text(error, 80)}"
            case httpx.TimeoutException():
                return f"{self._place} gave no whole answer within {self._timeout:g} s"
            case httpx.ProtocolError():
                return f"{self._place} does not speak HTTP properly: {safe_text(error, 80)}"
        return f"the connection to {self._place} broke: {safe_text(error, 80)}"


def _failure(error: Exception) -> type[MeterError]:
    absent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    return MeterAbsent if absent else MeterError


def _advice(error: Exception) -> str:
    return HOW_BELIEVED if isinstance(error, UnprovenMeter) else ""


def _rest(headers: Mapping[str, str]) -> float:
    """Return how long a meter asks to be left alone, s: a number, or a time by its own clock."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit() and len(asked) < 10:
        return min(float(asked), _LONGEST_REST)
    try:
        until = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, min(until.total_seconds(), _LONGEST_REST))
