"""The answers about transactions: the parts that are used, as they stand in JSON."""

from __future__ import annotations

from typing import Annotated

import msgspec

from console.chain.answers import Answer, Count, Holdings, Text

MOST_INNER = 1_000
"""Inner transactions of an aggregate, with room to spare."""


class Status(Answer):
    """GET and POST /transactionStatus."""

    group: Text
    """`confirmed`, `unconfirmed`, `failed`, `partial`."""
    hash: Text
    """The transaction's hash."""
    code: Text = ""
    """The status code."""
    height: Text = ""
    """Its block, where it is confirmed."""


class Meta(Answer, rename="camel"):
    """A transaction's place."""

    height: Text
    """Its block."""
    index: Count
    """Its index in the block or in the aggregate."""
    hash: Text = ""
    """Its hash, where it is no inner one."""
    aggregate_hash: Text = ""
    """The hash of the aggregate that holds it."""


class TransactionInfo(Answer):
    """A transaction on the chain."""

    id: Text
    """The node's own name for it, by which pages go on."""
    meta: Meta
    """Its place."""
    transaction: msgspec.Raw
    """What it says: a `Head`, then whatever its kind has."""


class Head(Answer, rename="camel"):
    """What every transaction says."""

    type: Count
    """Its type number."""
    signer_public_key: Text
    """Its signer's key."""
    size: Count = 0
    """Its bytes; inner ones have none here."""
    transactions: Annotated[list[TransactionInfo], msgspec.Meta(max_length=MOST_INNER)] = (
        msgspec.field(default_factory=list)
    )
    """An aggregate's inner transactions, where the node nests them."""


class TransferPart(Answer, rename="camel"):
    """A transfer."""

    recipient_address: Text
    """The recipient."""
    mosaics: Holdings
    """What it carries."""
    message: Text = ""
    """The message; left out where there is none."""


class SupplyPart(Answer, rename="camel"):
    """A supply change."""

    mosaic_id: Text
    """The mosaic."""
    delta: Text
    """Atomic units."""
    action: Annotated[int, msgspec.Meta(ge=0, le=1)]
    """1 where they are minted."""


class RevocationPart(Answer, rename="camel"):
    """A supply revocation."""

    source_address: Text
    """Where from."""
    mosaic_id: Text
    """The mosaic."""
    amount: Text
    """Atomic units."""


class MetadataPart(Answer, rename="camel"):
    """An account metadata entry's change."""

    target_address: Text
    """The account."""
    scoped_metadata_key: Text
    """The key."""
    value_size_delta: Annotated[int, msgspec.Meta(ge=-(2**15), lt=2**15)]
    """The change of the value's size."""
    value: Text
    """The value."""


class Pagination(Answer, rename="camel"):
    """How a page was cut."""

    page_size: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    """The most rows of a page."""


class TransactionPage(Answer):
    """GET /transactions/confirmed."""

    data: Annotated[list[TransactionInfo], msgspec.Meta(max_length=1_000)]
    """The rows."""
    pagination: Pagination
    """How it was cut."""
