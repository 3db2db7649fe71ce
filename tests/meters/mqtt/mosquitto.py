"""A real Mosquitto on the loopback, with settings of its own, for one test."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiomqtt

from console.meters.mqtt.topics import Place

SBIN = "/usr/sbin:/usr/local/sbin:/sbin"
MISSING = "there is no mosquitto on this computer"


def find() -> str | None:
    """Return where Mosquitto lies; None where there is none."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:{SBIN}")


class Mosquitto:
    """A broker that can be stopped and started again at the same port."""

    def __init__(self, folder: Path, *, tls: bool = False, more: str = "") -> None:
        """Write its settings.

        Args:
            folder: where they lie.
            tls: whether it wants TLS, with key and certificate as `meter.pem` in the folder.
            more: lines of its own configuration; `{folder}` is the folder.
        """
        self.place = Place("127.0.0.1", _free_port(), tls)
        self._log = folder / "log"
        self._file = folder / "mosquitto.conf"
        lines = [
            f"listener {self.place.port} 127.0.0.1",
            # it gives root away otherwise, and may then not read its own files
            "user root",
            "log_type information",
            "log_type notice",
            "log_dest stderr",
            f"log_dest file {self._log}",
            *([f"certfile {folder / 'meter.pem'}", f"keyfile {folder / 'meter.pem'}"] * tls),
            more.format(folder=folder) or "allow_anonymous true",
        ]
        self._file.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, without a topic."""
        return f"mqtt{'s' * self.place.tls}://127.0.0.1:{self.place.port}"

    @property
    def log(self) -> str:
        """What it logged until now."""
        return self._log.read_text()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = find()
        assert program is not None
        self._process = subprocess.Popen(
            [program, "-c", str(self._file)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert self._process.stderr is not None
        said = b""
        for line in self._process.stderr:
            said += line
            if line.rstrip().endswith(b" running"):
                return
        raise AssertionError(said.decode())

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        if self._process is not None:
            process, self._process = self._process, None
            process.terminate()
            process.communicate()

    async def say(
        self,
        topic: str,
        payload: str | bytes,
        *,
        keep: bool = False,
        user: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Publish a message, as a meter does; it is with the broker when this returns."""
        async with aiomqtt.Client(
            self.place.host,
            self.place.port,
            username=user,
            password="h.nter2" if user else None,
            tls_context=tls,
        ) as client:
            await client.publish(topic, payload, qos=1, retain=keep)


@contextmanager
def mosquitto(folder: Path, *, tls: bool = False, more: str = "") -> Iterator[Mosquitto]:
    """Run a broker for as long as the block lasts."""
    broker = Mosquitto(folder, tls=tls, more=more)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
