"""The proving: a backup's store and chain are whole, and say the same as its manifest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from console.chain.node.check import check_blocks
from console.chain.node.database import Database
from console.engine.backup.folder import measure, read_manifest
from console.errors import BackupError
from console.model.backup import Kind, Manifest
from console.store.inspection import StoreFacts, inspect

Say = Callable[[str], None]
"""Told what was done, one clause."""

PARTS = 10
"""In how many parts the progress of a check is told."""


class ChainFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound chain's file says."""

    version: int
    """The version of its schema."""
    height: int
    """Its height."""
    final_height: int
    """Its final height."""
    block_hash: bytes
    """The newest block's hash."""


def prove_store(path: Path, say: Say) -> StoreFacts:
    """Check a store's file and its audit log.

    Raises:
        StoreError: it is not sound.
    """
    facts = inspect(path)
    say(f"store proved: {facts.intervals} intervals, audit log of {facts.links} links unbroken")
    return facts


def prove_chain(path: Path, say: Say) -> ChainFacts:
    """Make a chain's blocks again from its transactions and compare.

    Raises:
        StoreError: it is no chain of this version.
        BackupError: a block is not what it must be.
    """

    def told(done: int, of: int) -> None:
        part = max(1, of // PARTS)
        if of > 1000 and done and done % part == 0:
            say(f"chain: {done} of {of} blocks made again")

    check = check_blocks(path, told)
    if check.findings:
        raise BackupError(
            f"the chain in {path} does not hold: {check.findings[0]}.",
            advice="Look at it with: mosaic verify",
        )
    facts = read_chain(path)
    say(f"chain proved: {check.blocks} blocks and {check.transactions} transactions made again")
    return facts


def read_chain(path: Path) -> ChainFacts:
    """Return what a chain's file says, unproved.

    Raises:
        StoreError: it is no chain of this version.
    """
    with closing(Database.read(path)) as chain:
        tip = chain.tip()
        return ChainFacts(
            version=int(chain.connection.pragma("user_version")),
            height=tip.height,
            final_height=chain.final_height(tip.height),
            block_hash=tip.hash,
        )


def prove(folder: Path, say: Say) -> Manifest:
    """Check a whole backup: the sums of its files, then what the store and the chain hold.

    Raises:
        BackupError: it is not whole, or not what its manifest says.
        StoreError: the store or the chain is not sound, or newer than this program.
    """
    manifest = read_manifest(folder)
    for kind in (Kind.STORE, Kind.CHAIN):
        if manifest.file(kind) is None:
            raise BackupError(f"the backup in {folder} has no {kind}.")
    for file in manifest.files:
        path = folder / file.name
        try:
            found = measure(path)
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
        if found != (file.sha256, file.bytes):
            raise BackupError(
                f"{path} is not the file that was backed up: its checksum differs.",
                advice="Use another backup; this one was changed or is damaged.",
            )
    say(f"{len(manifest.files)} files are those that were backed up")
    store = prove_store(place_of(folder, manifest, Kind.STORE), say)
    chain = prove_chain(place_of(folder, manifest, Kind.CHAIN), say)
    found_head = (store.head.hex(), chain.block_hash.hex(), chain.height)
    if found_head != (manifest.audit_head, manifest.block_hash, manifest.height):
        raise BackupError(f"the files in {folder} are not those of its manifest.")
    return manifest


def place_of(folder: Path, manifest: Manifest, kind: Kind) -> Path:
    """Return where a backup's store or chain lies.

    Raises:
        BackupError: the backup has none.
    """
    file = manifest.file(kind)
    if file is None:
        raise BackupError(f"the backup in {folder} has no {kind}.")
    return folder / file.name
