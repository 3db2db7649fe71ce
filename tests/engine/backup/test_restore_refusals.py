"""What is not sound, or another's, is not put back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.engine.backup.folder import MANIFEST
from console.engine.backup.proving import prove
from console.errors import BackupError, MosaicError
from console.model.backup import Kind, Manifest
from tests.engine.backups import NOW, back_up, names, put_back, tamper
from tests.engine.neighbours import neighbourhood, settings_of


def alter_file(folder: Path, kind: Kind, sql: str) -> None:
    """Alter a database of a backup and have its manifest say so."""
    from console.engine.backup.folder import entry

    manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    file = manifest.file(kind)
    assert file is not None
    tamper(folder / file.name, sql)
    files = tuple(
        entry(folder / one.name, kind) if one.kind is kind else one for one in manifest.files
    )
    changed = msgspec.structs.replace(manifest, files=files)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(changed))


@pytest.mark.parametrize(
    ("kind", "sql", "says"),
    [
        (Kind.CHAIN, "UPDATE blocks SET time_ms = 5 WHERE height = 3", "block 3"),
        (Kind.CHAIN, "PRAGMA user_version = 99", "newer"),
        (Kind.CHAIN, "PRAGMA application_id = 7", "no chain"),
        (Kind.STORE, "PRAGMA user_version = 99", "newer"),
        (Kind.STORE, "PRAGMA application_id = 7", "another program"),
        (Kind.STORE, "UPDATE audit SET actor = 'uid 9'", "audit"),
    ],
)
async def test_what_is_not_sound_is_not_put_back(
    data: Path, tmp_path: Path, kind: Kind, sql: str, says: str
) -> None:
    folder = tmp_path / "backup"
    async with neighbourhood(data, at=NOW, auto=False) as here:
        await here.engine.set_auto(False, "uid 1")
    back_up(data, folder)
    alter_file(folder, kind, sql)
    before = names(data)
    with pytest.raises(MosaicError, match=says):
        put_back(settings_of(data), folder)
    assert names(data) == before


async def test_a_changed_file_is_told(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    [store] = [file for file in back_up(data, folder).files if file.kind is Kind.STORE]
    with (folder / store.name).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(BackupError, match="checksum"):
        put_back(settings_of(data), folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[" * 2000, b"\xff", b'{"format": 2}', b" " * 70_000],
)
async def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(BackupError, match="no manifest"):
        prove(tmp_path, lambda text: None)


async def test_another_community_is_refused(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(data, folder)
    settings = settings_of(data)
    other = msgspec.structs.replace(settings.community, id="elsewhere")
    with pytest.raises(BackupError, match="elsewhere"):
        put_back(msgspec.structs.replace(settings, community=other), folder)
