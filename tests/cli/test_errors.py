"""Whatever goes wrong is one paragraph on standard error and an exit status, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.__main__ import main, tell_defect

TEN_MISTAKES = """[community]
id = "bad id"
timezone = "Nowhere"
currency = "euro"
[settlement]
minutes = 7
grace_seconds = -1
[price]
fixed = nan
[chain]
kind = "nem"
[engine]
poll_seconds = true
[[house]]
id = "a"
wallet = "short"
meter = { profile = "p" }
"""


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("nonsense", 2, "Usage: No such command 'nonsense'"),
        ("settle --nonsense", 2, "Usage: No such option: --nonsense"),
        ("settle --due 12:15", 2, "not both"),
        ("settle 25:00", 2, "is no time"),
        ("settle 12:20Z", 2, "lies in"),
        ("ledger --from yesterday", 2, "is no time"),
        ("demo --headless", 2, "belong together"),
        ("demo --intervals 3", 2, "belong together"),
        ("demo --json", 2, "--json belongs to --headless"),
        ("demo --headless --intervals 1 --kiosk", 2, "--kiosk needs a screen"),
        ("demo --speed nan", 2, "--speed must be"),
        ("demo", 2, "need a terminal"),
        ("run", 2, "need a terminal"),
        ("watch", 2, "need a terminal"),
        ("replay x.csv --ledger - --json", 2, "both write to standard output"),
        ("settle --due", 1, "No engine: none answers at"),
        ("auto on", 1, "No engine: none answers at"),
        ("stop", 1, "No engine: none answers at"),
        ("-c nowhere.toml status", 78, "nowhere.toml, named by -c, is no file"),
        ("status -c nowhere.toml", 78, "nowhere.toml, named by -c, is no file"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_errors(words: str, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_ten_mistakes_are_named_with_their_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "config.toml").write_text(TEN_MISTAKES)
    assert main(["status"]) == 78
    (_, *told) = capsys.readouterr().err.rstrip().split("\n")
    assert [line.split(" ")[0] for line in told] == [
        f"config.toml:{line}:" for line in (2, 3, 4, 6, 7, 9, 11, 13, 16, 17)
    ]


def test_a_defect_is_one_paragraph_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    password = "hunter2"
    try:
        raise KeyError(password)
    except KeyError as error:
        tell_defect(KeyError, error, error.__traceback__)
    told = capsys.readouterr().err
    assert told.startswith("Defect: KeyError at cli/test_errors.py:")
    assert password not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("stream", "place"),
    [
        ("8:1", "stands in the journal: journalctl -u mosaic."),
        (
            "",
            "engine.log in its data folder, or of a service in the journal: journalctl -u mosaic.",
        ),
    ],
)
def test_a_defect_tells_where_the_engine_speaks(
    stream: str, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    if stream:
        monkeypatch.setenv("JOURNAL_STREAM", stream)
    tell_defect(KeyError, KeyError(), None)
    assert place in capsys.readouterr().err


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        run = subprocess.run(
            [sys.executable, "-m", "console", "--help"],
            stdout=closed,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
            timeout=60,
        )
    assert run.stderr == b""


@pytest.mark.parametrize("words", ["meters profiles", "--help"])
def test_a_full_disk_behind_the_output_is_told_and_no_defect(words: str, folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "console", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
            timeout=60,
            text=True,
        )
    assert run.returncode == 1
    assert run.stderr.startswith("Output: there is no space for it where it is written to. Free")
    assert run.stderr.count("\n") == 1
