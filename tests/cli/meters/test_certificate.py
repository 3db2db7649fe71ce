"""`mosaic meters certificate` shows what a meter shows; `--tls` says by what it is believed."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.__main__ import main
from console.config import read
from console.settings import TlsSettings
from tests.meters.certificates import authority, meter_context
from tests.meters.conftest import GOOD

Capture = pytest.CaptureFixture[str]
NAME = "appliance/p1dongle/5c2faf001122"


class Meter:
    """A meter over https on a thread of its own."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self.url = ""

    def __enter__(self) -> Meter:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=self._context)
        self.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._ended.wait()
        server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(GOOD) + GOOD)
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        writer.close()


@pytest.fixture
def pin_and_ca(tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    """A meter's url, its fingerprint, and its authority's file."""
    works = authority(tmp_path)
    context, pin = meter_context(tmp_path, NAME, works)
    with Meter(context) as meter:
        yield meter.url, f"sha256:{pin}", str(works.file)


def test_a_certificate_is_shown_before_it_is_believed(
    pin_and_ca: tuple[str, str, str], capsys: Capture
) -> None:
    url, pin, _ = pin_and_ca
    assert main(["meters", "certificate", url.removeprefix("https://")]) == 0
    told = capsys.readouterr().out
    assert f"fingerprint   {pin}\n" in told
    assert f'  tls = {{ pin = "{pin}" }}\n' in told
    assert f'name = "{NAME}"' in told
    assert main(["meters", "certificate", url, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["pin"], shown["names"]) == (pin, [NAME])
    assert (shown["subject"], shown["issuer"]) == (f"CN={NAME}", "CN=Meter Works CA")
    broker = url.replace("https://", "mqtts://") + "/houses/barn"
    assert main(["meters", "certificate", broker]) == 0
    assert f"fingerprint   {pin}\n" in capsys.readouterr().out


def test_a_house_is_added_by_its_meters_fingerprint_or_authority(
    folder: Path, pin_and_ca: tuple[str, str, str], capsys: Capture
) -> None:
    url, pin, ca = pin_and_ca
    words = ["houses", "add", "barn", "--yes", "--meter-url", url]
    assert main(words) == 1
    told = capsys.readouterr().err
    assert "certificate is not believed" in told
    assert "mosaic meters certificate URL" in told
    assert main([*words, "--tls", f"pin={pin.upper().replace('SHA256', 'sha256')}"]) == 0
    words[2:3] = ["shed", "--anyway"]
    assert main([*words, "--tls", f"ca={ca}", "--tls", f"name={NAME}"]) == 0
    added = {one.house.id: one.meter.tls for one in read(folder / "config.toml").members}
    assert added["barn"] == TlsSettings(pin=pin)
    assert added["shed"] == TlsSettings(ca=Path(ca), name=NAME)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["pin=sha256:00"], "--tls pin must be"),
        (["pin=" + "0" * 64, "name=a"], "says all by itself"),
        (["key=a"], "is none of ca, name and pin"),
        (["name=a", "name=b"], "stands there twice"),
        (["name=a b"], "--tls name must be the name in the meter's certificate"),
        (["pin"], "has no value"),
    ],
)
def test_a_wrong_word_of_tls_is_one_paragraph(
    folder: Path, words: list[str], told: str, capsys: Capture
) -> None:
    options = [option for word in words for option in ("--tls", word)]
    assert main(["houses", "add", "barn", "--yes", "--meter-url", "https://a", *options]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("url", ["127.0.0.1:9", "https://127.0.0.1:9", "http://127.0.0.1"])
def test_where_there_is_none_a_sentence_says_so(url: str, capsys: Capture) -> None:
    assert main(["meters", "certificate", url]) != 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "127.0.0.1" in told.err
