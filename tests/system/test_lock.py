"""One engine a data folder: the first holds it, the next takes over at once where it is killed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from console.engine.process.lock import EngineLock
from console.engine.process.starter import answers
from console.errors import EngineBusy
from console.model.settlement import State
from console.model.snapshot import Snapshot
from console.sockets import sockets_of
from tests.system.community import Community, EngineProcess
from tests.system.terminal import MOST_SECONDS, environment

BUSY = EngineBusy.exit_status
PAGE = 4096


@pytest.fixture
def community(short_folder: Path) -> Community:
    """Three simulated houses."""
    return Community(short_folder)


async def start(community: Community) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "engine", "-c", str(community.config)),
        cwd=community.folder,
        env=environment(community.folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )


async def race(community: Community, count: int) -> None:
    """Start engines at once; one must hold out, the others must end and name it."""
    engines = [await start(community) for _ in range(count)]
    ends = {asyncio.create_task(engine.communicate()): engine for engine in engines}
    waiting = set(ends)
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while len(waiting) > 1:
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        [holder] = [ends[end] for end in waiting]
        await asyncio.to_thread(wait_for_answer, community)
        assert (holder.returncode, community.pid) == (None, holder.pid)
        said = [(ended.result(), ends[ended].returncode) for ended in ends if ended.done()]
        for (printed, error), status in said:
            assert (printed, status) == (b"", BUSY), error
            [line] = error.decode().splitlines()
            assert f"process {holder.pid} holds the store in {community.data}." in line
    finally:
        for engine in engines:
            if engine.returncode is None:
                engine.kill()
        await asyncio.gather(*ends)


def wait_for_answer(community: Community) -> None:
    """Return once the engine answers; the test's own timeout ends a wait that is too long."""
    while not answers(sockets_of(community.settings).operator):
        os.sched_yield()


async def test_of_five_engines_started_at_once_one_serves(community: Community) -> None:
    await race(community, 5)


@pytest.mark.soak
async def test_of_twenty_engines_started_at_once_one_serves(community: Community) -> None:
    for _ in range(3):
        await race(community, 20)


def test_a_killed_engines_folder_is_free_at_once(community: Community) -> None:
    with EngineProcess(community) as first:
        with pytest.raises(EngineBusy, match=f"process {first.process.pid} holds the store"):
            EngineLock.take(community.data)
        os.kill(first.process.pid, signal.SIGKILL)
        assert first.end() == -signal.SIGKILL
        EngineLock.take(community.data).release()
        with EngineProcess(community) as second:
            assert community.pid == second.process.pid
            assert "running" in community.mosaic("status", "--json").stdout


def test_a_dead_holders_name_is_not_told(tmp_path: Path) -> None:
    lock = EngineLock.take(tmp_path)
    (tmp_path / "engine.lock").write_text(f"{2**22 + 1}\n")
    with pytest.raises(EngineBusy, match="another process holds the store"):
        EngineLock.take(tmp_path)
    lock.release()


async def test_a_damaged_store_is_told_left_alone_and_rebuilt(community: Community) -> None:
    names = await community.live_through(3)
    with EngineProcess(community) as engine:
        community.mosaic("settle", *names, "--yes")
        await community.until(lambda picture: finals(picture, names) == len(names))
        rows = community.rows()
        engine.process.send_signal(signal.SIGTERM)
        assert engine.end() == 0
    store = community.data / "store.db"
    spoil(store)
    before = digests(community.data)

    refused = community.mosaic("engine", status=1)
    [paragraph] = refused.stderr.splitlines()
    assert paragraph.startswith(f"Store damaged: {store} is damaged: ")
    assert f"Move {store.name} away and start again" in paragraph
    assert refused.stdout == ""
    assert digests(community.data) == before

    store.rename(community.folder / "damaged.db")
    with EngineProcess(community):
        assert community.rows() == rows
    assert len(rows) >= len(names)


def finals(picture: Snapshot, names: list[str]) -> int:
    days = {f"{day.start:%Y-%m-%dT%H:%MZ}": day.state for day in picture.day}
    return sum(days.get(name) is State.FINAL for name in names)


def spoil(path: Path) -> None:
    """Overwrite every third page, but for the first."""
    content = bytearray(path.read_bytes())
    for page in range(PAGE, len(content), 3 * PAGE):
        content[page : page + PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)


def digests(folder: Path) -> dict[str, str]:
    """Return what each database of a folder holds, as a hash."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.db*")
    }
