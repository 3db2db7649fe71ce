"""The restoring: a proved backup put in its places; what lay there is moved aside, not deleted."""

from __future__ import annotations

import os
import shutil
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from console.chain import keystore, private_file
from console.chain.keyring import place_beside
from console.chain.node.database import Database
from console.engine.backup.folder import FILE_MODE, FOLDER_MODE
from console.engine.backup.proving import Say, place_of, prove, prove_chain
from console.errors import BackupError, KeyFileError, MosaicError
from console.files import flush
from console.ledger.vouching import RESTORE, Restored
from console.model.backup import Kind, Manifest
from console.model.operator import MOST_OPERATORS
from console.settings import Settings
from console.store.annotation import annotate
from console.store.inspection import newest_link

_BESIDE = ("", "-wal", "-shm")
"""The endings of the files that make one database."""


class Restoring(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore would do: decided after everything was proved, before anything is moved."""

    manifest: Manifest
    """The backup."""
    folder: Path
    """Where it lies."""
    data: Path
    """The data folder."""
    aside: tuple[str, ...]
    """The names of the files that are moved aside."""
    aside_folder: Path
    """Where they go."""
    keeps_chain: bool
    """Whether the chain that is there is kept, because it goes on from the backup's."""
    key: str
    """What becomes of the key, one clause."""
    places_key: bool
    """Whether the sealed keystore is put in place."""
    chain_height: int
    """The height of the chain that the store will stand beside."""
    replaced: tuple[int, bytes] | None
    """The newest link, its number and its head, of the log that is moved aside; None without."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it would do, a clause a line."""
        chain = "the chain that is there is kept" if self.keeps_chain else "the chain is put back"
        moved = f"{', '.join(self.aside)} there go to {self.aside_folder}"
        first = moved if self.aside else f"nothing is replaced in {self.data}"
        return (first, f"the store is put back to {self.data}", chain, self.key)


def plan_restore(settings: Settings, folder: Path, now: datetime, say: Say) -> Restoring:
    """Prove a backup and decide what putting it back means; change nothing.

    The caller holds the data folder's lock.

    Args:
        settings: the community's settings.
        folder: the backup.
        now: the present instant, which names the folder of what is moved aside.
        say: told each step.

    Raises:
        BackupError: the backup is not whole, of another community, or of another key.
        StoreError: its store or chain is not sound, or newer than this program.
    """
    manifest = prove(folder, say)
    if manifest.community != settings.community.id:
        raise BackupError(
            f"{folder} is a backup of {manifest.community}; the configuration names "
            f"{settings.community.id}.",
            advice="Name its own configuration with -c; a copy of it lies in the backup.",
        )
    data = settings.engine.data
    kept_height = _goes_on(data / "chain.db", manifest, say)
    keeps_chain = kept_height is not None
    # before the names are told: reading may leave a file beside it
    replaced = _newest_link(data / "store.db")
    names = ["store.db"] if keeps_chain else ["store.db", "chain.db"]
    beside = [f"{name}{ending}" for name in names for ending in _BESIDE]
    key, places_key = _key(settings, folder, manifest)
    return Restoring(
        manifest=manifest,
        folder=folder,
        data=data,
        aside=tuple(name for name in beside if (data / name).exists()),
        aside_folder=data / f"before-restore-{now:%Y%m%dT%H%M%SZ}",
        keeps_chain=keeps_chain,
        key=key,
        places_key=places_key,
        chain_height=manifest.height if kept_height is None else kept_height,
        replaced=replaced,
    )


def restore(settings: Settings, plan: Restoring, now: datetime, actor: str, say: Say) -> None:
    """Put a backup in its places: copied and synced beside them first, then renamed.

    The chain comes first: an engine that finds a chain without its store rebuilds the ledger from
    it, one that finds a store without its chain refuses to start. The store's audit log says who
    put it back before it lies in its place.

    Args:
        settings: the community's settings.
        plan: what was decided.
        now: the present instant.
        actor: who does it.
        say: told each step.

    Raises:
        BackupError: a file cannot be written; what was moved aside is in its folder.
        StoreError: the store's audit log cannot be written; nothing was moved.
    """
    kinds = [Kind.STORE] if plan.keeps_chain else [Kind.CHAIN, Kind.STORE]
    try:
        for kind in kinds:
            _bring(place_of(plan.folder, plan.manifest, kind), _part(plan.data, kind))
        body = msgspec.json.encode(_record(plan), order="sorted").decode()
        annotate(_part(plan.data, Kind.STORE), now, actor, RESTORE, body)
        if plan.aside:
            plan.aside_folder.mkdir(mode=FOLDER_MODE)
            for name in plan.aside:
                (plan.data / name).rename(plan.aside_folder / name)
            flush(plan.aside_folder)
            say(f"what was there lies in {plan.aside_folder}")
        for kind in kinds:
            _part(plan.data, kind).rename(plan.data / f"{kind}.db")
            flush(plan.data)
            say(f"{kind} put in place")
    except OSError as error:
        raise BackupError(
            f"the backup cannot be put into {plan.data}: {error.strerror}.",
            advice=f"What was moved aside, if anything, lies in {plan.aside_folder}.",
        ) from error
    if plan.places_key:
        _place_key(settings, plan)
        say("sealed keystore put in place")
    if count := _place_others(settings, plan):
        say(f"{count} more put beside it")


def _record(plan: Restoring) -> Restored:
    """Return what the log says of the restore: which backup, and what it took the place of."""
    manifest, replaced = plan.manifest, plan.replaced
    return Restored(
        made=f"{manifest.made:%Y-%m-%dT%H:%M:%SZ}",
        links=manifest.links,
        audit_head=manifest.audit_head,
        height=manifest.height,
        chain="kept" if plan.keeps_chain else "put back",
        chain_height=plan.chain_height,
        replaced_links=replaced[0] if replaced else None,
        replaced_head=replaced[1].hex() if replaced else "",
    )


def _newest_link(path: Path) -> tuple[int, bytes] | None:
    # a store that is put aside because it is broken is no reason not to go on
    with suppress(MosaicError):
        return newest_link(path) if path.is_file() else None
    return None


def _goes_on(path: Path, manifest: Manifest, say: Say) -> int | None:
    """Return the height of a chain that is there, sound, and has the backup's newest block."""
    if not path.is_file():
        return None
    try:
        with closing(Database.read(path)) as chain:
            block = chain.block(manifest.height)
        if block is None or block.hash.hex() != manifest.block_hash:
            return None
        facts = prove_chain(path, say)
    except MosaicError as error:
        say(f"the chain that is there is not kept: {error.message}")
        return None
    say(f"the chain that is there goes on from the backup's, to block {facts.height}")
    return facts.height


def _key(settings: Settings, folder: Path, manifest: Manifest) -> tuple[str, bool]:
    """Return what becomes of the key, and whether the backup's is put in place."""
    path = settings.key_file
    there = path.exists() or path.is_symlink()
    if manifest.file(Kind.KEYSTORE) is None:
        if there:
            return f"the key in {path} is kept", False
        return "the backup has no key: bring it back with mosaic key import", False
    sealed = place_of(folder, manifest, Kind.KEYSTORE)
    if not there:
        return f"the sealed keystore goes to {path}", True
    backed_up = keystore.public_part(sealed).public_key
    if keystore.held_public_key(path) != backed_up:
        if place_beside(path, backed_up).exists():
            return f"the key in {path} took over from the backup's, and is kept", False
        raise BackupError(
            f"{path} holds another key than the backup's; nothing was moved.",
            advice="Move that file aside, or name the backup's own configuration with -c.",
        )
    return f"the key in {path} is the backup's and is kept", False


def _place_key(settings: Settings, plan: Restoring) -> None:
    path = settings.key_file
    content = private_file.read(
        place_of(plan.folder, plan.manifest, Kind.KEYSTORE), keystore.MOST_BYTES
    )
    if not private_file.create(path, content):
        raise KeyFileError(f"{path} has appeared meanwhile, and is left as it is")


def _place_others(settings: Settings, plan: Restoring) -> int:
    """Put the backup's other keystores beside the key file where none of theirs is; count them."""
    file = plan.manifest.file(Kind.KEYS)
    if file is None:
        return 0
    held = keystore.held_public_key(settings.key_file)
    with (plan.folder / file.name).open("rb") as copy:
        raw = copy.read(MOST_OPERATORS * (keystore.MOST_BYTES + 1))
    try:
        sealed = msgspec.json.decode(raw, type=list[msgspec.Raw])[:MOST_OPERATORS]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BackupError(f"{file.name} is no file of keystores.") from None
    count = 0
    for content in map(bytes, sealed):
        public_key = keystore.public_part_of(content, file.name).public_key
        if public_key != held:
            place = place_beside(settings.key_file, public_key)
            count += private_file.create(place, content)
    return count


def _part(data: Path, kind: Kind) -> Path:
    return data / f"{kind}.db.restored.part"


def _bring(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with source.open("rb") as read, os.fdopen(os.open(target, flags, FILE_MODE), "wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
