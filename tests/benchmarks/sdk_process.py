"""The other side of `sdk`: builds and signs with the official SDK, one task a line, until the end.

Run in the oracle's environment: `.oracle/bin/python -m tests.benchmarks.sdk_process`.
"""

from __future__ import annotations

import gc
import sys
import time

import msgspec

from console.chain.codec import parse
from tests.oracle.samples import Sample


class Task(msgspec.Struct):
    """Transactions to build and sign as often as told."""

    payloads: list[bytes]
    seed: bytes
    generation_hash: bytes
    times: int


class Result(msgspec.Struct):
    """What doing all of them once cost, CPU s, and the hashes."""

    seconds: float
    hashes: list[bytes]


def done(task: Task) -> Result:
    """Build and sign; only building, signing, serialising and hashing are timed."""
    from tests.oracle.official import Official

    wanted = [
        Official(Sample(task.seed, task.generation_hash, parse(payload).transaction))
        for payload in task.payloads
    ]
    hashes: list[bytes] = []
    gc.collect()
    began = time.process_time()
    for _ in range(task.times):
        hashes = [official.build()[1] for official in wanted]
    return Result((time.process_time() - began) / task.times, hashes)


def main() -> None:
    """Answer each line of standard input with one of standard output."""
    for line in sys.stdin.buffer:
        result = done(msgspec.json.decode(line, type=Task))
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
