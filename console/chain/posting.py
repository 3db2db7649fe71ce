"""The posting: a plan as the transactions that carry it out, unsigned.

The same plan gives the same bytes, in whatever order its trades and wallets come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.chain.codec import (
    Aggregate,
    Body,
    Inner,
    MosaicDefinition,
    SupplyChange,
    Transaction,
    Transfer,
    address_bytes,
    address_of,
    house_mosaic,
    house_nonce,
    is_address,
    serialize,
)
from console.chain.codec.kinds import MosaicFlag
from console.chain.frame import Frame
from console.chain.message import format_message
from console.chain.parts import divide
from console.chain.seal import community_entry, seal, seal_key
from console.errors import ChainError, invariant
from console.model.observed import IntervalTag
from console.model.settlement import Plan
from console.model.trade import Trade

DIVISIBILITY = 3
"""Decimal places of a producer's mosaic: an atomic unit is 1 Wh, wallets show kWh."""
FLAGS = MosaicFlag.SUPPLY_MUTABLE | MosaicFlag.TRANSFERABLE | MosaicFlag.REVOKABLE
"""What a producer's mosaic allows."""


def compose(
    plan: Plan,
    audit_head: bytes,
    frame: Frame,
    *,
    wallets: Mapping[str, str],
    most_inner: int,
) -> list[Transaction]:
    """Return the aggregates of a plan, one a part, in order of parts; none for an idle interval.

    Each is in itself balanced: its seal, then the mints by mosaic id, then the transfers by
    recipient. All seals carry the same 64 bytes.

    Args:
        plan: the plan, of revision 0.
        audit_head: the audit log's head as frozen with the plan (32 bytes).
        frame: who signs, and until when.
        wallets: the address of each consumer by house id, base32.
        most_inner: the most inner transactions of an aggregate.

    Raises:
        ChainError: a consumer has no wallet, or one of another network or another house.
        InvariantBroken: the plan cannot be told on the chain.
    """
    invariant(plan.revision == 0, "a revision posts a difference, not a plan")
    owner = address_of(frame.operator_key, frame.network)
    mosaics = mosaics_of(plan.community, {trade.producer for trade in plan.trades}, owner)
    accounts = accounts_of({trade.consumer for trade in plan.trades}, wallets, frame.network)
    parts = divide(plan, most_inner)
    composed: list[Transaction] = []
    for number, trades in enumerate(parts, start=1):
        key = seal_key(plan.community, plan.interval, plan.revision, number)
        tag = IntervalTag(
            interval=plan.interval,
            currency=plan.currency,
            prices_micro_per_kwh=(),
            revision=plan.revision,
            part=number,
            parts=len(parts),
        )
        bodies: list[Body] = [
            seal(owner, key, plan.inputs_root, audit_head),
            *_mints(trades, mosaics),
            *transfers(trades, mosaics, accounts, tag),
        ]
        invariant(len(bodies) <= most_inner, "a part is larger than an aggregate")
        composed.append(aggregate(bodies, frame))
    return composed


def compose_setup(
    community: str,
    producers: Iterable[str],
    frame: Frame,
    *,
    register: bool,
    most_inner: int,
) -> list[Transaction]:
    """Return the aggregates that bind the key to a community and define producers' mosaics.

    Args:
        community: the community's id.
        producers: the house ids whose mosaic the chain does not know yet; defining a mosaic
            again would flip its flags.
        frame: who signs, and until when.
        register: whether the account has no entry of its community yet.
        most_inner: the most inner transactions of an aggregate.

    Raises:
        InvariantBroken: two producers' mosaics have the same id.
    """
    owner = address_of(frame.operator_key, frame.network)
    mosaics = mosaics_of(community, producers, owner)
    bodies: list[Body] = [community_entry(owner, community)] if register else []
    for house, mosaic in sorted(mosaics.items(), key=lambda item: item[1]):
        nonce = house_nonce(community, house)
        bodies.append(MosaicDefinition(mosaic, 0, nonce, FLAGS, DIVISIBILITY))
    return [
        aggregate(bodies[at : at + most_inner], frame) for at in range(0, len(bodies), most_inner)
    ]


