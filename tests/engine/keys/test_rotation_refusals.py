"""What an exchange of the key refuses, and who may ask for one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from console.chain import keystore
from console.chain.codec import address_of, sign
from console.chain.keyring import place_beside
from console.chain.posting import compose
from console.chain.seal import community_entry
from console.chain.succession import Claim, claim_entry, successor_key
from console.engine.serving.api import operate_app, stand_app, watch_app
from console.errors import KeyFileError, MosaicError, Refused
from console.model.operator import Line
from console.model.rotation import Rotate
from console.model.settlement import State
from tests.engine.exchanging import (
    BEATS,
    LATER,
    NEW,
    OLD,
    RIPE,
    A,
    B,
    C,
    account,
    exchange,
    finish,
    held,
    key_file,
    living,
    put_beside,
    signers,
)
from tests.engine.neighbours import (
    Neighbourhood,
    enter,
    lose,
    quarter_hour,
)
from tests.engine.street import ask

Unready = Callable[[Neighbourhood], None]


def _locked(here: Neighbourhood) -> None:
    here.engine.parts.keys = {}


def _halted(here: Neighbourhood) -> None:
    here.engine.settler.halted = "10:00: a test says so"


async def test_the_old_key_is_refused_once_it_was_exchanged(keyed: Path) -> None:
    sealed = key_file(keyed).read_bytes()
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        await finish(here)
        end = here.clock.now()
    kept = key_file(keyed).read_bytes()
    key_file(keyed).write_bytes(sealed)
    for lost in (False, True):
        if lost:
            lose(keyed, "store.db")
        with pytest.raises(KeyFileError, match="another key") as refusal:
            async with living(keyed, OLD, at=end):
                pass
        assert "24 words" in refusal.value.paragraph
    place_beside(key_file(keyed), B.public_key).write_bytes(kept)
    place_beside(key_file(keyed), B.public_key).chmod(0o600)
    async with living(keyed, NEW, at=end):
        assert held(keyed) is B


@pytest.mark.parametrize(
    ("unready", "reason"), [(_locked, "is locked"), (_halted, "nothing is signed")]
)
async def test_it_is_refused_while_nothing_can_be_signed(
    keyed: Path, unready: Unready, reason: str
) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        unready(here)
        state = await here.engine.rotation.state()
        assert reason in state.hindrance
        with pytest.raises(Refused, match=reason):
            await exchange(here)
        assert here.engine.parts.line == Line.of(A.public_key)


async def test_one_exchange_waits_for_the_other(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await exchange(here)
        with pytest.raises(Refused, match="is taking over"):
            await exchange(here, C, LATER, present=NEW)
        await finish(here)
        with pytest.raises(Refused, match="has not signed yet"):
            await exchange(here, C, LATER, present=NEW)
        await here.live(15, until_final=True)
        await exchange(here, C, LATER, present=NEW)


async def test_only_a_key_that_never_signed_is_taken(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        with pytest.raises(Refused, match="is or was this community's own"):
            await exchange(here, A)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        with pytest.raises(Refused, match="is or was this community's own"):
            await exchange(here, A, LATER, present=NEW)


async def test_a_key_of_another_community_is_refused(keyed: Path, tmp_path: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        await enter(here, B, community_entry(address_of(B.public_key, 0x98), "other"))
        with pytest.raises(Refused, match="has signed on this chain already"):
            await exchange(here)


async def test_what_does_not_fit_is_refused_and_audited_without_a_word_of_it(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        put_beside(keyed, B, NEW)
        good = Rotate(account=account(B), passphrase=NEW, present=OLD)
        assert OLD not in repr(good)
        wrong: list[dict[str, object]] = [
            {"passphrase": "canary-wrong"},
            {"account": account(C)},
            {"present": "canary-wrong"},
        ]
        for changes in wrong:
            with pytest.raises(MosaicError):
                await here.engine.rotation.rotate(msgspec.structs.replace(good, **changes), "uid 1")
        records = await here.engine.parts.store.audit.records()
        assert [r.verb for r in records].count("key rotate refused") == len(wrong)
        said = repr(records) + repr(await here.texts())
        assert "canary-wrong" not in said
        assert OLD not in said
        assert NEW not in said
        assert here.engine.parts.line == Line.of(A.public_key)


async def test_the_route_stands_on_the_operators_socket_alone(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        engine = here.engine
        put_beside(keyed, B, NEW)
        operating = ask(operate_app(engine, engine.audience))
        state = (await operating.get("/key")).json()
        assert (state["account"], state["sealed"], state["hindrance"]) == (account(A), True, "")
        body = {
            "account": account(B),
            "passphrase": NEW,
            "present": OLD,
        }
        for other in (
            watch_app(engine, engine.audience),
            stand_app(engine, None, engine.audience),  # type: ignore[arg-type]
        ):
            answer = await ask(other).post("/key/rotate", json=body)
            assert answer.status_code == 404
        for odd in (
            {**body, "more": 1},
            {**body, "account": "../x"},
            [NEW],
            {**body, "present": [NEW]},
        ):
            answer = await operating.post("/key/rotate", json=odd)
            assert "does not read" in answer.text
            assert NEW not in answer.text
        answer = await operating.post("/key/rotate", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["former"] == account(A)
        [record] = [r for r in await engine.parts.store.audit.records() if r.verb == "key rotate"]
        assert account(B) in record.body
        assert (await operating.get("/key")).json()["coming"] == account(B)
        assert "taking over" in (await operating.get("/key")).json()["hindrance"]


async def test_a_successor_that_this_engine_does_not_know_ends_its_signing(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        edge = quarter_hour(2).start
        claim = Claim(edge, C.public_key)
        entry = claim_entry(address_of(A.public_key, 0x98), successor_key("recording"), claim)
        await enter(here, A, entry)
        await here.live(3 * 15, until_final=True)
        assert await signers(here) == ["A", "A"]
        assert here.engine.parts.line.ends == edge
        held = await here.get(2)
        assert (held.state, "never took over" in held.reason) == (State.HELD, True)
        [alarm] = [one for one in here.engine.parts.log.alarms if one.key == "succession"]
        assert account(C) in alarm.text
        with pytest.raises(Refused, match="named a successor elsewhere"):
            await exchange(here)
        end = here.clock.now()
    async with living(keyed, OLD, at=end) as again:
        assert again.engine.parts.line.ends == edge


async def test_a_thief_who_named_another_first_is_told_and_nobody_signs(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        edge = await exchange(here)
        claim = Claim(edge, C.public_key)
        entry = claim_entry(address_of(A.public_key, 0x98), successor_key("recording"), claim)
        await enter(here, A, entry)
        for _ in range(BEATS):
            await here.engine.make_blocks(until_final=True)
            await here.engine.follow()
        await here.live(3 * 15, until_final=True)
        assert await signers(here) == ["A", "A"]
        assert here.engine.parts.line.coming
        [alarm] = [one for one in here.engine.parts.log.alarms if one.key == "succession"]
        assert "named another successor" in alarm.text
        assert (await here.get(2)).state is State.CLOSED
        assert (await here.engine.verify()).differences == 0
    assert held(keyed) is A


async def test_what_either_key_signs_outside_its_time_makes_no_row(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(2 * 15 + 5, until_final=True)
        await exchange(here)
        await here.live(15, until_final=True)
        await finish(here)
        await here.live(15, until_final=True)
        rows, end = await here.rows(), here.clock.now()
        parts = here.engine.parts
        for quarter, key in ((3, A), (0, B)):
            plan = await parts.store.settlements.plan(quarter_hour(quarter))
            assert plan is not None
            [transaction] = compose(
                plan,
                bytes(32),
                parts.frame(key.public_key, here.node.now_ms() + 3_600_000),
                wallets=parts.members.wallets,
                most_inner=parts.network.most_inner,
            )
            signed = sign(transaction, parts.network.generation_hash, key.sign)
            await here.chain.announce(signed.payload)
            here.node.settle_all()
            assert signed.hash in await here.chain.confirmations([signed.hash])
        await here.engine.follow()
        assert await here.rows() == rows
        assert (await here.engine.verify()).differences == 0
        assert sum("no message explains" in text for text in await here.texts()) == 2
    lose(keyed, "store.db")
    async with living(keyed, NEW, at=end) as again:
        assert await again.rows() == rows
        assert again.engine.settler.halted == ""


async def test_only_one_exchange_is_begun_at_a_time(keyed: Path) -> None:
    async with living(keyed, OLD) as here:
        await here.live(RIPE, until_final=True)
        commands = []
        for key, passphrase in ((B, NEW), (C, LATER)):
            put_beside(keyed, key, passphrase)
            commands.append(Rotate(account=account(key), passphrase=passphrase, present=OLD))
        rotate = here.engine.rotation.rotate
        first, second = await asyncio.gather(
            *(rotate(command, "uid 1") for command in commands), return_exceptions=True
        )
        assert not isinstance(first, BaseException)
        assert isinstance(second, Refused)
        await finish(here)
    assert held(keyed) is B
    for path in (key_file(keyed), place_beside(key_file(keyed), A.public_key)):
        keystore.open_keystore(path, NEW)
