from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from console.engine.serving.api import operate_app
from console.errors import Refused
from console.model.sealing import AcceptPartial, Sealing
from console.model.settlement import Settlement, State
from console.model.view import Receipt
from tests.engine.halves import RIPE, TWO_PARTS, half_sealed, two_roots
from tests.engine.neighbours import Neighbourhood, lose, neighbourhood, quarter_hour
from tests.engine.street import ask, tamper

NAME = quarter_hour(0).name
Wanted = TypeVar("Wanted")


async def get(here: Neighbourhood, path: str, kind: type[Wanted]) -> Wanted:
    """What the engine's own application answers."""
    async with ask(operate_app(here.engine, here.engine.audience)) as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=kind)


async def test_two_parts_with_different_roots_stand_side_by_side(tmp_path: Path) -> None:
    async with two_roots(tmp_path) as here:
        [halted] = await get(here, "/halted", list[Settlement])
        assert halted.reason == "its parts have different roots"
        sealing = await get(here, f"/sealing/{NAME}", Sealing)
        first, second = sealing.parts
        assert (first.part, first.parts, second.part, second.parts) == (1, 2, 2, 2)
        assert second.inputs_root == b"\x66" * 32 != first.inputs_root
        assert first.audit_head == second.audit_head
        assert {first.signer, second.signer} == {sealing.operator}
        assert first.seen
        assert second.height is not None
        assert second.height <= sealing.final_height
        assert sealing.planned_root == b""
        rows = await here.rows()
        assert first.rows + second.rows == len(rows)
        hashes = await here.hashes()
        assert {first.transaction, second.transaction} <= set(hashes)
        assert min(first.wh, second.wh, first.size) > 0


async def test_a_missing_part_says_so(tmp_path: Path) -> None:
    async with half_sealed(tmp_path) as here:
        [_, lost] = await here.legs(0)
        known = await here.engine.answers.sealing(NAME)
        assert [part.seen for part in known.parts] == [True, False]
        assert known.parts[1].transaction == lost.hash
        assert known.planned_root == known.parts[0].inputs_root
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        sealing = await again.engine.answers.sealing(NAME)
        assert [part.seen for part in sealing.parts] == [True, False]
        missing = sealing.parts[1]
        assert (missing.transaction, missing.inputs_root, missing.parts) == (b"", b"", 2)


async def test_a_seal_without_a_known_transaction_is_found_by_its_key(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, most_inner=TWO_PARTS) as here:
        await here.live(RIPE, until_final=True)
        entries = here.engine.parts.store.entries
        kept = await entries.between(quarter_hour(0).start, quarter_hour(0).end)
        first = [row for row in kept if row.part == 1]
        await entries.replace_from(1, first, 10**6)
    tamper(tmp_path / "store.db", "DELETE FROM outgoing")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        sealing = await again.engine.answers.sealing(NAME)
        assert [part.seen for part in sealing.parts] == [True, False]
        assert sealing.parts[1].inputs_root == sealing.parts[0].inputs_root


async def test_nothing_is_known_of_an_interval_before_the_first(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        with pytest.raises(Refused, match="nothing is known of"):
            await here.engine.answers.sealing("2020-01-01T00:00Z")


async def test_accepting_ends_the_halt_and_is_audited(tmp_path: Path) -> None:
    async with two_roots(tmp_path) as here:
        async with ask(operate_app(here.engine, here.engine.audience)) as client:
            body = msgspec.json.encode(AcceptPartial(interval=NAME))
            answer = await client.post("/accept", content=body)
        receipt = msgspec.json.decode(answer.content, type=Receipt)
        assert receipt.settlement.state is State.FINAL
        assert receipt.settlement.rows == len(await here.rows())
        assert here.engine.settler.halted == ""
        assert not [a for a in here.engine.parts.log.alarms if a.key.startswith("halted")
                    and a.ended is None]  # fmt: skip
        links = await here.engine.parts.store.audit.records()
        accepted = next(link for link in links if link.verb == "accept-partial")
        assert "66" * 32 in accepted.body
        assert (await here.engine.verify()).rows == 0
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        assert again.engine.settler.halted == ""
        assert (await again.get(0)).state is State.FINAL
        await again.live(45, until_final=True)
        assert (await again.get(2)).state is State.FINAL


async def test_an_accepted_half_halts_again_when_the_other_half_comes(tmp_path: Path) -> None:
    async with half_sealed(tmp_path) as here:
        [_, second] = await here.legs(0)
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        accept = again.engine.accept
        receipt = await accept(AcceptPartial(interval=NAME), "anna (uid 1000)")
        assert (receipt.settlement.state, receipt.settlement.parts) == (State.FINAL, 1)
        await again.beat()
        assert (await again.get(0)).state is State.FINAL
        again.node.announce(second.payload)
        await again.beat(until_final=True)
        assert (await again.get(0)).state is State.HALTED
        await accept(AcceptPartial(interval=NAME), "anna (uid 1000)")
        assert (await again.get(0)).parts == 2


async def test_what_cannot_be_accepted(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE, until_final=True)
        with pytest.raises(Refused, match="is final, not halted"):
            await here.engine.accept(AcceptPartial(interval=NAME), "uid 1")
        with pytest.raises(Refused, match="is not known, not halted"):
            await here.engine.accept(AcceptPartial(interval="2020-01-01T00:00Z"), "uid 1")


async def test_a_part_that_is_not_final_cannot_be_accepted_yet(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        await here.beat()
        sealed = await here.get(0)
        assert sealed.state is State.SEALED
        await here.engine.settler.halt(sealed, "a test says so")
        with pytest.raises(Refused, match="not final yet"):
            await here.engine.accept(AcceptPartial(interval=NAME), "uid 1")


async def test_what_the_chain_holds_nothing_of_is_closed_again(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        await here.live(RIPE)
        await here.engine.settler.halt(await here.get(0), "a plan broke a rule")
        receipt = await here.engine.accept(AcceptPartial(interval=NAME), "uid 1")
        assert receipt.settlement.state is State.CLOSED
        await here.engine.settler.settle(quarter_hour(0), actor="uid 1")
        assert (await here.get(0)).state is State.SIGNED
