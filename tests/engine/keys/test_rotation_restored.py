"""An exchanged key and what was kept before it: backups, old stores, a plain key."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from console.chain import keystore
from console.chain.keyring import place_beside
from console.engine.backup.making import make_backup
from console.engine.backup.restoring import Restoring, plan_restore, restore
from console.engine.serving.offline import open_reader
from console.settings import Settings
from tests.engine.exchanging import (
    NEW,
    OLD,
    RIPE,
    A,
    B,
    account,
    exchange,
    expect_sound,
    finish,
    held,
    key_file,
    key_files,
    line_of,
    living,
)
from tests.engine.neighbours import (
    lose,
    settings_of,
)
from tests.engine.street import tamper


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)


def put_back(settings: Settings, folder: Path, now: datetime) -> Restoring:
    plan = plan_restore(settings, folder, now, lambda text: None)
    restore(settings, plan, now, "uid 1", lambda text: None)
    return plan


async def test_a_backup_brings_all_keystores_back_sealed(keyed: Path, tmp_path: Path) -> None:
    folder, settings = tmp_path / "backup", settings_of(keyed)
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, end = await here.rows(), here.clock.now()
        make_backup(settings, folder, end, lambda text: None)
    empty(keyed)
    put_back(settings, folder, end)
    assert key_files(keyed) == ["operator.key", f"operator.key.{account(A)}"]
    async with living(keyed, NEW, at=end) as again:
        assert set(again.engine.parts.keys) == {A.public_key, B.public_key}
        assert await again.rows() == rows
        await expect_sound(again, 3)


async def test_a_backup_from_before_the_exchange_goes_on_from_the_chain(
    keyed: Path, tmp_path: Path
) -> None:
    folder, settings = tmp_path / "backup", settings_of(keyed)
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        make_backup(settings, folder, here.clock.now(), lambda text: None)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, end, line = await here.rows(), here.clock.now(), here.engine.parts.line
    lose(keyed, "store.db")
    assert "took over from the backup's" in put_back(settings, folder, end).key
    async with living(keyed, NEW, at=end) as again:
        assert again.engine.parts.line == line
        assert await again.rows() == rows


async def test_a_store_from_before_keys_could_be_exchanged_is_taken_over(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        end = here.clock.now()
    one = A.public_key.hex()
    tamper(
        keyed / "store.db",
        "UPDATE fact SET name = 'operator_key', value = ? WHERE name = 'operators'",
        one,
    )
    reader = await open_reader(settings_of(keyed))
    assert (await reader.verify()).differences == 0
    await reader.close()
    async with living(keyed, OLD, at=end) as again:
        assert again.engine.parts.line == line_of()
        await exchange(again)


async def test_a_plain_key_is_sealed_by_its_exchange(keyed: Path) -> None:
    key_file(keyed).write_text("11" * 32)
    async with living(keyed, None) as here:
        await here.live(RIPE, until_final=True)
        assert not (await here.engine.rotation.state()).sealed
        await exchange(here, present="")
        await finish(here)
    assert held(keyed) is B
    former = place_beside(key_file(keyed), A.public_key)
    assert keystore.open_keystore(former, NEW).public_key == A.public_key
    assert not keystore.is_plain(key_file(keyed))
