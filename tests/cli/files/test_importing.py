"""A file is shown, asked about and taken; what differs is told with FILE:LINE."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from console.__main__ import main
from console.engine.serving.routes.importing import importing
from console.errors import Refused
from console.meters.files.table import LINES_A_FILE, Table
from console.model.importing import Difference, HouseImport, Imported

Capture = pytest.CaptureFixture[str]

AT = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 21, 11, 0, tzinfo=UTC)


class FakeImporting:
    """Answers with what it is told to, and remembers what was sent."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.tokens: list[str] = []
        self.readings = 4
        self.differences: tuple[Difference, ...] = ()
        self.refusal = ""

    async def run(
        self, table: Table, token: str, actor: str, told: Callable[[str, int, int], None]
    ) -> Imported:
        if self.refusal:
            raise Refused(self.refusal)
        self.tables.append(table)
        self.tokens.append(token)
        told("rows", len(table), len(table))
        house = HouseImport(
            house=table.houses[0], rows=len(table), known=1,
            differing=sum(one.rows for one in self.differences), holes=1, flagged=5,
            readings=self.readings, too_late=2, intervals=3, imported_wh=1250, exported_wh=30,
            first=AT, last=LATER,
        )  # fmt: skip
        return Imported(
            houses=(house,), differences=self.differences, settled=2, waiting=1, minutes=15,
            longest=60, token="abc", written=bool(token),
        )  # fmt: skip


class Desk:
    def __init__(self, fake: FakeImporting) -> None:
        self.importing = fake


@pytest.fixture
def engine(folder: Path, serve: Callable[[ASGIApp, Path], None]) -> FakeImporting:
    (folder / "data").mkdir()
    fake = FakeImporting()
    serve(Starlette(routes=importing(Desk(fake))), folder / "data" / "operator.sock")  # type: ignore[arg-type]
    return fake


@pytest.fixture
def file(folder: Path) -> str:
    (folder / "r.csv").write_text(
        "time,house,import_wh,export_wh\n2026-06-21T10:00Z,test1,5,6\n2026-06-21T11:00Z,test1,7,8\n"
    )
    return "r.csv"


def test_a_file_is_shown_with_what_it_adds(
    engine: FakeImporting, file: str, capsys: Capture
) -> None:
    assert main(("import", file, "--dry-run")) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.split("\n"))) <= 80
    assert told.startswith("r.csv: 2026-06-21 13:00 to 2026-06-21 14:00, in kWh\n")
    assert "house  rows  known  differ  add  intervals  taken  given\n" in told
    assert "test1     2      1       0    4          3  1.250  0.030\n" in told
    assert "2 settled intervals will be looked at again." in told
    assert "1 waiting interval will know more." in told
    assert "1 gap in the file" in told
    told = told.replace("\n", " ")
    assert "Left out: 2 readings that would change intervals which are not revised" in told
    assert "last up to 60 minutes, the community's 15" in told
    assert "5 rows not measured but estimated" in told
    assert "4 readings would be added." in told
    assert engine.tokens == [""]
    [table] = engine.tables
    assert [(row.import_wh, row.export_wh) for row in table.rows(0)] == [(5, 6), (7, 8)]


