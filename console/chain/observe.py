"""Observe: a transaction's body and place to the record that the ledger is derived from."""

from __future__ import annotations

from console.chain.clearing import parse_clearing
from console.chain.codec import (
    AccountMetadata,
    Body,
    SupplyChange,
    SupplyRevocation,
    Transfer,
    address_text,
)
from console.chain.message import MARKER, MOST_BYTES, parse_message
from console.chain.seal import SEAL_SIZE
from console.model.observed import (
    Delivered,
    IntervalTag,
    Noted,
    Observed,
    Place,
    Revoked,
    Sealed,
    Supplied,
)
from console.safe_text import safe_text


def observe(body: Body, place: Place) -> Observed | None:
    """Return what an account's transaction did; None for definitions and names.

    Args:
        body: a transaction that the operator signed. Metadata is taken to stand on the
            operator's own account: the caller leaves out entries on other accounts.
        place: where it stands.
    """
    match body:
        case Transfer():
            return _delivered(body, place)
        case SupplyChange(mosaic, delta, increase):
            return Supplied(place=place, mosaic=mosaic, delta=delta if increase else -delta)
        case SupplyRevocation(source, mosaic, amount):
            account = address_text(source)
            return Revoked(place=place, source=account, mosaic=mosaic, amount=amount)
        case AccountMetadata():
            return _entry(body, place)
        case _:
            return None


def _delivered(body: Transfer, place: Place) -> Delivered:
    return Delivered(
        place=place,
        recipient=address_text(body.recipient),
        mosaics=body.mosaics,
        message=_text(body.message),
        tag=_tag(body),
        clearing=parse_clearing(body.message),
    )


def _tag(body: Transfer) -> IntervalTag | None:
    """Return a message's tag; None where its prices do not fit the mosaics that come with it."""
    tag = parse_message(body.message)
    if tag is None or not body.mosaics:
        return tag
    return tag if len(tag.prices_micro_per_kwh) in (1, len(body.mosaics)) else None


def _text(message: bytes) -> str:
    return safe_text(message.removeprefix(MARKER).decode(errors="replace"), MOST_BYTES)


def _entry(body: AccountMetadata, place: Place) -> Sealed | Noted:
    value = body.value
    if body.delta == SEAL_SIZE == len(value):
        root, head = value[: SEAL_SIZE // 2], value[SEAL_SIZE // 2 :]
        return Sealed(place=place, key=body.key, inputs_root=root, audit_head=head)
    return Noted(place=place, key=body.key, delta=body.delta, value=value)
