"""The key files of an exchange: staged beside the present one, put in place by renaming alone.

Nothing here needs a key or a passphrase once all is staged, so that an exchange that was cut off
is finished by whoever starts next. No key is ever only in a file that is being replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from console.chain import keystore, private_file
from console.chain.keyfile import OperatorKey
from console.chain.keyring import files_beside, place_beside
from console.errors import KeyFileError
from console.model.operator import Line

_STAGED = ".new"


def stage(path: Path, keys: Iterable[OperatorKey], passphrase: str) -> None:
    """Seal keys with a new passphrase, each beside the key file and not yet in its place.

    Args:
        path: the key file.
        keys: the keys that have been the community's so far.
        passphrase: what shall open them.

    Raises:
        KeyFileError: a file cannot be written; what lay there before is as it was.
    """
    for left in path.parent.glob(f"{path.name}.*{_STAGED}"):
        with suppress(OSError):
            left.unlink()
    for key in keys:
        keystore.seal(_staged(path, key.public_key), key, passphrase)


def put_in_place(path: Path, line: Line, *, staged: bool) -> None:
    """Bring the key files to where an exchange has come; done again, it changes nothing more.

    While the new operator is still to come, the key file keeps the present key, under the new
    passphrase. Once it signs for good, its keystore takes the key file's place, and the former
    key stays beside it.

    Args:
        path: the key file.
        line: the community's operators.
        staged: whether what is staged belongs to them, and not to an exchange that was broken off.

    Raises:
        KeyFileError: a file cannot be read or written.
    """
    for operator in line.operators if staged else ():
        draft = _staged(path, operator.public_key)
        if draft.exists():
            place = place_beside(path, operator.public_key)
            private_file.replace(place, private_file.read(draft, keystore.MOST_BYTES))
            _remove(draft)
    _put_holder(path, line, staged=staged)


def _put_holder(path: Path, line: Line, *, staged: bool) -> None:
    """Let the key file be the holder's, whatever it was; its own key stays beside it."""
    holder, held = line.holder.public_key, keystore.held_public_key(path)
    beside = place_beside(path, holder)
    known = held in {operator.public_key for operator in line.operators}
    if not known or (held == holder and not staged) or not _is_sealed_for(beside, holder):
        return
    if held != holder:
        former = place_beside(path, held)
        if not former.exists():
            private_file.replace(former, private_file.read(path, keystore.MOST_BYTES))
    private_file.replace(path, private_file.read(beside, keystore.MOST_BYTES))
    _remove(beside)


def unused(path: Path, line: Line) -> list[Path]:
    """Return the files beside the key file whose account is none of the community's."""
    known = {place_beside(path, operator.public_key) for operator in line.operators}
    return [file for file in files_beside(path) if file not in known]


def _remove(path: Path) -> None:
    path.unlink()


def _is_sealed_for(path: Path, public_key: bytes) -> bool:
    try:
        return keystore.public_part(path).public_key == public_key
    except KeyFileError:
        return False


def _staged(path: Path, public_key: bytes) -> Path:
    place = place_beside(path, public_key)
    return place.with_name(f"{place.name}{_STAGED}")
