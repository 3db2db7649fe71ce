"""A full disk: nothing is announced that is not stored, and all goes on when space returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from console.chain.node.database import Database as ChainDatabase
from console.engine.process import loops
from console.engine.serving.server import Served
from console.errors import DiskFull
from console.model.reading import MeterState, MeterStatus
from console.model.settlement import State
from console.model.transaction import TransactionState
from console.store.database import Database
from tests.engine.neighbours import START, Neighbourhood, neighbourhood

RIPE = 15 + 5
TWO_PARTS = 5
MINUTE = timedelta(minutes=1)
MOST_SECONDS = 20.0


class Disk:
    """The store's disk, which finds no space for the n-th commit and for all after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        """How many commits still find space; None for any number."""
        self.refused = 0
        transact = Database._transact

        def transact_if_there_is_room(
            database: Database, connection: apsw.Connection, work: Callable[..., Any]
        ) -> Any:
            def working(connection: apsw.Connection) -> Any:
                result = work(connection)
                self._commit()
                return result

            return transact(database, connection, working)

        monkeypatch.setattr(Database, "_transact", transact_if_there_is_room)

    def _commit(self) -> None:
        if self.room == 0:
            self.refused += 1
            raise apsw.FullError("database or disk is full")
        if self.room is not None:
            self.room -= 1


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@asynccontextmanager
async def running(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Run an engine's own loops, quickly, without doors; its clock stands where it is put."""
    for beat in ("BLOCK", "FOLLOW", "PICTURE", "SETTLE", "RETRY"):
        monkeypatch.setattr(loops, f"{beat}_SECONDS", 0.01)
    monkeypatch.setattr(loops, "GATHER_SECONDS", 0.01)
    task = asyncio.create_task(loops.run(here.engine, Served(), _nothing_more()))
    try:
        yield
        assert not task.done()
    finally:
        here.engine.request_stop()
        await task


async def _nothing_more() -> None:
    await asyncio.Event().wait()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the loops bring about."""
    async with asyncio.timeout(MOST_SECONDS):
        while not condition():  # noqa: ASYNC110  # what the loops do has no event of its own
            await asyncio.sleep(0.01)


async def check_nothing_unstored_was_announced(here: Neighbourhood) -> None:
    known = await here.engine.parts.store.settlements.outbox(*TransactionState)
    assert set(here.chain.announced) <= {out.payload for out in known}


async def test_no_space_at_any_commit_of_a_settlement(tmp_path: Path, disk: Disk) -> None:
    """Each commit in turn finds no space, nor do those after it, until space returns."""
    for commits in range(1000):
        disk.room, disk.refused = None, 0
        async with neighbourhood(tmp_path / str(commits), most_inner=TWO_PARTS) as here:
            await here.live(RIPE - 1)
            disk.room = commits
            for _ in range(5):
                with suppress(DiskFull):
                    await here.live(1)
                    await here.beat()
                await check_nothing_unstored_was_announced(here)
            disk.room = None
            await here.beat(until_final=True)
            await here.beat(until_final=True)
            assert (await here.get(0)).state is State.FINAL, commits
            seals = await here.seals()
            assert len(seals) == len(set(seals)) == 2
            assert (await here.engine.verify()).differences == 0
        if disk.refused == 0:
            break
    assert commits > 10


async def test_the_loops_go_on_alone_when_space_returns(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the loops is touched but their beats."""
    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE - 1)
        engine, picture = here.engine, here.engine.picture
        disk.room = 0
        async with running(here, monkeypatch):
            here.clock.move_to(START + RIPE * MINUTE)
            await until(lambda: picture.trouble.startswith("Disk full: "))
            await engine.intake.emit(MeterStatus(house="c1", state=MeterState.LOST, since=START))
            assert [alarm.key for alarm in engine.parts.log.alarms] == ["disk", "meter c1"]
            assert here.chain.announced == []
            assert (await here.get(0)).state is State.CLOSED
            disk.room = None
            await until(lambda: picture.last is not None and picture.last.state is State.FINAL)
            await until(lambda: picture.trouble == "")
            await until(lambda: not engine.parts.log.standing.lasts("disk"))
        texts = await here.texts()
        assert "c1 lost: its meter does not answer" in texts
        assert texts.index("goes on as before") > texts.index("c1 lost: its meter does not answer")
        assert (await engine.verify()).differences == 0
        await here.beat()


async def test_a_chain_without_space_makes_its_block_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise DiskFull("block 2 found no space")

    async with neighbourhood(tmp_path) as here:
        await here.live(RIPE)
        with monkeypatch.context() as patched:
            patched.setattr(ChainDatabase, "append", full)
            async with running(here, monkeypatch):
                await until(lambda: "block 2 found no space" in here.engine.picture.trouble)
                assert (await here.get(0)).state is State.SIGNED
                patched.undo()
                picture = here.engine.picture
                await until(lambda: picture.last is not None and picture.last.state is State.FINAL)
                await until(lambda: picture.trouble == "")
        await here.engine.follow()
        assert len(await here.seals()) == 1


async def test_a_full_disk_at_the_end_is_told_and_all_is_let_go_of(
    tmp_path: Path, disk: Disk
) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(12)
        assert here.engine.intake.waiting > 0
        disk.room = 0
        with pytest.raises(DiskFull):
            await here.close()
        disk.room = None
    assert names_in(tmp_path) == {"store.db", "chain.db", "operator.key"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
