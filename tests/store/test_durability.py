import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.store.database import Database
from console.store.store import Store

FAILING_DISK = """
import asyncio, resource, sys
from pathlib import Path
from console.errors import StoreBroken
from console.store.database import Database

async def main() -> None:
    database = await Database.open(Path(sys.argv[1]))
    keep = lambda c: c.execute("INSERT INTO fact VALUES ('a', ?)", ("x" * 2_000_000,))
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
    for expected in ("first", "second"):
        try:
            await database.write(keep)
        except StoreBroken as error:
            print(expected, error.message)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await database.close()

asyncio.run(main())
"""


def write_to_a_failing_disk(path: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", FAILING_DISK, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


async def test_a_failing_disk_ends_all_writing(path: Path) -> None:
    first, second = write_to_a_failing_disk(path)
    assert first.removeprefix("first ") == second.removeprefix("second ")
    again = await Database.open(path)
    count, insert = "SELECT count(*) FROM fact", "INSERT INTO fact VALUES ('a', '')"
    assert await again.read(lambda c: c.execute(count).get) == 0
    await again.write(lambda c: c.execute(insert))
    await again.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from console.store.store import Store

async def main() -> None:
    store = await Store.open(Path(sys.argv[1]))
    for number in range(1_000_000):
        await store.audit.set_fact("counter", str(number))
        print(number, flush=True)

asyncio.run(main())
"""


def write_until_killed(path: Path, lines: int) -> int:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        acknowledged = [process.stdout.readline() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += process.stdout.read().splitlines(keepends=True)
    process.wait()
    return max(int(line) for line in acknowledged if line.endswith(b"\n"))


@pytest.mark.parametrize("lines", [1, 7, 60])
async def test_nothing_acknowledged_is_lost_by_a_kill(path: Path, lines: int) -> None:
    acknowledged = write_until_killed(path, lines)
    offline = await Store.open(path, read_only=True)
    found = await offline.audit.fact("counter")
    await offline.close()
    assert found is not None
    assert int(found) >= acknowledged
    again = await Store.open(path)
    assert await again.audit.fact("counter") == found
    await again.close()
