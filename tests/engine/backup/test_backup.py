"""Backups made, proved and put back: a drill of what is done after a disk was lost."""

from __future__ import annotations

import asyncio
import shutil
import stat
from pathlib import Path

import httpx
import msgspec
import pytest

from console.chain import keystore
from console.client import Client
from console.engine.backup.folder import MANIFEST
from console.engine.backup.making import make_backup
from console.engine.backup.proving import prove
from console.engine.serving.api import operate_app
from console.errors import BackupError, MosaicError, StoreError
from console.model.settlement import State
from tests.engine.backups import LATER, NOW, back_up, expect_sound, names, put_back, settle, tamper
from tests.engine.neighbours import lose, neighbourhood, settings_of
from tests.engine.street import Serving


async def test_the_drill_with_everything_lost(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backup"
    async with neighbourhood(data, auto=False) as here:
        await settle(here, 0)
        backed_up = await here.rows()
        manifest = await asyncio.to_thread(back_up, data, folder)
        key = (data / "operator.key").read_bytes()
        await settle(here, 1)
        assert len(await here.rows()) > len(backed_up)
    shutil.rmtree(data)
    data.mkdir()
    put_back(settings_of(data), folder)
    (data / "operator.key").write_bytes(key)
    (data / "operator.key").chmod(0o600)
    async with neighbourhood(data, at=here.clock.now()) as again:
        assert again.node.database.tip().height == manifest.height
        assert await again.rows() == backed_up
        await again.live(45, until_final=True)
        assert await again.rows() != backed_up
        await expect_sound(again)


async def test_the_drill_with_the_store_lost_keeps_what_the_chain_has_more(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backup"
    async with neighbourhood(data, auto=False) as here:
        await settle(here, 0)
        back_up(data, folder)
        await settle(here, 1)
        rows, hashes, height = (
            await here.rows(),
            await here.hashes(),
            here.node.database.tip().height,
        )
    lose(data, "store.db")
    put_back(settings_of(data), folder)
    async with neighbourhood(data, at=here.clock.now()) as again:
        assert again.node.database.tip().height >= height
        await again.live(5, until_final=True)
        assert (await again.get(1)).state is State.FINAL
        assert await again.rows() == rows
        assert (await again.hashes())[: len(hashes)] == hashes
        await expect_sound(again)


async def test_a_backup_is_closed_to_others_and_replaced_once_the_next_is_proved(
    data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    first = back_up(data, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    second = back_up(data, folder, LATER)
    assert prove(folder, lambda text: None) == second
    names = {file.name for file in second.files} | {MANIFEST}
    assert {file.name for file in folder.iterdir()} == names
    assert first.height == second.height
    assert first.key == "left out"


async def test_a_backup_that_fails_leaves_the_earlier_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    first = back_up(data, folder)
    before = {file.name for file in folder.iterdir()}

    def fail(*_of: object) -> None:
        raise BackupError("half way")

    monkeypatch.setattr("console.engine.backup.making.prove_chain", fail)
    with pytest.raises(BackupError, match="half way"):
        back_up(data, folder, LATER)
    assert {file.name for file in folder.iterdir()} == before
    assert prove(folder, lambda text: None) == first


async def test_the_rest_of_a_first_backup_is_none(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(data, folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BackupError, match="no whole backup"):
        put_back(settings_of(data), folder)
    back_up(data, folder, LATER)
    prove(folder, lambda text: None)


async def test_a_folder_of_something_else_is_refused_and_left(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir(mode=0o755)
    (folder / "letter.txt").write_text("Dear")
    with pytest.raises(BackupError, match=r"letter\.txt"):
        back_up(data, folder)
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]
    with pytest.raises(BackupError, match="data folder itself"):
        back_up(data, data)


async def test_what_was_there_is_moved_aside(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(data, folder)
    tamper(data / "chain.db", "DELETE FROM blocks WHERE height = 2")
    damaged = (data / "chain.db").read_bytes()
    put_back(settings_of(data), folder)
    [aside] = [data / name for name in names(data) if name.startswith("before-restore-")]
    assert (aside / "chain.db").read_bytes() == damaged
    assert (aside / "store.db").is_file()
    async with neighbourhood(data, at=NOW, auto=False) as again:
        await expect_sound(again)


async def test_a_sealed_keystore_goes_along_and_comes_back(data: Path, tmp_path: Path) -> None:
    folder, path = tmp_path / "backup", tmp_path / "keys" / "keystore.json"
    keystore.create(path, "correct horse battery staple")
    settings = settings_of(data)
    chain = msgspec.structs.replace(settings.chain, keystore=path)
    settings = msgspec.structs.replace(settings, chain=chain)
    said: list[str] = []
    manifest = make_backup(settings, folder, NOW, said.append)
    assert manifest.key == "keystore"
    sealed = path.read_bytes()
    path.unlink()
    put_back(settings, folder)
    assert path.read_bytes() == sealed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    keystore.create(path, "another horse, another staple")
    with pytest.raises(BackupError, match="another key"):
        put_back(settings, folder)


async def test_a_plain_key_is_in_no_file_of_a_backup(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(data, folder)
    key = (data / "operator.key").read_bytes().strip()
    raw = bytes.fromhex(key.decode())
    for file in folder.iterdir():
        content = file.read_bytes()
        assert raw not in content
        assert key.lower() not in content.lower()


async def test_an_engine_makes_it_while_it_runs(
    data: Path, tmp_path: Path, serving: Serving
) -> None:
    folder = tmp_path / "backup"
    async with neighbourhood(data, at=NOW, auto=False) as here:
        client = Client(await serving(operate_app(here.engine, here.engine.audience)))
        steps = [step async for step in client.backup(folder)]
        assert steps[-1].manifest == prove(folder, lambda text: None)
        assert [step.text for step in steps][:2] == ["store copied", "chain copied"]
        [link] = [
            one for one in await here.engine.parts.store.audit.records() if one.verb == "backup"
        ]
        assert str(folder) in link.body
        (folder / "letter.txt").write_text("Dear")
        [*_, last] = [step async for step in client.backup(folder)]
        assert last.fault is not None
        assert "letter.txt" in last.fault.message
        with pytest.raises(MosaicError, match="from the root"):
            [step async for step in client.backup(Path("here"))]
        await client.close()


async def test_an_unforeseen_fault_ends_the_steps_of_a_backup(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("console.engine.serving.routes.saving.make_backup", break_down)
    async with neighbourhood(data, at=NOW, auto=False) as here:
        app = operate_app(here.engine, here.engine.audience)
        client = Client(None, httpx.ASGITransport(app))
        with pytest.raises(RuntimeError, match="unforeseen"):
            [step async for step in client.backup(tmp_path / "backup")]
        await client.close()


async def test_nothing_to_back_up_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no store"):
        back_up(tmp_path, tmp_path / "backup")
    assert StoreError.exit_status == BackupError.exit_status == 1
