from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from console.errors import Refused
from console.model.row import csv_lines, json_line
from console.model.view import LedgerPage, LedgerQuery
from console.tui import ledger_file
from console.tui.ledger_file import Files, csv_text, files_of, json_text, write_and_tell
from tests.tui.chain_data import SEALED, entries
from tests.tui.chain_engine import ChainEngine


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_of(tmp_path, datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC))


def test_rows_are_written_as_the_export_writes_them() -> None:
    rows = entries(SEALED)
    rows.append(msgspec.structs.replace(rows[0], producer="=cmd", wh=-5, revision=1))
    _header, *cells = csv_lines(rows)
    assert csv_text(rows).splitlines() == cells
    assert json_text(rows).splitlines() == [json_line(row) for row in rows]


async def test_every_page_is_written(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_file, "PAGE", 100)
    said: list[str] = []
    await write_and_tell(ChainEngine(), LedgerQuery(producer="test1"), files, said.append)
    assert len(files.jsonl.read_text().splitlines()) == 240
    assert len(files.csv.read_text().splitlines()) == 241
    assert said == [
        "240 rows written to mosaic-ledger-20260621T102231Z.csv"
        " and mosaic-ledger-20260621T102231Z.jsonl."
    ]


async def test_an_existing_file_is_never_touched(files: Files) -> None:
    files.jsonl.write_text("mine")
    said: list[str] = []
    await write_and_tell(ChainEngine(), LedgerQuery(), files, said.append)
    assert "there already" in said[0]
    assert files.jsonl.read_text() == "mine"
    assert not files.csv.exists()


async def test_nothing_is_left_half_done(files: Files) -> None:
    class Failing(ChainEngine):
        async def ledger(self, query: LedgerQuery) -> LedgerPage:
            if query.after:
                raise Refused("the engine is gone")
            return msgspec.structs.replace(await super().ledger(query), next="more")

    said: list[str] = []
    await write_and_tell(Failing(), LedgerQuery(), files, said.append)
    assert said == ["Nothing was written. Refused: the engine is gone"]
    assert not files.csv.exists()
    assert not files.jsonl.exists()


async def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    said: list[str] = []
    files = Files(tmp_path / "no" / "a.csv", tmp_path / "no" / "a.jsonl")
    await write_and_tell(ChainEngine(), LedgerQuery(), files, said.append)
    assert said == ["a.csv could not be written: No such file or directory."]


async def test_a_part_of_another_run_is_never_touched(files: Files) -> None:
    part = files.jsonl.with_name(f"{files.jsonl.name}.part")
    part.write_text("mine")
    said: list[str] = []
    await write_and_tell(ChainEngine(), LedgerQuery(), files, said.append)
    assert "there already" in said[0]
    assert [path.name for path in files.csv.parent.iterdir()] == [part.name]
    assert part.read_text() == "mine"


async def test_a_name_that_is_taken_meanwhile_is_left_alone(files: Files) -> None:
    class Slow(ChainEngine):
        async def ledger(self, query: LedgerQuery) -> LedgerPage:
            files.jsonl.write_text("mine")
            return await super().ledger(query)

    said: list[str] = []
    await write_and_tell(Slow(), LedgerQuery(), files, said.append)
    assert "there already" in said[0]
    assert [path.name for path in files.csv.parent.iterdir()] == [files.jsonl.name]
    assert files.jsonl.read_text() == "mine"


async def test_a_disk_without_links_will_do(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    await write_and_tell(ChainEngine(), LedgerQuery(), files, print)
    assert sorted(path.name for path in files.csv.parent.iterdir()) == [
        files.csv.name, files.jsonl.name,
    ]  # fmt: skip
