from __future__ import annotations

import pytest

from console.chain.codec import address_of, house_mosaic
from console.engine.members import Members
from console.errors import ConfigError
from console.model.house import House

OPERATOR = bytes(range(32))
NETWORK = 0x98
WALLETS = {house: house.upper().ljust(39, "A") for house in ("h1", "h2", "h3")}
HOUSES = tuple(House(id=house) for house in WALLETS)


def test_every_house_has_a_wallet_and_a_mosaic_both_ways() -> None:
    members = Members.of("lindenhof", HOUSES, OPERATOR, NETWORK, WALLETS.__getitem__)
    owner = address_of(OPERATOR, NETWORK)
    assert list(members.houses) == ["h1", "h2", "h3"]
    for house in WALLETS:
        assert members.wallets[house] == WALLETS[house]
        assert members.mosaics[house] == house_mosaic("lindenhof", house, owner)
        assert members.house_of_wallet[members.wallets[house]] == house
        assert members.house_of_mosaic[members.mosaics[house]] == house


def test_a_house_keeps_the_wallet_it_has() -> None:
    own = House(id="h9", wallet="N".ljust(39, "Q"))
    members = Members.of("lindenhof", [own], OPERATOR, NETWORK, WALLETS.__getitem__)
    assert members.wallets == {"h9": own.wallet}


def test_where_none_is_made_each_house_needs_a_wallet() -> None:
    with pytest.raises(ConfigError, match="house h1 has no wallet"):
        Members.of("lindenhof", HOUSES, OPERATOR, NETWORK, None)


def test_two_houses_never_share_a_wallet() -> None:
    twins = (House(id="h1", wallet="N" * 39), House(id="h2", wallet="N" * 39))
    with pytest.raises(ConfigError, match="h1 and h2 have the same wallet address"):
        Members.of("lindenhof", twins, OPERATOR, NETWORK, None)


def test_two_houses_never_share_a_mosaic() -> None:
    with pytest.raises(ConfigError, match="h1 and h2 have the same mosaic id"):
        Members(HOUSES[:2], {"h1": WALLETS["h1"], "h2": WALLETS["h2"]}, {"h1": 7, "h2": 7})
