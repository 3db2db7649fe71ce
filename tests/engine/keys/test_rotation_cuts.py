"""An exchange of the key cut off at any instant: it is finished or was never begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.chain import keystore, private_file
from console.chain.keyring import place_beside
from console.engine.keys import keyfiles
from console.errors import KeyFileError
from console.model.operator import Line
from console.model.rotation import Rotate
from console.store.inspection import copy_file as copy_store
from tests.engine.exchanging import (
    BEATS,
    NEW,
    OLD,
    RIPE,
    A,
    B,
    C,
    account,
    cut,
    exchange,
    expect_exchanged,
    finish,
    held,
    key_file,
    killed_at,
    line_of,
    living,
    put_beside,
    signers,
)
from tests.engine.neighbours import (
    Neighbourhood,
    lose,
    quarter_hour,
)


async def test_cut_off_before_it_was_begun_leaves_all_as_it_was(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        with killed_at("console.engine.keys.rotation.gather_members", monkeypatch):
            await exchange(here)
        end = await cut(keyed, here)
    async with living(keyed, OLD, at=end) as again:
        assert again.engine.parts.line == Line.of(A.public_key)
        assert again.engine.parts.key is not None
        assert held(keyed) is A
        await again.live(15, until_final=True)
        edge = await exchange(again, C)
        await again.live(15, until_final=True)
        await finish(again)
        assert again.engine.parts.line == line_of((C, edge))
    assert held(keyed) is C


async def test_cut_off_before_the_files_are_in_place(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        with killed_at("console.engine.keys.keyfiles.put_in_place", monkeypatch):
            await exchange(here)
        end = await cut(keyed, here)
    assert keystore.open_keystore(key_file(keyed), OLD).public_key == A.public_key
    await expect_exchanged(keyed, end)


@pytest.mark.parametrize("looks", range(BEATS))
async def test_cut_off_after_any_look_at_the_chain(keyed: Path, looks: int) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        for _ in range(looks):
            await here.engine.follow()
            here.node.make_block()
        end = await cut(keyed, here)
    await expect_exchanged(keyed, end)


async def test_cut_off_before_the_new_keystore_takes_its_place(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        with killed_at("console.engine.keys.keyfiles.put_in_place", monkeypatch):
            await finish(here)
        end = await cut(keyed, here)
    assert held(keyed) is A
    await expect_exchanged(keyed, end)


async def test_the_store_lost_in_the_midst_is_made_up_for_by_the_chain(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        while (await here.chain.entries(B.public_key)).records == () or held(keyed) is A:
            await here.engine.follow()
            await here.engine.make_blocks(until_final=True)
            named = await here.chain.entries(A.public_key)
            if len(named.records) > 2:
                break
        end = await cut(keyed, here)
    assert held(keyed) is A
    lose(keyed, "store.db")
    async with living(keyed, NEW, at=end) as again:
        assert [one.public_key for one in again.engine.parts.line.operators] == [
            A.public_key,
            B.public_key,
        ]
    assert held(keyed) is B


async def test_an_older_store_finds_what_it_does_not_know_on_the_chain(
    keyed: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "older.db"
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        copy_store(keyed / "store.db", copy)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, end, line = await here.rows(), here.clock.now(), here.engine.parts.line
    lose(keyed, "store.db")
    copy.rename(keyed / "store.db")
    async with living(keyed, NEW, at=end) as again:
        assert again.engine.parts.line == line
        assert await again.rows() == rows
        await again.live(2 * 15, until_final=True)
        assert await signers(again) == ["A", "A", "B", "B"]


async def test_a_start_with_the_former_passphrase_waits_for_the_new_one(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        with killed_at("console.engine.keys.keyfiles.put_in_place", monkeypatch):
            await exchange(here)
        end = await cut(keyed, here)
    async with living(keyed, OLD, at=end) as again:
        assert (await again.engine.status()).locked
        await again.live(15, until_final=True)
        keys = {one.key for one in again.engine.parts.log.alarms if one.ended is None}
        assert keys == {"locked", "succession"}
        await again.engine.unlock(NEW, "uid 1")
        await again.live(15, until_final=True)
        await finish(again)
        keys = {one.key for one in again.engine.parts.log.alarms if one.ended is None}
        assert keys == set()
        status = await again.engine.status()
        assert (status.locked, status.account) == (False, account(B))
        assert status.account_since == quarter_hour(2).start


async def test_a_disk_that_cannot_take_the_key_files_lets_the_next_start_do_it(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)

        def fail(*_: object) -> None:
            raise KeyFileError("there is no space")

        with monkeypatch.context() as failing:
            failing.setattr("console.chain.private_file.replace", fail)
            await finish(here)
        assert any("at the next start" in text for text in await here.texts())
        end = await cut(keyed, here)
    assert held(keyed) is A
    await expect_exchanged(keyed, end)


FILE_STEPS = 8
"""How often an exchange touches a key file."""


@pytest.mark.parametrize("step", range(FILE_STEPS + 1))
async def test_cut_off_before_any_touch_of_a_key_file(
    keyed: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    done = 0

    def dying(touch: Callable[..., None]) -> Callable[..., None]:
        def do(*of: object, **more: object) -> None:
            nonlocal done
            if done == step:
                raise RuntimeError("killed")
            done += 1
            touch(*of, **more)

        return do

    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        put_beside(keyed, B, NEW)
        with monkeypatch.context() as killing:
            killing.setattr(private_file, "replace", dying(private_file.replace))
            killing.setattr(keyfiles, "_remove", dying(keyfiles._remove))
            if step < FILE_STEPS:
                with pytest.raises(RuntimeError):
                    await _exchange_and_finish(here)
            else:
                await _exchange_and_finish(here)
                assert done == FILE_STEPS
        begun = len(here.engine.parts.line.operators) == 2
        end = await cut(keyed, here)
    assert begun == (step > 0)
    if begun:
        await expect_exchanged(keyed, end)
    else:
        async with living(keyed, OLD, at=end) as again:
            assert again.engine.parts.line == Line.of(A.public_key)
            assert not again.engine.parts.locked


async def _exchange_and_finish(here: Neighbourhood) -> None:
    command = Rotate(account=account(B), passphrase=NEW, present=OLD)
    await here.engine.rotation.rotate(command, "uid 1")
    await finish(here)


@pytest.mark.parametrize("former_is_there", [True, False])
async def test_a_store_from_the_midst_finds_the_exchange_done(
    keyed: Path, tmp_path: Path, former_is_there: bool
) -> None:
    copy = tmp_path / "midst.db"
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        copy_store(keyed / "store.db", copy)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, end = await here.rows(), here.clock.now()
    lose(keyed, "store.db")
    copy.rename(keyed / "store.db")
    if not former_is_there:
        place_beside(key_file(keyed), A.public_key).unlink()
    async with living(keyed, NEW, at=end) as again:
        await finish(again)
        assert await again.rows() == rows
        await again.live(2 * 15, until_final=True)
        assert (await signers(again))[-1] == "B"
        assert (await again.engine.verify()).differences == 0
    assert held(keyed) is B
