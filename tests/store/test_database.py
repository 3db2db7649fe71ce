import asyncio
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.errors import DiskFull, StoreDamaged, StoreError
from console.model.event import AlarmState
from console.model.reading import Reading
from console.store.database import Database
from console.store.opening import STEPS
from console.store.store import Store


async def count(database: Database, table: str) -> int:
    return await database.read(lambda c: int(c.execute(f"SELECT count(*) FROM {table}").get))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tear_a_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)


@pytest.fixture
def noise(path: Path) -> Path:
    path.write_bytes(b"not a database at all, but long enough to look like one" * 100)
    return path


@pytest.fixture
def open_to_all(path: Path) -> Path:
    path.touch(mode=0o644)
    return path


def insert_fact(name: str) -> Callable[[apsw.Connection], object]:
    return lambda c: c.execute("INSERT INTO fact VALUES (?, '')", (name,))


async def test_the_file_is_private_and_waits_for_the_disk(database: Database) -> None:
    assert mode(database.path) == 0o600
    assert mode(database.path.with_name("store.db-wal")) == 0o600
    assert await database.write(lambda c: c.pragma("synchronous")) == 2
    assert await database.write(lambda c: c.pragma("journal_mode")) == "wal"
    assert await database.write(lambda c: c.pragma("foreign_keys")) == 1


async def test_an_existing_file_is_made_private_again(open_to_all: Path) -> None:
    await (await Database.open(open_to_all)).close()
    assert mode(open_to_all) == 0o600


async def test_a_failed_write_keeps_nothing(database: Database) -> None:
    def fail(connection: apsw.Connection) -> None:
        insert_fact("half")(connection)
        raise KeyError("half way")

    with pytest.raises(KeyError):
        await database.write(fail)
    assert await count(database, "fact") == 0
    await database.write(insert_fact("whole"))
    assert await count(database, "fact") == 1


async def test_a_stale_engine_writes_nothing(path: Path, database: Database) -> None:
    successor = await Database.open(path)
    try:
        assert successor.epoch == database.epoch + 1
        with pytest.raises(StoreError, match="taken over"):
            await database.write(insert_fact("late"))
        await successor.write(insert_fact("new"))
        assert await count(database, "fact") == 1
    finally:
        await successor.close()


async def test_a_long_search_delays_no_reader(database: Database) -> None:
    begun, found = threading.Event(), threading.Event()

    def search(connection: apsw.Connection) -> object:
        begun.set()
        assert found.wait(60)
        return connection.execute("SELECT epoch FROM engine").get

    searching = asyncio.create_task(database.search(search))
    await asyncio.to_thread(begun.wait, 60)
    assert await database.read(lambda c: c.execute("SELECT epoch FROM engine").get)
    assert not searching.done()
    found.set()
    assert await searching == database.epoch


async def test_reading_only_writes_nothing(path: Path, database: Database) -> None:
    await database.write(insert_fact("kept"))
    reader = await Database.open(path, read_only=True)
    try:
        assert await count(reader, "fact") == 1
        with pytest.raises(StoreError, match="reading only"):
            await reader.write(insert_fact("no"))
        with pytest.raises(StoreError):
            await reader.read(insert_fact("no"))
    finally:
        await reader.close()


