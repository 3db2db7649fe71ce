"""Hold the codec against the official SDK, byte for byte, over thousands of random transactions.

Run by `make oracle` in the oracle's own environment. Nothing is written without --write-vectors,
which keeps some of the SDK's results in fixtures/ for `make test`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.chain.codec import (
    Aggregate,
    Body,
    NamespaceRegistration,
    address_bytes,
    address_of,
    address_text,
    hash_of,
    mosaic_id,
    namespace_id,
    note_key,
    parse,
    serialize,
    sign,
    verify,
)
from console.errors import CodecError
from tests.oracle.official import Official, metadata_key
from tests.oracle.official import namespace_id as official_namespace_id
from tests.oracle.samples import MOST_INNER, Sample, draw

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "transaction-vectors.json"
SAMPLES = 3000
SEED = 20261123
MOST_VECTOR_BYTES = 3_000
SINGLE_VECTORS = 30
AGGREGATE_VECTORS = 30
TOP_BIT = 1 << 63


def differences(sample: Sample, number: int) -> list[str]:
    """Return what the codec and the SDK do differently for one sample."""
    official = Official(sample)
    raw, hash_ = official.build()
    transaction = sample.transaction
    key = Ed25519PrivateKey.from_private_bytes(sample.seed)
    ours = sign(transaction, sample.generation_hash, key.sign)
    checks = {
        "bytes": ours.payload == raw,
        "hash": ours.hash == hash_ == hash_of(raw, sample.generation_hash),
        "serialize": serialize(transaction, raw[8:72]) == raw,
        "their reading of ours": official.reads(ours.payload),
        **_reading(sample, raw),
        **_identities(sample, official, number),
    }
    return [what for what, holds in checks.items() if not holds]


def _told(sample: Sample, number: int) -> list[str]:
    """Return the differences; a refusal by either side is one."""
    try:
        return differences(sample, number)
    except (AssertionError, CodecError, ValueError) as refusal:
        return [f"accepting it ({refusal})"]


def _reading(sample: Sample, raw: bytes) -> dict[str, bool]:
    parsed = parse(raw)
    changed = bytearray(raw)
    changed[len(raw) // 2] ^= 1
    return {
        "values": parsed.transaction == sample.transaction,
        "signature": parsed.signature == raw[8:72] and verify(raw, sample.generation_hash),
        "refusal of a change": _refused(bytes(changed), sample.generation_hash),
        "refusal of a longer form": _refused(raw + b"\0", sample.generation_hash),
    }


def _refused(raw: bytes, generation_hash: bytes) -> bool:
    try:
        parse(raw)
    except CodecError:
        return True
    return not verify(raw, generation_hash)


def _identities(sample: Sample, official: Official, number: int) -> dict[str, bool]:
    raw, text = official.address
    address = address_of(sample.transaction.signer, sample.transaction.network)
    nonce = int.from_bytes(sample.seed[:4], "little")
    note = f"E1|{number}"
    return {
        "address": address == raw and address_text(address) == text,
        "address text": address_bytes(text) == raw,
        "mosaic id": mosaic_id(nonce, address) == official.mosaic_id(nonce),
        "metadata key": note_key(note) | TOP_BIT == metadata_key(note),
        "namespace id": all(
            namespace_id(body.name, body.parent) == official_namespace_id(body.name, body.parent)
            for body in _bodies(sample)
            if isinstance(body, NamespaceRegistration)
        ),
    }


def _bodies(sample: Sample) -> list[Body]:
    body = sample.transaction.body
    return [inner.body for inner in body.inner] if isinstance(body, Aggregate) else [body]


def vector(sample: Sample) -> dict[str, object]:
    """Return a sample with the SDK's result, for fixtures/."""
    official = Official(sample)
    raw, hash_ = official.build()
    transaction = sample.transaction
    bodies = [
        {"kind": type(body).__name__, "values": msgspec.to_builtins(body)}
        for body in _bodies(sample)
    ]
    aggregate = isinstance(transaction.body, Aggregate)
    return {
        "seed": sample.seed.hex(),
        "generation_hash": sample.generation_hash.hex(),
        "network": transaction.network,
        "address": official.address[1],
        "fee": transaction.fee,
        "deadline": transaction.deadline,
        **({"inner": bodies} if aggregate else {"body": bodies[0]}),
        "payload": raw.hex(),
        "hash": hash_.hex(),
    }


def chosen(samples: list[Sample]) -> list[Sample]:
    """Return small samples of every kind, and one aggregate as large as a network takes."""
    small = [
        sample for sample in samples if len(serialize(sample.transaction)) <= MOST_VECTOR_BYTES
    ]
    singles = [one for one in small if not isinstance(one.transaction.body, Aggregate)]
    aggregates = [one for one in small if isinstance(one.transaction.body, Aggregate)]
    full = (sample for sample in samples if len(_bodies(sample)) == MOST_INNER)
    return singles[:SINGLE_VECTORS] + aggregates[: AGGREGATE_VECTORS - 1] + [next(full)]


def main() -> int:
    """Compare, tell every difference and the count; return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--samples", type=int, default=SAMPLES)
    arguments.add_argument("--seed", type=int, default=SEED)
    arguments.add_argument("--write-vectors", action="store_true")
    given = arguments.parse_args()
    source = random.Random(given.seed)
    samples = [draw(source) for _ in range(given.samples)]
    failed = 0
    for number, sample in enumerate(samples):
        found = _told(sample, number)
        failed += bool(found)
        if found:
            sys.stdout.write(f"sample {number} of seed {given.seed}: {', '.join(found)} differ\n")
    if given.write_vectors and not failed:
        vectors = [vector(sample) for sample in chosen(samples)]
        VECTORS.write_text("[\n" + ",\n".join(json.dumps(one) for one in vectors) + "\n]\n")
    sys.stdout.write(f"{len(samples) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
