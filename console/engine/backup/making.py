"""The making of a backup: the store first, then the chain, so that the chain is never the older.

What the chain has besides is adopted by the engine that starts from it; a store that knew more
than its chain would be wrong. The copies are SQLite's own, on connections of their own, so that
an engine goes on meanwhile.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from console import __version__
from console.chain import keystore, private_file
from console.chain.keyring import files_beside
from console.chain.node.forward import copy_file as copy_chain
from console.engine.backup.folder import complete, entry, name_of, prepare, remove, write
from console.engine.backup.proving import Say, prove_chain, prove_store
from console.errors import BackupError, KeyFileError
from console.model.backup import Kind, Manifest
from console.settings import Settings
from console.store.inspection import copy_file as copy_store

MOST_OF_A_CONFIG = 4 << 20
"""The longest configuration, bytes."""


def make_backup(settings: Settings, folder: Path, now: datetime, say: Say) -> Manifest:
    """Make a whole backup of a community; an earlier one in the folder goes once this is proved.

    Args:
        settings: the community's settings.
        folder: where it will lie; new, empty, or with an earlier backup.
        now: the present instant.
        say: told each step.

    Raises:
        BackupError: the folder holds something else, or a copy is not sound.
        StoreError: the store or the chain cannot be copied, or is not sound.
    """
    data = settings.engine.data
    for name in ("store.db", "chain.db"):
        if not (data / name).is_file():
            raise BackupError(
                f"there is no {name} in {data}.", advice="Start an engine with: mosaic run"
            )
    if folder.resolve() == data.resolve():
        raise BackupError("the backup would lie in the data folder itself.")
    prepare(folder)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    try:
        manifest = _made(settings, folder, now, stamp, say)
    except BaseException:
        with suppress(OSError):
            remove(folder, stamp)
        raise
    complete(folder, manifest)
    return manifest


def _made(settings: Settings, folder: Path, now: datetime, stamp: str, say: Say) -> Manifest:
    data = settings.engine.data
    paths = {kind: folder / name_of(kind, stamp) for kind in Kind}
    copy_store(data / "store.db", paths[Kind.STORE])
    say("store copied")
    copy_chain(data / "chain.db", paths[Kind.CHAIN])
    say("chain copied")
    store = prove_store(paths[Kind.STORE], say)
    chain = prove_chain(paths[Kind.CHAIN], say)
    made = [Kind.STORE, Kind.CHAIN]
    if settings.source is not None:
        _copy_config(settings.source, paths[Kind.CONFIG])
        made.append(Kind.CONFIG)
        say("configuration copied")
    if _copy_keystore(settings.key_file, paths[Kind.KEYSTORE], say):
        made.append(Kind.KEYSTORE)
    if sealed := keystores_beside(settings.key_file, say):
        write(paths[Kind.KEYS], msgspec.json.encode(sealed))
        made.append(Kind.KEYS)
        say(f"{len(sealed)} more sealed beside it, copied")
    return Manifest(
        version=__version__,
        community=settings.community.id,
        made=now,
        store_version=store.version,
        links=store.links,
        audit_head=store.head.hex(),
        intervals=store.intervals,
        chain_version=chain.version,
        height=chain.height,
        final_height=chain.final_height,
        block_hash=chain.block_hash.hex(),
        key="keystore" if Kind.KEYSTORE in made else "left out",
        files=tuple(entry(paths[kind], kind) for kind in made),
    )


def _copy_config(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as file:
            content = file.read(MOST_OF_A_CONFIG + 1)
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error
    if len(content) > MOST_OF_A_CONFIG:
        raise BackupError(f"{source} is longer than {MOST_OF_A_CONFIG} bytes.")
    write(target, content)


def keystores_beside(path: Path, say: Say) -> list[msgspec.Raw]:
    """Return the sealed keystores beside a key file; what is none is left out, and told."""
    sealed = []
    for file in files_beside(path):
        try:
            keystore.public_part(file)
            sealed.append(msgspec.Raw(private_file.read(file, keystore.MOST_BYTES)))
        except KeyFileError as error:
            say(f"{file.name} left out: {error.message}")
    return sealed


def _copy_keystore(source: Path, target: Path, say: Say) -> bool:
    try:
        if keystore.is_plain(source):
            say("key left out: its file is plain; keep its 24 words or a keystore instead")
            return False
        content = private_file.read(source, keystore.MOST_BYTES)
    except KeyFileError as error:
        say(f"key left out: {error.message}")
        return False
    write(target, content)
    say("sealed keystore copied")
    return True
