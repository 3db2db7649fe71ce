"""The official SDK's answer to a sample: its bytes, hash and identities."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transfer,
)
from tests.oracle.samples import Sample

# The SDK is installed in the oracle's own environment only and brings no types.
sc: Any = import_module("symbolchain.sc")
types: Any = import_module("symbolchain.CryptoTypes")
ids: Any = import_module("symbolchain.symbol.IdGenerator")
metadata: Any = import_module("symbolchain.symbol.Metadata")
networks: Any = import_module("symbolchain.symbol.Network")
facades: Any = import_module("symbolchain.facade.SymbolFacade")

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Official:
    """A sample as the SDK builds, signs and reads it."""

    def __init__(self, sample: Sample) -> None:
        network = networks.Network(
            "any", sample.transaction.network, EPOCH, types.Hash256(sample.generation_hash)
        )
        self._sample = sample
        self.facade = facades.SymbolFacade(network)
        self.account = self.facade.create_account(types.PrivateKey(sample.seed))

    def build(self) -> tuple[bytes, bytes]:
        """Return the signed bytes and the hash."""
        transaction = self._sample.transaction
        body = transaction.body
        built = self._aggregate(body) if isinstance(body, Aggregate) else _fill("", body)
        self._head(built)
        built.fee = sc.Amount(transaction.fee)
        built.deadline = sc.Timestamp(transaction.deadline)
        signature = self.account.sign_transaction(built)
        self.facade.transaction_factory.attach_signature(built, signature)
        return bytes(built.serialize()), self.facade.hash_transaction(built).bytes

    def reads(self, raw: bytes) -> bool:
        """Whether the SDK reads bytes, writes them the same again and verifies them."""
        back = sc.TransactionFactory.deserialize(raw)
        verified = self.facade.verify_transaction(back, types.Signature(back.signature.bytes))
        return bool(bytes(back.serialize()) == raw and verified)

    @property
    def address(self) -> tuple[bytes, str]:
        return self.account.address.bytes, str(self.account.address)

    def mosaic_id(self, nonce: int) -> int:
        return int(ids.generate_mosaic_id(self.account.address, nonce))

    def _aggregate(self, body: Aggregate) -> Any:
        inner = []
        for transaction in body.inner:
            built = _fill("Embedded", transaction.body)
            self._head(built)
            inner.append(built)
        aggregate = sc.AggregateCompleteTransactionV3()
        aggregate.transactions = inner
        root = self.facade.hash_embedded_transactions(inner)
        aggregate.transactions_hash = sc.Hash256(root.bytes)
        return aggregate

    def _head(self, built: Any) -> None:
        built.network = sc.NetworkType(self._sample.transaction.network)
        built.signer_public_key = sc.PublicKey(self._sample.transaction.signer)


def namespace_id(name: bytes, parent: int | None) -> int:
    return int(ids.generate_namespace_id(name.decode(), parent or 0))


def metadata_key(text: str) -> int:
    return int(metadata.metadata_generate_key(text))


def _fill(prefix: str, body: Body) -> Any:
    match body:
        case Transfer():
            return _transfer(prefix, body)
        case SupplyChange():
            return _supply_change(prefix, body)
        case SupplyRevocation(source, mosaic, amount):
            built = _new(prefix, "MosaicSupplyRevocation")
            built.source_address = sc.UnresolvedAddress(source)
            built.mosaic = _mosaic(mosaic, amount)
            return built
        case AccountMetadata():
            return _metadata(prefix, body)
        case MosaicDefinition():
            return _definition(prefix, body)
        case NamespaceRegistration():
            return _namespace(prefix, body)
        case MosaicAlias(namespace, mosaic, link):
            built = _new(prefix, "MosaicAlias")
            built.namespace_id = sc.NamespaceId(namespace)
            built.mosaic_id = sc.MosaicId(mosaic)
            built.alias_action = sc.AliasAction(int(link))
            return built


def _transfer(prefix: str, body: Transfer) -> Any:
    built = _new(prefix, "Transfer")
    built.recipient_address = sc.UnresolvedAddress(body.recipient)
    built.mosaics = [_mosaic(*mosaic) for mosaic in body.mosaics]
    built.message = body.message
    return built


def _supply_change(prefix: str, body: SupplyChange) -> Any:
    built = _new(prefix, "MosaicSupplyChange")
    built.mosaic_id = sc.UnresolvedMosaicId(body.mosaic)
    built.delta = sc.Amount(body.delta)
    built.action = sc.MosaicSupplyChangeAction(int(body.increase))
    return built


def _metadata(prefix: str, body: AccountMetadata) -> Any:
    built = _new(prefix, "AccountMetadata")
    built.target_address = sc.UnresolvedAddress(body.target)
    built.scoped_metadata_key = body.key
    built.value_size_delta = body.delta
    built.value = body.value
    return built


def _definition(prefix: str, body: MosaicDefinition) -> Any:
    built = _new(prefix, "MosaicDefinition")
    built.id = sc.MosaicId(body.mosaic)
    built.duration = sc.BlockDuration(body.duration)
    built.nonce = sc.MosaicNonce(body.nonce)
    built.flags = sc.MosaicFlags(body.flags)
    built.divisibility = body.divisibility
    return built


def _namespace(prefix: str, body: NamespaceRegistration) -> Any:
    built = _new(prefix, "NamespaceRegistration")
    built.id = sc.NamespaceId(body.namespace)
    built.name = body.name
    if body.parent is None:
        built.registration_type = sc.NamespaceRegistrationType.ROOT
        built.duration = sc.BlockDuration(body.duration)
    else:
        built.registration_type = sc.NamespaceRegistrationType.CHILD
        built.parent_id = sc.NamespaceId(body.parent)
    return built


def _new(prefix: str, kind: str) -> Any:
    return getattr(sc, f"{prefix}{kind}TransactionV1")()


def _mosaic(mosaic: int, amount: int) -> Any:
    built = sc.UnresolvedMosaic()
    built.mosaic_id = sc.UnresolvedMosaicId(mosaic)
    built.amount = sc.Amount(amount)
    return built
