"""Namespaces and the mosaics that they name."""

from __future__ import annotations

import pytest

from console.chain.codec import MosaicAlias, NamespaceRegistration, Transfer, namespace_id
from console.chain.node import limits, naming
from tests.chain.town import NEIGHBOUR, NEIGHBOUR_ADDRESS, OPERATOR_ADDRESS, Town, mosaic

ROOT = namespace_id(b"e1")
CHILD = namespace_id(b"h01", ROOT)
DAYS = limits.SHORTEST_NAMESPACE_DAYS * limits.BLOCKS_A_DAY


def _root(duration: int = DAYS) -> NamespaceRegistration:
    return NamespaceRegistration(duration, None, ROOT, b"e1")


def _child(name: bytes = b"h01", parent: int = ROOT) -> NamespaceRegistration:
    return NamespaceRegistration(0, parent, namespace_id(name, parent), name)


def test_a_name_stands_for_its_mosaic(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.do(_root(), _child(), MosaicAlias(CHILD, id_, True))
    town.give(NEIGHBOUR_ADDRESS, (CHILD, 3))
    assert town.held(NEIGHBOUR_ADDRESS) == {id_: 3}
    town.do(MosaicAlias(CHILD, id_, False))
    gone = Transfer(NEIGHBOUR_ADDRESS, ((CHILD, 3),), b"")
    assert town.refusal(gone) == "Core_Insufficient_Balance"


def test_names_are_their_owners(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.do(_root(), _child())
    assert town.refusal(_root(), key=NEIGHBOUR, single=True) == "Namespace_Owner_Conflict"
    other = _child(b"h02")
    assert town.refusal(other, key=NEIGHBOUR, single=True) == "Namespace_Owner_Conflict"
    link = MosaicAlias(CHILD, id_, True)
    assert town.refusal(link, key=NEIGHBOUR, single=True) == "Namespace_Owner_Conflict"


def test_what_a_registration_must_be(town: Town) -> None:
    assert town.refusal(_child()) == "Namespace_Unknown_Parent"
    town.do(_root(), _child())
    assert town.refusal(_child()) == "Namespace_Already_Exists"
    deep = _child(b"a", CHILD)
    town.do(deep)
    assert town.refusal(_child(b"b", deep.namespace)) == "Namespace_Too_Deep"
    longest = limits.LONGEST_NAMESPACE_DAYS * limits.BLOCKS_A_DAY
    assert town.refusal(_root(longest)) == "Namespace_Invalid_Duration"
    town.do(_root())
    known = town.node.database.namespace(ROOT)
    assert known is not None
    assert known.end == known.height + 2 * DAYS


def test_what_an_alias_must_be(town: Town) -> None:
    id_ = town.mint(1, 10)
    town.do(_root())
    unlink = MosaicAlias(ROOT, id_, False)
    assert town.refusal(unlink) == "Namespace_Unknown_Alias"
    assert town.refusal(MosaicAlias(ROOT, mosaic(2), True)) == "Mosaic_Expired"
    town.do(MosaicAlias(ROOT, id_, True))
    assert town.refusal(MosaicAlias(ROOT, id_, True)) == "Namespace_Alias_Already_Exists"
    wrong = MosaicAlias(ROOT, mosaic(2), False)
    assert town.refusal(wrong) == "Namespace_Alias_Inconsistent_Unlink_Data"


def test_a_name_ends_and_may_then_be_anothers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHORTEST_NAMESPACE_DAYS", 0)
    monkeypatch.setattr(naming, "_GRACE_BLOCKS", 2)
    id_ = town.mint(1, 10)
    town.do(_root(3), _child(), MosaicAlias(CHILD, id_, True))
    town.node.make_block()
    town.give(NEIGHBOUR_ADDRESS, (CHILD, 1))
    late = Transfer(NEIGHBOUR_ADDRESS, ((CHILD, 1),), b"")
    assert town.refusal(late) == "Core_Insufficient_Balance"
    assert town.refusal(_child(b"h02")) == "Namespace_Expired"
    town.node.make_block(force=True)
    town.node.make_block(force=True)
    town.do(_root(9), _child(), key=NEIGHBOUR)
    known = town.node.database.namespace(CHILD)
    assert known is not None
    assert known.owner == NEIGHBOUR_ADDRESS != OPERATOR_ADDRESS
    assert known.alias is None
