"""One passphrase opens the key file and what lies beside it; what does not open is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.keyring import files_beside, open_all, place_beside, restore_beside
from console.errors import KeyFileError, WrongPassphrase
from console.model.operator import MOST_OPERATORS

PASSPHRASE, OTHER = "four random words stand", "five other words stand here"
KEYS = [OperatorKey(bytes([number]) * 32) for number in range(1, 5)]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file with two others beside it."""
    monkeypatch.setattr(keystore, "_derived", lambda salt, text: (salt + text.encode() * 2)[:32])
    path = tmp_path / "operator.key"
    keystore.seal(path, KEYS[0], PASSPHRASE)
    for key in KEYS[1:3]:
        keystore.seal(place_beside(path, key.public_key), key, PASSPHRASE)
    return path


def test_all_are_opened_at_once(path: Path) -> None:
    ring = open_all(path, PASSPHRASE)
    assert set(ring.keys) == {key.public_key for key in KEYS[:3]}
    assert ring.notes == ()


def test_a_file_is_named_after_its_account(path: Path) -> None:
    assert place_beside(path, KEYS[1].public_key).name == f"operator.key.{KEYS[1].address(0x98)}"


def test_what_does_not_open_stays_shut_and_is_told_without_the_passphrase(path: Path) -> None:
    keystore.seal(place_beside(path, KEYS[1].public_key), KEYS[1], OTHER)
    place_beside(path, KEYS[2].public_key).write_text("nonsense")
    ring = open_all(path, PASSPHRASE)
    assert set(ring.keys) == {KEYS[0].public_key}
    assert len(ring.notes) == 2
    assert "no keystore of this program" in " ".join(ring.notes)
    assert PASSPHRASE not in " ".join(ring.notes)
    with pytest.raises(WrongPassphrase):
        open_all(path, OTHER)


def test_other_files_are_left_alone_and_the_many_are_bounded(path: Path) -> None:
    for name in ("backup", "TA", "A" * 39 + ".new", "a" * 39):
        path.with_name(f"operator.key.{name}").touch(mode=0o600)
    assert len(list(files_beside(path))) == 2
    for number in range(MOST_OPERATORS):
        path.with_name(f"operator.key.{chr(65 + number) * 39}").touch(mode=0o600)
    assert len(list(files_beside(path))) == MOST_OPERATORS


def test_an_earlier_key_comes_back_from_its_words_and_the_present_one_does_not(path: Path) -> None:
    place = restore_beside(path, "04" * 32, PASSPHRASE)
    assert place == place_beside(path, KEYS[3].public_key)
    assert KEYS[3].public_key in open_all(path, PASSPHRASE).keys
    with pytest.raises(KeyFileError, match="holds that key itself"):
        restore_beside(path, "01" * 32, PASSPHRASE)
