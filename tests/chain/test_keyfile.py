from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from console.chain.codec import address_bytes, is_address
from console.chain.keyfile import OperatorKey, load, load_or_create
from console.errors import KeyFileError
from console.model.interval import Interval

SEED = b"\x11" * 32


def test_a_new_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    made = load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create(path).public_key == load(path).public_key == made.public_key
    assert [file.name for file in tmp_path.iterdir()] == ["operator.key"]
    assert load_or_create(tmp_path / "other.key").public_key != made.public_key


def test_the_mode_does_not_hang_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create(tmp_path / "operator.key")
    finally:
        os.umask(before)
    assert (tmp_path / "operator.key").stat().st_mode & 0o777 == 0o600


def test_the_file_holds_the_private_key_in_hex(tmp_path: Path) -> None:
    path = _file(tmp_path, SEED.hex().encode())
    assert load(path).public_key == OperatorKey(SEED).public_key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = _file(tmp_path, SEED.hex().encode())
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="open to others") as refusal:
        load_or_create(path)
    assert "chmod 600" in refusal.value.advice


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, SEED.hex().encode())
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(KeyFileError, match="belongs to user"):
        load(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize(("uid", "advice"), [(1, "not as root: su "), (54321, "the engine's user")])
def test_root_is_told_to_ask_as_its_user(tmp_path: Path, uid: int, advice: str) -> None:
    path = _file(tmp_path, SEED.hex().encode())
    os.chown(path, uid, -1)
    with pytest.raises(KeyFileError, match="belongs to user") as refusal:
        load(path)
    assert advice in refusal.value.advice


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"11" * 31, b"11" * 33, b"zz" * 32, b" " + b"11" * 32, b"11" * 32 + b"\n\n"],
)
def test_other_content_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(KeyFileError, match="holds no key") as refusal:
        load_or_create(path)
    assert "1111" not in refusal.value.paragraph.replace(str(path), "")
    assert path.read_bytes() == content


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling.key").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.key", 0o600)
    for name in ("dangling.key", "pipe.key", "."):
        with pytest.raises(KeyFileError):
            load_or_create(tmp_path / name)
    with pytest.raises(KeyFileError, match="there is no key file"):
        load(tmp_path / "missing.key")
    with pytest.raises(KeyFileError, match="cannot be written"):
        load_or_create(tmp_path / "missing" / "operator.key")


def test_the_key_hides_itself(operator: OperatorKey) -> None:
    for shown in (repr(operator), str(operator), f"{operator}"):
        assert shown == "OperatorKey(D04AB232…)"
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(operator)
    assert not hasattr(operator, "__dict__")
    with pytest.raises(KeyFileError):
        OperatorKey(SEED[:-1])


def test_it_signs_and_has_an_address(operator: OperatorKey) -> None:
    Ed25519PublicKey.from_public_bytes(operator.public_key).verify(operator.sign(b"x"), b"x")
    assert operator.address(0x98) == "TCWYXKVYBMO4NBCUF3AXKJMXCGVSYQOS7ZG2TLI"


def test_salts_differ_with_each_argument(operator: OperatorKey, interval: Interval) -> None:
    longer = Interval.containing(interval.start, 5)
    salts = {
        operator.salt("a", "h", interval, 0),
        operator.salt("b", "h", interval, 0),
        operator.salt("a", "i", interval, 0),
        operator.salt("a", "h", interval.next, 0),
        operator.salt("a", "h", longer, 0),
        operator.salt("a", "h", interval, 1),
        OperatorKey(b"\x12" * 32).salt("a", "h", interval, 0),
    }
    assert len(salts) == 7
    assert {len(salt) for salt in salts} == {32}
    assert operator.salt("a", "h", interval, 0) in salts


def test_the_salt_of_record(operator: OperatorKey, interval: Interval) -> None:
    # Computed apart with OpenSSL's HKDF and HMAC; receipts hang on it for ever.
    assert operator.salt("lindenhof", "test1", interval, 0).hex() == SALT


def test_wallets_are_addresses_of_their_own(operator: OperatorKey) -> None:
    wallets = {
        operator.wallet("a", "h", 0x98),
        operator.wallet("a", "i", 0x98),
        operator.wallet("b", "h", 0x98),
        operator.wallet("a", "h", 0x68),
        operator.address(0x98),
    }
    assert len(wallets) == 5
    assert is_address(address_bytes(operator.wallet("a", "h", 0x98)), 0x98)
    assert operator.wallet("a", "h", 0x98) in wallets


SALT = "202cde287713349c5bfcd475f4426c6dd62275f207774a08678064b48fae98f3"


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "operator.key"
    path.write_bytes(content)
    path.chmod(0o600)
    return path
