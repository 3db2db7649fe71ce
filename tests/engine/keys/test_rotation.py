"""The operator's key exchanged: nothing cut, nothing twice, and all of it read from the chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.chain import keystore
from console.chain.keyring import place_beside
from console.engine.serving.offline import open_reader
from console.errors import Refused, WrongPassphrase
from console.model.settlement import State
from tests.engine.exchanging import (
    LATER,
    NEW,
    OLD,
    RIPE,
    A,
    B,
    C,
    account,
    exchange,
    expect_sound,
    finish,
    held,
    key_file,
    key_files,
    line_of,
    living,
    put_beside,
    signers,
)
from tests.engine.neighbours import (
    START,
    lose,
    quarter_hour,
    settings_of,
)


async def test_intervals_before_the_edge_are_the_old_keys_and_all_stay_readable(
    keyed: Path,
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(2 * 15 + 5, until_final=True)
        edge = await exchange(here)
        assert edge == quarter_hour(3).start
        await here.live(2 * 15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        assert await signers(here) == ["A", "A", "A", "B", "B"]
        assert here.engine.parts.line == line_of((B, edge))
        await expect_sound(here, 5)
        rows = await here.rows()
        house = await here.engine.answers.house("c1", START.date())
        assert sum(house.holdings.values()) == sum(one.bought_wh for one in house.intervals)
        assert house.holdings.keys() == {"p1", "p2", "c3"}
        for number in (0, 4):
            name = quarter_hour(number).name
            proof = await here.engine.answers.proof(name, 0, "p1", "c1")
            assert {house for house, _ in proof.mosaics} == {"p1", "p2", "c3"}
        end = here.clock.now()
    assert held(keyed) is B
    reader = await open_reader(settings_of(keyed))
    assert (await reader.verify()).differences == 0
    await reader.close()

    async with living(keyed, NEW, at=end) as again:
        await expect_sound(again, 5)
        assert await again.rows() == rows
        await again.live(15, until_final=True)
        assert (await signers(again))[-1] == "B"

    lose(keyed, "store.db")
    async with living(keyed, NEW, at=end) as rebuilt:
        assert rebuilt.engine.parts.line == line_of((B, edge))
        assert (await rebuilt.rows())[: len(rows)] == rows
        assert {(await rebuilt.get(number)).state for number in range(5)} == {State.FINAL}
        assert (await rebuilt.engine.verify()).differences == 0


async def test_the_passphrase_is_the_new_one_from_the_beginning_on(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        assert held(keyed) is A
        assert keystore.open_keystore(key_file(keyed), NEW).public_key == A.public_key
        with pytest.raises(WrongPassphrase):
            keystore.open_keystore(key_file(keyed), OLD)
        await finish(here)
    assert held(keyed) is B
    assert key_files(keyed) == ["operator.key", f"operator.key.{account(A)}"]
    former = place_beside(key_file(keyed), A.public_key)
    assert keystore.open_keystore(former, NEW).public_key == A.public_key


async def test_two_exchanges_on_one_day(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        first = await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        second = await exchange(here, C, LATER, present=NEW)
        await here.live(2 * 15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        assert here.engine.parts.line == line_of((B, first), (C, second))
        assert await signers(here) == ["A", "A", "B", "C", "C"]
        await expect_sound(here, 5)
        rows, end = await here.rows(), here.clock.now()
    assert held(keyed) is C
    lose(keyed, "store.db")
    async with living(keyed, LATER, at=end) as again:
        assert set(again.engine.parts.keys) == {key.public_key for key in (A, B, C)}
        assert await again.rows() == rows


async def test_what_was_under_way_is_finished_with_the_same_bytes(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        here.chain.loses = True
        await here.live(RIPE)
        [leg] = await here.legs(0)
        edge = await exchange(here)
        here.chain.loses = False
        here.chain.announced.clear()
        await finish(here)
        assert leg.payload in here.chain.announced
        await here.live(15, until_final=True)
        assert [out.payload for out in await here.legs(0)] == [leg.payload]
        assert (await here.get(0)).state is State.FINAL
        await here.live(15, until_final=True)
        assert await signers(here) == ["A", "A", "B"]
        assert edge == quarter_hour(2).start
        await expect_sound(here, 3)


async def test_what_dies_after_the_exchange_is_signed_again_by_the_old_key(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        here.chain.drops = set()
        here.chain.loses = True
        await here.live(15)
        await exchange(here)
        here.chain.loses = False
        [leg] = await here.legs(1)
        here.chain.drops = {leg.payload}
        await here.live(3 * 60, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        attempts = await here.legs(1)
        assert [out.attempt for out in attempts] == [1, 2]
        assert (await here.get(1)).state is State.FINAL
        assert (await signers(here))[:4] == ["A", "A", "A", "B"]
        assert (await here.engine.verify()).differences == 0


async def test_a_held_interval_stays_the_old_keys_however_late_it_is_settled(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE, until_final=True)
        assert (await here.get(0)).state is State.HELD
        assert (await here.engine.rotation.state()).waiting == 1
        await exchange(here)
        await finish(here)
        await here.live(15, until_final=True)
        await here.meters.speak_up(here.engine.intake.emit)
        await here.live(2 * 15, until_final=True)
        assert await signers(here) == ["A", "A", "B", "B"]
        await expect_sound(here, 4)


async def test_a_held_interval_waits_for_its_key_where_that_is_shut(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        here.meters.silent = {"c2"}
        await here.live(RIPE, until_final=True)
        await exchange(here)
        await finish(here)
        await here.live(2 * 15, until_final=True)
        end = here.clock.now()
    former = place_beside(key_file(keyed), A.public_key)
    sealed = former.read_bytes()
    former.unlink()
    async with living(keyed, NEW, at=end, auto=False) as again:
        with pytest.raises(Refused, match="an earlier key"):
            await again.engine.settler.settle(quarter_hour(0), provisional=True, actor="uid 1")
        found = await again.engine.verify()
        assert (found.differences, found.intervals) == (0, 0)
        fresh = quarter_hour(2)
        settled = await again.engine.settler.settle(fresh, provisional=True, actor="uid 1")
        assert settled.state is State.SIGNED
    former.write_bytes(sealed)
    former.chmod(0o600)
    async with living(keyed, NEW, at=end) as whole:
        settled = await whole.engine.settler.settle(
            quarter_hour(0), provisional=True, actor="uid 1"
        )
        assert settled.state is State.SIGNED


async def test_nothing_is_signed_by_a_key_that_is_not_on_the_chain_for_good(
    keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.engine.posting.follower.ANNOUNCE_SECONDS", 0.0)
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        here.chain.loses = True
        await here.live(2 * 15, until_final=True)
        assert (await here.get(1)).state is State.SIGNED
        assert (await here.get(2)).state is State.CLOSED
        with pytest.raises(Refused, match="not on the chain for good yet"):
            await here.engine.settler.settle(quarter_hour(2), actor="uid 1")
        here.chain.loses = False
        await here.live(10, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        assert await signers(here) == ["A", "A", "B", "B"]
        await expect_sound(here, 4)


async def test_nothing_is_settled_twice_when_the_readings_come_again(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(2 * 15 + 5, until_final=True)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, known, hashes = await here.rows(), await signers(here), await here.hashes()
    lose(keyed, "store.db")
    async with living(keyed, NEW) as again:
        await again.live(4 * 15 + 5, until_final=True)
        assert await again.rows() == rows
        assert await signers(again) == known == ["A", "A", "A", "B"]
        assert await again.hashes() == hashes


async def test_a_ledger_waits_for_the_key_that_made_its_wallets(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        await finish(here)
        rows, end = await here.rows(), here.clock.now()
    lose(keyed, "store.db")
    former = place_beside(key_file(keyed), A.public_key)
    sealed = former.read_bytes()
    former.unlink()
    async with living(keyed, NEW, at=end) as blind:
        assert await blind.rows() == []
        assert not blind.engine.parts.members.complete
        assert any("the ledger waits" in text for text in await blind.texts())
    former.write_bytes(sealed)
    former.chmod(0o600)
    async with living(keyed, NEW, at=end) as again:
        assert await again.rows() == rows


async def test_a_key_that_never_signed_is_told_at_each_start(keyed: Path) -> None:
    put_beside(keyed, B, NEW)
    async with living(keyed, OLD) as here:
        told = [text for text in await here.texts() if "never signed" in text]
        assert len(told) == 1
        assert account(B) in told[0]
