"""The members: which wallet and which mosaic belongs to which house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from console.chain.codec import address_of, house_mosaic
from console.chain.keyfile import OperatorKey
from console.errors import ConfigError
from console.model.house import House
from console.settings import Settings

Value = TypeVar("Value", str, int)


class Members:
    """The community's houses with their wallets and mosaics, both ways."""

    def __init__(
        self,
        houses: Iterable[House],
        wallets: dict[str, str],
        mosaics: dict[str, int],
        former: Mapping[str, str] | None = None,
    ) -> None:
        """Take each house's wallet address and mosaic id by house id.

        Args:
            houses: the members.
            wallets: the wallet addresses by house id; empty where not known.
            mosaics: the mosaic ids by house id.
            former: the house ids by wallet addresses of earlier times, which old rows name.

        Raises:
            ConfigError: two houses share a wallet or a mosaic id.
        """
        self.houses = {house.id: house for house in houses}
        self.wallets = wallets
        self.mosaics = mosaics
        self.former = dict(former or {})
        self.house_of_wallet = self._houses_of_wallets()
        self.house_of_mosaic = _inverse(mosaics, "mosaic id")

    @property
    def known_wallets(self) -> dict[str, str]:
        """The wallet addresses by house id, without the houses that have none yet."""
        return {house: wallet for house, wallet in self.wallets.items() if wallet}

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
        operator_key: bytes,
        network: int,
        make_wallet: Callable[[str], str] | None,
        former: Mapping[str, str] | None = None,
    ) -> Members:
        """Return the members of a community on a network.

        Args:
            community: the community's id.
            houses: its houses.
            operator_key: the operator's public key (32 bytes), who owns every mosaic.
            network: the network byte.
            make_wallet: gives an address to a house without one, or nothing where only the key
                can; None where each needs its own.
            former: the house ids by wallet addresses of earlier times.

        Raises:
            ConfigError: a house has no wallet and none can be made, or two clash.
        """
        houses = tuple(houses)
        owner = address_of(operator_key, network)
        mosaics = {house.id: house_mosaic(community, house.id, owner) for house in houses}
        wallets = {}
        for house in houses:
            if not house.wallet and make_wallet is None:
                raise ConfigError(f"house {house.id} has no wallet; a public chain needs one.")
            wallets[house.id] = house.wallet or (make_wallet(house.id) if make_wallet else "")
        return cls(houses, wallets, mosaics, former)


def wallets_of(
    settings: Settings, key: OperatorKey | None, network: int, known: Mapping[str, str]
) -> Callable[[str], str]:
    """Return what gives wallets to houses without one.

    Args:
        settings: the settings.
        key: the operator's key; without it only the known wallets are given.
        network: the network byte.
        known: the wallet addresses by house id that a former engine made.
    """
    if key is None:
        return lambda house: known.get(house, "")
    return lambda house: key.wallet(settings.community.id, house, network)


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
