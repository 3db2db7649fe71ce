"""The proof: a Merkle root over a plan's inputs, and each house's path to it.

The tree is that of RFC 6962 section 2.1 with SHA-256: leaves by house id, the rules leaf last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import msgspec

from console.errors import invariant
from console.model.receipt import Leaf, Rules
from console.model.settlement import Plan, Share

FORMAT = "E1"
"""The first field of the rules leaf."""

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf(fields: Leaf, salt: bytes) -> bytes:
    """Return the hash of a member's leaf, which tells nothing without its salt.

    Args:
        fields: the member's registers, quality, carry-in and result.
        salt: secret, different for every house and interval.
    """
    return sha256(_LEAF + salt + canonical(list(msgspec.structs.astuple(fields)))).digest()


def leaf_of(share: Share) -> Leaf:
    """Return the fields of a member's leaf."""
    return Leaf(
        house=share.house,
        import_start_wh=share.import_start_wh,
        import_end_wh=share.import_end_wh,
        export_start_wh=share.export_start_wh,
        export_end_wh=share.export_end_wh,
        quality=share.quality,
        bought_carry_in_nwh=share.bought_carry_in_nwh,
        sold_carry_in_nwh=share.sold_carry_in_nwh,
        bought_wh=share.bought_wh,
        sold_wh=share.sold_wh,
    )


def rules_leaf(rules: Rules) -> bytes:
    """Return the hash of the leaf that all members share.

    The houses' keys are among the parameters of the rules that have keys.
    """
    keys = [_pairs(rules.keys)] if rules.keys else []
    fields = [
        FORMAT,
        rules.rule,
        [rules.matching, rules.self_netting, *keys],
        _pairs(rules.prices),
        rules.surplus_wh,
        rules.demand_wh,
        rules.shared_wh,
    ]
    return sha256(_LEAF + canonical(fields)).digest()


def rules_of(plan: Plan) -> Rules:
    """Return the fields of the leaf that all members of a plan share."""
    return Rules(
        rule=plan.rule,
        matching=plan.matching,
        self_netting=plan.self_netting,
        keys=plan.keys,
        prices=plan.prices,
        surplus_wh=plan.surplus_wh,
        demand_wh=plan.demand_wh,
        shared_wh=plan.shared_wh,
    )


def plan_leaves(plan: Plan, salt: Callable[[str], bytes]) -> list[bytes]:
    """Return the hashes of all leaves of a plan: its members' by house id, then the rules leaf.

    Args:
        plan: the plan; its own root is not used.
        salt: each house's salt.
    """
    members = (leaf(leaf_of(share), salt(share.house)) for share in plan.shares)
    return [*members, rules_leaf(rules_of(plan))]


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root of leaf hashes (RFC 6962 section 2.1), of one at least."""
    invariant(leaves, "a tree without leaves")
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return _node(root(leaves[:split]), root(leaves[split:]))


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root (RFC 6962 section 2.1.1)."""
    invariant(0 <= index < len(leaves), "a leaf outside its tree")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*path(leaves[:split], index), root(leaves[split:])]
    return [*path(leaves[split:], index - split), root(leaves[:split])]


def verify_path(
    leaf_hash: bytes, index: int, size: int, hashes: Sequence[bytes], root_hash: bytes
) -> bool:
    """Tell whether a path leads from a leaf to a root (RFC 9162 section 2.1.3.2).

    Args:
        leaf_hash: the leaf's hash.
        index: its place among the leaves, from 0.
        size: how many leaves the tree has.
        hashes: the path, from the leaf upwards.
        root_hash: the root that it must reach.
    """
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf_hash
    for sibling in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = _node(sibling, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = _node(reached, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root_hash


def canonical(fields: Sequence[object]) -> bytes:
    """Return a list as canonical JSON: ASCII, no spaces, in the order given."""
    return json.dumps(fields, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


def _pairs(by_house: Mapping[str, int]) -> list[list[str | int]]:
    return [[house, value] for house, value in sorted(by_house.items())]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)
