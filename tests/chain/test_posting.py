from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    MosaicDefinition,
    SupplyChange,
    Transaction,
    Transfer,
    address_bytes,
    address_of,
    house_mosaic,
    house_nonce,
    parse,
    serialize,
)
from console.chain.frame import Frame
from console.chain.keyfile import OperatorKey
from console.chain.message import parse_message
from console.chain.posting import compose, compose_setup
from console.chain.seal import COMMUNITY_KEY, seal_key
from console.errors import ChainError, InvariantBroken
from console.model.settlement import Plan

NETWORK = 0x98
HEAD = b"\x02" * 32
MakePlan = Callable[..., Plan]
Cell = tuple[str, str, int, int]


def _pairs(producers: int, consumers: int, price: int = 100_000, step: int = 0) -> list[Cell]:
    return [
        (f"p{i}", f"c{j}", 1 + i + 2 * j, price + step * i)
        for i in range(producers)
        for j in range(consumers)
    ]


def _compose(plan: Plan, operator: OperatorKey, **other: str) -> list[Transaction]:
    consumers = sorted({trade.consumer for trade in plan.trades})
    wallets = {house: operator.wallet("lindenhof", house, NETWORK) for house in consumers}
    return compose(
        plan,
        HEAD,
        Frame(
            operator_key=operator.public_key,
            network=NETWORK,
            deadline_ms=7_200_000,
            fee_multiplier=100,
        ),
        wallets={**wallets, **other},
        most_inner=100,
    )


def _bodies(transaction: Transaction) -> list[Body]:
    assert isinstance(transaction.body, Aggregate)
    return [inner.body for inner in transaction.body.inner]


def _setup(operator: OperatorKey, producers: Sequence[str], register: bool) -> list[Transaction]:
    return compose_setup(
        "lindenhof",
        producers,
        Frame(operator_key=operator.public_key, network=NETWORK, deadline_ms=1, fee_multiplier=0),
        register=register,
        most_inner=100,
    )


def test_one_aggregate_in_the_order_of_the_design(plan_of: MakePlan, operator: OperatorKey) -> None:
    plan = plan_of(_pairs(8, 9))
    (transaction,) = _compose(plan, operator)
    bodies = _bodies(transaction)
    owner = address_of(operator.public_key, NETWORK)
    key = seal_key("lindenhof", plan.interval, 0, 1)
    assert bodies[0] == AccountMetadata(owner, key, 64, plan.inputs_root + HEAD)
    mints = [body for body in bodies[1:9] if isinstance(body, SupplyChange) and body.increase]
    transfers = [body for body in bodies[9:] if isinstance(body, Transfer)]
    assert (len(mints), len(transfers)) == (8, 9)
    assert [mint.mosaic for mint in mints] == sorted(mint.mosaic for mint in mints)
    recipients = [transfer.recipient for transfer in transfers]
    assert recipients == sorted(recipients)
    tags = {parse_message(transfer.message) for transfer in transfers}
    assert [tag and tag.prices_micro_per_kwh for tag in tags] == [(100_000,)]


def test_sizes_and_fees_of_the_reference(plan_of: MakePlan, operator: OperatorKey) -> None:
    for producers, consumers, size in ((8, 9, 3_128), (49, 50, 49_048)):
        (transaction,) = _compose(plan_of(_pairs(producers, consumers)), operator)
        assert len(serialize(transaction)) == size
        assert transaction.fee == 100 * size
    eight_prices = _pairs(8, 9, 101_000, 1_000)
    (transaction,) = _compose(plan_of(eight_prices), operator)
    assert len(serialize(transaction)) == 3_560


def test_differently_ordered_input_gives_the_same_bytes(
    plan_of: MakePlan, operator: OperatorKey
) -> None:
    cells = _pairs(20, 30, 90_000, 7)
    expected = [serialize(one) for one in _compose(plan_of(cells), operator)]
    for seed in range(5):
        shuffled = list(cells)
        random.Random(seed).shuffle(shuffled)
        assert [serialize(one) for one in _compose(plan_of(shuffled), operator)] == expected


def test_prices_stand_in_the_order_of_the_mosaics(plan_of: MakePlan, operator: OperatorKey) -> None:
    cells = [*_pairs(3, 1, 100_000, 1_000), ("p0", "c9", 4, 100_000)]
    (transaction,) = _compose(plan_of(cells), operator)
    owner = address_of(operator.public_key, NETWORK)
    price = {house_mosaic("lindenhof", f"p{i}", owner): 100_000 + 1_000 * i for i in range(3)}
    seen = set()
    for body in _bodies(transaction):
        if isinstance(body, Transfer):
            tag = parse_message(body.message)
            assert tag is not None
            assert tag.prices_micro_per_kwh == tuple(price[mosaic] for mosaic, _ in body.mosaics)
            seen.add(len(body.mosaics))
    assert seen == {1, 3}


