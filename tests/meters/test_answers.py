"""Each captured answer is read over real HTTP, behind its meter's authentication."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.errors import MeterDenied, MeterError
from console.meters.catalogue import load_table, profile_names
from console.meters.http import HttpMeter
from console.meters.measurement import Measurement
from console.meters.profile import Profile
from console.meters.profile_schema import Sample
from tests.meters.samples import parts_of, parts_of_answer

SECRET = "admin:h.nter2"
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256\r\n'

CASES = [
    pytest.param(name, test, id=f"{name}-{test.sample or index}")
    for name in profile_names()
    for index, test in enumerate(load_table(name).tests)
    if load_table(name).http is not None
]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_fits(head: str) -> bool:
    fields = dict(re.findall(r'(\w+)="?([^",\r]+)"?', head.partition("Digest ")[2]))
    first = sha("admin:r:h.nter2")
    second = sha(f"GET:{fields.get('uri')}")
    words = (fields.get(key, "") for key in ("nc", "cnonce", "qop"))
    return fields.get("response") == sha(":".join([first, "n1", *words, second]))


def is_let_in(auth: str, head: str) -> bool:
    kind, _, name = auth.partition(":")
    basic = base64.b64encode(SECRET.encode()).decode()
    match kind:
        case "basic":
            return f"authorization: basic {basic}".lower() in head.lower()
        case "digest":
            return digest_fits(head)
        case "bearer":
            return f"authorization: bearer {SECRET}" in head.lower()
        case "header":
            return f"{name}: {SECRET}".lower() in head.lower()
        case "query":
            return f"{name}=admin%3Ah.nter2" in head.partition("\r\n")[0]
    return True


@pytest.fixture
async def guarded() -> AsyncIterator[Callable[[str, Mapping[str, bytes]], object]]:
    """Serve documents by path behind an authentication; return the url."""
    servers: list[asyncio.Server] = []
    writers: list[asyncio.StreamWriter] = []

    async def start(auth: str, documents: Mapping[str, bytes]) -> str:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            try:
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode()
                    body, status, more = b"", "401 Unauthorized", CHALLENGE
                    if is_let_in(auth, head):
                        target = head.split(" ")[1]
                        target = re.sub(r"[?&]password=.*", "", target)
                        body, status, more = documents[target], "200 OK", ""
                    top = f"HTTP/1.1 {status}\r\n{more}content-length: {len(body)}\r\n\r\n"
                    writer.write(top.encode() + body)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for writer in writers:
        writer.close()
    for server in servers:
        server.close()


@pytest.mark.parametrize(("name", "test"), CASES)
async def test_every_answer_is_read_behind_its_authentication(
    guarded: Callable[..., object], name: str, test: Sample
) -> None:
    profile = Profile(name, load_table(name), test.params)
    names = list(profile.paths)
    parts = (
        parts_of_answer(test.answer, names) if test.answer else parts_of(test.sample or "", names)
    )
    if parts is None:
        pytest.skip("the sample is not at hand")
    auth = profile.http.auth
    url = await guarded(auth, {profile.paths[key]: parts[key] for key in names})  # type: ignore[misc]
    meter = HttpMeter("test1", profile, str(url), secret=SECRET)
    for _ in range(2):
        said = await meter.read()
        assert said.import_wh == Decimal(test.import_wh)
        assert said.export_wh == (None if test.export_wh is None else Decimal(test.export_wh))
        assert said.power_w == Decimal(test.power_w)
    await meter.close()
    if auth != "none":
        stranger = HttpMeter("test1", profile, str(url), secret="admin:zebra9")
        with pytest.raises(MeterDenied) as caught:
            await stranger.read()
        assert "zebra9" not in caught.value.paragraph
        await stranger.close()


async def test_a_meter_that_repeats_its_secret_does_not_tell_it(
    guarded: Callable[..., object],
) -> None:
    profile = Profile("powerfox-local", load_table("powerfox-local"))
    body = b'{"values":[{"obis":"1.8.0","value":"admin:h.nter2"}]}'
    url = await guarded("header:X-API-KEY", {"/value": body})  # type: ignore[misc]
    meter = HttpMeter("test1", profile, str(url), secret=SECRET)
    with pytest.raises(MeterError) as caught:
        await meter.read()
    assert SECRET not in caught.value.paragraph
    await meter.close()


FUZZED = [
    (name, test)
    for name in profile_names()
    for test in load_table(name).tests
    if test.answer and load_table(name).http is not None
]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
JUNK: st.SearchStrategy[object] = (
    st.none()
    | st.booleans()
    | st.text(max_size=6).filter(lambda text: not NUMBER.fullmatch(text))
    | st.just([])
    | st.just({})
)
"""No number: several meters write theirs in quotation marks."""
ANSWERS = {"slice": 3_000, "full": 100_000}[os.environ.get("SOAK", "full")]


def read_of(name: str, test: Sample, document: bytes) -> Measurement:
    return Profile(name, load_table(name), test.params).read(document)


def spoil(value: object, junk: object, steps: list[int]) -> object:
    """Return a document with one of its leaves replaced, found by steps."""
    if isinstance(value, dict) and value:
        key = sorted(value)[steps[0] % len(value)]
        return value | {key: spoil(value[key], junk, [*steps[1:], steps[0]])}
    if isinstance(value, list) and value:
        at = steps[0] % len(value)
        return [*value[:at], spoil(value[at], junk, [*steps[1:], steps[0]]), *value[at + 1 :]]
    return junk


def check_spoilt(name: str, test: Sample, junk: object, steps: list[int]) -> None:
    """Whatever one leaf becomes, each value is refused or is the sound one: never made up."""
    document = json.dumps(spoil(json.loads(test.answer or ""), junk, steps)).encode()
    try:
        said = read_of(name, test, document)
    except MeterError:
        return
    sound = {Decimal(test.import_wh), Decimal(test.power_w), Decimal(test.export_wh or 0)}
    assert {said.import_wh, said.power_w, said.export_wh or Decimal(0)} <= sound


STEPS = st.lists(st.integers(0, 20), min_size=4, max_size=8)


@settings(max_examples=150)
@given(st.sampled_from(FUZZED), JUNK, STEPS)
def test_a_spoilt_answer_makes_no_reading(
    case: tuple[str, Sample], junk: object, steps: list[int]
) -> None:
    check_spoilt(*case, junk, steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=ANSWERS, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FUZZED), JUNK, STEPS)
def test_a_hundred_thousand_spoilt_answers_make_no_reading(
    case: tuple[str, Sample], junk: object, steps: list[int]
) -> None:
    check_spoilt(*case, junk, steps)