def test_it_is_taken_as_it_was_shown_once_that_is_agreed(
    engine: FakeImporting, file: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(("import", file)) == 2
    assert "needs --yes" in capsys.readouterr().err
    for answer, status, tokens in (("n\n", 1, ["", ""]), ("y\n", 0, ["", "", "", "abc"])):
        stdin = io.StringIO(answer)
        monkeypatch.setattr(stdin, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(("import", file)) == status
        assert engine.tokens == tokens
    assert "Add these 4 readings? [y/N]" in (told := capsys.readouterr().out)
    assert "Nothing was changed." in told
    assert "4 readings added." in told


def test_what_differs_is_told_by_its_line_and_ends_with_1(
    engine: FakeImporting, file: str, capsys: Capture
) -> None:
    engine.differences = tuple(
        Difference(line=line, house="test1", time=AT, rows=3, text="its energy \x1b[2J differs")
        for line in range(2, 32)
    )
    assert main(("import", file, "--yes")) == 1
    told = capsys.readouterr().out
    assert "r.csv:2: test1 2026-06-21 13:00, 3 rows: its energy" in told
    assert "\x1b" not in told
    assert "and 30 rows more that differ" in told
    assert engine.tokens == ["", "abc"]


def test_where_nothing_is_to_be_added_nothing_is_asked(
    engine: FakeImporting, file: str, capsys: Capture
) -> None:
    engine.readings = 0
    assert main(("import", file)) == 0
    assert "There is nothing to add." in capsys.readouterr().out
    assert engine.tokens == [""]


def test_the_document_stands_alone(engine: FakeImporting, file: str, capsys: Capture) -> None:
    assert main(("import", file, "--yes", "--json")) == 0
    found = msgspec.json.decode(capsys.readouterr().out, type=Imported)
    assert (found.written, found.token) == (True, "abc")
    assert main(("import", file, "--dry-run", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["written"] is False


def test_an_engines_refusal_is_one_paragraph(
    engine: FakeImporting, file: str, capsys: Capture
) -> None:
    engine.refusal = "another file is being imported."
    assert main(("import", file, "--dry-run")) == 1
    assert capsys.readouterr().err == "Refused: another file is being imported.\n"


@pytest.mark.usefixtures("folder")
def test_without_an_engine_it_says_what_to_do(file: str, capsys: Capture) -> None:
    assert main(("import", file)) == 1
    told = capsys.readouterr().err
    assert told.startswith("No engine: none answers for lindenhof.")
    assert "mosaic run, then import the file" in told


def test_several_files_are_one(engine: FakeImporting, file: str, capsys: Capture) -> None:
    Path("s.csv").write_text(Path(file).read_text().replace("T1", "T0"))
    engine.differences = (
        Difference(line=LINES_A_FILE + 3, house="test1", time=AT, rows=1, text="it differs"),
    )
    assert main(("import", file, "s.csv", "--dry-run")) == 1
    told = capsys.readouterr().out
    assert told.startswith("r.csv, s.csv: ")
    assert "s.csv:3: test1 2026-06-21 13:00: it differs" in told
    assert len(engine.tables[0]) == 4


def test_bad_lines_and_names_are_told(engine: FakeImporting, file: str, capsys: Capture) -> None:
    with Path(file).open("a") as opened:
        opened.write("2026-06-21T12:00Z,test1,five,8\n")
    assert main(("import", file)) == 1
    assert "Recording: r.csv:4: 'five' is not a whole number" in capsys.readouterr().err
    assert main(("import", file, "--house", "x=nobody")) == 2
    assert "there is no house nobody" in capsys.readouterr().err
    assert main(("import", "gone.csv")) == 1
    assert "gone.csv: cannot be read" in capsys.readouterr().err
    assert engine.tables == []


def test_import_and_export_may_stand_in_two_files(
    engine: FakeImporting, folder: Path, capsys: Capture
) -> None:
    (folder / "in.csv").write_text("Start,kWh\n2026-06-21 10:00,1\n2026-06-21 10:15,2\n")
    (folder / "out.csv").write_text("Start,kWh\n2026-06-21 10:00,3\n2026-06-21 10:15,0\n")
    words = ("--house", "test1", "--start", "Start", "--unit", "kWh", "--zone", "UTC", "--dry-run")
    assert main(("import", "in.csv", "--given", "out.csv", "--energy", "kWh", *words)) == 0
    assert capsys.readouterr().out.startswith("in.csv, out.csv: ")
    [table] = engine.tables
    assert [(row.import_wh, row.export_wh) for row in table.rows(0)] == [(1000, 3000), (2000, 0)]
    assert main(("import", "in.csv", "--given", "out.csv", *words)) == 2
    assert "with --given each file tells one direction" in capsys.readouterr().err
    assert main(("import", "in.csv", "--given", "in.csv", "--energy", "kWh", *words)) == 2
    assert "in.csv cannot be what was taken and" in capsys.readouterr().err
    assert main(("import", "in.csv", "--given", "no.csv", "--energy", "kWh", *words)) == 1
    assert "no.csv: cannot be read" in capsys.readouterr().err
