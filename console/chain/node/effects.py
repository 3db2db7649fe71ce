"""The effects: what a transaction does to the state, and what the state forbids.

Source: the stateful validators and observers of Symbol's node, in their order.
"""

from __future__ import annotations

from itertools import zip_longest

import msgspec

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    is_address,
)
from console.chain.codec.kinds import MosaicFlag
from console.chain.node import limits, naming
from console.chain.node.identity import account_of
from console.chain.node.refusal import Refusal, require
from console.chain.node.state import Mosaic, State

_SUPPLY_MUTABLE = int(MosaicFlag.SUPPLY_MUTABLE)
_TRANSFERABLE = int(MosaicFlag.TRANSFERABLE)
_REVOKABLE = int(MosaicFlag.REVOKABLE)


def apply(state: State, transaction: Transaction, height: int, time_ms: int) -> None:
    """Let a transaction act on the state; the caller keeps or undoes what it changed.

    Args:
        state: the state so far.
        transaction: one that `rules.check` lets pass.
        height: the block that takes it.
        time_ms: the block's time, ms since the epoch.

    Raises:
        Refusal: the state does not allow it.
    """
    lifetime_ms = limits.LONGEST_LIFETIME_SECONDS * 1_000
    require(time_ms <= transaction.deadline, "Core_Past_Deadline")
    require(transaction.deadline <= time_ms + lifetime_ms, "Core_Future_Deadline")
    signer = account_of(transaction.signer)
    state.holdings(signer, height, transaction.signer)
    body = transaction.body
    if not isinstance(body, Aggregate):
        _act(state, signer, body, height)
        return
    alone = all(inner.signer == transaction.signer for inner in body.inner)
    require(alone, "Aggregate_Missing_Cosignatures")
    for inner in body.inner:
        _act(state, signer, inner.body, height)


def _act(state: State, signer: bytes, body: Body, height: int) -> None:
    match body:
        case Transfer():
            _transfer(state, signer, body, height)
        case SupplyChange():
            _change_supply(state, signer, body, height)
        case SupplyRevocation():
            _revoke(state, signer, body, height)
        case AccountMetadata():
            _write_entry(state, signer, body, height)
        case MosaicDefinition():
            _define(state, signer, body, height)
        case NamespaceRegistration():
            naming.register(state, signer, body, height)
        case MosaicAlias():
            naming.alias(state, signer, body, height)


def _transfer(state: State, signer: bytes, body: Transfer, height: int) -> None:
    recipient = body.recipient
    require(is_address(recipient, limits.NETWORK), "Core_Invalid_Address")
    given, taken = state.holdings(signer, height), state.holdings(recipient, height)
    for unresolved, amount in body.mosaics:
        mosaic = naming.resolve(state, unresolved, height)
        require(given.get(mosaic, 0) >= amount, "Core_Insufficient_Balance")
        known = _active(state, mosaic, height)
        movable = known.flags & _TRANSFERABLE or known.owner in (signer, recipient)
        require(movable, "Mosaic_Non_Transferable")
        _move(given, taken, mosaic, amount)


def _move(given: dict[int, int], taken: dict[int, int], mosaic: int, amount: int) -> None:
    if amount:
        _require_room(taken, mosaic)
        _set(given, mosaic, given[mosaic] - amount)
        _set(taken, mosaic, taken.get(mosaic, 0) + amount)


def _change_supply(state: State, signer: bytes, body: SupplyChange, height: int) -> None:
    mosaic = naming.resolve(state, body.mosaic, height)
    known = _owned(state, mosaic, signer, height)
    held = state.holdings(signer, height)
    before = held.get(mosaic, 0)
    if body.increase:
        _require_room(held, mosaic)
    mutable = known.flags & _SUPPLY_MUTABLE or before == known.supply
    require(mutable, "Mosaic_Supply_Immutable")
    if body.increase:
        change = body.delta
        require(known.supply + change <= limits.HIGHEST_SUPPLY, "Mosaic_Supply_Exceeded")
    else:
        change = -body.delta
        require(before >= body.delta, "Mosaic_Supply_Negative")
    _set(held, mosaic, before + change)
    state.mosaics.put(mosaic, msgspec.structs.replace(known, supply=known.supply + change))


def _revoke(state: State, signer: bytes, body: SupplyRevocation, height: int) -> None:
    mosaic = naming.resolve(state, body.mosaic, height)
    known = _owned(state, mosaic, signer, height)
    require(known.flags & _REVOKABLE, "Mosaic_Required_Property_Flag_Unset")
    require(is_address(body.source, limits.NETWORK), "Core_Invalid_Address")
    given, taken = state.holdings(body.source, height), state.holdings(signer, height)
    require(given.get(mosaic, 0) >= body.amount, "Core_Insufficient_Balance")
    _move(given, taken, mosaic, body.amount)


def _define(state: State, signer: bytes, body: MosaicDefinition, height: int) -> None:
    known = state.mosaics.get(body.mosaic)
    flags, divisibility, duration, revision = body.flags, body.divisibility, body.duration, 1
    if known is not None:
        require(known.is_active(height), "Mosaic_Expired")
        changes = flags or divisibility or (known.duration and duration)
        require(changes, "Mosaic_Modification_No_Changes")
        require(not known.supply, "Mosaic_Modification_Disallowed")
        require(known.duration or not duration, "Mosaic_Invalid_Duration")
        flags, divisibility = flags ^ known.flags, divisibility ^ known.divisibility
        duration, revision = duration + known.duration, known.revision + 1
    require(divisibility <= limits.HIGHEST_DIVISIBILITY, "Mosaic_Invalid_Divisibility")
    longest = limits.LONGEST_MOSAIC_DAYS * limits.BLOCKS_A_DAY
    require(duration <= longest, "Mosaic_Invalid_Duration")
    state.mosaics.put(
        body.mosaic, Mosaic(signer, 0, height, revision, flags, divisibility, duration)
    )


def _write_entry(state: State, signer: bytes, body: AccountMetadata, height: int) -> None:
    require(is_address(body.target, limits.NETWORK), "Core_Invalid_Address")
    require(body.target == signer, "Aggregate_Missing_Cosignatures")
    key = (signer, body.target, body.key)
    before = state.entries.get(key)
    size = len(body.value)
    if before is None:
        require(body.delta == size, "Metadata_Value_Size_Delta_Mismatch")
        state.entries.put(key, body.value)
        return
    fits = size - max(body.delta, 0) == len(before)
    require(fits, "Metadata_Value_Size_Delta_Mismatch")
    left = size + min(body.delta, 0)
    require(
        before[left:] == body.value[left:] or body.delta >= 0, "Metadata_Value_Change_Irreversible"
    )
    mixed = bytes(a ^ b for a, b in zip_longest(before, body.value, fillvalue=0))
    state.entries.put(key, mixed[:left] or None)


def _active(state: State, mosaic: int, height: int) -> Mosaic:
    known = state.mosaics.get(mosaic)
    if known is None or not known.is_active(height):
        raise Refusal("Mosaic_Expired")
    return known


def _owned(state: State, mosaic: int, signer: bytes, height: int) -> Mosaic:
    known = _active(state, mosaic, height)
    require(known.owner == signer, "Mosaic_Owner_Conflict")
    return known


def _require_room(held: dict[int, int], mosaic: int) -> None:
    room = mosaic in held or len(held) < limits.MOST_MOSAICS
    require(room, "Mosaic_Max_Mosaics_Exceeded")


def _set(held: dict[int, int], mosaic: int, amount: int) -> None:
    if amount:
        held[mosaic] = amount
    else:
        held.pop(mosaic, None)
