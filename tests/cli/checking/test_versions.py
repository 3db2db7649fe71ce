"""The doctor tells the versions of the files, and one that is newer than the program."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.__main__ import main
from console.chain.node import forward
from console.store import opening


def _make(path: Path, application: int, version: int) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE some (x)")
        connection.pragma("application_id", application)
        connection.pragma("user_version", version)


def test_versions_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = folder / "data"
    data.mkdir()
    _make(data / "store.db", opening.APPLICATION, len(opening.STEPS))
    _make(data / "chain.db", forward.APPLICATION_ID, 99)
    main(["doctor"])
    told = capsys.readouterr().out
    assert f"  store          version {len(opening.STEPS)}\n" in told
    [line] = [line for line in told.splitlines() if line.startswith("! chain ")]
    assert "version 99, newer than this program" in line
    assert "Use the newer program" in line


def test_what_is_no_database_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = folder / "data"
    data.mkdir()
    (data / "store.db").write_bytes(b"no database, but long enough to look like one " * 99)
    assert main(["doctor"]) == 1
    assert "! store" in capsys.readouterr().out
