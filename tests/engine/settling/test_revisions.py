"""A revision that only the chain tells of: read back, held beside the one before."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.chain.codec import (
    Aggregate,
    Body,
    Inner,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_bytes,
    address_of,
    sign,
)
from console.chain.message import format_message
from console.chain.seal import seal, seal_key
from console.engine.serving.api import watch_app
from console.model.observed import IntervalTag
from console.model.settlement import State
from console.model.view import Preview
from tests.engine.halves import RIPE
from tests.engine.neighbours import Neighbourhood, lose, neighbourhood, quarter_hour
from tests.engine.street import ask

NAME = quarter_hour(0).name
TAKEN, GIVEN = 20, 35
ROOT = b"\x21" * 32


def revision_one(here: Neighbourhood) -> bytes:
    """Sign revision 1 of the first interval: 20 Wh of p1 are taken back from c1, c2 gets 35."""
    parts = here.engine.parts
    assert parts.key is not None
    signer = parts.signer(quarter_hour(0)).public_key
    owner = address_of(signer, parts.network.identifier)
    interval, community = quarter_hour(0), parts.settings.community.id
    mosaic = parts.members.mosaics[signer]["p1"]
    c1, c2 = (address_bytes(parts.members.wallets[house]) for house in ("c1", "c2"))
    tag = IntervalTag(
        interval=interval,
        currency=parts.settings.community.currency,
        prices_micro_per_kwh=(100_000,),
        revision=1,
        part=1,
        parts=1,
    )
    transfers = sorted(
        [
            Transfer(c1, (), format_message(tag)),
            Transfer(c2, ((mosaic, GIVEN),), format_message(tag)),
        ],
        key=lambda each: each.recipient,
    )
    bodies: list[Body] = [
        seal(owner, seal_key(community, interval, 1, 1), ROOT, bytes(32)),
        SupplyRevocation(c1, mosaic, TAKEN),
        SupplyChange(mosaic, GIVEN - TAKEN, True),
        *transfers,
    ]
    inner = tuple(Inner(signer, parts.network.identifier, body) for body in bodies)
    deadline = here.node.now_ms() + 3_600_000
    whole = Transaction(signer, parts.network.identifier, 0, deadline, Aggregate(inner))
    return sign(whole, parts.network.generation_hash, parts.key.sign).payload


async def previewed(here: Neighbourhood) -> Preview:
    async with ask(watch_app(here.engine, here.engine.audience)) as client:
        answer = await client.get(f"/preview/{NAME}")
        return msgspec.json.decode(answer.content, type=Preview)


async def shown(here: Neighbourhood, before_wh: int, before_rows: int) -> None:
    """The interval stands at revision 1, and its preview holds it beside revision 0."""
    settlement = await here.get(0)
    assert (settlement.revision, settlement.plan_known) == (1, False)
    assert settlement.shared_wh == before_wh + GIVEN - TAKEN
    assert (settlement.rows, settlement.inputs_root) == (before_rows + 2, ROOT)
    preview = await previewed(here)
    zero, one = preview.revisions
    assert (zero.number, zero.rows, zero.wh) == (0, before_rows, before_wh)
    assert (one.number, one.rows, one.wh) == (1, 2, GIVEN - TAKEN)
    assert one.amount_nano == (GIVEN - TAKEN) * 100_000
    assert one.height > zero.height
    changes = {change.house: change for change in preview.differences}
    assert set(changes) == {"p1", "c1", "c2"}
    assert changes["c1"].bought_wh - changes["c1"].bought_before_wh == -TAKEN
    assert changes["c2"].bought_wh - changes["c2"].bought_before_wh == GIVEN
    assert changes["p1"].sold_wh - changes["p1"].sold_before_wh == GIVEN - TAKEN
    assert sum(pair.wh for pair in preview.pairs) == settlement.shared_wh


async def test_a_revision_is_read_from_the_chain_alone(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE, until_final=True)
        before = await here.get(0)
        assert (before.state, before.revision) == (State.FINAL, 0)
        here.node.announce(revision_one(here))
        await here.beat()
        assert (await here.get(0)).state is State.SEALED
        await shown(here, before.shared_wh, before.rows)
        told = [text for text in await here.texts() if "taken from the chain" in text]
        await here.beat()
        await here.beat(until_final=True)
        await shown(here, before.shared_wh, before.rows)
        assert (await here.get(0)).state is State.FINAL
        assert here.engine.settler.halted == ""
        assert len(told) == 1
        assert (await here.engine.verify()).rows == 0
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        await shown(again, before.shared_wh, before.rows)
        await again.beat()
        assert (await again.get(0)).state is State.FINAL


async def test_an_adopted_interval_shows_its_pairs(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE, until_final=True)
        before = await here.get(0)
    lose(tmp_path, "store.db")
    async with neighbourhood(tmp_path, at=here.clock.now()) as again:
        preview = await previewed(again)
        assert preview.plan is None
        assert sum(pair.wh for pair in preview.pairs) == before.shared_wh
        assert (preview.differences, preview.revisions, preview.rows) == ((), (), before.rows)
