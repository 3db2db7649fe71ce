"""A chain's file of an older version comes forward after a copy; a newer one is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import apsw
import pytest

from console.chain.node.database import Database
from console.chain.node.forward import STEPS, bring_forward, copy_file, version_of
from console.errors import StoreError
from tests.chain.town import Town


def test_an_older_chain_is_copied_then_brought_forward(town: Town, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    copy_file(town.path, old)
    connection = apsw.Connection(str(old))
    steps = (*STEPS, "CREATE TABLE more (x INTEGER); INSERT INTO more VALUES (7);")
    bring_forward(connection, old, steps)
    assert version_of(connection, old, steps) == len(STEPS) + 1
    assert connection.execute("SELECT x FROM more").get == 7
    connection.close()
    kept = old.with_name(f"old.db.version{len(STEPS)}")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="newer than this program"):
        Database.read(old)
    copy = Database.read(kept)
    assert copy.tip() == town.node.database.tip()
    copy.close()


def test_a_failing_step_changes_nothing(town: Town, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    copy_file(town.path, old)
    connection = apsw.Connection(str(old))
    with pytest.raises(apsw.SQLError):
        bring_forward(connection, old, (*STEPS, "CREATE TABLE more (x); SELECT nonsense;"))
    assert version_of(connection, old) == len(STEPS)
    assert connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'more'").get is None
    connection.close()


def test_another_programs_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="no chain of this program"):
        version_of(connection, path)
    connection.close()
