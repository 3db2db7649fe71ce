"""The wallets: an address checked before it is written down, and a new wallet as a page."""

from __future__ import annotations

import secrets

import msgspec

from console.chain.codec import address_bytes, is_address
from console.chain.keyfile import KEY_SIZE, OperatorKey
from console.chain.node.limits import NETWORK
from console.chain.phrase import phrase_of
from console.config import values
from console.config.values import Wrong
from console.errors import CodecError
from console.safe_text import safe_text
from console.settings import Settings


class Wallet(msgspec.Struct, frozen=True):
    """A household's new wallet; shown once, kept nowhere."""

    address: str
    """Its address, base32."""
    page: str
    """The page for the household: with the private key."""


def take_address(text: str, house: str, settings: Settings) -> str:
    """Take a wallet's address as people write it: hyphens, blanks and small letters too.

    Args:
        text: the address.
        house: the id of the house whose it will be.
        settings: the community's settings.

    Raises:
        Wrong: it is mistyped, of another network, the operator's, or another house's.
    """
    address = values.wallet("".join(text.upper().replace("-", "").split()))
    try:
        raw = address_bytes(address)
    except CodecError:
        raise Wrong(
            f"{values.shown(address)} is no address: its checksum is wrong, so a character is "
            "mistyped; copy it again"
        ) from None
    if not is_address(raw, NETWORK):
        raise Wrong(
            f"{values.shown(address)} is an address of Symbol's public network; the private chain "
            "needs one of its own network, which begins with T"
        )
    for member in settings.members:
        if member.house.wallet == address and member.house.id.casefold() != house.casefold():
            raise Wrong(f"{values.shown(address)} is the wallet of {member.house.id} already")
    return address


def new_wallet(house: str, community: str) -> Wallet:
    """Make a wallet for a household.

    Args:
        house: what the household is called.
        community: what the community is called.
    """
    seed = secrets.token_bytes(KEY_SIZE)
    address = OperatorKey(seed).address(NETWORK)
    return Wallet(address, _page(house, community, address, seed))


def _page(house: str, community: str, address: str, seed: bytes) -> str:
    words = phrase_of(seed).split()
    rows = ["  " + " ".join(f"{word:<9}" for word in words[at : at + 6]) for at in range(0, 24, 6)]
    groups = "-".join(address[at : at + 6] for at in range(0, len(address), 6))
    key = seed.hex().upper()
    return "\n".join(
        [
            "=" * 72,
            f"  The wallet of {safe_text(house, 60)}",
            f"  {safe_text(community, 60)}",
            "=" * 72,
            "",
            "Solar energy that neighbours share reaches your household as mosaics, one",
            "for each watt-hour. They lie in this wallet, and it is yours alone.",
            "",
            "Address: give it to anybody who wants to send you something.",
            "",
            f"  {groups}",
            "",
            "Private key: whoever has it has the wallet. Show it to nobody.",
            "",
            f"  {key[:32]}",
            f"  {key[32:]}",
            "",
            "The same key as 24 words, easier to write down without a mistake:",
            "",
            *(row.rstrip() for row in rows),
            "",
            "Keep this page where you keep your passport. It was printed once and is",
            "stored nowhere: nobody, your operator neither, can make it again.",
            "=" * 72,
        ]
    )
