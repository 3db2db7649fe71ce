"""The key's commands take what is secret from a prompt or a pipe, and print nothing of it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.phrase import phrase_of
from console.cli.keys import passphrases

Capture = pytest.CaptureFixture[str]
Typed = Callable[..., None]

SEED = b"\x11" * 32
PASSPHRASE = "four random words stand"


def pipe(text: str) -> str:
    """Return the number of a descriptor from which a text can be read."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return str(reading)


@pytest.fixture
def through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Lets standard input be a pipe that brings some bytes."""

    def bring(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return bring


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Lets lines be typed at the prompts, one after another."""

    def type_(*lines: str) -> None:
        waiting = list(lines)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(passphrases, "secret", lambda *_words: waiting.pop(0))

    return type_


def test_unlock_hands_the_passphrase_to_the_engine(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.locked = True
    assert main(["unlock", "--passphrase-fd", pipe(f"{PASSPHRASE}\n")]) == 0
    told = capsys.readouterr()
    assert fake_engine.commands == [{"passphrase": PASSPHRASE}]
    assert "Unlocked" in told.out
    assert PASSPHRASE not in told.out + told.err


def test_an_engine_with_its_key_is_asked_nothing(fake_engine: Any, capsys: Capture) -> None:
    assert main(["unlock"]) == 0
    assert "has its key" in capsys.readouterr().out
    assert fake_engine.commands == []


@pytest.mark.usefixtures("folder")
def test_without_an_engine_there_is_nothing_to_unlock(capsys: Capture) -> None:
    assert main(["unlock"]) == 1
    assert "mosaic run" in capsys.readouterr().err


def test_without_a_terminal_unlock_names_the_pipe(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.locked = True
    assert main(["unlock"]) == 2
    assert "--passphrase-fd" in capsys.readouterr().err
    assert main(["unlock", "--passphrase-fd", "987"]) == 2
    assert fake_engine.commands == []


@pytest.mark.parametrize("words", [SEED.hex(), SEED.hex().upper() + "\n", phrase_of(SEED)])
def test_a_key_is_imported_from_a_pipe(
    folder: Path, capsys: Capture, through_a_pipe: Callable[[bytes], None], words: str
) -> None:
    through_a_pipe(words.encode())
    assert main(["key", "import", "--passphrase-fd", pipe(PASSPHRASE)]) == 0
    told = capsys.readouterr()
    path = folder / "data" / "operator.key"
    key = OperatorKey(SEED)
    assert key.address(0x98) in told.out
    assert keystore.open_keystore(path, PASSPHRASE).public_key == key.public_key
    for secret in (SEED.hex(), PASSPHRASE, phrase_of(SEED)[:20]):
        assert secret not in (told.out + told.err).lower()


def test_a_key_is_imported_at_a_prompt(folder: Path, typed: Typed) -> None:
    typed(phrase_of(SEED), PASSPHRASE, PASSPHRASE)
    assert main(["key", "import"]) == 0
    path = folder / "data" / "operator.key"
    assert keystore.public_part(path).public_key == OperatorKey(SEED).public_key


def test_two_different_passphrases_change_nothing(
    folder: Path, capsys: Capture, typed: Typed
) -> None:
    typed(phrase_of(SEED), PASSPHRASE, PASSPHRASE + "s")
    assert main(["key", "import"]) == 2
    assert "differ" in capsys.readouterr().err
    assert not (folder / "data").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff" * 8, b"1" * 5000, b"no key at all"])
def test_what_is_no_key_is_refused_without_being_shown(
    folder: Path, capsys: Capture, through_a_pipe: Callable[[bytes], None], content: bytes
) -> None:
    through_a_pipe(content)
    assert main(["key", "import", "--passphrase-fd", pipe(PASSPHRASE)]) in (1, 2)
    assert "no key at all" not in capsys.readouterr().err
    assert not (folder / "data").exists()


@pytest.mark.usefixtures("folder")
def test_another_communitys_key_is_never_overwritten(
    folder: Path, capsys: Capture, through_a_pipe: Callable[[bytes], None]
) -> None:
    path = folder / "data" / "operator.key"
    keystore.restore(path, "22" * 32, PASSPHRASE)
    before = path.read_bytes()
    through_a_pipe(SEED.hex().encode())
    assert main(["key", "import", "--passphrase-fd", pipe(PASSPHRASE)]) == 1
    assert "holds another key" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_an_earlier_key_is_imported_beside_the_present_one(
    folder: Path, capsys: Capture, through_a_pipe: Callable[[bytes], None]
) -> None:
    path = folder / "data" / "operator.key"
    keystore.restore(path, "22" * 32, PASSPHRASE)
    before = path.read_bytes()
    through_a_pipe(SEED.hex().encode())
    assert main(["key", "import", "--beside", "--passphrase-fd", pipe(PASSPHRASE)]) == 0
    place = path.with_name(f"operator.key.{OperatorKey(SEED).address(0x98)}")
    assert str(place) in capsys.readouterr().out
    assert keystore.open_keystore(place, PASSPHRASE).public_key == OperatorKey(SEED).public_key
    assert path.read_bytes() == before
    through_a_pipe(b"22" * 32)
    assert main(["key", "import", "--beside", "--passphrase-fd", pipe(PASSPHRASE)]) == 1
    assert "holds that key itself" in capsys.readouterr().err


def test_an_engine_without_a_key_is_refused_and_told_how(folder: Path, capsys: Capture) -> None:
    assert main(["engine"]) == 1
    assert "there is no key file" in capsys.readouterr().err
    assert not (folder / "data" / "store.db").exists()
