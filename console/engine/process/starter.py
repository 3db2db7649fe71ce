"""The starter: engines started from a console, each in a process session of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

import msgspec

from console.config import demo_settings
from console.engine.playing.demo import DemoOptions
from console.engine.playing.playback import PlayOptions
from console.engine.process.logfile import LOG_MODE, LOG_NAME
from console.errors import EngineBusy, EngineError, MosaicError
from console.settings import Settings
from console.sockets import Sockets, sockets_in, sockets_of

START_SECONDS = 60.0
"""How long an engine may take until it answers, loop time."""

LOOK_SECONDS = 0.05
MOST_OF_A_LOG = 4096
MOST_OF_A_PASSPHRASE = 4096
"""The longest passphrase that is passed on, bytes; a keystore's is shorter."""


def answers(path: Path) -> bool:
    """Return whether something listens at a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
    return True


def start_detached(settings: Settings, passphrase: str | None = None) -> Sockets:
    """Start an engine that outlives this process and wait until it answers.

    Args:
        settings: the settings.
        passphrase: what opens the keystore, passed by an inherited pipe; locked without it.

    Raises:
        EngineBusy: another engine holds the data folder and does not answer.
        EngineError: it ended instead; with what it said.
    """
    sockets = sockets_of(settings)
    data = settings.engine.data
    data.mkdir(mode=0o710, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "console", "engine"]
    if settings.source is not None:
        command += ["-c", os.fspath(settings.source.absolute())]
    descriptor = os.open(data / LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, LOG_MODE)
    with os.fdopen(descriptor, "ab") as output:
        began = output.tell()
        child = _start(command, output, passphrase)
    _wait(child, sockets.operator, data / LOG_NAME, began)
    return sockets


def _start(command: list[str], output: BinaryIO, passphrase: str | None) -> subprocess.Popen[bytes]:
    """Start a program with the passphrase waiting in a pipe: neither words nor variables show."""
    reading, writing = os.pipe()
    try:
        if passphrase is not None:
            # shorter than any pipe's buffer, so that nobody has to read for it to be written
            os.write(writing, passphrase.encode()[:MOST_OF_A_PASSPHRASE] + b"\n")
            command = [*command, "--passphrase-fd", str(reading)]
        return subprocess.Popen(  # noqa: S603  # this very program
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(reading,) if passphrase is not None else (),
            start_new_session=True,
        )
    finally:
        os.close(writing)
        os.close(reading)


class PrivateProcess:
    """A private engine, which ends when this process lets go of it or dies."""

    def __init__(self, module: str, options: msgspec.Struct, prefix: str) -> None:
        """Start it in a temporary folder; it does not answer yet.

        Args:
            module: the program, which takes its options, its folder and a pipe's reading end.
            options: its options.
            prefix: what its folder's name begins with.
        """
        self.data = Path(tempfile.mkdtemp(prefix=prefix))
        self.sockets = sockets_in(self.data)
        reading, self._writing = os.pipe()
        with (self.data / LOG_NAME).open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603  # this very program
                [
                    sys.executable,
                    "-m",
                    module,
                    msgspec.json.encode(options, enc_hook=os.fspath).decode(),
                    os.fspath(self.data),
                    str(reading),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(reading,),
                start_new_session=True,
            )
        os.close(reading)

    def wait(self) -> Sockets:
        """Wait until it answers.

        Raises:
            EngineError: it ended instead; with what it said.
        """
        _wait(self._child, self.sockets.operator, self.data / LOG_NAME, 0)
        return self.sockets

    def close(self) -> None:
        """Let go of it, wait for its end and remove its folder."""
        os.close(self._writing)
        try:
            self._child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        shutil.rmtree(self.data, ignore_errors=True)


class DemoProcess(PrivateProcess):
    """A demo's engine."""

    def __init__(self, options: DemoOptions) -> None:
        """Start it in a temporary folder.

        Raises:
            UsageError: an option's value cannot be.
        """
        demo_settings(options.houses, options.season, Path())
        super().__init__("console.engine.process.runner", options, "mosaic-demo-")


class ReplayProcess(PrivateProcess):
    """The engine of a replayed recording."""

    def __init__(self, options: PlayOptions) -> None:
        """Start it in a temporary folder."""
        super().__init__("console.engine.playing.replayer", options, "mosaic-replay-")


def _wait(child: subprocess.Popen[bytes], path: Path, log: Path, began: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(path):
        status = child.poll()
        if status is not None:
            raise _ended(status, log, began)
        if time.monotonic() > deadline:
            raise EngineError(f"the engine does not answer at {path}.", advice=f"Look into {log}.")
        time.sleep(LOOK_SECONDS)


def _ended(status: int, log: Path, began: int) -> MosaicError:
    with log.open("rb") as file:
        # an engine that found its log long has begun a new one
        file.seek(began if began <= file.seek(0, os.SEEK_END) else 0)
        said = file.read(MOST_OF_A_LOG).decode("utf-8", "replace").strip()
    if status == EngineBusy.exit_status:
        return EngineBusy(said.removeprefix(f"{EngineBusy.title}: "), advice="")
    if not said:
        return EngineError(f"it ended with status {status}.")
    title, colon, message = said.splitlines()[-1].partition(": ")
    error = EngineError(message if colon else title, advice="")
    if colon:
        error.title, error.exit_status = title, max(status, 1)
    return error