def mosaics_of(community: str, producers: Iterable[str], owner: bytes) -> dict[str, int]:
    """Return the mosaic of each producer by house id.

    Args:
        community: the community's id.
        producers: the house ids.
        owner: the operator's address (24 bytes).
    """
    mosaics = {house: house_mosaic(community, house, owner) for house in producers}
    invariant(len(set(mosaics.values())) == len(mosaics), "two producers' mosaics have one id")
    return mosaics


def accounts_of(
    consumers: Iterable[str], wallets: Mapping[str, str], network: int
) -> dict[str, bytes]:
    """Return the wallet of each consumer by house id (24 bytes each).

    Args:
        consumers: the house ids.
        wallets: the address of each house, base32.
        network: the network byte.

    Raises:
        ChainError: a consumer has no wallet, or one of another network or another house.
    """
    accounts: dict[str, bytes] = {}
    houses: dict[bytes, str] = {}
    for house in sorted(consumers):
        if not wallets.get(house):
            raise ChainError(f"house {house} has no wallet", advice="Enter its address.")
        address = address_bytes(wallets[house])
        if not is_address(address, network):
            raise ChainError(f"the wallet of house {house} is of another network")
        other = houses.setdefault(address, house)
        if other != house:
            raise ChainError(f"houses {other} and {house} have the same wallet")
        accounts[house] = address
    return accounts


def _mints(trades: Sequence[Trade], mosaics: Mapping[str, int]) -> list[SupplyChange]:
    minted: dict[int, int] = {}
    for trade in trades:
        mosaic = mosaics[trade.producer]
        minted[mosaic] = minted.get(mosaic, 0) + trade.wh
    return [SupplyChange(mosaic, minted[mosaic], True) for mosaic in sorted(minted)]


def transfers(
    trades: Sequence[Trade],
    mosaics: Mapping[str, int],
    accounts: Mapping[str, bytes],
    tag: IntervalTag,
) -> list[Transfer]:
    """Return one transfer a consumer, by recipient, each with its prices in its message.

    Args:
        trades: what is delivered.
        mosaics: the mosaic of each producer.
        accounts: the address of each consumer (24 bytes).
        tag: the part that they belong to; its prices are filled in.
    """
    cells: dict[bytes, list[tuple[int, int, int]]] = {}
    for trade in trades:
        cell = (mosaics[trade.producer], trade.wh, trade.price_micro_per_kwh)
        cells.setdefault(accounts[trade.consumer], []).append(cell)
    messages: dict[tuple[int, ...], bytes] = {}
    sent: list[Transfer] = []
    for recipient in sorted(cells):
        delivered = sorted(cells[recipient])
        prices = tuple(price for _, _, price in delivered)
        if len(set(prices)) == 1:
            prices = prices[:1]
        if prices not in messages:
            messages[prices] = format_message(
                msgspec.structs.replace(tag, prices_micro_per_kwh=prices)
            )
        amounts = tuple((mosaic, wh) for mosaic, wh, _ in delivered)
        sent.append(Transfer(recipient, amounts, messages[prices]))
    return sent


def aggregate(bodies: Sequence[Body], frame: Frame) -> Transaction:
    """Return the aggregate of some bodies, all of the frame's signer, with its fee.

    Args:
        bodies: what it does, in order; few enough for one aggregate.
        frame: who signs, and until when.
    """
    key, network = frame.operator_key, frame.network
    inner = tuple(Inner(key, network, body) for body in bodies)
    draft = Transaction(key, network, 0, frame.deadline_ms, Aggregate(inner))
    return msgspec.structs.replace(draft, fee=len(serialize(draft)) * frame.fee_multiplier)
