"""Meters over TLS: by the usual authorities, by one of their own, or by their fingerprint."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from console.errors import ConfigError, MeterAbsent, MeterError
from console.meters.catalogue import load_profile
from console.meters.http import HttpMeter
from console.meters.measurement import Measurement
from console.meters.tls import trust_of
from console.settings import TlsSettings
from tests.meters.certificates import authority, meter_context
from tests.meters.conftest import GOOD

PROFILE = load_profile("homewizard-v1")
OWN_NAME = "appliance/p1dongle/5c2faf001122"


class Heard:
    """What a meter heard of its clients."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0


@asynccontextmanager
async def meter(context: ssl.SSLContext) -> AsyncIterator[tuple[str, Heard]]:
    heard = Heard()
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.connections += 1
        writers.append(writer)
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                heard.requests.append(request)
                head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(GOOD)
                writer.write(head + GOOD)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    finally:
        server.close()
        for writer in writers:
            writer.close()


async def read(url: str, tls: TlsSettings, times: int = 1) -> Measurement:
    one = HttpMeter("test1", PROFILE, url, tls=tls)
    try:
        for _ in range(times - 1):
            await one.read()
        return await one.read()
    finally:
        await one.close()


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    context, _ = meter_context(tmp_path, "127.0.0.1", address=True)
    async with meter(context) as (url, heard):
        with pytest.raises(MeterError, match="certificate is not believed: self") as caught:
            await read(url, TlsSettings())
        assert isinstance(caught.value, MeterAbsent)
        assert "mosaic meters certificate" in caught.value.advice
        assert heard.requests == []


async def test_the_authority_of_a_meter_vouches_for_its_address(tmp_path: Path) -> None:
    works = authority(tmp_path)
    context, _ = meter_context(tmp_path, "meter", works, address=True)
    async with meter(context) as (url, heard):
        said = await read(url, TlsSettings(ca=works.file), times=3)
        assert said.whole_import_wh == 4812301
        assert (heard.connections, len(heard.requests)) == (1, 3)


async def test_a_certificate_for_another_name_is_believed_by_that_name_alone(
    tmp_path: Path,
) -> None:
    works = authority(tmp_path)
    context, _ = meter_context(tmp_path, OWN_NAME, works)
    async with meter(context) as (url, heard):
        with pytest.raises(MeterError, match="not believed"):
            await read(url, TlsSettings(ca=works.file))
        with pytest.raises(MeterError, match="not believed"):
            await read(url, TlsSettings(ca=works.file, name="appliance/p1dongle/other"))
        assert heard.requests == []
        said = await read(url, TlsSettings(ca=works.file, name=OWN_NAME))
        assert said.whole_import_wh == 4812301


async def test_another_authority_does_not_vouch(tmp_path: Path) -> None:
    works, others = authority(tmp_path), authority(tmp_path, "Other Works")
    context, _ = meter_context(tmp_path, "meter", works, address=True)
    async with meter(context) as (url, heard):
        with pytest.raises(MeterError, match="not believed"):
            await read(url, TlsSettings(ca=others.file))
        assert heard.requests == []


async def test_a_certificate_that_has_ended_is_not_believed(tmp_path: Path) -> None:
    works = authority(tmp_path)
    context, _ = meter_context(tmp_path, "meter", works, address=True, lasts=timedelta(days=-1))
    async with meter(context) as (url, _):
        with pytest.raises(MeterError, match="certificate has expired"):
            await read(url, TlsSettings(ca=works.file))


async def test_a_pinned_certificate_is_known_by_its_fingerprint_alone(tmp_path: Path) -> None:
    context, found = meter_context(tmp_path, "whatever", lasts=timedelta(days=-1))
    async with meter(context) as (url, heard):
        said = await read(url, TlsSettings(pin=f"sha256:{found}"), times=2)
        assert said.whole_import_wh == 4812301
        assert heard.connections == 1


async def test_another_certificate_than_the_pinned_one_hears_no_request(tmp_path: Path) -> None:
    context, found = meter_context(tmp_path, "whatever")
    async with meter(context) as (url, heard):
        with pytest.raises(MeterError, match="it has the fingerprint sha256:") as caught:
            await read(url, TlsSettings(pin="sha256:" + "00" * 32))
        assert found in caught.value.message
        assert heard.requests == []


def test_meters_of_a_kind_share_their_context(tmp_path: Path) -> None:
    works, others = authority(tmp_path), authority(tmp_path, "Other Works")
    kinds = [
        TlsSettings(),
        TlsSettings(ca=works.file),
        TlsSettings(ca=others.file),
        TlsSettings(pin="sha256:" + "11" * 32),
    ]
    contexts = [trust_of(kind, "http").context for kind in kinds]
    assert len(set(contexts)) == len(kinds)
    assert contexts == [trust_of(kind, "http").context for kind in kinds]
    named = TlsSettings(ca=works.file, name=OWN_NAME)
    assert trust_of(named, "http").context is contexts[1]
    other_pin = TlsSettings(pin="sha256:" + "22" * 32)
    assert trust_of(other_pin, "http").context is contexts[3]
    for kind, context in zip(kinds, contexts, strict=True):
        assert trust_of(kind, "mqtt").context is not context


@pytest.mark.parametrize("text", ["", "no certificate", "\u00e9", "x" * 2**21])
def test_a_file_that_is_no_authority_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no authority's certificate"):
        HttpMeter("test1", PROFILE, "https://127.0.0.1", tls=TlsSettings(ca=file))


def test_an_authority_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.pem cannot be read: No such file"):
        HttpMeter("h", PROFILE, "https://127.0.0.1", tls=TlsSettings(ca=tmp_path / "nowhere.pem"))
