"""A hand in the files: every way in which somebody with a database browser can change a row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from console.chain.node import forward
from console.engine.serving.offline import open_reader
from console.model.verification import Verification
from console.settings import Settings
from console.store import opening

Lived = tuple[Settings, Path]
"""A street's settings, and an untouched copy of what its engine left."""

FILES = {"store.db": opening.STEPS, "chain.db": forward.STEPS}
"""The two files with what makes their tables."""


async def verify_at_rest(settings: Settings) -> Verification:
    """Verify as the command does while no engine runs."""
    reader = await open_reader(settings)
    try:
        return await reader.verify()
    finally:
        await reader.close()


def renew(data: Path, untouched: Path) -> None:
    """Put the untouched files back."""
    for file in data.glob("*.db*"):
        file.unlink()
    for file in untouched.glob("*.db"):
        shutil.copy(file, data)


class Table(NamedTuple):
    """A table as its file declares it."""

    file: str
    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def where(self) -> str:
        return " AND ".join(f"{key} IS ?" for key in self.keys)


class Hand(NamedTuple):
    """A change of one table, and where."""

    table: Table
    act: str
    """`change`, `delete`, `add` or `swap`."""
    column: str = ""
    at: int = 1
    """Which quarter of the rows, 0 to 4."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.table.name, self.act, self.column, f"at {self.at}")))


def tables() -> Iterator[Table]:
    """Yield the tables of both files, as this version of the program makes them."""
    for file, steps in FILES.items():
        connection = apsw.Connection(":memory:")
        for step in steps:
            connection.execute(step)
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (name,) in [*connection.execute(names)]:
            found = [*connection.execute(f"PRAGMA table_info({name})")]
            keys = tuple(row[1] for row in sorted(found, key=lambda row: row[5]) if row[5])
            keys = keys or _unique(connection, name) or ("rowid",)
            yield Table(file, name, tuple(row[1] for row in found), keys)
        connection.close()


def _unique(connection: apsw.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of which no two rows have the same, where no key is declared."""
    for _, index, unique, *_ in [*connection.execute(f"PRAGMA index_list({table})")]:
        if unique:
            return tuple(row[2] for row in connection.execute(f"PRAGMA index_info({index})"))
    return ()


def hands(table: Table, quarters: tuple[int, ...]) -> Iterator[Hand]:
    """Yield every change of a table, at some quarters of its rows."""
    for at in quarters:
        for column in table.columns:
            yield Hand(table, "change", column, at)
        yield Hand(table, "delete", at=at)
        yield Hand(table, "add", at=at)
        yield Hand(table, "swap", at=at)


def lay(hand: Hand, data: Path) -> bool:
    """Change a closed file as one who owns it can: no trigger stops them.

    Returns:
        Whether anything was changed: not where there is no such row, or the table allows no other.
    """
    connection = apsw.Connection(str(data / hand.table.file))
    try:
        connection.pragma("foreign_keys", False)
        triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        for (name,) in [*connection.execute(triggers)]:
            connection.execute(f"DROP TRIGGER {name}")
        return _lay(connection, hand)
    finally:
        connection.close()


def _lay(connection: apsw.Connection, hand: Hand) -> bool:
    table = hand.table
    order = ", ".join(table.keys)
    keys = [*connection.execute(f"SELECT {order} FROM {table.name} ORDER BY {order}")]
    if not keys:
        return False
    at = hand.at * (len(keys) - 1) // 4
    before = connection.total_changes()
    if hand.act == "change":
        _change(connection, table, hand.column, keys[at])
    elif hand.act == "delete":
        connection.execute(f"DELETE FROM {table.name} WHERE {table.where}", keys[at])
    elif hand.act == "add":
        _add(connection, table, keys[at])
    elif len(keys) > 1:
        _swap(connection, table, keys[at], keys[at + 1 if at + 1 < len(keys) else at - 1])
    return connection.total_changes() > before


def _change(connection: apsw.Connection, table: Table, column: str, key: Any) -> None:
    query = f"SELECT {column} FROM {table.name} WHERE {table.where}"
    value = connection.execute(query, key).get
    statement = f"UPDATE {table.name} SET {column} = ? WHERE {table.where}"
    for other in _others(value):
        try:
            connection.execute(statement, (other, *key))
        except apsw.ConstraintError:
            continue
        return


def _add(connection: apsw.Connection, table: Table, key: Any) -> None:
    """Add a row like another one, its key and whatever else must differ another."""
    [row] = connection.execute(f"SELECT * FROM {table.name} WHERE {table.where}", key)
    marks = ", ".join("?" * len(row))
    own = [column for column in table.columns if column in table.keys]
    for changed in ([own[-1:]] if own else [[]]) + [own] + [[*table.columns]]:
        values = [
            _others(value)[0] if column in changed else value
            for column, value in zip(table.columns, row, strict=True)
        ]
        try:
            connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", values)
        except apsw.ConstraintError:
            continue
        return


def _swap(connection: apsw.Connection, table: Table, one: Any, other: Any) -> None:
    """Give each of two rows all that the other one says, but for its key."""
    query = f"SELECT * FROM {table.name} WHERE {table.where}"
    [first], [second] = connection.execute(query, one), connection.execute(query, other)
    kept = [column in table.keys for column in table.columns]
    mixed = [
        [mine if key else theirs for mine, theirs, key in zip(*rows, kept, strict=True)]
        for rows in ((first, second), (second, first))
    ]
    if mixed == [list(first), list(second)]:
        return
    marks = ", ".join("?" * len(kept))
    for key in (one, other):
        connection.execute(f"DELETE FROM {table.name} WHERE {table.where}", key)
    for values in mixed:
        connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", values)


def _others(value: Any) -> list[Any]:
    """Return values that are not this one, the most like it first."""
    match value:
        case None:
            return [1]
        case int():
            return [value + 1, value - 1, value + 1000]
        case str():
            more = [f"{value}x", "confirmed", "halted", "closed"]
            return [str(int(value) + 1)] if value.isdecimal() else more
        case _:
            return [bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"]