def test_parts_are_balanced_and_sealed_singly_with_one_value(
    plan_of: MakePlan, operator: OperatorKey
) -> None:
    plan = plan_of(_pairs(100, 100))
    parts = _compose(plan, operator)
    delivered: dict[tuple[int, bytes], int] = {}
    for number, transaction in enumerate(parts, start=1):
        bodies = _bodies(transaction)
        assert len(bodies) <= 100
        assert parse(serialize(transaction)).transaction == transaction
        seal, *rest = bodies
        assert isinstance(seal, AccountMetadata)
        assert seal.key == seal_key("lindenhof", plan.interval, 0, number)
        assert seal.value == plan.inputs_root + HEAD
        left: dict[int, int] = {}
        for body in rest:
            if isinstance(body, SupplyChange):
                left[body.mosaic] = body.delta
            elif isinstance(body, Transfer):
                tag = parse_message(body.message)
                assert tag is not None
                assert (tag.part, tag.parts) == (number, len(parts))
                for mosaic, wh in body.mosaics:
                    left[mosaic] -= wh
                    delivered[mosaic, body.recipient] = wh
        assert set(left.values()) == {0}
    assert len(parts) == 6
    assert sum(len(_bodies(transaction)) for transaction in parts) == 506
    assert sum(delivered.values()) == plan.shared_wh


def test_own_use_is_delivered_to_its_own_wallet(plan_of: MakePlan, operator: OperatorKey) -> None:
    (transaction,) = _compose(plan_of([("h1", "h1", 5, 1)]), operator)
    body = _bodies(transaction)[2]
    assert isinstance(body, Transfer)
    assert body.recipient == address_bytes(operator.wallet("lindenhof", "h1", NETWORK))


def test_an_idle_interval_needs_no_transaction(plan_of: MakePlan, operator: OperatorKey) -> None:
    assert _compose(plan_of([]), operator) == []


def test_wallets_are_checked(plan_of: MakePlan, operator: OperatorKey) -> None:
    plan = plan_of(_pairs(1, 2))
    with pytest.raises(ChainError, match="house c1 has no wallet"):
        _compose(plan, operator, c1="")
    with pytest.raises(ChainError, match="house c1 is of another network"):
        _compose(plan, operator, c1=operator.wallet("lindenhof", "c1", 0x68))
    with pytest.raises(ChainError, match="the same wallet"):
        _compose(plan, operator, c1=operator.wallet("lindenhof", "c0", NETWORK))
    with pytest.raises(ChainError):
        _compose(plan, operator, c1="T" * 39)


def test_what_compose_cannot_tell_is_refused(plan_of: MakePlan, operator: OperatorKey) -> None:
    with pytest.raises(InvariantBroken):
        _compose(plan_of(_pairs(1, 1), revision=1), operator)


def test_setup_registers_then_defines(operator: OperatorKey) -> None:
    (transaction,) = _setup(operator, ["h2", "h1"], register=True)
    owner = address_of(operator.public_key, NETWORK)
    entry, *definitions = _bodies(transaction)
    assert entry == AccountMetadata(owner, COMMUNITY_KEY, 9, b"lindenhof")
    expected = [
        MosaicDefinition(
            house_mosaic("lindenhof", house, owner), 0, house_nonce("lindenhof", house), 11, 3
        )
        for house in ("h1", "h2")
    ]
    assert definitions == sorted(expected, key=lambda body: body.mosaic)
    assert _setup(operator, ["h1", "h2"], register=True) == [transaction]


def test_setup_is_cut_at_the_inner_limit(operator: OperatorKey) -> None:
    houses = [f"h{number}" for number in range(250)]
    parts = _setup(operator, houses, register=True)
    assert [len(_bodies(part)) for part in parts] == [100, 100, 51]
    hundred = _setup(operator, houses[:100], register=False)
    assert [len(serialize(part)) for part in hundred] == [7_368]
    assert _setup(operator, [], register=False) == []


def test_one_house_twice_is_one_mosaic(operator: OperatorKey) -> None:
    (transaction,) = _setup(operator, ["h1", "h1"], register=False)
    assert len(_bodies(transaction)) == 1
