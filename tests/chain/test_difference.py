"""A revision's aggregates: their order, their balance, and what cannot be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_bytes,
    sign,
)
from console.chain.difference import compose_difference, cut, revoked_in
from console.chain.frame import Frame
from console.chain.keyfile import OperatorKey
from console.chain.message import parse_message
from console.model.settlement import Plan
from console.model.trade import Trade

NETWORK = 0x98
MakePlan = Callable[..., Plan]
ORDER = (AccountMetadata, SupplyRevocation, SupplyChange, Transfer)
HOUSES = [f"h{number}" for number in range(6)]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(HOUSES), st.sampled_from(HOUSES)),
    st.integers(-900, 900).filter(bool),
    min_size=1,
)


def trades(cells: dict[tuple[str, str], int]) -> list[Trade]:
    return [
        Trade(producer=producer, consumer=consumer, wh=wh, price_micro_per_kwh=100_000)
        for (consumer, producer), wh in sorted(cells.items())
    ]


def composed(
    plan: Plan,
    operator: OperatorKey,
    difference: list[Trade],
    left: dict[tuple[str, str, int], int],
    most: int,
) -> list[Transaction]:
    return compose_difference(
        plan,
        cut(difference, most),
        left,
        b"\x02" * 32,
        Frame(
            operator_key=operator.public_key,
            network=NETWORK,
            deadline_ms=7_200_000,
            fee_multiplier=0,
        ),
        wallets={house: operator.wallet("lindenhof", house, NETWORK) for house in HOUSES},
    )


def bodies(transaction: Transaction) -> list[Body]:
    assert isinstance(transaction.body, Aggregate)
    return [inner.body for inner in transaction.body.inner]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELLS, st.integers(4, 12), st.integers(0, 900))
def test_each_part_is_in_order_and_in_balance(
    plan_of: MakePlan,
    operator: OperatorKey,
    cells: dict[tuple[str, str], int],
    most: int,
    kept: int,
) -> None:
    plan = plan_of([("h0", "h1", 5, 100_000)])
    difference = trades(cells)
    left = {
        (one.producer, one.consumer, one.price_micro_per_kwh): min(kept, -one.wh)
        for one in difference
        if one.wh < 0
    }
    transactions = composed(plan, operator, difference, left, most)
    assert transactions == composed(plan, operator, difference, left, most)
    total = 0
    for number, transaction in enumerate(transactions, 1):
        inner = bodies(transaction)
        assert len(inner) <= most
        places = [ORDER.index(type(body)) for body in inner]
        assert places == sorted(places)
        supply: Counter[int] = Counter()
        increased = [body.increase for body in inner if isinstance(body, SupplyChange)]
        assert increased == sorted(increased)
        for body in inner:
            match body:
                case SupplyRevocation(_, mosaic, wh):
                    supply[mosaic] += wh
                    total -= wh
                case SupplyChange(mosaic, wh, increase):
                    supply[mosaic] += wh if increase else -wh
                case Transfer(_, mosaics, message):
                    tag = parse_message(message)
                    assert tag is not None
                    assert (tag.part, tag.parts) == (number, len(transactions))
                    for mosaic, wh in mosaics:
                        supply[mosaic] -= wh
                        total += wh
        assert not any(supply.values())
    assert total == sum(one.wh for one in difference) + sum(left.values())


def test_a_house_that_keeps_all_is_told_of_it(plan_of: MakePlan, operator: OperatorKey) -> None:
    plan = plan_of([("h0", "h1", 5, 100_000)])
    less = trades({("h1", "h0"): -30})
    [transaction] = composed(plan, operator, less, {("h0", "h1", 100_000): 30}, 100)
    [_, note] = bodies(transaction)
    assert isinstance(note, Transfer)
    assert note.mosaics == ()
    assert note.recipient == address_bytes(operator.wallet("lindenhof", "h1", NETWORK))


def test_what_is_on_its_way_tells_what_it_takes(plan_of: MakePlan, operator: OperatorKey) -> None:
    plan = plan_of([("h0", "h1", 5, 100_000)])
    [transaction] = composed(plan, operator, trades({("h1", "h0"): -30}), {}, 100)
    signed = sign(transaction, bytes(32), operator.sign)
    [((wallet, _), wh)] = revoked_in(signed.payload).items()
    assert (wallet, wh) == (operator.wallet("lindenhof", "h1", NETWORK), 30)
