"""`mosaic meters test` tells what an answer says, or why it is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.__main__ import main

Capture = pytest.CaptureFixture[str]
SOUND = '{"energyCounterIn":100.9,"energyCounterOut":7,"power":-12.5,"agePower":999999}'


@pytest.fixture
def answer(folder: Path) -> Path:
    (folder / "config.toml").unlink()
    file = folder / "answer.json"
    file.write_text(SOUND)
    return file


def test_an_answer_is_read_without_judging_its_age(answer: Path, capsys: Capture) -> None:
    assert main(["meters", "test", str(answer), "--profile", "ecotracker", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "import_wh": 100,
        "export_wh": 7,
        "power_w": -12.5,
        "register": "revenue",
        "balancing": "meter",
    }


def test_a_refused_answer_is_a_reason_and_nothing_else(answer: Path, capsys: Capture) -> None:
    answer.write_text(SOUND.replace("100.9", "null"))
    assert main(["meters", "test", str(answer), "--profile", "ecotracker", "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "import (energyCounterIn) is missing" in told.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf" + SOUND.encode(), "begins with a byte order mark"),
        (SOUND.encode("utf-16"), "begins with a byte order mark"),
        (b" " * 65536 + SOUND.encode(), "larger than 65536 bytes"),
    ],
)
def test_an_answer_that_no_poll_would_take_is_refused_with_what_it_is(
    answer: Path, capsys: Capture, content: bytes, why: str
) -> None:
    answer.write_bytes(content)
    assert main(["meters", "test", str(answer), "--profile", "ecotracker"]) == 1
    assert why in capsys.readouterr().err


def test_an_answer_is_read_by_expressions_before_they_stand_in_the_configuration(
    answer: Path, capsys: Capture
) -> None:
    words = ["meters", "test", str(answer), "--json", "--generic", "path=/v1/json"]
    for word in (
        "import=energyCounterIn", "export=energyCounterOut", "power=power",
        "units.energy=Wh", "units.power=W", "register=device", "balancing=single",
    ):  # fmt: skip
        words += ["--generic", word]
    assert main([*words, "--profile", "generic"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["import_wh"], told["power_w"], told["balancing"]) == (100, -12.5, "single")
    assert main([*words, "--profile", "ecotracker"]) == 2
    assert "--generic belongs to --profile generic" in capsys.readouterr().err


def test_parameters_are_taken_and_a_missing_one_is_named(answer: Path, capsys: Capture) -> None:
    answer.write_text('{"data":[{"uuid":"a","tuples":[[1,5.5]]},{"uuid":"b","tuples":[[1,2]]}]}')
    words = ["meters", "test", str(answer), "--profile", "vzlogger", "--json"]
    assert main(words) == 78
    assert "import_uuid" in capsys.readouterr().err
    assert main([*words, "--param", "import_uuid=a", "--param", "power_uuid=b"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["import_wh"], told["export_wh"], told["power_w"]) == (5, None, 2)


def test_profiles_that_nothing_proves_say_so(answer: Path, capsys: Capture) -> None:
    assert main(["meters", "profiles"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "unverified" in lines["youless"]
    assert "unverified" not in lines["shelly-gen1"]
    assert len(lines) == 27


def test_profiles_are_listed_beside_a_broken_file_that_is_named(
    folder: Path, capsys: Capture
) -> None:
    with (folder / "config.toml").open("a") as config:
        config.write('\n[profiles]\nfolder = "mine"\n')
    (folder / "mine").mkdir()
    (folder / "mine" / "barn.toml").write_text("[http")
    assert main(["meters", "profiles"]) == 78
    told = capsys.readouterr()
    assert "youless" in told.out
    assert "barn" not in told.out
    assert "mine/barn.toml: " in told.err


def test_what_must_be_known_of_such_a_meter_is_told_beside_its_values(
    answer: Path, capsys: Capture
) -> None:
    answer.write_text('{"data":[{"uuid":"a","tuples":[[1,5.5]]},{"uuid":"b","tuples":[[1,2]]}]}')
    words = ["meters", "test", str(answer), "--profile", "vzlogger"]
    assert main([*words, "--param", "import_uuid=a", "--param", "power_uuid=b"]) == 0
    told = capsys.readouterr().out
    assert "export  no such register" in told
    assert "it cannot sell" in told
    assert "its profile is unverified" in told


def test_profiles_say_what_they_ask_of_a_house(answer: Path, capsys: Capture) -> None:
    assert answer.exists()
    assert main(["meters", "profiles"]) == 0
    told = capsys.readouterr().out
    assert "vzlogger; --param import_uuid, power_uuid (or export_uuid)" in told
    assert "SunSpec meter over Modbus TCP; may take --param unit, meter" in told


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("houses add x --profile youl", '"youless":"YouLess LS110 and LS120 (unverified)"'),
        ("houses add x --profile simu", '"simulated":"energy that is made up"'),
        ("houses add x --profile fil", '"file":"readings from files alone'),
        ("meters test f --profile shelly-gen1", '"shelly-gen1":"Shelly 3EM (Gen1)"'),
        ("meters probe u --profile gene", "(unverified)"),
    ],
)
def test_a_shell_offers_profiles_with_what_they_are(answer: Path, words: str, offered: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console"],
        env={
            **os.environ,
            "_TYPER_COMPLETE_ARGS": f"mosaic {words}",
            "_MOSAIC_COMPLETE": "complete_zsh",
        },
        cwd=answer.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert offered in done.stdout


@pytest.mark.parametrize(
    ("begun", "offered"),
    [("s", {"shelly-gen1", "shelly-gen2", "sunspec (unverified)"}), ("sun", {"sunspec"})],
)
def test_bash_marks_what_nothing_proves_where_it_shows_several(
    answer: Path, begun: str, offered: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console"],
        env={
            **os.environ,
            "COMP_WORDS": f"mosaic meters probe --profile {begun}",
            "COMP_CWORD": "4",
            "_MOSAIC_COMPLETE": "complete_bash",
        },
        cwd=answer.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = set(done.stdout.splitlines())
    assert offered <= shown
    assert len(offered) > 1 or shown == offered
