"""Whatever is announced, no mosaic comes from nowhere and none is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.chain.codec import Body, SupplyChange, SupplyRevocation, Transfer
from console.chain.keyfile import OperatorKey
from console.chain.node import check_blocks
from tests.chain.town import (
    NEIGHBOUR,
    NEIGHBOUR_ADDRESS,
    OPERATOR,
    OPERATOR_ADDRESS,
    Town,
    define,
    mosaic,
    seal,
    wallet,
)

NONCES = st.integers(1, 3)
IDS = NONCES.map(mosaic)
AMOUNTS = st.integers(0, 12)
ADDRESSES = st.sampled_from([OPERATOR_ADDRESS, NEIGHBOUR_ADDRESS, wallet(1), wallet(2)])
CARRIED = st.dictionaries(IDS, AMOUNTS, max_size=3).map(lambda held: tuple(sorted(held.items())))
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(define, NONCES, st.sampled_from([11, 3, 10, 9])),
    st.builds(SupplyChange, IDS, AMOUNTS, st.booleans()),
    st.builds(SupplyChange, IDS, st.integers(1, 30), st.just(True)),
    st.builds(SupplyRevocation, ADDRESSES, IDS, AMOUNTS),
    st.builds(Transfer, ADDRESSES, CARRIED, st.just(b"")),
    st.builds(seal, st.sampled_from(["a", "b"])),
)
KEYS = st.sampled_from([OPERATOR, OPERATOR, NEIGHBOUR])
STEPS = st.lists(st.tuples(KEYS, st.lists(BODIES, max_size=5), st.booleans()), max_size=20)
FIRST: tuple[OperatorKey, list[Body], bool] = (
    OPERATOR,
    [
        step
        for nonce in (1, 2, 3)
        for step in (define(nonce), SupplyChange(mosaic(nonce), 20, True))
    ],
    True,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_supply_is_what_all_hold(steps: list[tuple[OperatorKey, list[Body], bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder) / "chain.db")
        for key, bodies, block in [FIRST, *steps]:
            town.node.announce(town.signed(*bodies, key=key).payload)
            if block:
                town.node.make_block()
        town.node.settle_all()
        holdings = [town.held(address) for address in town.everyone()]
        for nonce in (1, 2, 3):
            total = sum(held.get(mosaic(nonce), 0) for held in holdings)
            assert total == town.supply(mosaic(nonce))
        assert all(amount > 0 for held in holdings for amount in held.values())
        town.node.close()
        assert check_blocks(town.path).findings == ()
