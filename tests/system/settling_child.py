"""Engine processes that settle a recording, each forked from this one and free to be killed.

Started once, it reads a job a line from standard input, forks a process for it and tells on
standard output: `pid N`, `begun` (by the process itself), `at NAME` where it kills itself at a
failpoint, `ended STATUS`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

import msgspec

from console.chain.node.database import Database as ChainDatabase
from console.chain.symbol import SymbolChain
from console.clock import FrozenClock
from console.config import recording_settings
from console.engine.build import build, open_node
from console.engine.playing.stepper import Stepper
from console.engine.process.lock import EngineLock
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.settings import Settings
from console.store.database import Database as StoreDatabase

P = ParamSpec("P")
R = TypeVar("R")

MINUTES = 15
MOST_INNER = 5
"""So few that a larger interval needs two parts."""


class Job(msgspec.Struct, frozen=True):
    """What one process has to do."""

    data: str
    """The data folder, which outlives it."""
    recording: str
    """What its meters say."""
    kill_at: int = 0
    """At which step it kills itself, counted from 1; 0 for never."""


class Failpoints:
    """Kills this process before or after its n-th durable write, announcement or block."""

    def __init__(self, kill_at: int) -> None:
        self._left = kill_at

    def reach(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            tell(f"at {name}")
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            self.reach(f"before {name}")
            result = function(*args, **kwargs)
            self.reach(f"after {name}")
            return result

        return wrapped

    def around_async(
        self, name: Callable[[Any], str], function: Callable[P, Awaitable[R]]
    ) -> Callable[P, Awaitable[R]]:
        async def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            self.reach(f"before {name(args[1])}")
            result = await function(*args, **kwargs)
            self.reach(f"after {name(args[1])}")
            return result

        return wrapped

    def install(self) -> None:
        write = self.around_async(_name_of_write, StoreDatabase.write)
        announce = self.around_async(lambda _payload: "announce", SymbolChain.announce)
        append = self.around("block", ChainDatabase.append)
        patch.object(StoreDatabase, "write", write).start()
        patch.object(SymbolChain, "announce", announce).start()
        patch.object(ChainDatabase, "append", append).start()


def _name_of_write(work: Callable[..., object]) -> str:
    """Return which write of the store a function is, as in `StoredSettlements.sign`."""
    return work.__qualname__.split(".<locals>")[0]


def tell(line: str) -> None:
    """Write one line at once, whole."""
    os.write(1, f"{line}\n".encode())


def settings_of(recording: Recording, data: Path) -> Settings:
    """Return the settings under which a recording is settled here."""
    return recording_settings(
        recording.houses, data, minutes=MINUTES, poll_seconds=recording.step.total_seconds()
    )


async def settle(job: Job) -> None:
    """Settle a recording to its end and to finality, from wherever the last process came to."""
    data, recording = Path(job.data), Recording(Path(job.recording))
    lock = EngineLock.take(data)
    clock = FrozenClock(recording.start)
    settings = settings_of(recording, data)
    node = open_node(settings, clock, recording.start - timedelta(days=1))
    engine = await build(settings, clock, Replay(recording, clock), node)
    engine.parts.network = msgspec.structs.replace(engine.parts.network, most_inner=MOST_INNER)
    if (span := await engine.parts.store.readings.span()) is not None:
        clock.move_to(span[1])
    engine.settler.auto = True
    tell("begun")
    await Stepper(engine, clock).to(recording.end + engine.parts.grace, until_final=True)
    await engine.close()
    lock.release()


def run(job: Job) -> int:
    """Do one job in this process; return its exit status."""
    if job.kill_at:
        Failpoints(job.kill_at).install()
    try:
        asyncio.run(settle(job))
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Fork a process for each job, one after another."""
    for line in sys.stdin:
        job = msgspec.json.decode(line, type=Job)
        pid = os.fork()
        if pid == 0:
            status = run(job)
            sys.stderr.flush()
            os._exit(status)
        tell(f"pid {pid}")
        _, status = os.waitpid(pid, 0)
        tell(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
