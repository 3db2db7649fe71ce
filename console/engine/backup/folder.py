"""The folder: what a backup's files are called, and the manifest that makes them one backup.

The manifest names the files and is put in place last, by one rename. A folder without it, or a
file that it does not name, is the rest of a backup that was never finished.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from console import files
from console.errors import BackupError
from console.model.backup import BackupFile, Kind, Manifest

MANIFEST = "manifest.json"
FOLDER_MODE = 0o700
FILE_MODE = 0o600

MOST_OF_A_MANIFEST = 64 * 1024
"""The longest manifest, bytes."""

_OURS = re.compile(
    r"\.?(manifest\.json|(store|chain)-\d{8}T\d{6}Z\.db|config-\d{8}T\d{6}Z\.toml"
    r"|(keystore|keys)-\d{8}T\d{6}Z\.json)(\.part(-journal|-wal|-shm)?|\.[a-z0-9_]{8})?"
)
_ENDINGS = {
    Kind.STORE: "db",
    Kind.CHAIN: "db",
    Kind.CONFIG: "toml",
    Kind.KEYSTORE: "json",
    Kind.KEYS: "json",
}
_CHUNK = 1 << 20


def name_of(kind: Kind, stamp: str) -> str:
    """Return the name of a backup's file.

    Args:
        kind: what it is.
        stamp: when the backup was begun, as 20261126T113000Z.
    """
    return f"{kind}-{stamp}.{_ENDINGS[kind]}"


def prepare(folder: Path) -> None:
    """Make a folder for backups, closed to others, or take one that holds nothing else.

    Raises:
        BackupError: it holds something else, or cannot be made or closed.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        foreign = sorted(file.name for file in folder.iterdir() if not _OURS.fullmatch(file.name))
        if foreign:
            raise BackupError(
                f"{folder} holds {foreign[0]}, which is no part of a backup; nothing was written.",
                advice="Name a new folder, or one that holds a backup.",
            )
        folder.chmod(FOLDER_MODE)
    except OSError as error:
        raise BackupError(
            f"the folder {folder} cannot be used: {error.strerror}.",
            advice="Name one in which the engine's user may write; of a hardened unit: "
            "ReadWritePaths.",
        ) from error


def complete(folder: Path, manifest: Manifest) -> None:
    """Make a folder's files one backup, then remove what belonged to an earlier one.

    Raises:
        BackupError: the manifest cannot be written.
    """
    write(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    kept = {MANIFEST, *(file.name for file in manifest.files)}
    for file in folder.iterdir():
        if file.name not in kept and _OURS.fullmatch(file.name):
            file.unlink(missing_ok=True)


def remove(folder: Path, stamp: str) -> None:
    """Remove the files of a backup that came to nothing."""
    for file in folder.iterdir():
        if f"-{stamp}." in file.name and _OURS.fullmatch(file.name):
            file.unlink(missing_ok=True)


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder's manifest says.

    Raises:
        BackupError: there is none, or it does not read.
    """
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            content = file.read(MOST_OF_A_MANIFEST + 1)
    except FileNotFoundError:
        raise BackupError(
            f"{folder} holds no whole backup: there is no {MANIFEST}.",
            advice="Make one with: mosaic backup FOLDER",
        ) from None
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        if len(content) <= MOST_OF_A_MANIFEST:
            return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise BackupError(
        f"{path} is no manifest of a backup that this program knows.",
        advice="Use the program's version that made it.",
    )


def entry(path: Path, kind: Kind) -> BackupFile:
    """Return what a manifest says of a file."""
    sum_, length = measure(path)
    return BackupFile(kind=kind, name=path.name, bytes=length, sha256=sum_)


def measure(path: Path) -> tuple[str, int]:
    """Return a file's SHA-256, hexadecimal, and its length, bytes."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    return digest.hexdigest(), length


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        BackupError: it cannot be written.
    """
    try:
        files.replace(path, content)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
