"""The reading: what the words of a node's answers mean, or a ChainError where they mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from console.chain.answers import Holding
from console.chain.codec import (
    AccountMetadata,
    Body,
    Kind,
    SupplyChange,
    SupplyRevocation,
    Transfer,
)
from console.chain.observe import observe
from console.chain.transaction_answers import (
    Head,
    MetadataPart,
    RevocationPart,
    SupplyPart,
    TransactionInfo,
    TransferPart,
)
from console.errors import ChainError
from console.model.observed import Observed, Place
from console.safe_text import safe_text

RECORDED = (Kind.TRANSFER, Kind.SUPPLY_CHANGE, Kind.SUPPLY_REVOCATION, Kind.ACCOUNT_METADATA)
"""The kinds of transactions that the ledger is derived from."""

_GROUPED = re.compile(r"[0-9]{1,3}(?:'[0-9]{3}){1,6}|[0-9]{1,20}", re.ASCII)
_MOST_DIGITS = 20
_SPAN = re.compile(r"([0-9]{1,12})(ms|s|m|h|d)", re.ASCII)
_MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MOST_64 = 2**64 - 1
_HEIGHTS = 2**63

Part = TypeVar("Part", bound=msgspec.Struct)


def count(text: str, most: int = _MOST_64) -> int:
    """Return a number of a decimal string.

    Raises:
        ChainError: it is none, or larger than `most`.
    """
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        value = int(text)
        if value <= most:
            return value
    raise _odd(text, "is no number as it must be")


def height(text: str) -> int:
    """Return a block's height, from 1."""
    value = count(text, _HEIGHTS)
    if not value:
        raise _odd(text, "is no block's height")
    return value


def grouped(text: str) -> int:
    """Return a number of the network's properties, as in `6'000`."""
    if not _GROUPED.fullmatch(text):
        raise _odd(text, "is no number as the properties write it")
    return int(text.replace("'", ""))


def milliseconds(text: str) -> int:
    """Return a time span of the network's properties, as in `30s` or `6h`, in ms."""
    span = _SPAN.fullmatch(text)
    if span is None:
        raise _odd(text, "is no time span")
    return int(span[1]) * _MILLISECONDS[span[2]]


def instant(epoch: datetime, ms: int) -> datetime:
    """Return the instant some milliseconds after another, aware UTC."""
    try:
        return epoch + timedelta(milliseconds=ms)
    except OverflowError:
        raise _odd(str(ms), "ms is further than any calendar goes") from None


def unix_instant(ms: int) -> datetime:
    """Return the instant some milliseconds after 1970 began, aware UTC."""
    return instant(datetime(1970, 1, 1, tzinfo=UTC), ms)


def unhex(text: str, size: int | None = None) -> bytes:
    """Return the bytes of hexadecimal digits.

    Args:
        text: the digits.
        size: how many bytes there must be; any where None.
    """
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise _odd(text, "are no bytes as they must be") from None
    if len(text) != 2 * len(raw) or size not in (None, len(raw)):
        raise _odd(text, "are no bytes as they must be")
    return raw


def id_64(text: str) -> int:
    """Return an id of 16 hexadecimal digits."""
    return int.from_bytes(unhex(text, 8))


def holdings(parts: list[Holding]) -> tuple[tuple[int, int], ...]:
    """Return mosaic ids with amounts, in the answer's order."""
    return tuple((id_64(part.id), count(part.amount)) for part in parts)


def head(info: TransactionInfo) -> Head:
    """Return what every transaction says."""
    return _part(info, Head)


def flat(infos: list[TransactionInfo]) -> Iterator[tuple[TransactionInfo, Head]]:
    """Yield transactions, the inner ones that a node nests in the place of their aggregate."""
    for info in infos:
        said = head(info)
        if said.transactions:
            yield from ((inner, head(inner)) for inner in said.transactions)
        else:
            yield info, said


def observed(
    infos: list[TransactionInfo], operator_key: bytes, operator: bytes
) -> Iterator[Observed]:
    """Yield what an account's transactions did, each once, in the answer's order.

    Args:
        infos: transactions that the account signed.
        operator_key: the account's public key (32 bytes).
        operator: its address (24 bytes).

    Raises:
        ChainError: an answer means nothing, or another account signed.
    """
    seen: set[Place] = set()
    for info, said in flat(infos):
        if said.type not in RECORDED:
            continue
        if unhex(said.signer_public_key, 32) != operator_key:
            raise _odd(said.signer_public_key, "signed what was asked for of another account")
        place = place_of(info)
        body = body_of(info, said.type)
        elsewhere = isinstance(body, AccountMetadata) and body.target != operator
        record = None if elsewhere or place in seen else observe(body, place)
        seen.add(place)
        if record is not None:
            yield record


def place_of(info: TransactionInfo) -> Place:
    """Return where a transaction stands."""
    meta = info.meta
    if meta.aggregate_hash:
        return Place(
            height=height(meta.height), transaction=unhex(meta.aggregate_hash, 32), index=meta.index
        )
    return Place(height=height(meta.height), transaction=unhex(meta.hash, 32), index=0)


def body_of(info: TransactionInfo, kind: int) -> Body:
    """Return what a transaction of a recorded kind does.

    Args:
        info: the transaction.
        kind: its type number, one of `RECORDED`.

    Raises:
        ChainError: the answer means nothing.
    """
    if kind == Kind.TRANSFER:
        transfer = _part(info, TransferPart)
        recipient = unhex(transfer.recipient_address, 24)
        return Transfer(recipient, holdings(transfer.mosaics), unhex(transfer.message))
    if kind == Kind.SUPPLY_CHANGE:
        supply = _part(info, SupplyPart)
        return SupplyChange(id_64(supply.mosaic_id), count(supply.delta), supply.action == 1)
    if kind == Kind.SUPPLY_REVOCATION:
        revocation = _part(info, RevocationPart)
        source = unhex(revocation.source_address, 24)
        return SupplyRevocation(source, id_64(revocation.mosaic_id), count(revocation.amount))
    entry = _part(info, MetadataPart)
    target, key = unhex(entry.target_address, 24), id_64(entry.scoped_metadata_key)
    return AccountMetadata(target, key, entry.value_size_delta, unhex(entry.value))


def _part(info: TransactionInfo, form: type[Part]) -> Part:
    try:
        return msgspec.json.decode(info.transaction, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ChainError(
            f"A node's transaction is not what it must be: {safe_text(error, 120)}."
        ) from None


def _odd(text: str, what: str) -> ChainError:
    return ChainError(f"A node's “{safe_text(text, 40)}” {what}.")
