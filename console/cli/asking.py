"""The asking: one question to an engine, or to the store at rest, from a plain command."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM
from socket import socket as stream_socket
from typing import TypeVar

from console.client import Client, offline
from console.errors import EngineAbsent
from console.settings import Settings
from console.sockets import sockets_of

Answer = TypeVar("Answer")
Question = Callable[[Client], Awaitable[Answer]]

LISTEN_SECONDS = 1.0
"""How long a listening engine may take to let a connection in, s."""


def command(settings: Settings, question: Question[Answer]) -> Answer:
    """Return an engine's answer over its operator's socket.

    Raises:
        EngineAbsent: no engine answers.
        EngineError: it refuses.
    """
    return asyncio.run(_asked(Client(sockets_of(settings).operator), question))


def read(settings: Settings, question: Question[Answer]) -> Answer:
    """Return the answer to a question that only reads, also while no engine runs.

    Raises:
        MosaicError: the engine refuses, or the store at rest cannot be read.
    """
    return asyncio.run(_read(settings, question))


def answers(socket: Path) -> bool:
    """Return whether an engine listens at a socket; nothing is asked, which would take time."""
    with closing(stream_socket(AF_UNIX, SOCK_STREAM)) as line:
        line.settimeout(LISTEN_SECONDS)
        try:
            line.connect(os.fspath(socket))
        except TimeoutError:
            # it is there and busy: whoever asks it will be told so
            return True
        except OSError:
            return False
    return True


async def _read(settings: Settings, question: Question[Answer]) -> Answer:
    sockets = sockets_of(settings)
    for socket in (sockets.operator, sockets.watch):
        client = Client(socket)
        try:
            await client.status()
        except EngineAbsent:
            await client.close()
            continue
        return await _asked(client, question)
    return await _asked(await offline(settings), question)


async def _asked(client: Client, question: Question[Answer]) -> Answer:
    try:
        return await question(client)
    finally:
        await client.close()
