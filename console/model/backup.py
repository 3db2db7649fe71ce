"""The backup: what its manifest says, and what is told while one is made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from console.model.failure import Failure

Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+-[0-9]{8}T[0-9]{6}Z\.[a-z]{2,4}\Z")]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Short = Annotated[str, msgspec.Meta(max_length=64)]


class Kind(StrEnum):
    """What a file of a backup is."""

    STORE = "store"
    CHAIN = "chain"
    CONFIG = "config"
    KEYSTORE = "keystore"
    KEYS = "keys"
    """The sealed keystores of the community's other operators, in one file."""


class BackupFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup."""

    kind: Kind
    """What it is."""
    name: Name
    """Its name in the backup's folder."""
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    """Its length."""
    sha256: Sha256
    """Its SHA-256, hexadecimal."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole backup; a folder without one holds none."""

    format: Literal[1] = 1
    """The form of this manifest."""
    version: Short
    """The program's version."""
    community: Short
    """The community's id."""
    made: datetime
    """When it was begun."""
    store_version: int
    """The version of the store's schema."""
    links: int
    """The links of the store's audit log."""
    audit_head: Sha256
    """The newest link's head, hexadecimal."""
    intervals: int
    """The intervals that the store knows."""
    chain_version: int
    """The version of the chain's schema."""
    height: int
    """The chain's height."""
    final_height: int
    """Its final height."""
    block_hash: Sha256
    """The newest block's hash, hexadecimal."""
    key: Literal["keystore", "left out"]
    """Whether the sealed keystore is among the files; a plain key never is."""
    files: tuple[BackupFile, ...]
    """The files."""

    def file(self, kind: Kind) -> BackupFile | None:
        """Return the file of a kind, None where there is none."""
        return next((file for file in self.files if file.kind is kind), None)


class BackupStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is told while a backup is made; the last one has the manifest or the fault."""

    text: str = ""
    """What was done, one clause."""
    manifest: Manifest | None = None
    """The manifest, once all is done."""
    fault: Failure | None = None
    """What went wrong."""
