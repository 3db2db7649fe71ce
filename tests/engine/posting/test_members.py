from __future__ import annotations

import pytest

from console.chain.codec import address_of, house_mosaic
from console.engine.posting.members import Members
from console.errors import ConfigError
from console.model.house import House
from console.model.interval import Interval
from console.model.operator import Line, Operator

OPERATOR = bytes(range(32))
LINE = Line.of(OPERATOR)
EDGE = Interval.parse("2026-06-21T10:15Z", 15).start
NETWORK = 0x98
WALLETS = {house: house.upper().ljust(39, "A") for house in ("h1", "h2", "h3")}
HOUSES = tuple(House(id=house) for house in WALLETS)


def test_every_house_has_a_wallet_and_a_mosaic_both_ways() -> None:
    members = Members.of("lindenhof", HOUSES, LINE, NETWORK, WALLETS.__getitem__)
    owner = address_of(OPERATOR, NETWORK)
    assert list(members.houses) == ["h1", "h2", "h3"]
    for house in WALLETS:
        assert members.wallets[house] == WALLETS[house]
        mosaic = members.mosaics[OPERATOR][house]
        assert mosaic == house_mosaic("lindenhof", house, owner)
        assert members.house_of_wallet[members.wallets[house]] == house
        assert members.house_of_mosaic[mosaic] == house


def test_each_operator_has_mosaics_of_its_own_and_all_name_the_house() -> None:
    later = bytes(32)
    line = LINE.followed_by(Operator(later, EDGE))
    members = Members.of("lindenhof", HOUSES, line, NETWORK, WALLETS.__getitem__)
    own, others = members.mosaics[later], members.mosaics[OPERATOR]
    assert members.foreign(later) == set(others.values())
    assert members.foreign(OPERATOR).isdisjoint(others.values())
    for house in WALLETS:
        assert members.house_of_mosaic[own[house]] == house
        assert members.house_of_mosaic[others[house]] == house
    assert members.wallets == WALLETS


def test_a_house_keeps_the_wallet_it_has() -> None:
    own = House(id="h9", wallet="N".ljust(39, "Q"))
    members = Members.of("lindenhof", [own], LINE, NETWORK, WALLETS.__getitem__)
    assert members.wallets == {"h9": own.wallet}


def test_where_none_is_made_each_house_needs_a_wallet() -> None:
    with pytest.raises(ConfigError, match="house h1 has no wallet"):
        Members.of("lindenhof", HOUSES, LINE, NETWORK, None)


def test_two_houses_never_share_a_wallet() -> None:
    twins = (House(id="h1", wallet="N" * 39), House(id="h2", wallet="N" * 39))
    with pytest.raises(ConfigError, match="h1 and h2 have the same wallet address"):
        Members.of("lindenhof", twins, LINE, NETWORK, None)


def test_two_houses_never_share_a_mosaic() -> None:
    with pytest.raises(ConfigError, match="h1 and h2 have the same mosaic id"):
        Members(HOUSES[:2], {"h1": WALLETS["h1"], "h2": WALLETS["h2"]}, {b"": {"h1": 7, "h2": 7}})
