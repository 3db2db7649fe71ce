"""The members: which wallet and which mosaic belongs to which house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from console.chain.codec import address_of, house_mosaic
from console.chain.keyfile import OperatorKey
from console.errors import ConfigError
from console.model.house import House
from console.model.operator import Line
from console.settings import Settings

Value = TypeVar("Value", str, int)


class Members:
    """The community's houses with their wallets and mosaics, both ways."""

    def __init__(
        self,
        houses: Iterable[House],
        wallets: dict[str, str],
        mosaics: dict[bytes, dict[str, int]],
        former: Mapping[str, str] | None = None,
    ) -> None:
        """Take each house's wallet address and mosaic ids.

        Args:
            houses: the members.
            wallets: the wallet addresses by house id; empty where not known.
            mosaics: the mosaic ids by house id, of each operator by its public key.
            former: the house ids by wallet addresses of earlier times, which old rows name.

        Raises:
            ConfigError: two houses share a wallet or a mosaic id.
        """
        self.houses = {house.id: house for house in houses}
        self.wallets = wallets
        self.mosaics = mosaics
        self.former = dict(former or {})
        self.house_of_wallet = self._houses_of_wallets()
        self.house_of_mosaic = _houses_of_mosaics(mosaics)

    @property
    def known_wallets(self) -> dict[str, str]:
        """The wallet addresses by house id, without the houses that have none yet."""
        return {house: wallet for house, wallet in self.wallets.items() if wallet}

    def foreign(self, operator_key: bytes) -> set[int]:
        """Return the mosaics of all operators but one.

        Args:
            operator_key: that one's public key (32 bytes).
        """
        others = (made for key, made in self.mosaics.items() if key != operator_key)
        return {mosaic for made in others for mosaic in made.values()}

    @property
    def complete(self) -> bool:
        """Whether every house's wallet is known; an engine that never had its key may not know."""
        return all(self.wallets.values())

    def complete_with(self, make_wallet: Callable[[str], str]) -> None:
        """Give a wallet to every house whose own is not known.

        Raises:
            ConfigError: two houses share one.
        """
        for house, wallet in self.wallets.items():
            self.wallets[house] = wallet or make_wallet(house)
        self.house_of_wallet = self._houses_of_wallets()

    def _houses_of_wallets(self) -> dict[str, str]:
        present = _inverse(self.known_wallets, "wallet address")
        for address, house in self.former.items():
            if present.get(address, house) != house:
                raise ConfigError(
                    f"house {present[address]} has a wallet that {house} had before.",
                    advice="Its old rows would change hands: give it a wallet of its own.",
                )
        return {**self.former, **present}

    @classmethod
    def of(
        cls,
        community: str,
        houses: Iterable[House],
        line: Line,
        network: int,
        make_wallet: Callable[[str], str] | None,
        former: Mapping[str, str] | None = None,
    ) -> Members:
        """Return the members of a community on a network.

        Args:
            community: the community's id.
            houses: its houses.
            line: its operators, each of whom owns mosaics of its own.
            network: the network byte.
            make_wallet: gives an address to a house without one, or nothing where only the key
                can; None where each needs its own.
            former: the house ids by wallet addresses of earlier times.

        Raises:
            ConfigError: a house has no wallet and none can be made, or two clash.
        """
        houses = tuple(houses)
        ids = [house.id for house in houses]
        wallets = {}
        for house in houses:
            if not house.wallet and make_wallet is None:
                raise ConfigError(f"house {house.id} has no wallet; a public chain needs one.")
            wallets[house.id] = house.wallet or (make_wallet(house.id) if make_wallet else "")
        return cls(houses, wallets, mosaics_of(community, ids, line, network), former)


def mosaics_of(
    community: str, houses: Iterable[str], line: Line, network: int
) -> dict[bytes, dict[str, int]]:
    """Return the mosaic ids by house id, of each operator by its public key.

    Args:
        community: the community's id.
        houses: the house ids.
        line: the community's operators.
        network: the network byte.
    """
    houses = tuple(houses)
    mosaics = {}
    for operator in line.operators:
        owner = address_of(operator.public_key, network)
        mosaics[operator.public_key] = {
            house: house_mosaic(community, house, owner) for house in houses
        }
    return mosaics


def wallets_of(
    settings: Settings, key: OperatorKey | None, network: int, known: Mapping[str, str]
) -> Callable[[str], str]:
    """Return what gives wallets to houses without one.

    Args:
        settings: the settings.
        key: the first operator's key, which makes them however often the key was exchanged;
            without it only the known wallets are given.
        network: the network byte.
        known: the wallet addresses by house id that a former engine made.
    """
    if key is None:
        return lambda house: known.get(house, "")
    return lambda house: key.wallet(settings.community.id, house, network)


def _houses_of_mosaics(mosaics: dict[bytes, dict[str, int]]) -> dict[int, str]:
    houses: dict[int, str] = {}
    for made in mosaics.values():
        for mosaic, house in _inverse(made, "mosaic id").items():
            if houses.setdefault(mosaic, house) != house:
                raise ConfigError(f"houses {houses[mosaic]} and {house} have the same mosaic id.")
    return houses


def _inverse(by_house: dict[str, Value], what: str) -> dict[Value, str]:
    inverse: dict[Value, str] = {}
    for house, value in by_house.items():
        if value in inverse:
            raise ConfigError(
                f"houses {inverse[value]} and {house} have the same {what}.",
                advice="Give one of them another id or wallet.",
            )
        inverse[value] = house
    return inverse
