"""The clearing's posting: retirements and payouts as transactions, unsigned.

The same cells give the same bytes; every part is an aggregate that is balanced in itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.chain.clearing import currency_nonce, format_clearing
from console.chain.codec import (
    AccountMetadata,
    Body,
    MosaicDefinition,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_bytes,
    is_address,
)
from console.chain.codec.kinds import MosaicFlag
from console.chain.frame import Frame
from console.chain.posting import aggregate
from console.errors import ChainError, invariant
from console.model.clearing import CURRENCY_PLACES, Cell
from console.model.observed import ClearingTag, PayoutTag

CURRENCY_FLAGS = MosaicFlag.SUPPLY_MUTABLE | MosaicFlag.TRANSFERABLE
"""What it allows: what was paid out cannot be taken back."""


def cut_retirement(cells: Sequence[Cell], most_inner: int) -> list[tuple[Cell, ...]]:
    """Return a retirement's cells in parts: seal, message, and two transactions a mosaic."""
    return _chunks(cells, (most_inner - 2) // 2)


def cut_payout(cells: Sequence[Cell], most_inner: int) -> list[tuple[Cell, ...]]:
    """Return a payout's cells in parts: seal, definition, supply, and one transfer a wallet."""
    return _chunks(cells, most_inner - 3)


def compose_retirement(
    cells: Iterable[Cell], wallet: str, seal: AccountMetadata, tag: ClearingTag, frame: Frame
) -> Transaction:
    """Return the aggregate that takes mosaics back from a wallet and destroys them.

    Args:
        cells: what is taken back; a mosaic of which nothing is left has no energy and no place.
        wallet: the house's address, base32.
        seal: its entry.
        tag: its message, which goes to the wallet without mosaics.
        frame: the signer's.

    Raises:
        ChainError: the wallet is of another network.
    """
    source = _account(wallet, frame.network)
    taken = sorted((cell.mosaic, cell.amount) for cell in cells if cell.amount)
    bodies: list[Body] = [
        seal,
        *(SupplyRevocation(source, mosaic, amount) for mosaic, amount in taken),
        *(SupplyChange(mosaic, amount, False) for mosaic, amount in taken),
        Transfer(source, (), format_clearing(tag)),
    ]
    return _framed(bodies, frame)


def compose_payout(
    cells: Sequence[Cell],
    mosaic: int,
    seal: AccountMetadata,
    tag: PayoutTag,
    frame: Frame,
    *,
    mint: bool,
    define_for: str = "",
) -> Transaction:
    """Return the aggregate that pays wallets in a currency mosaic.

    Args:
        cells: what each wallet is paid, atomic units; one a wallet.
        mosaic: the currency mosaic's id.
        seal: its entry.
        tag: its message.
        frame: the signer's.
        mint: whether the mosaic is the operator's own, which is minted as it is paid.
        define_for: the community for which that mosaic is made first; empty where it is there.

    Raises:
        ChainError: a wallet is of another network.
    """
    bodies: list[Body] = [seal]
    if define_for:
        nonce = currency_nonce(define_for, tag.currency)
        bodies.append(MosaicDefinition(mosaic, 0, nonce, CURRENCY_FLAGS, CURRENCY_PLACES))
    if mint:
        bodies.append(SupplyChange(mosaic, sum(cell.amount for cell in cells), True))
    paid = sorted((_account(cell.wallet, frame.network), cell.amount) for cell in cells)
    message = format_clearing(tag)
    bodies += [Transfer(account, ((mosaic, amount),), message) for account, amount in paid]
    return _framed(bodies, frame)


def _chunks(cells: Sequence[Cell], most: int) -> list[tuple[Cell, ...]]:
    invariant(most > 0, "an aggregate has no room for a single cell")
    return [tuple(cells[at : at + most]) for at in range(0, len(cells), most)]


def _account(wallet: str, network: int) -> bytes:
    address = address_bytes(wallet)
    if not is_address(address, network):
        raise ChainError(f"the wallet {wallet} is of another network")
    return address


def _framed(bodies: Sequence[Body], frame: Frame) -> Transaction:
    return aggregate(bodies, frame)
