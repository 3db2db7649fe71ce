"""The receipt's own truth: its leaves lead to its root, and its share follows from its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import UNSET

from console.errors import Refused
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.receipt import Finding, HouseReceipt
from console.model.settlement import Plan
from console.settlement.proof import (
    leaf,
    leaf_of,
    path,
    plan_leaves,
    rules_leaf,
    rules_of,
    verify_path,
)
from console.settlement.sharing import NANO

MOST_LEAVES = 1 << 20
"""The most leaves that a receipt may speak of."""

_DRIFT_NWH = 2 * NANO
"""How far a share may be from its exact one with the carry, nano-Wh (reference: 2 Wh)."""


def receipt(
    plan: Plan,
    house: str,
    salt: Callable[[str], bytes],
    *,
    operator: bytes,
    generation_hash: bytes,
    wallet: str,
    transactions: Sequence[bytes],
    exports: bool = True,
) -> HouseReceipt:
    """Return a house's receipt of a plan.

    Args:
        plan: a frozen plan.
        house: the house's id.
        salt: each house's salt; the house's own is told, the others' go into the path's hashes.
        operator: the public key that sealed it (32 bytes).
        generation_hash: the network's (32 bytes).
        wallet: the house's wallet address.
        transactions: the hashes of the plan's transactions.
        exports: whether the house's meter has an export register.

    Raises:
        Refused: the house was no member then.
    """
    houses = [share.house for share in plan.shares]
    if house not in houses:
        raise Refused(f"{house} was no member in {plan.interval.name}.")
    index, leaves = houses.index(house), plan_leaves(plan, salt)
    return HouseReceipt(
        community=plan.community,
        operator=operator.hex(),
        generation_hash=generation_hash.hex(),
        wallet=wallet,
        interval=plan.interval.name,
        minutes=plan.interval.minutes,
        revision=plan.revision,
        parts=len(transactions),
        transactions=tuple(each.hex() for each in transactions),
        leaf=leaf_of(plan.shares[index]),
        salt=salt(house).hex(),
        index=index,
        size=len(leaves),
        path=tuple(each.hex() for each in path(leaves, index)),
        rules=rules_of(plan),
        rules_path=tuple(each.hex() for each in path(leaves, len(leaves) - 1)),
        inputs_root=plan.inputs_root.hex(),
        exports=UNSET if exports or plan.shares[index].balance.exported_wh else False,
    )


def interval_of(receipt: HouseReceipt) -> Interval:
    """Return the interval that a receipt is of.

    Raises:
        ValueError: it names none.
    """
    return Interval.parse(receipt.interval, receipt.minutes)


def check(receipt: HouseReceipt) -> Iterator[Finding]:
    """Yield what a receipt says of itself: both leaves, the energy, and the share by its rule.

    Args:
        receipt: as it was read from a file, so nothing of it is taken for true.

    Raises:
        ValueError: a field is no hexadecimal text.
    """
    root = bytes.fromhex(receipt.inputs_root)
    own = leaf(receipt.leaf, bytes.fromhex(receipt.salt))
    yield Finding(
        _leads(own, receipt.index, receipt, receipt.path, root),
        f"the leaf of {receipt.leaf.house} leads to the inputs root",
    )
    shared = rules_leaf(receipt.rules)
    last = receipt.size - 1
    yield Finding(
        receipt.index < last and _leads(shared, last, receipt, receipt.rules_path, root),
        "the rules, prices, S, D and A lead to the same root",
    )
    demand, surplus = _demand_and_surplus(receipt)
    fields = receipt.leaf
    yield Finding(
        0 <= fields.bought_wh <= demand and 0 <= fields.sold_wh <= surplus,
        f"bought {fields.bought_wh} of {demand} Wh demand, sold {fields.sold_wh} of {surplus} Wh "
        "surplus",
    )
    if receipt.exports is False:
        yield Finding(
            fields.export_start_wh == fields.export_end_wh and not fields.sold_wh,
            "its meter has no export register: what it gave is not known, and none was sold",
        )
    yield from _by_rule(receipt, demand, surplus)


def _leads(
    own: bytes, index: int, receipt: HouseReceipt, hashes: Sequence[str], root: bytes
) -> bool:
    if not 0 < receipt.size <= MOST_LEAVES:
        return False
    return verify_path(own, index, receipt.size, [bytes.fromhex(each) for each in hashes], root)


def _demand_and_surplus(receipt: HouseReceipt) -> tuple[int, int]:
    fields = receipt.leaf
    taken = fields.import_end_wh - fields.import_start_wh
    given = fields.export_end_wh - fields.export_start_wh
    netted = min(taken, given) if receipt.rules.self_netting else 0
    estimated = fields.quality in (Quality.ESTIMATED, Quality.SUBSTITUTED)
    return taken - netted, 0 if estimated else given - netted


def _by_rule(receipt: HouseReceipt, demand: int, surplus: int) -> Iterator[Finding]:
    """Compare what was got with the exact share and the carry, where S, D and A tell the share."""
    fields, rules = receipt.leaf, receipt.rules
    exact = _exact_nwh(receipt, demand)
    if exact is not None:
        near = _near(fields.bought_wh, exact + fields.bought_carry_in_nwh, demand)
        yield Finding(near, f"what it bought is its share by {rules.rule}, with its carry")
    if rules.surplus_wh:
        sold = rules.shared_wh * surplus * NANO // rules.surplus_wh
        near = _near(fields.sold_wh, sold + fields.sold_carry_in_nwh, surplus)
        yield Finding(near, "what it sold is its part of A by its surplus, with its carry")


def _exact_nwh(receipt: HouseReceipt, demand: int) -> int | None:
    """Return the exact share bought, nano-Wh; None under rules that need the others' demands."""
    rules = receipt.rules
    if rules.rule == "pro-rata" and rules.demand_wh:
        return rules.shared_wh * demand * NANO // rules.demand_wh
    if rules.rule == "static":
        key = rules.keys.get(receipt.leaf.house, 0)
        return min(demand * NANO, key * rules.surplus_wh)
    return None


def _near(got_wh: int, target_nwh: int, cap_wh: int) -> bool:
    wanted = min(max(target_nwh, 0), cap_wh * NANO)
    return abs(got_wh * NANO - wanted) <= _DRIFT_NWH
