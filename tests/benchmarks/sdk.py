"""The SDK: the official one's direct objects, asked in a process of its own environment.

Here is this side of the pipe; `sdk_process` is the other.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from console.chain.codec import Signed
from console.errors import invariant
from tests.benchmarks.interval import GENERATION_HASH, OPERATOR_SEED
from tests.benchmarks.rounds import Measure
from tests.benchmarks.sdk_process import Result, Task

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".oracle" / "bin" / "python"
LEFT_OUT = "The official SDK was left out: `make oracle` makes its environment, which is not there."


class Sdk:
    """A running process with the official SDK."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take the process with its pipes; use `opened`."""
        self._process = process

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Sdk | None]:
        """Run the process for a while; None where its environment was not made."""
        if not PYTHON.is_file():
            yield None
            return
        with subprocess.Popen(
            [PYTHON, "-m", "tests.benchmarks.sdk_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            yield cls(process)

    @staticmethod
    def version() -> str:
        """Return the SDK's version; empty where its environment was not made."""
        if not PYTHON.is_file():
            return ""
        script = "from importlib.metadata import version; print(version('symbol-sdk-python'))"
        asked = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def candidate(self, name: str, signed: Sequence[Signed], times: int) -> Measure:
        """Return a candidate that builds and signs transactions, all of them an operation.

        Args:
            name: what it is called.
            signed: the transactions as the codec signed them; the SDK must give the same hashes.
            times: how many operations one round takes together.
        """
        task = Task(
            payloads=[one.payload for one in signed],
            seed=OPERATOR_SEED,
            generation_hash=GENERATION_HASH,
            times=times,
        )

        def measure() -> Mapping[str, float]:
            result = self._ask(task)
            invariant(
                result.hashes == [one.hash for one in signed],
                "the SDK signed other bytes than the codec",
            )
            return {name: result.seconds}

        return measure

    def _ask(self, task: Task) -> Result:
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        to.write(msgspec.json.encode(task) + b"\n")
        to.flush()
        return msgspec.json.decode(back.readline(), type=Result)
