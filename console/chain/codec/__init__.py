"""The codec: Symbol's transactions as bytes, built and strictly parsed, without an SDK.

Where a public node would answer nothing at all (wrong size or form, an unknown type, metadata at
the top level), a `CodecError` carries the code `SILENT`; else the status code that it would give.
"""

from console.chain.codec.build import hash_of, serialize, sign, signed_bytes
from console.chain.codec.identity import (
    address_bytes,
    address_of,
    address_text,
    house_mosaic,
    house_nonce,
    is_address,
    mosaic_id,
    namespace_id,
    note_key,
)
from console.chain.codec.kinds import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    Kind,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    Parsed,
    Signed,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
)
from console.chain.codec.layout import SILENT
from console.chain.codec.merkle import transactions_hash
from console.chain.codec.parse import parse, verify

__all__ = [
    "SILENT",
    "AccountMetadata",
    "Aggregate",
    "Body",
    "Inner",
    "Kind",
    "MosaicAlias",
    "MosaicDefinition",
    "NamespaceRegistration",
    "Parsed",
    "Signed",
    "SupplyChange",
    "SupplyRevocation",
    "Transaction",
    "Transfer",
    "address_bytes",
    "address_of",
    "address_text",
    "hash_of",
    "house_mosaic",
    "house_nonce",
    "is_address",
    "mosaic_id",
    "namespace_id",
    "note_key",
    "parse",
    "serialize",
    "sign",
    "signed_bytes",
    "transactions_hash",
    "verify",
]
