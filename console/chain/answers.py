"""The answers: the parts of Symbol's REST answers that are used, as they stand in JSON.

Those about transactions stand in `transaction_answers`.

Source: the official OpenAPI document 1.0.5. What a field must mean is read in `reading`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MOST_MOSAICS = 1_000
"""Mosaics of an account; a transfer's count is one byte."""
LONGEST_TEXT = 4_096
"""Characters of a message or metadata value in hexadecimal digits, with room to spare."""

Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
Answer = msgspec.Struct


class NodeInfo(Answer, rename="camel"):
    """GET /node/info."""

    network_identifier: Count
    """The network byte."""
    network_generation_hash_seed: Text
    """The generation hash seed."""


class NetworkPart(Answer, rename="camel"):
    """`network` of the properties."""

    epoch_adjustment: Text
    """The epoch since 1970, as in `1615853185s`."""


class ChainPart(Answer, rename="camel"):
    """`chain` of the properties."""

    max_transaction_lifetime: Text
    """How far a deadline may lie ahead, as in `6h`."""
    default_dynamic_fee_multiplier: Text = "100"
    """What stands for blocks without fees; 0 only where nothing costs a fee."""


class AggregatePart(Answer, rename="camel"):
    """`aggregate` of the plugins."""

    max_transactions_per_aggregate: Text
    """Inner transactions, as in `6'000`."""


class PluginsPart(Answer):
    """`plugins` of the properties."""

    aggregate: AggregatePart
    """The aggregate's limits."""


class Properties(Answer):
    """GET /network/properties."""

    network: NetworkPart
    """The network."""
    chain: ChainPart
    """The chain."""
    plugins: PluginsPart
    """The plugins."""


class Fees(Answer, rename="camel"):
    """GET /network/fees/transaction."""

    median_fee_multiplier: Count
    """Of the latest blocks."""
    min_fee_multiplier: Count
    """What the node asks for."""


class Stamps(Answer, rename="camel"):
    """The times of a node's clock."""

    receive_timestamp: Text
    """When it was asked, ms since the epoch."""


class NodeTime(Answer, rename="camel"):
    """GET /node/time."""

    communication_timestamps: Stamps
    """The times."""


class FinalizedBlock(Answer):
    """The newest final block."""

    height: Text
    """Its height."""


class ChainInfo(Answer, rename="camel"):
    """GET /chain/info."""

    height: Text
    """The newest block's height."""
    latest_finalized_block: FinalizedBlock
    """The newest final block."""


class BlockMeta(Answer):
    """What is said of a block."""

    hash: Text
    """Its hash."""


class BlockPart(Answer):
    """What a block says."""

    height: Text
    """Its height."""
    timestamp: Text
    """Its time, ms since the epoch."""


class BlockInfo(Answer):
    """GET /blocks/{height}."""

    meta: BlockMeta
    """What is said of it."""
    block: BlockPart
    """What it says."""


class Holding(Answer):
    """A mosaic with an amount."""

    id: Text
    """The mosaic's id."""
    amount: Text
    """Atomic units."""


Holdings = Annotated[list[Holding], msgspec.Meta(max_length=MOST_MOSAICS)]


class EntryPart(Answer, rename="camel"):
    """A metadata entry."""

    source_address: Text
    """Who wrote it."""
    target_address: Text
    """On which account."""
    scoped_metadata_key: Text
    """The key."""
    metadata_type: Count
    """0 for an account's."""
    value: Text
    """The value."""


class EntryInfo(Answer, rename="camel"):
    """A metadata entry on the chain."""

    metadata_entry: EntryPart
    """The entry."""


class EntryPage(Answer):
    """GET /metadata."""

    data: Annotated[list[EntryInfo], msgspec.Meta(max_length=1_000)]
    """The rows."""


class AccountPart(Answer):
    """An account."""

    mosaics: Holdings
    """What it holds."""


class AccountInfo(Answer):
    """GET /accounts/{address}."""

    account: AccountPart
    """The account."""


class MosaicPart(Answer, rename="camel"):
    """A mosaic."""

    id: Text
    """Its id."""
    supply: Text
    """Atomic units in being."""
    owner_address: Text
    """Its owner."""


class MosaicAnswer(Answer):
    """GET /mosaics/{id}."""

    mosaic: MosaicPart
    """The mosaic."""
