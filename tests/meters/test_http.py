from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.clock import FrozenClock
from console.errors import ConfigError, MeterBusy, MeterDenied, MeterError
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.simulated import SimulatedStreet, demo_street

PROFILE = load_profile("homewizard-v1")
Serve = Callable[[str], Awaitable[str]]


class Canned(httpx.AsyncBaseTransport):
    """Answers from memory, or fails as often as told."""

    def __init__(self, body: bytes = b"", failures: int = 0, error: str = "refused") -> None:
        self.body = body
        self.failures = failures
        self.error = error
        self.asked = 0
        self.status = 200
        self.headers: dict[str, str] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.failures:
            self.failures -= 1
            raise httpx.ConnectError(self.error)
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))


async def ask(url: str, timeout: float = 5.0) -> object:
    meter = HttpMeter("test1", PROFILE, url, timeout=timeout)
    try:
        return await meter.read()
    finally:
        await meter.close()


async def test_a_sound_meter_is_read_again_and_again_over_its_connection(serve: Serve) -> None:
    meter = HttpMeter("test1", PROFILE, await serve("good"))
    for _ in range(3):
        measurement = await meter.read()
        assert (measurement.whole_import_wh, measurement.whole_export_wh) == (4812301, 6120457)
        assert measurement.whole_power_w == -4210
    await meter.close()


async def test_a_lower_register_is_told_as_it_is(serve: Serve) -> None:
    meter = HttpMeter("test1", PROFILE, await serve("lower"))
    assert (await meter.read()).whole_import_wh == 0
    await meter.close()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("nan", "not JSON"),
        ("html", "HTML page"),
        ("disguised html", "HTML page"),
        ("redirect", "redirects elsewhere"),
        ("gzip", "coding"),
        ("broken", "status 500"),
        ("deep", "nested too deeply"),
        ("too large", "more than 65536 bytes"),
        ("ten megabytes", "more than 65536 bytes"),
        ("hang up", "ended amid an answer"),
        ("no http", "HTTP properly"),
    ],
)
async def test_each_fault_is_one_sentence_that_names_the_place(
    serve: Serve, fault: str, sentence: str
) -> None:
    with pytest.raises(MeterError, match=sentence) as caught:
        await ask(await serve(fault))
    assert "127.0.0.1" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("fault", ["drip", "silence"])
async def test_the_whole_request_is_bound_in_time(serve: Serve, fault: str) -> None:
    with pytest.raises(MeterError, match=r"within 0\.2 s"):
        await ask(await serve(fault), timeout=0.2)


@pytest.mark.parametrize(
    ("fault", "advice"), [("denied", "local access"), ("password", "wants a password")]
)
async def test_a_meter_that_refuses_us_says_what_to_do(
    serve: Serve, fault: str, advice: str
) -> None:
    with pytest.raises(MeterDenied) as caught:
        await ask(await serve(fault))
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    "challenge",
    [
        "Digest realm=, nonce=b",
        "Digest realm",
        "Digest",
        "Digest nonce=b",
        'Digest realm="r", nonce="n", algorithm=ROT13',
        'Digest realm="r", nonce="n", qop="auth-int"',
    ],
)
async def test_a_challenge_that_nobody_can_answer_is_told(challenge: str) -> None:
    guarded = Canned()
    guarded.status = 401
    guarded.headers = {"www-authenticate": challenge}
    profile = load_profile("shelly-gen2")
    meter = HttpMeter("test1", profile, "http://meter", secret="word", transport=guarded)
    with pytest.raises(MeterError, match=r"kind of password|refuses access \(401\)|Malformed"):
        await meter.read()


async def test_a_busy_meter_says_for_how_long(serve: Serve) -> None:
    with pytest.raises(MeterBusy) as caught:
        await ask(await serve("busy"))
    assert caught.value.seconds == 120


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("99999", 3600),
        ("Sun, 21 Jun 2026 12:02:00 GMT", 120),
        ("Sun, 21 Jun 2026 11:00:00 GMT", None),
        ("Mon, 22 Jun 2026 12:00:00 GMT", 3600),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_seconds_or_a_time_by_the_meters_own_date(
    status: int, asked: str, seconds: int | None
) -> None:
    busy = Canned()
    busy.status = status
    busy.headers = {"retry-after": asked, "date": "Sun, 21 Jun 2026 12:00:00 GMT"}
    with pytest.raises(MeterError) as caught:
        await HttpMeter("test1", PROFILE, "http://meter", transport=busy).read()
    found = caught.value.seconds if isinstance(caught.value, MeterBusy) else None
    assert found == seconds


async def test_a_proxy_of_the_environment_is_never_asked(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, await serve("html"))
    assert await ask(await serve("good"))


async def test_a_closed_port_is_no_connection() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(MeterError, match="no connection"):
            await ask(f"http://127.0.0.1:{held.getsockname()[1]}")


async def test_a_connection_error_alone_is_tried_again_and_once() -> None:
    good = Canned(b'{"total_power_import_kwh":1,"total_power_export_kwh":1,"active_power_w":1}', 1)
    await HttpMeter("test1", PROFILE, "http://meter", transport=good).read()
    assert good.asked == 2
    bad = Canned(failures=9, error="\x1b[31mred")
    with pytest.raises(MeterError) as caught:
        await HttpMeter("test1", PROFILE, "http://meter", transport=bad).read()
    assert bad.asked == 2
    assert "\x1b" not in caught.value.message


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused(body: bytes) -> None:
    meter = HttpMeter("test1", PROFILE, "http://meter", transport=Canned(body))
    with pytest.raises(MeterError):
        asyncio.run(meter.read())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://meter",
        "file:///etc/passwd",
        "meter",
        "http://",
        "http://user:word@meter",
        "http://meter/path",
        "http://meter#part",
        "http://169.254.169.254",
        "http://224.0.0.1",
        "http://0.0.0.0",
        "http://[fe80::1]",
        "http://meter:port",
        "",
    ],
)
def test_an_address_that_is_none_of_a_meter_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        HttpMeter("test1", PROFILE, url)


@pytest.mark.parametrize("scheme", ["http", "ftp", "no scheme"])
def test_a_password_in_the_address_is_not_repeated(scheme: str) -> None:
    with pytest.raises(ConfigError) as caught:
        HttpMeter("test1", PROFILE, f"{scheme}://user:hunter2@meter")
    assert "hunter2" not in caught.value.paragraph


async def test_a_meter_over_tls_is_not_spoken_to_without_a_certificate(serve: Serve) -> None:
    url = (await serve("good")).replace("http://", "https://")
    with pytest.raises(MeterError):
        await ask(url)


async def test_a_simulated_house_answers_over_real_tcp(
    serve_house: Callable[[SimulatedStreet, str, FrozenClock], Awaitable[str]],
) -> None:
    clock = FrozenClock(datetime(2026, 6, 21, 9, 30, tzinfo=UTC))
    street = demo_street(["test1", "test2", "test3"], 1, 60.2, 24.66)
    meter = HttpMeter("test1", PROFILE, await serve_house(street, "test1", clock))
    measurement = await meter.read()
    assert measurement.whole_import_wh == street.meter("test1", clock.now()).import_wh
    await meter.close()
