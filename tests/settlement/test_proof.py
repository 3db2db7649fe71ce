"""The Merkle tree over a plan's inputs."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.errors import InvariantBroken
from console.model.balance import IntervalBalances
from console.settlement.plan import decide
from console.settlement.proof import (
    canonical,
    leaf,
    leaf_of,
    path,
    plan_leaves,
    root,
    rules_leaf,
    rules_of,
    verify_path,
)
from console.settlement.terms import Terms

Salt = Callable[[str], bytes]
Street = Callable[..., IntervalBalances]

TERMS = Terms(community="street", currency="EUR")


def hashed(data: bytes) -> bytes:
    return sha256(data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashed(b"\x01" + left + right)


def leaves(count: int) -> list[bytes]:
    return [hashed(bytes([0, index])) for index in range(count)]


def test_the_shape_of_rfc_6962() -> None:
    a, b, c, d, e = leaves(5)
    assert root([a]) == a
    assert root([a, b, c]) == node(node(a, b), c)
    assert root([a, b, c, d, e]) == node(node(node(a, b), node(c, d)), e)
    assert path([a, b, c, d, e], 1) == [a, node(c, d), e]
    assert path([a, b, c, d, e], 4) == [node(node(a, b), node(c, d))]


def test_the_reference_tree_of_certificate_transparency() -> None:
    inputs = " 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f"
    tree = [hashed(b"\x00" + bytes.fromhex(text)) for text in inputs.split(" ")]
    assert root(tree).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(1, 70), st.data())
def test_every_path_leads_to_the_root_and_no_other_does(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    hashes = path(tree, index)
    assert verify_path(tree[index], index, size, hashes, root(tree))
    assert not verify_path(hashed(b"other"), index, size, hashes, root(tree))
    assert not verify_path(tree[index], index, size, [*hashes, tree[0]], root(tree))
    if hashes:
        assert not verify_path(tree[index], index, size, hashes[:-1], root(tree))
        assert not verify_path(tree[index], (index + 1) % size, size, hashes, root(tree))


def test_places_outside_the_tree_prove_nothing() -> None:
    tree = leaves(3)
    assert not verify_path(tree[0], 3, 3, path(tree, 0), root(tree))
    assert not verify_path(tree[0], -1, 3, path(tree, 0), root(tree))
    with pytest.raises(InvariantBroken):
        path(tree, 3)
    with pytest.raises(InvariantBroken):
        root([])


def test_canonical_json_has_no_spaces_and_only_ascii() -> None:
    assert canonical(["é", 1, [True, ["a", -2]]]) == b'["\\u00e9",1,[true,["a",-2]]]'


def test_the_leaves_are_what_the_design_says(street: Street, salt: Salt) -> None:
    plan = decide(street({"B": (7, 0), "A": (0, 9)}), TERMS, {}, salt)
    first = b'["A",1000,1000,50,59,"measured",0,0,0,7]'
    second = b'["B",1000,1007,50,50,"measured",0,0,7,0]'
    rules = b'["E1","pro-rata",["pairs",false],[["A",100000]],9,7,7]'
    assert plan_leaves(plan, salt) == [
        hashed(b"\x00" + salt("A") + first),
        hashed(b"\x00" + salt("B") + second),
        hashed(b"\x00" + rules),
    ]
    assert plan.inputs_root == root(plan_leaves(plan, salt))


def test_a_house_proves_its_leaf_without_seeing_another(street: Street, salt: Salt) -> None:
    plan = decide(street({f"H{i}": (10 * i, 7) for i in range(6)}), TERMS, {}, salt)
    tree = plan_leaves(plan, salt)
    mine = leaf(leaf_of(plan.shares[4]), salt("H4"))
    assert verify_path(mine, 4, len(tree), path(tree, 4), plan.inputs_root)
    assert verify_path(rules_leaf(rules_of(plan)), 6, 7, path(tree, 6), plan.inputs_root)
    forged = leaf(leaf_of(replace(plan.shares[4], bought_wh=0)), salt("H4"))
    assert not verify_path(forged, 4, len(tree), path(tree, 4), plan.inputs_root)
    assert leaf(leaf_of(plan.shares[4]), b"another salt") != mine