async def test_reading_only_makes_no_store(path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        await Database.open(path, read_only=True)
    assert names(path.parent) == []


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        await Database.open(tmp_path / "nowhere" / "store.db")


async def test_a_clean_close_leaves_one_file(path: Path) -> None:
    database = await Database.open(path)
    await database.write(insert_fact("kept"))
    await database.close()
    await database.close()
    assert names(path.parent) == ["store.db"]


async def test_an_older_store_is_copied_then_brought_forward(path: Path) -> None:
    steps = ("CREATE TABLE more (x INTEGER); INSERT INTO more VALUES (7);", "DROP TABLE more;")
    old = await Database.open(path)
    await old.write(insert_fact("kept"))
    await old.close()
    new = await Database.open(path, steps=(*STEPS, steps[0]))
    try:
        assert await new.read(lambda c: c.execute("SELECT x FROM more").get) == 7
        assert await count(new, "fact") == 1
        assert await new.read(lambda c: c.pragma("user_version")) == len(STEPS) + 1
    finally:
        await new.close()
    copy = path.with_name(f"store.db.version{len(STEPS)}")
    assert mode(copy) == 0o600
    kept = await Database.open(copy, read_only=True)
    assert await count(kept, "fact") == 1
    await kept.close()
    newest = await Database.open(path, steps=(*STEPS, *steps))
    assert await newest.read(lambda c: c.pragma("user_version")) == len(STEPS) + 2
    await newest.close()
    assert names(path.parent) == [
        "store.db",
        f"store.db.version{len(STEPS)}",
        f"store.db.version{len(STEPS) + 1}",
    ]


async def test_a_failing_step_leaves_the_old_store(path: Path) -> None:
    await (await Database.open(path)).close()
    with pytest.raises(StoreError):
        await Database.open(path, steps=(*STEPS, "CREATE TABLE more (x); SELECT nonsense;"))
    again = await Database.open(path)
    assert await count(again, "sqlite_schema WHERE name = 'more'") == 0
    await again.close()


async def test_other_versions_and_other_programs_are_refused(path: Path) -> None:
    newer = await Database.open(path, steps=(*STEPS, "CREATE TABLE more (x);"))
    await newer.close()
    with pytest.raises(StoreError, match="newer"):
        await Database.open(path)
    with pytest.raises(StoreError, match="newer"):
        await Database.open(path, read_only=True)
    with pytest.raises(StoreError, match=f"version {len(STEPS) + 1}"):
        await Database.open(path, read_only=True, steps=(*STEPS, "SELECT 1;", "SELECT 2;"))
    foreign = path.with_name("foreign.db")
    with closing(apsw.Connection(str(foreign))) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="another program"):
        await Database.open(foreign)


async def test_a_file_that_is_no_store_is_damaged(noise: Path) -> None:
    with pytest.raises(StoreDamaged, match="damaged") as caught:
        await Database.open(noise)
    assert "rebuilt from the chain" in caught.value.advice


async def test_a_torn_page_is_found_at_the_start(
    path: Path, reading: Callable[..., Reading]
) -> None:
    store = await Store.open(path)
    await store.readings.add([reading(seconds=second) for second in range(3000)])
    await store.close()
    tear_a_page(path)
    with pytest.raises(StoreDamaged):
        await Store.open(path)


async def test_a_locked_store_is_told_in_one_sentence(path: Path, database: Database) -> None:
    with closing(apsw.Connection(str(path))) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            await database.write(insert_fact("a"))
        browser.execute("ROLLBACK")
    await database.write(insert_fact("a"))


async def test_a_full_disk_keeps_nothing_and_goes_on_with_space(database: Database) -> None:
    pages = await database.write(lambda c: c.pragma("page_count"))
    await database.write(lambda c: c.pragma("max_page_count", pages))
    with pytest.raises(DiskFull):
        await database.write(
            lambda c: c.execute("INSERT INTO fact VALUES ('a', zeroblob(0) || ?)", ("x" * 50_000,))
        )
    assert await count(database, "fact") == 0
    await database.write(lambda c: c.pragma("max_page_count", pages + 100))
    await database.write(insert_fact("a"))


async def test_a_stepped_store_behaves_the_same(path: Path) -> None:
    store = await Store.open(path, stepped=True)
    await store.audit.set_fact("auto", "on")
    assert await store.audit.fact("auto") == "on"
    await store.close()
    again = await Store.open(path)
    assert await again.audit.fact("auto") == "on"
    await again.close()


async def test_a_store_of_the_first_version_keeps_its_alarms(path: Path) -> None:
    first = await Database.open(path, steps=STEPS[:1])
    rows = [("meter c1", "medium", 2000, "c1 lost", "", ""), ("held", "high", 1000, "", "", "")]
    await first.write(lambda c: c.executemany("INSERT INTO alarm VALUES (?, ?, ?, ?, ?, ?)", rows))
    await first.write(insert_fact("kept"))
    await first.close()
    store = await Store.open(path)
    try:
        known = await store.events.alarms()
        assert [(alarm.number, alarm.key, alarm.count) for alarm in known] == [
            (1, "held", 1),
            (2, "meter c1", 1),
        ]
        assert {alarm.state for alarm in known} == {AlarmState.UNACKNOWLEDGED}
        assert await store.events.highest_alarm() == 2
    finally:
        await store.close()
    with closing(apsw.Connection(str(path.with_name("store.db.version1")))) as copy:
        assert copy.pragma("user_version") == 1
        assert copy.execute("SELECT count(*) FROM alarm").get == 2
