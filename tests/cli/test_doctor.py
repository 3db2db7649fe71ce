"""The doctor says what is in reach, what is missing, and what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.__main__ import main
from console.chain import keystore
from tests.cli.fake_engine import OPEN, FakeEngine

Capture = pytest.CaptureFixture[str]

METER = (
    '[[house]]\nid = "test2"\nmeter = { profile = "homewizard-v1", url = "http://127.0.0.1:9" }\n'
)


@pytest.fixture
def sealed(folder: Path) -> Path:
    """A keystore where the configuration expects it."""
    path = folder / "data" / "operator.key"
    keystore.create(path, "four random words")
    return path


@pytest.mark.usefixtures("sealed")
def test_all_is_well_before_the_first_start(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "config.toml: lindenhof, 1 houses" in told
    assert "sealed; account T" in told
    assert told.endswith("Next: mosaic run\n")


@pytest.mark.usefixtures("folder")
def test_a_key_that_is_missing_is_told_with_the_way_to_it(folder: Path, capsys: Capture) -> None:
    assert main(["doctor"]) == 1
    assert "the first start makes one: mosaic run" in capsys.readouterr().out
    (folder / "data").mkdir()
    (folder / "data" / "store.db").touch()
    assert main(["doctor"]) == 1
    assert "from its 24 words: mosaic key import" in capsys.readouterr().out


def test_a_plain_key_is_told(folder: Path, capsys: Capture) -> None:
    (folder / "data").mkdir()
    key = folder / "data" / "operator.key"
    key.touch(mode=0o600)
    key.write_text("11" * 32)
    assert main(["doctor"]) == 1
    assert "is not sealed" in capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine", "sealed")
def test_the_account_that_signs_is_told_with_its_beginning(
    fake_engine: FakeEngine, capsys: Capture
) -> None:
    fake_engine.account = "TA"
    assert main(["doctor"]) == 0
    assert "TA signs since the beginning" in capsys.readouterr().out
    assert main(["status"]) == 0
    assert "TA signs" not in capsys.readouterr().out
    fake_engine.account_since = OPEN.start
    for command in ("doctor", "status"):
        assert main([command]) == 0
        assert "TA signs since 2026-06-21 13:15" in capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine", "sealed")
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


def test_without_a_configuration_the_next_command_is_init(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").unlink()
    assert main(["doctor"]) == 78
    assert "Next: mosaic init" in capsys.readouterr().out


@pytest.mark.usefixtures("sealed")
def test_without_houses_the_next_command_adds_one(folder: Path, capsys: Capture) -> None:
    file = folder / "config.toml"
    file.write_text(file.read_text().partition("[[house]]")[0])
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.endswith("Next: mosaic houses add NAME\n")
