"""The passphrase: how it comes to a process without anyone at a prompt."""

from __future__ import annotations

import ctypes
import os
import select
from dataclasses import dataclass, field
from pathlib import Path

from console.chain.keystore import MOST_CHARACTERS
from console.errors import KeyFileError, UsageError

VARIABLE = "MOSAIC_PASSPHRASE"
"""The environment's variable."""

CREDENTIAL = "passphrase"
"""The name of the systemd credential."""

PIPE_SECONDS = 60.0
"""How long the writer of an inherited pipe is waited for, loop time."""

_MOST_BYTES = 4 * MOST_CHARACTERS + 2


@dataclass(frozen=True)
class Given:
    """A passphrase and where it came from."""

    passphrase: str = field(repr=False)
    """The passphrase."""
    source: str
    """Where it came from, for a sentence."""
    warning: str = ""
    """What is unwise about that."""


def given(descriptor: int | None) -> Given | None:
    """Return the passphrase that came with the process; None where none did.

    An inherited pipe goes before a systemd credential, and that before the environment, which is
    emptied of it in any case.

    Args:
        descriptor: the inherited pipe's number; None without one.

    Raises:
        UsageError: there is no such pipe, or nothing comes through it.
        KeyFileError: the credential cannot be read.
    """
    in_environment = _take_variable()
    if descriptor is not None:
        return Given(read_pipe(descriptor), "the inherited pipe")
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        path = Path(folder) / CREDENTIAL
        if path.exists():
            return Given(_read_credential(path), "the systemd credential")
    if in_environment is not None:
        return Given(
            in_environment,
            f"${VARIABLE}",
            f"the passphrase came in ${VARIABLE}, where other programs of this user can read it; "
            "a systemd credential or a pipe is safer",
        )
    return None


def read_pipe(descriptor: int) -> str:
    """Return the line that an inherited pipe brings, and close it.

    Raises:
        UsageError: there is no such pipe, nothing comes through it, or it is no text.
    """
    content = b""
    try:
        # not every kernel's select tells a descriptor that is not open
        os.fstat(descriptor)
        while len(content) <= _MOST_BYTES and b"\n" not in content:
            if not select.select([descriptor], [], [], PIPE_SECONDS)[0]:
                raise UsageError(f"nothing came through the pipe {descriptor}.")
            part = os.read(descriptor, _MOST_BYTES)
            if not part:
                break
            content += part
        os.close(descriptor)
    except (OSError, ValueError, OverflowError):
        raise UsageError(
            f"no passphrase can be read from the descriptor {descriptor}.",
            advice="Name one that is inherited and open: mosaic unlock --passphrase-fd 3 3< FILE",
        ) from None
    return _line(content, f"the pipe {descriptor}")


def _read_credential(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _line(file.read(_MOST_BYTES + 1), str(path))
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None


def _line(content: bytes, where: str) -> str:
    line = content.partition(b"\n")[0].removesuffix(b"\r")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise UsageError(f"what {where} brings is no text in UTF-8.") from None
    if not text:
        raise UsageError(f"{where} brings no passphrase.")
    return text


def _take_variable() -> str | None:
    """Return the variable and wipe it, also where the kernel shows it in /proc."""
    if VARIABLE not in os.environ:
        return None
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    place = getenv(VARIABLE.encode())
    if place:
        ctypes.memset(place, 0, len(ctypes.string_at(place)))
    # Python keeps a copy of its own
    return os.environ.pop(VARIABLE) or None
