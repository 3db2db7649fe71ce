from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.keystore import create, open_keystore, public_part, restore
from console.chain.phrase import bytes_of, phrase_of
from console.errors import KeyFileError, WrongPassphrase

SEED = b"\x11" * 32
PHRASE = phrase_of(SEED)
PASSPHRASE = "four random words stand"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "operator.key"
    restore(path, SEED.hex(), PASSPHRASE)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, made: bytes) -> Path:
    path = tmp_path / "operator.key"
    path.write_bytes(made)
    path.chmod(0o600)
    return path


def test_a_new_key_opens_and_comes_back_from_its_phrase(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    phrase = create(path, PASSPHRASE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["operator.key"]
    assert len(phrase.split()) == 24
    public_key = OperatorKey(bytes_of(phrase)).public_key
    assert open_keystore(path, PASSPHRASE).public_key == public_key
    assert public_part(path).public_key == public_key
    with pytest.raises(KeyFileError, match="there already"):
        create(path, PASSPHRASE)
    restored = restore(tmp_path / "other.key", phrase.upper().replace(" ", "\n "), "another one")
    assert restored == public_part(path).address()


def test_who_breaks_off_while_the_words_are_shown_has_no_key(tmp_path: Path) -> None:
    shown: list[str] = []

    def break_off(phrase: str) -> None:
        shown.append(phrase)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create(tmp_path / "operator.key", PASSPHRASE, break_off)
    assert len(shown[0].split()) == 24
    assert not list(tmp_path.iterdir())


def test_nothing_of_the_key_stands_in_the_file(path: Path) -> None:
    content = path.read_bytes()
    assert SEED not in content
    assert SEED.hex().encode() not in content.lower()
    assert PASSPHRASE.encode() not in content
    assert public_part(path).public_key == OperatorKey(SEED).public_key


def test_a_wrong_passphrase_is_told_without_being_shown(path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="does not open") as refusal:
        open_keystore(path, "quite another")
    assert "quite another" not in refusal.value.paragraph
    assert "mosaic key import" in refusal.value.paragraph
    assert refusal.value.__suppress_context__


def test_one_keyboard_and_another_give_the_same_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    restore(path, PHRASE, "gr\u00fcner Garten")
    assert open_keystore(path, "gru\u0308ner Garten").public_key == OperatorKey(SEED).public_key


@pytest.mark.parametrize("passphrase", ["", "short", "x" * 1025, "\udcff" * 9])
def test_a_passphrase_that_cannot_seal_is_refused(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(KeyFileError, match="passphrase"):
        create(tmp_path / "operator.key", passphrase)
    assert not list(tmp_path.iterdir())


def test_the_same_key_is_sealed_anew_and_another_never_overwritten(
    path: Path, tmp_path: Path
) -> None:
    restore(path, PHRASE, "a new passphrase")
    assert open_keystore(path, "a new passphrase").public_key == OperatorKey(SEED).public_key
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="holds another key"):
        restore(path, "22" * 32, PASSPHRASE)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["operator.key"]


def test_a_plain_file_is_sealed_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    path.write_text(SEED.hex() + "\n")
    path.chmod(0o600)
    assert keystore.is_plain(path)
    restore(path, path.read_text(), PASSPHRASE)
    assert not keystore.is_plain(path)
    assert open_keystore(path, PASSPHRASE).public_key == OperatorKey(SEED).public_key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o601])
def test_a_keystore_open_to_others_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="open to others") as refusal:
        public_part(path)
    assert "chmod 600" in refusal.value.advice


def test_a_folder_that_others_can_write_is_refused(path: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    with pytest.raises(KeyFileError, match="others can write") as refusal:
        public_part(path)
    assert "chmod go-w" in refusal.value.advice
    with pytest.raises(KeyFileError, match="others can write"):
        create(tmp_path / "other.key", PASSPHRASE)


def test_another_users_file_a_link_a_pipe_and_a_folder_are_refused(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.key").symlink_to(path)
    os.mkfifo(tmp_path / "pipe.key", 0o600)
    (tmp_path / "folder.key").mkdir()
    for name in ("link.key", "pipe.key", "folder.key"):
        with pytest.raises(KeyFileError):
            public_part(tmp_path / name)
        with pytest.raises(KeyFileError):
            restore(tmp_path / name, PHRASE, PASSPHRASE)
    with pytest.raises(KeyFileError, match="there is no key file"):
        public_part(tmp_path / "missing.key")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(KeyFileError, match="belongs to user"):
        public_part(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 2),
        ("n", 1 << 30),
        ("r", 1),
        ("p", True),
        ("kdf", "none"),
        ("cipher", "none"),
        ("salt", ""),
        ("nonce", "AAAA"),
        ("sealed", "AAAA"),
        ("public_key", "11"),
        ("more", 1),
    ],
)
def test_what_the_version_does_not_allow_is_refused(path: Path, name: str, value: object) -> None:
    form = json.loads(path.read_text())
    form[name] = value
    path.write_text(json.dumps(form))
    with pytest.raises(KeyFileError, match="is no keystore"):
        open_keystore(path, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{" * 4096, b" " * 5000])
def test_other_content_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="is no keystore"):
        public_part(path)


def test_the_account_is_sealed_along(path: Path) -> None:
    form = json.loads(path.read_text())
    form["public_key"] = OperatorKey(b"\x22" * 32).public_key.hex().upper()
    path.write_text(json.dumps(form))
    with pytest.raises(WrongPassphrase):
        open_keystore(path, PASSPHRASE)


@given(st.binary(min_size=32, max_size=32))
def test_a_phrase_leads_back_to_its_key(seed: bytes) -> None:
    assert bytes_of(phrase_of(seed)) == seed


def test_the_phrase_of_record() -> None:
    # A vector of BIP 39: 32 bytes of 0x7f.
    assert phrase_of(b"\x7f" * 32) == "legal winner thank year wave sausage worth useful " * 2 + (
        "legal winner thank year wave sausage worth title"
    )


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("", "neither"),
        ("1" * 63, "neither"),
        (" ".join(PHRASE.split()[:23]), "neither"),
        ("word " * 2000, "neither"),
        (PHRASE.replace("mass", "maß", 1), "stands at 2"),
        ("abandon " * 24, "do not belong together"),
    ],
)
def test_another_phrase_is_refused_without_being_shown(phrase: str, reason: str) -> None:
    with pytest.raises(KeyFileError, match=reason) as refusal:
        bytes_of(phrase)
    assert "captain" not in refusal.value.paragraph
    assert "maß" not in refusal.value.paragraph
