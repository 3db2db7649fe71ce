"""The official SDK's results, kept by `tests/oracle/compare.py --write-vectors`."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    Inner,
    MosaicAlias,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    SupplyRevocation,
    Transaction,
    Transfer,
    address_of,
    address_text,
    parse,
    sign,
    verify,
)

FILE = Path(__file__).parents[2] / "fixtures" / "transaction-vectors.json"
KINDS: dict[str, type[Body]] = {
    kind.__name__: kind
    for kind in (
        AccountMetadata,
        MosaicAlias,
        MosaicDefinition,
        NamespaceRegistration,
        SupplyChange,
        SupplyRevocation,
        Transfer,
    )
}


class Values(msgspec.Struct, frozen=True):
    """A body's kind and fields; bytes in base64."""

    kind: str
    values: dict[str, object]

    @property
    def body(self) -> Body:
        return msgspec.convert(self.values, KINDS[self.kind])


class Vector(msgspec.Struct, frozen=True):
    """A transaction and what the SDK made of it; bytes in hex."""

    seed: str
    generation_hash: str
    network: int
    address: str
    fee: int
    deadline: int
    payload: str
    hash: str
    inner: tuple[Values, ...] = ()
    body: Values | None = None

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.seed))

    @property
    def transaction(self) -> Transaction:
        signer = self.key.public_key().public_bytes_raw()
        body: Body | Aggregate
        if self.body is None:
            body = Aggregate(tuple(Inner(signer, self.network, one.body) for one in self.inner))
        else:
            body = self.body.body
        return Transaction(signer, self.network, self.fee, self.deadline, body)


VECTORS = msgspec.json.decode(FILE.read_bytes(), type=list[Vector])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.hash[:8])
def test_the_codec_gives_what_the_sdk_gives(vector: Vector) -> None:
    generation_hash = bytes.fromhex(vector.generation_hash)
    payload = bytes.fromhex(vector.payload)
    transaction = vector.transaction
    signed = sign(transaction, generation_hash, vector.key.sign)
    assert signed.payload == payload
    assert signed.hash.hex() == vector.hash
    assert parse(payload).transaction == transaction
    assert verify(payload, generation_hash)
    assert address_text(address_of(transaction.signer, vector.network)) == vector.address


def test_every_kind_and_a_full_aggregate_are_among_them() -> None:
    kinds = {one.kind for vector in VECTORS for one in vector.inner}
    singles = {vector.body.kind for vector in VECTORS if vector.body is not None}
    assert kinds == set(KINDS)
    assert singles == set(KINDS) - {"AccountMetadata"}
    assert max(len(vector.inner) for vector in VECTORS) == 100
    assert any(vector.body is None and not vector.inner for vector in VECTORS)
