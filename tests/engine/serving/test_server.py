from __future__ import annotations

import asyncio
import os
import pwd
import socket
from pathlib import Path

import httpx
import pytest

from console.config import demo_settings
from console.engine.process.lock import EngineLock
from console.engine.process.runner import serve
from console.engine.serving.api import operate_app
from console.engine.serving.server import GROUP_MODE, OPERATOR_MODE, Served, bind
from console.errors import ConfigError, EngineBusy, StoreError
from console.sockets import sockets_of
from tests.engine.street import Opened, Serving, over


@pytest.mark.parametrize("mode", [OPERATOR_MODE, GROUP_MODE])
def test_a_socket_has_exactly_its_mode_whatever_the_umask(short_folder: Path, mode: int) -> None:
    before = os.umask(0)
    try:
        bind(short_folder / "a.sock", mode).close()
        os.umask(0o777)
        bind(short_folder / "b.sock", mode).close()
    finally:
        os.umask(before)
    for name in ("a.sock", "b.sock"):
        assert (short_folder / name).stat().st_mode & 0o777 == mode


def test_the_modes_are_those_of_an_operator_and_of_a_group() -> None:
    assert (OPERATOR_MODE, GROUP_MODE) == (0o600, 0o660)


def test_a_dead_engines_socket_is_taken_over(short_folder: Path) -> None:
    path = short_folder / "operator.sock"
    bind(path, OPERATOR_MODE).close()
    with bind(path, OPERATOR_MODE), socket.socket(socket.AF_UNIX) as console:
        console.connect(str(path))


def test_a_living_engines_socket_is_left_alone(short_folder: Path) -> None:
    """The lock is taken before anything is bound, so a second engine never gets to the socket."""
    settings = demo_settings(2, "summer", short_folder)
    path = sockets_of(settings).operator
    lock = EngineLock.take(short_folder)
    with bind(path, OPERATOR_MODE):
        before = path.stat()
        with pytest.raises(EngineBusy, match=f"process {os.getpid()} holds"):
            serve(settings)
        assert path.stat() == before
    lock.release()


def test_where_no_socket_can_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere.*No such file"):
        bind(tmp_path / "nowhere" / "operator.sock", OPERATOR_MODE)


def test_a_group_that_is_not_there_is_refused(short_folder: Path) -> None:
    with pytest.raises(ConfigError, match="no group 'nobody-knows-it'"):
        bind(short_folder / "operator.sock", GROUP_MODE, "nobody-knows-it")
    assert list(short_folder.iterdir()) == []


async def test_who_commands_is_known_by_the_kernels_word(street: Opened, serving: Serving) -> None:
    path = await serving(operate_app(street.engine, street.engine.audience))
    async with over(path) as console:
        answer = await console.post("/auto", json={"on": True})
        assert answer.status_code == 200
        assert "server" not in answer.headers
    [record] = await street.engine.parts.store.audit.records()
    name = pwd.getpwuid(os.getuid()).pw_name
    assert (record.actor, record.verb) == (f"{name} (uid {os.getuid()})", "auto on")


async def test_an_address_in_a_header_is_not_believed(street: Opened, serving: Serving) -> None:
    path = await serving(operate_app(street.engine, street.engine.audience))
    async with over(path) as console:
        headers = {"x-forwarded-for": "10.0.0.1", "x-forwarded-port": "7"}
        await console.post("/auto", json={"on": False}, headers=headers)
    [record] = await street.engine.parts.store.audit.records()
    assert record.actor == f"{pwd.getpwuid(os.getuid()).pw_name} (uid {os.getuid()})"


async def test_an_attached_console_keeps_no_engine_alive(
    street: Opened, short_folder: Path
) -> None:
    engine, path = street.engine, short_folder / "operator.sock"
    served = Served()
    served.add(operate_app(engine, engine.audience), path, OPERATOR_MODE)
    running = asyncio.create_task(served.run())
    async with over(path) as console, console.stream("GET", "/stream") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        engine.audience.stop()
        served.stop()
        async with asyncio.timeout(2):
            assert [line async for line in lines] == []
            await running
    assert not path.exists()
    with pytest.raises(httpx.ConnectError):
        await over(path).get("/status")


async def test_nonsense_on_the_socket_harms_nobody(street: Opened, serving: Serving) -> None:
    path = await serving(operate_app(street.engine, street.engine.audience))
    for words in (b"\x00\xff" * 500, b"GET /" + b"a" * 70_000, b"POST /settle HTTP/1.1\r\n\r\n"):
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(words)
        writer.write_eof()
        async with asyncio.timeout(5):
            assert b" 200 " not in (await reader.read())[:20]
        writer.close()
    async with over(path) as console:
        assert (await console.get("/status")).status_code == 200
