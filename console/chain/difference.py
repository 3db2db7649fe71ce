"""The difference: a revision as the transactions that bring the chain to the new plan, unsigned.

The same cells give the same parts, whatever of them can be taken back in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from console.chain.codec import (
    Aggregate,
    Body,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_of,
    address_text,
    parse,
)
from console.chain.frame import Frame
from console.chain.message import format_message
from console.chain.parts import most_mosaics
from console.chain.posting import accounts_of, aggregate, mosaics_of, transfers
from console.chain.seal import seal, seal_key
from console.errors import invariant
from console.model.observed import IntervalTag
from console.model.settlement import Plan
from console.model.trade import Cell, Trade

Open = Mapping[Cell, int]
"""What cannot be taken back, Wh by cell."""


def cut(cells: Sequence[Trade], most_inner: int) -> list[tuple[Trade, ...]]:
    """Return a difference in parts that each fit one aggregate, in the order of its cells.

    Args:
        cells: the difference by consumer and producer; negative Wh are to be taken back.
        most_inner: the most inner transactions of an aggregate, at least 4.
    """
    invariant(most_inner >= 4, f"{most_inner} inner transactions take nothing back")
    parts: list[tuple[Trade, ...]] = []
    part: list[Trade] = []
    widest = most_mosaics(cells) if cells else 0
    for cell in cells:
        if part and not _fits([*part, cell], most_inner, widest):
            parts.append(tuple(part))
            part = []
        part.append(cell)
    return [*parts, tuple(part)] if part else parts


def compose_difference(
    plan: Plan,
    parts: Sequence[Sequence[Trade]],
    left: Open,
    audit_head: bytes,
    frame: Frame,
    *,
    wallets: Mapping[str, str],
) -> list[Transaction]:
    """Return the aggregates of a revision, one a part.

    Each is in itself balanced: seal, revocations, supply decreases, supply increases, transfers.
    What is taken back covers what another house is due of the same mosaic. A message-only
    transfer names the interval to every house from which something is to be taken back. A part
    without a cell seals a plan that changes no pair; its first consumer is told.

    Args:
        plan: the plan of the revision.
        parts: its difference, cut.
        left: what cannot be taken back of it.
        audit_head: the audit log's head as frozen with the plan (32 bytes).
        frame: who signs, and until when.
        wallets: the address of each consumer by house id, base32.

    Raises:
        ChainError: a consumer has no wallet, or one of another network or another house.
    """
    owner = address_of(frame.operator_key, frame.network)
    cells = [cell for part in parts for cell in part] or [*plan.trades[:1]]
    mosaics = mosaics_of(plan.community, {cell.producer for cell in cells}, owner)
    accounts = accounts_of({cell.consumer for cell in cells}, wallets, frame.network)
    composed = []
    for number, part in enumerate(parts, 1):
        tag = IntervalTag(
            interval=plan.interval,
            currency=plan.currency,
            prices_micro_per_kwh=(),
            revision=plan.revision,
            part=number,
            parts=len(parts),
        )
        key = seal_key(plan.community, plan.interval, plan.revision, number)
        bodies = [
            seal(owner, key, plan.inputs_root, audit_head),
            *(_moves(part, left, mosaics, accounts, tag) or _notes(cells, (), accounts, tag)),
        ]
        composed.append(aggregate(bodies, frame))
    return composed


def _fits(cells: Sequence[Trade], most_inner: int, widest: int) -> bool:
    taken = [cell for cell in cells if cell.wh < 0]
    given = Counter(cell.consumer for cell in cells if cell.wh > 0)
    noted = Counter(cell.consumer for cell in taken)
    changes = len({cell.producer for cell in cells})
    inner = 1 + len(taken) + changes + len(given) + len(noted)
    return inner <= most_inner and max([*given.values(), *noted.values()]) <= widest


def _moves(
    part: Sequence[Trade],
    left: Open,
    mosaics: Mapping[str, int],
    accounts: Mapping[str, bytes],
    tag: IntervalTag,
) -> list[Body]:
    back = [
        (accounts[cell.consumer], mosaics[cell.producer], cell.price_micro_per_kwh, wh)
        for cell in part
        if cell.wh < 0 and (wh := -cell.wh - left.get(cell.cell, 0))
    ]
    back.sort()
    given = [cell for cell in part if cell.wh > 0]
    delta: Counter[int] = Counter()
    for cell in given:
        delta[mosaics[cell.producer]] += cell.wh
    for _, mosaic, _, wh in back:
        delta[mosaic] -= wh
    supply = [(mosaic, wh) for mosaic, wh in sorted(delta.items()) if wh]
    notes = _notes([cell for cell in part if cell.wh < 0], back, accounts, tag)
    sent = sorted([*transfers(given, mosaics, accounts, tag), *notes], key=_recipient)
    return [
        *(SupplyRevocation(source, mosaic, wh) for source, mosaic, _, wh in back),
        *(SupplyChange(mosaic, -wh, False) for mosaic, wh in supply if wh < 0),
        *(SupplyChange(mosaic, wh, True) for mosaic, wh in supply if wh > 0),
        *sent,
    ]


def _notes(
    part: Sequence[Trade],
    back: Sequence[tuple[bytes, int, int, int]],
    accounts: Mapping[str, bytes],
    tag: IntervalTag,
) -> list[Transfer]:
    """Name the interval to each house that has less due, with the prices of what is taken back."""
    notes = []
    for account in sorted({accounts[cell.consumer] for cell in part}):
        prices = tuple(price for source, _, price, _ in back if source == account)
        # Where nothing can be taken back the message says what was to be.
        prices = prices or _first_price(part, account, accounts)
        if len(set(prices)) == 1:
            prices = prices[:1]
        named = msgspec.structs.replace(tag, prices_micro_per_kwh=prices)
        notes.append(Transfer(account, (), format_message(named)))
    return notes


def _first_price(
    cells: Sequence[Trade], account: bytes, accounts: Mapping[str, bytes]
) -> tuple[int, ...]:
    return tuple(cell.price_micro_per_kwh for cell in cells if accounts[cell.consumer] == account)[
        :1
    ]


def _recipient(transfer: Transfer) -> tuple[bytes, bool]:
    return transfer.recipient, bool(transfer.mosaics)


def revoked_in(payload: bytes) -> Counter[tuple[str, int]]:
    """Return what a signed transaction takes back, Wh by wallet (base32) and mosaic id.

    Raises:
        ChainError: the bytes are no transaction.
    """
    body = parse(payload).transaction.body
    taken: Counter[tuple[str, int]] = Counter()
    if isinstance(body, Aggregate):
        for inner in body.inner:
            if isinstance(inner.body, SupplyRevocation):
                taken[address_text(inner.body.source), inner.body.mosaic] += inner.body.amount
    return taken
