"""The named file: what lies in a file that an option names, read in bounds."""

from __future__ import annotations

from pathlib import Path

from console.errors import UsageError
from console.files import opened
from console.safe_text import safe_text


def read_named(path: Path, most_bytes: int) -> bytes:
    """Return all that a file holds.

    Args:
        path: the file.
        most_bytes: the most that it may hold.

    Raises:
        UsageError: it cannot be read, or holds more.
    """
    try:
        with opened(path) as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise UsageError(f"{safe_text(path, 200)} cannot be read: {error.strerror}.") from None
    if len(content) > most_bytes:
        raise UsageError(f"{safe_text(path, 200)} is larger than {most_bytes} bytes.")
    return content
