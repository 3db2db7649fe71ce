"""The rows: a ledger row as the store keeps it, its key, and the cursor made of it."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, NamedTuple

import msgspec

from console.errors import UsageError
from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.ledger_order import RowPlace
from console.store.moment import FIRST_MS, LAST_MS, from_ms, to_ms

SELECT = """
SELECT start, revision, producer, consumer, part, hash, ordinal, minutes, price, wh, currency,
    height, final, amount
FROM
"""
"""The columns of a page's row, of a table or what stands for it; the first seven are its key."""

SELECT_KEYS = "SELECT start, revision, producer, consumer, part, hash, ordinal FROM entry"
"""The keys of rows."""

KEY = "start, revision, producer, consumer, part, hash, ordinal"
"""The ledger's order: the columns of a row's key."""

Key = tuple[int, int, str, str, int, bytes, int]
"""A row's place in the ledger's order."""

Row = tuple[Any, ...]
"""A row of `SELECT`."""

_KEY_LENGTH = 7
_WH, _AMOUNT = 9, 13
_LONGEST_CURSOR = 400
_MOST_NANO = 2**63 - 1

_Number = Annotated[int, msgspec.Meta(ge=FIRST_MS, le=LAST_MS)]
_Amount = Annotated[int, msgspec.Meta(ge=-_MOST_NANO - 1, le=_MOST_NANO)]
_decode = msgspec.msgpack.Decoder(
    tuple[_Number, _Amount, tuple[_Number, _Number, str, str, _Number, bytes, _Number]]
)


class Spot(NamedTuple):
    """A row's place in every order."""

    wh: int
    """Its energy, Wh."""
    amount: int
    """Its amount as the store orders it, nano-units."""
    key: Key
    """Its place in the ledger's order."""


def held(amount_nano: int) -> int:
    """Return an amount as the store orders it: one beyond 63 bits stands at their end."""
    return min(max(amount_nano, -_MOST_NANO - 1), _MOST_NANO)


def key_of(row: Row) -> Key:
    """Return a row's key."""
    return row[:_KEY_LENGTH]


def spot_of(row: Row) -> Spot:
    """Return a row's place in every order."""
    return Spot(row[_WH], row[_AMOUNT], key_of(row))


def spot_at(place: RowPlace, *, up: bool) -> Spot:
    """Return the place of a row that a console knows.

    Args:
        place: the row.
        up: which one of several rows alike in all is meant, the first one or the last one.
    """
    key = (
        to_ms(place.start),
        place.revision,
        place.producer,
        place.consumer,
        place.part,
        place.transaction,
        0 if up else LAST_MS,
    )
    return Spot(place.wh, held(place.wh * place.price_micro), key)


def entry_of(row: Row) -> Entry:
    """Return the entry of a row."""
    start, revision, producer, consumer, part, hash_, _, minutes, price, wh = row[:10]
    currency, height, final, _ = row[10:]
    return Entry(
        producer=producer,
        consumer=consumer,
        price_micro_per_kwh=price,
        wh=wh,
        currency=currency,
        interval=Interval(from_ms(start), minutes),
        revision=revision,
        part=part,
        height=height,
        transaction=hash_,
        state=EntryState.FINAL if final else EntryState.SEALED,
    )


def cursor_of(row: Row) -> str:
    """Return the cursor of a row: where the rows beyond it go on."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(spot_of(row))).decode("ascii")


def parse_cursor(text: str) -> Spot:
    """Return the place of a cursor.

    Raises:
        UsageError: it is none.
    """
    try:
        if len(text) > _LONGEST_CURSOR:
            raise ValueError
        wh, amount, key = _decode.decode(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise UsageError(
            "This page of the ledger is not known.", advice="Begin again with the first page."
        ) from error
    return Spot(wh, amount, key)
