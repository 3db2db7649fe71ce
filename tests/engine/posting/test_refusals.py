"""What a node says against a transaction that waits: told once, and again where it dies."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.chain.refused import LATE
from console.engine.posting.refusals import MOST_ASKED, Refusals
from console.errors import ChainError
from console.model.transaction import Outgoing
from tests.engine.neighbours import Neighbourhood, neighbourhood

FULL = "Failure_Chain_Unconfirmed_Cache_Too_Full"


class Answers:
    """A node's answers by hash; every question is counted."""

    def __init__(self) -> None:
        self.codes: dict[bytes, str] = {}
        self.asked = 0
        self.silent = False

    async def rejection(self, hash_: bytes) -> str:
        self.asked += 1
        if self.silent:
            raise ChainError("the node is silent")
        return self.codes.get(hash_, "")


async def waiting(here: Neighbourhood) -> Outgoing:
    await here.live(20)
    [*_, out] = await here.legs(0)
    return out


async def test_a_reason_is_told_once_and_kept_until_it_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with neighbourhood(tmp_path) as here:
        out, node = await waiting(here), Answers()
        monkeypatch.setattr(here.engine.parts.chain, "rejection", node.rejection)
        refusals = Refusals(here.engine.parts)
        await refusals.ask([out])
        assert refusals.reason(out.hash) == ""
        node.codes[out.hash] = FULL
        for _ in range(3):
            await refusals.ask([out])
        # after the deadline every node says so of everything: that is no reason
        node.codes[out.hash] = LATE
        await refusals.ask([out])
        told = [text for text in await here.texts() if "refused by the node" in text]
        assert told == [
            f"{out.leg} is refused by the node: too many transactions wait at the node ({FULL}); "
            "it is announced again"
        ]
        assert refusals.reason(out.hash) == (
            f"; the node refused it: too many transactions wait at the node ({FULL})"
        )
        assert refusals.reason(out.hash) == ""


async def test_what_waits_no_longer_is_forgotten_and_a_silent_node_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with neighbourhood(tmp_path) as here:
        out, node = await waiting(here), Answers()
        monkeypatch.setattr(here.engine.parts.chain, "rejection", node.rejection)
        refusals = Refusals(here.engine.parts)
        node.codes[out.hash] = FULL
        await refusals.ask([out])
        await refusals.ask([])
        assert refusals.reason(out.hash) == ""
        many = [
            msgspec.structs.replace(out, hash=bytes([number]) * 32)
            for number in range(2 * MOST_ASKED)
        ]
        node.asked = 0
        await refusals.ask(many)
        assert node.asked == MOST_ASKED
        node.silent = True
        await refusals.ask(many)
        assert node.asked == MOST_ASKED + 1
