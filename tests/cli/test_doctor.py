"""The doctor says what is in reach, what is missing, and what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.__main__ import main

Capture = pytest.CaptureFixture[str]

METER = (
    '[[house]]\nid = "test2"\nmeter = { profile = "homewizard-v1", url = "http://127.0.0.1:9" }\n'
)


@pytest.mark.usefixtures("folder")
def test_all_is_well_before_the_first_start(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "config.toml: lindenhof, 1 houses" in told
    assert "made at the first start" in told
    assert told.endswith("Next: mosaic run\n")


@pytest.mark.usefixtures("fake_engine")
def test_an_engine_that_answers_is_told(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "answers at" in told
    assert told.endswith("Next: mosaic status\n")


def test_an_open_key_file_and_a_silent_meter_are_missing(folder: Path, capsys: Capture) -> None:
    (folder / "data").mkdir()
    key = folder / "data" / "operator.key"
    key.touch(mode=0o644)
    key.chmod(0o644)
    with (folder / "config.toml").open("a") as file:
        file.write(METER)
    assert main(["doctor"]) == 1
    bad = [line for line in capsys.readouterr().out.split("\n") if line.startswith("!")]
    assert [line.split()[1] for line in bad] == ["key", "meter"]
    assert "chmod 600" in bad[0]


def test_a_broken_configuration_is_shown_with_its_lines(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").write_text('[community]\nid = "a b"\n')
    assert main(["doctor"]) == 78
    assert "config.toml:2: [community] id" in capsys.readouterr().out
