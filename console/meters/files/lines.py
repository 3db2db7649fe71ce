"""The lines: a text file's lines one by one, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from console.errors import RecordingError
from console.model.importing import MOST_ROWS

LONGEST_LINE = 10_000
"""The longest line, bytes."""
_MOST_LINES = 2 * MOST_ROWS


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, from 1, without its end; the first without a mark of order.

    Raises:
        RecordingError: it cannot be read, or a line is too long or no UTF-8.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                yield number, _text(path, number, raw)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}.") from None


def _text(path: Path, number: int, raw: bytes) -> str:
    if b"\r" in raw.rstrip(b"\r\n"):
        raise RecordingError(
            f"{path}:{number}: a carriage return stands within a line.",
            advice="Save the file with the line ends of Windows or Unix.",
        )
    if len(raw) > LONGEST_LINE:
        raise RecordingError(
            f"{path}:{number}: longer than {LONGEST_LINE} bytes.", advice="Is it a text file?"
        )
    if number > _MOST_LINES:
        raise RecordingError(f"{path}:{number}: more than {_MOST_LINES} lines.")
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise RecordingError(
            f"{path}:{number}: not UTF-8.", advice="Save the file as UTF-8."
        ) from None
    return text.removeprefix("\ufeff") if number == 1 else text
