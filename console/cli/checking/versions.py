"""The versions: of the store's and the chain's file, read without changing them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from console.cli.checking.checks import Finding
from console.errors import MosaicError, StoreError
from console.settings import Settings


def check_versions(settings: Settings) -> list[Finding]:
    """Tell the versions of the files that are there; a newer one than the program is a fault."""
    found = []
    for what in ("store", "chain"):
        path = settings.engine.data / f"{what}.db"
        if not path.is_file():
            continue
        try:
            version, known = _versions(what, path)
        except MosaicError as error:
            found.append(Finding(good=False, what=what, text=f"{error.message} {error.advice}"))
            continue
        text = f"version {version}"
        if version < known:
            text += f"; the next start copies it and brings it to version {known}"
        found.append(Finding(good=True, what=what, text=text))
    return found


def _versions(what: str, path: Path) -> tuple[int, int]:
    """Return a file's version and the newest that this program knows."""
    import apsw

    from console.chain.node import forward
    from console.store import opening

    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(forward.BUSY_MS)
            if what == "chain":
                return forward.version_of(connection, path), len(forward.STEPS)
            return opening.version_of(connection, path, opening.STEPS), len(opening.STEPS)
    except apsw.Error as error:
        raise StoreError(f"{path} cannot be read: {error}.", advice="") from error
