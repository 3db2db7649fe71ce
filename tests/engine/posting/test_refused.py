"""A meter that refuses us: it is asked no more, there is an alarm, and a way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.engine.test_changing import FILE, HOUSES, START, Running, opened

ANSWER = (
    b'{"total_power_import_kwh":4812.301,"total_power_export_kwh":6120.457,"active_power_w":-4210}'
)


def state_of(here: Running) -> str:
    return here.engine.intake.states["real"].state.value


async def test_a_meter_that_refused_us_is_asked_again_when_the_file_is_read_again(
    tmp_path: Path,
) -> None:
    allowed, asked = False, 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        body = ANSWER if allowed else b""
        status = b"200 OK" if allowed else b"403 Forbidden"
        head = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        writer.write(head % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    file = tmp_path / "config.toml"
    house = f'\n[[house]]\nid = "real"\nmeter = {{ profile = "homewizard-v1", url = "{url}" }}\n'
    file.write_text(FILE + HOUSES + house)
    here = await opened(file, START)
    await here.to(9, 50)
    assert asked == 1
    assert state_of(here) == "lost"
    assert [alarm.title for alarm in here.engine.parts.log.alarms] == ["real lost"]
    allowed = True
    await here.writer.reload("hangup signal")
    await here.to(9, 55)
    assert asked > 1
    assert not [alarm for alarm in here.engine.parts.log.alarms if alarm.ended is None]
    assert state_of(here) == "live"
    await here.engine.close()
    server.close()
