"""The receipts: made from the store with the operator's key, checked against a chain without it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from console.chain.chain import Chain, TransactionDetail
from console.chain.codec import address_of, address_text, house_mosaic
from console.chain.seal import COMMUNITY_KEY, seal_key
from console.engine.parts import Parts
from console.engine.serving.answers import Answers
from console.engine.settling.books import Books
from console.errors import Refused
from console.model.observed import Delivered, IntervalTag
from console.model.receipt import Finding, HouseReceipt
from console.model.settlement import State
from console.model.transaction import TransactionState
from console.settlement.receipt import interval_of, receipt

_ON_CHAIN = (TransactionState.CONFIRMED, TransactionState.FINAL)


async def make(parts: Parts, books: Books, answers: Answers, house: str, name: str) -> HouseReceipt:
    """Return a house's receipt of an interval.

    Raises:
        Refused: there is none yet or none to be had; with the reason.
    """
    interval = answers.interval(name)
    settlement = await parts.store.settlements.get(interval)
    if settlement is None or settlement.state not in (State.SEALED, State.FINAL, State.IDLE):
        raise Refused(f"{name} is not settled yet, so there is no receipt of it.")
    plan = await parts.store.settlements.plan(interval, settlement.revision)
    if plan is None:
        raise Refused(f"{name} was taken from the chain: its plan is not known, only its root.")
    if parts.key_of(interval) is None:
        raise Refused(
            f"a receipt of {name} needs the operator's key: its salts are derived from it.",
            advice="mosaic unlock",
        )
    legs = await parts.store.settlements.legs(interval, settlement.revision)
    return receipt(
        plan,
        house,
        books.salt(interval, settlement.revision),
        operator=parts.signer(interval).public_key,
        generation_hash=parts.network.generation_hash,
        wallet=parts.members.wallets.get(house, ""),
        transactions=[leg.hash for leg in legs if leg.state in _ON_CHAIN],
        exports=parts.plates.exports(house),
    )


async def compare(found: HouseReceipt, chain: Chain) -> AsyncIterator[Finding]:
    """Yield what a chain says of a receipt: the network, the operator, the seals, the deliveries.

    Args:
        found: a receipt that holds in itself.
        chain: any node's chain.

    Raises:
        ChainError: the node does not answer as it must.
        CodecError: a key of the receipt is none.
        ValueError: a field is no hexadecimal text.
    """
    network = await chain.network()
    same = network.generation_hash.hex() == found.generation_hash
    yield Finding(same, "the chain is the one that the receipt names")
    if not same:
        return
    operator = address_of(bytes.fromhex(found.operator), network.identifier)
    account = address_text(operator)
    community = await chain.note(account, COMMUNITY_KEY)
    yield Finding(
        community == found.community.encode(), f"account {account} settles for {found.community}"
    )
    if not found.transactions:
        yield Finding(found.rules.shared_wh == 0, "nothing was shared, so nothing is on the chain")
        return
    interval, root = interval_of(found), bytes.fromhex(found.inputs_root)
    for part in range(1, found.parts + 1):
        key = seal_key(found.community, interval, found.revision, part)
        value = await chain.note(account, key)
        yield Finding(
            value is not None and value[:32] == root, f"part {part} is sealed with this root"
        )
    async for finding in _deliveries(found, chain, operator):
        yield finding


async def _deliveries(found: HouseReceipt, chain: Chain, operator: bytes) -> AsyncIterator[Finding]:
    tip = await chain.tip()
    details = [await chain.transaction(bytes.fromhex(each)) for each in found.transactions]
    known = [one for one in details if one is not None]
    by_us = all(one.signer == bytes.fromhex(found.operator) for one in known)
    yield Finding(
        len(known) == len(details) == found.parts and by_us,
        f"{len(known)} of {found.parts} transactions are on the chain, signed by that account",
    )
    newest = max((one.height for one in known), default=0)
    yield Finding(
        0 < newest <= tip.final_height, f"block {newest} is final (final up to {tip.final_height})"
    )
    tags = [_tag(one) for one in known]
    yield Finding(
        all(tag is not None and tag.parts == found.parts for tag in tags),
        f"the transactions say themselves that there are {found.parts} parts",
    )
    mosaic = house_mosaic(found.community, found.leaf.house, operator)
    bought = sum(wh for one in known for _, wh in _received(one, found))
    sold = sum(wh for one in known for id_, wh in _sent(one, found) if id_ == mosaic)
    if found.revision == 0:
        yield Finding(
            bought == found.leaf.bought_wh, f"{bought} Wh of mosaics went to wallet {found.wallet}"
        )
        yield Finding(sold == found.leaf.sold_wh, f"{sold} Wh of its own mosaic were delivered")


def _tag(detail: TransactionDetail) -> IntervalTag | None:
    return next((one.tag for one in detail.records if isinstance(one, Delivered) and one.tag), None)


def _sent(detail: TransactionDetail, found: HouseReceipt) -> list[tuple[int, int]]:
    """Return the mosaics that a transaction delivered for the receipt's interval and revision."""
    interval = interval_of(found)
    return [
        mosaic
        for one in detail.records
        if isinstance(one, Delivered)
        and one.tag is not None
        and (one.tag.interval, one.tag.revision) == (interval, found.revision)
        for mosaic in one.mosaics
    ]


def _received(detail: TransactionDetail, found: HouseReceipt) -> list[tuple[int, int]]:
    """Return those of them that went to the receipt's wallet."""
    only = [
        one
        for one in detail.records
        if isinstance(one, Delivered) and one.recipient == found.wallet
    ]
    return _sent(msgspec.structs.replace(detail, records=tuple(only)), found)
