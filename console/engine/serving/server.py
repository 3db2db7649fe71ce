"""The server: the applications on their Unix sockets, in one loop, ended by one event."""

from __future__ import annotations

import asyncio
import contextlib
import grp
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from console.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from starlette.applications import Starlette

OPERATOR_MODE = 0o600
GROUP_MODE = 0o660
LINGER_SECONDS = 2


class PeerProtocol(H11Protocol):
    """HTTP over a Unix socket that knows who is at the other end, by the kernel's word."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the peer's uid and pid in place of an address."""
        super().connection_made(transport)
        peer = transport.get_extra_info("socket")
        if peer is not None and hasattr(socket, "SO_PEERCRED"):
            raw = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            _pid, uid, _gid = struct.unpack("3i", raw)
            self.client = ("peer", uid)


class _Server(uvicorn.Server):
    """A uvicorn server that tells when it answers and leaves the signals to the engine."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(path: Path, mode: int, group: str = "") -> socket.socket:
    """Return a listening Unix socket at a path with exactly these permissions.

    The caller holds the engine's lock, so whatever lies at the path is a dead engine's.

    Raises:
        ConfigError: the group does not exist.
        StoreError: the socket cannot be made there.
    """
    try:
        owner = grp.getgrnam(group).gr_gid if group else -1
    except KeyError as error:
        raise ConfigError(f"[engine] group: there is no group {group!r}.") from error
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _place(listening, path, mode, owner)
    except OSError as error:
        listening.close()
        raise StoreError(
            f"the socket {path} cannot be made: {error.strerror or error}.",
            advice="Name another folder under [engine] data.",
        ) from error
    listening.setblocking(False)
    return listening


def _place(listening: socket.socket, path: Path, mode: int, group: int) -> None:
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listening.bind(os.fspath(path))
    finally:
        os.umask(before)
    os.chown(path, -1, group)
    path.chmod(mode)
    listening.listen(64)


class Served:
    """The engine's applications while they are served."""

    def __init__(self) -> None:
        """Serve nothing yet."""
        self._servers: list[tuple[_Server, socket.socket, Path]] = []

    def add(self, application: Starlette, path: Path, mode: int, group: str = "") -> None:
        """Bind an application to a socket; it answers once `run` runs."""
        config = uvicorn.Config(
            application,
            http=PeerProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=LINGER_SECONDS,
        )
        self._servers.append((_Server(config), bind(path, mode, group), path))

    async def answering(self) -> None:
        """Return once every application answers."""
        for server, _listening, _path in self._servers:
            await server.answering.wait()

    async def run(self) -> None:
        """Serve until `stop`."""
        async with asyncio.TaskGroup() as tasks:
            for server, listening, _path in self._servers:
                tasks.create_task(server.serve(sockets=[listening]))

    def stop(self) -> None:
        """End all servers; streams must have been ended before."""
        for server, _listening, path in self._servers:
            server.should_exit = True
            path.unlink(missing_ok=True)
