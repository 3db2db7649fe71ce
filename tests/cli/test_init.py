"""`mosaic init` leads from an empty folder to a file and a sealed key, or changes nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from console.__main__ import main
from console.chain.keystore import open_keystore, public_part, restore
from console.chain.phrase import bytes_of
from console.config import read
from console.config.first import First

Capture = pytest.CaptureFixture[str]

WORDS = ("init", "--yes", "--name", "Süd 7", "--timezone", "Europe/Helsinki")
PASSPHRASE = "correct horse battery"


@pytest.fixture
def empty(folder: Path) -> Path:
    """An empty current folder."""
    (folder / "config.toml").unlink()
    return folder


@pytest.fixture
def pipe() -> int:
    """An inherited pipe with a passphrase in it."""
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE.encode() + b"\n")
    os.close(writing)
    return reading


def test_it_writes_a_file_and_a_sealed_key(empty: Path, pipe: int, capsys: Capture) -> None:
    more = ("--price", "0,12", "--retail", "0.30", "--latitude", "60.2", "--longitude", "24.7")
    assert main([*WORDS, *more, "--passphrase-fd", str(pipe)]) == 0
    told = capsys.readouterr()
    settings = read(empty / "config.toml")
    assert (settings.community.id, settings.community.name) == ("sud-7", "Süd 7")
    assert (settings.community.latitude, settings.community.longitude) == (60.2, 24.7)
    assert settings.price.fixed_micro_per_kwh == 120_000
    assert settings.price.retail_micro_per_kwh == 300_000
    assert settings.engine.data == empty / "data"
    assert stat.S_IMODE((empty / "config.toml").stat().st_mode) == 0o600
    key = open_keystore(settings.key_file, PASSPHRASE)
    again = empty / "again"
    again.mkdir(mode=0o700)
    restore(again / "operator.key", told.out, PASSPHRASE)
    assert public_part(again / "operator.key").public_key == key.public_key
    assert len(bytes_of(told.out)) == 32
    assert "mosaic houses add NAME" in told.err


def test_another_place_stands_in_the_next_command(empty: Path, pipe: int, capsys: Capture) -> None:
    assert main([*WORDS, "street", "--passphrase-fd", str(pipe)]) == 0
    assert "mosaic -c street/config.toml houses add NAME" in capsys.readouterr().err
    assert (empty / "street" / "data" / "operator.key").is_file()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--timezone", "Europe/Helsinky"), "did you mean Europe/Helsinki?"),
        (("--id", "a b"), "--id must be 1 to 32 letters"),
        (("--currency", "EURO"), "--currency must be three capital letters"),
        (("--price", "cheap"), "--price must be a price per kWh"),
        (("--price", "0.0000001"), "--price must be a whole number of millionths"),
        (("--latitude", "60"), "belong together"),
        (("--latitude", "91", "--longitude", "0"), "--latitude must be a number from -90 to 90"),
        (("--latitude", "north", "--longitude", "0"), "--latitude must be degrees"),
        (("--name", "\x1b]0;x"), "--name must be a name of plain text"),
        ((), "there is no terminal to ask at. Without one: --passphrase-fd N"),
    ],
)
def test_a_wrong_option_changes_nothing(
    empty: Path, capsys: Capture, more: tuple[str, ...], said: str
) -> None:
    assert main([*WORDS, *more]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") <= 4
    assert not list(empty.iterdir())


def test_a_short_passphrase_changes_nothing(empty: Path, capsys: Capture) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"short\n")
    os.close(writing)
    assert main([*WORDS, "--passphrase-fd", str(reading)]) == 2
    assert "less than 8 characters" in capsys.readouterr().err
    assert not list(empty.iterdir())


def test_without_a_terminal_it_needs_yes(empty: Path, capsys: Capture) -> None:
    assert main(["init", "--name", "x"]) == 2
    assert "mosaic init --yes --name" in capsys.readouterr().err
    assert not list(empty.iterdir())


def test_a_configuration_is_never_overwritten(folder: Path, capsys: Capture) -> None:
    before = (folder / "config.toml").read_bytes()
    assert main(list(WORDS)) == 78
    told = capsys.readouterr().err
    assert "config.toml is there already, and is left as it is." in told
    assert "mosaic houses add NAME" in told
    assert (folder / "config.toml").read_bytes() == before


def test_a_key_that_is_there_is_kept(empty: Path, capsys: Capture) -> None:
    (empty / "data").mkdir(mode=0o710)
    key = empty / "data" / "operator.key"
    restore(key, "A5" * 32, PASSPHRASE)
    before = key.read_bytes()
    assert main(list(WORDS)) == 0
    assert "is there already and is kept" in capsys.readouterr().err
    assert key.read_bytes() == before


def test_a_store_without_its_key_gets_no_other(empty: Path, capsys: Capture) -> None:
    (empty / "data").mkdir(mode=0o710)
    (empty / "data" / "store.db").touch()
    assert main(list(WORDS)) == 1
    assert "Restore that key" in capsys.readouterr().err
    assert not (empty / "config.toml").exists()


@pytest.mark.parametrize("name", ["a", 'say "hi"', "back\\slash", "ü" * 200, "\x7f"])
def test_any_name_makes_a_file_that_can_be_read(name: str) -> None:
    first = First(id="x", name=name, timezone="UTC", currency="EUR", fixed="0")
    assert first.settings(Path("config.toml")).community.name == name
