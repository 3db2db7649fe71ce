"""The service: what the engine tells a service manager, by systemd's protocol (sd_notify(3))."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping

from console.engine.serving.server import Served

VARIABLE = "NOTIFY_SOCKET"
"""Names the manager's socket: a path, or an abstract name after an @."""

READY = "READY=1"
STOPPING = "STOPPING=1"


def tell(state: str, environment: Mapping[str, str] | None = None) -> None:
    """Tell the service manager a state; without one, or if it does not listen, nothing.

    Args:
        state: `READY=1` or `STOPPING=1`.
        environment: the environment variables; the process's own where left out.
    """
    place = (os.environ if environment is None else environment).get(VARIABLE, "")
    if not place.startswith(("/", "@")):
        return
    address = "\0" + place[1:] if place.startswith("@") else place
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
        # the manager's absence must not keep the meters from being read, nor its slowness
        telling.setblocking(False)
        with contextlib.suppress(OSError):
            telling.sendto(state.encode(), address)


async def report(served: Served, stopping: asyncio.Event) -> None:
    """Tell once the sockets answer, and again when the engine begins to stop.

    Args:
        served: the applications on their sockets.
        stopping: set when the engine is asked to stop.
    """
    await served.answering()
    tell(READY)
    await stopping.wait()
    tell(STOPPING)
