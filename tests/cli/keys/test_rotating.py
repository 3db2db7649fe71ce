"""The key's exchange is shown, agreed to, and begun by the engine; its words are shown once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.phrase import bytes_of
from console.cli.keys import passphrases, rotating
from console.model.rotation import Rotate

Capture = pytest.CaptureFixture[str]

SEED = "11" * 32
PRESENT, NEW = "four random words stand", "five other words stand here"


def pipe(text: str) -> str:
    """Return the number of a descriptor from which a text can be read."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return str(reading)


def words(present: str = PRESENT, new: str = NEW) -> list[str]:
    return [
        "key", "rotate", "--yes", "--passphrase-fd", pipe(present), "--new-passphrase-fd", pipe(new)
    ]  # fmt: skip


@pytest.fixture
def key_file(fake_engine: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sealed key of a community whose engine runs."""
    monkeypatch.setattr(keystore, "_derived", lambda salt, text: (salt + text.encode() * 2)[:32])
    path = folder / "data" / "operator.key"
    path.parent.chmod(0o700)
    keystore.restore(path, SEED, PRESENT)
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Answers at a terminal: the question, then the prompts; returns the phrases that are shown."""

    def type_(agrees: bool, *lines: str) -> list[str]:
        waiting, shown = list(lines), list[str]()
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("typer.confirm", lambda *_words, **_more: agrees)
        monkeypatch.setattr(passphrases, "secret", lambda *_words: waiting.pop(0))
        monkeypatch.setattr(passphrases, "show_once", shown.append)
        return shown

    return type_


def beside(key_file: Path) -> list[Path]:
    return sorted(key_file.parent.glob("operator.key.*"))


def test_the_new_keystore_lies_beside_and_the_engine_is_told_its_account(
    fake_engine: Any, key_file: Path, capsys: Capture
) -> None:
    before = key_file.read_bytes()
    assert main(words()) == 0
    told = capsys.readouterr()
    phrase = told.out.splitlines()[0]
    new = OperatorKey(bytes_of(phrase))
    [place] = beside(key_file)
    assert place.name == f"operator.key.{new.address(0x98)}"
    assert keystore.open_keystore(place, NEW).public_key == new.public_key
    assert fake_engine.commands == [
        Rotate(account=new.address(0x98), passphrase=NEW, present=PRESENT)
    ]
    assert key_file.read_bytes() == before
    assert f"account\n{new.address(0x98)} signs" in told.out
    assert "2026-06-21 13:30" in told.out
    for secret in (PRESENT, NEW, SEED):
        assert secret not in told.out + told.err


def test_it_is_shown_and_asked_before_anything_is_done(
    fake_engine: Any, key_file: Path, capsys: Capture, typed: Callable[..., list[str]]
) -> None:
    shown = typed(False)
    assert main(["key", "rotate"]) == 1
    told = capsys.readouterr().err
    assert "TA signs,\n          since the beginning" in told
    assert "2 of them wait" in told
    assert (shown, fake_engine.commands, beside(key_file)) == ([], [], [])


def test_at_a_terminal_the_words_are_shown_once(
    fake_engine: Any, key_file: Path, capsys: Capture, typed: Callable[..., list[str]]
) -> None:
    shown = typed(True, PRESENT, "short", "short", NEW, NEW)
    assert main(["key", "rotate"]) == 0
    [phrase] = shown
    [command] = fake_engine.commands
    assert command.account == OperatorKey(bytes_of(phrase)).address(0x98)
    told = capsys.readouterr()
    assert phrase not in told.out + told.err
    assert "less than 8 characters" in told.err


def test_a_wrong_passphrase_shows_no_words(
    fake_engine: Any, key_file: Path, capsys: Capture
) -> None:
    assert main(words(present="a wrong one")) == 1
    told = capsys.readouterr()
    assert "does not open with this passphrase" in told.err
    assert (told.out, fake_engine.commands, beside(key_file)) == ("", [], [])


def test_what_the_engine_refuses_leaves_no_key_behind(
    fake_engine: Any, key_file: Path, capsys: Capture
) -> None:
    fake_engine.refuses = "not now."
    assert main(words()) == 1
    told = capsys.readouterr().err
    assert "not now." in told
    assert "throw them away" in told
    assert beside(key_file) == []


def test_an_exchange_that_was_begun_keeps_its_key_whatever_is_answered(
    fake_engine: Any, key_file: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun(*_of: object) -> bool:
        return False

    fake_engine.refuses = "the disk is full."
    monkeypatch.setattr(rotating, "_never_begun", begun)
    assert main(words()) == 1
    told = capsys.readouterr().err
    assert "Keep the 24 words" in told
    assert len(beside(key_file)) == 1


def test_what_hinders_it_is_told_first(fake_engine: Any, key_file: Path, capsys: Capture) -> None:
    fake_engine.hindrance = "the operator's key is locked."
    assert main(words()) == 1
    told = capsys.readouterr()
    assert "is locked. Wait." in told.err
    assert (told.out, beside(key_file)) == ("", [])


def test_without_a_terminal_it_needs_a_yes(
    fake_engine: Any, key_file: Path, capsys: Capture
) -> None:
    assert main(["key", "rotate"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["key", "rotate", "--yes"]) == 2
    assert fake_engine.commands == []


@pytest.mark.usefixtures("folder")
def test_without_an_engine_nothing_is_done(folder: Path, capsys: Capture) -> None:
    assert main(["key", "rotate", "--yes"]) == 1
    told = capsys.readouterr().err
    assert "The engine that holds the key exchanges it" in told
    assert "mosaic run" in told
    assert not (folder / "data").exists()
