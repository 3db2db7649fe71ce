"""The reading of a file: which format it has, and its rows."""

from __future__ import annotations

import stat
from pathlib import Path

from console.errors import RecordingError, UsageError
from console.meters.files.green_button import read_green_button
from console.meters.files.houses import Houses
from console.meters.files.interval_csv import read_intervals
from console.meters.files.layout import Layout
from console.meters.files.recorded import read_recording
from console.meters.files.table import Table
from console.meters.recording_rows import Shape
from console.safe_text import safe_text

_HEAD = 4096
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"
_RECORDINGS = {shape.value for shape in Shape}


def read_file(path: Path, houses: Houses, layout: Layout) -> Table:
    """Return the rows of a file of any format.

    Args:
        path: the file.
        houses: whom its names mean.
        layout: what the operator says of its columns.

    Raises:
        UsageError: the layout does not fit together.
        RecordingError: the file cannot be read, or a line of it; the message names it.
    """
    first = _first_line(path, _head(path))
    if layout.half and (first.replace('"', "") in _RECORDINGS or first.startswith("<")):
        raise UsageError(
            f"{path} says itself what was taken and what was given; --given is for tables of "
            "intervals.",
            advice="Name all such files one after the other: mosaic import FILE FILE",
        )
    if first.replace('"', "") in _RECORDINGS:
        if layout.told:
            raise UsageError(
                f"{path} is a recording, which says itself what {layout.told[0]} tells of a table.",
                advice="It takes --house and --minutes.",
            )
        return read_recording(path, houses, layout.minutes)
    if first.startswith("<"):
        return read_green_button(path, houses, layout)
    if layout.named:
        return read_intervals(path, houses, layout)
    raise RecordingError(
        f"{path}:1: '{safe_text(first, 100)}' is no header of a recording.",
        advice="Of another table name the columns: --start, --import, --export and --unit.",
    )


def _head(path: Path) -> bytes:
    try:
        if not (path.is_dir() or stat.S_ISREG(path.stat().st_mode)):
            raise RecordingError(
                f"{path}: is a pipe or a device, and not a file.",
                advice="Write what it gives into a file, then import that.",
            )
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}.") from None


def _first_line(path: Path, head: bytes) -> str:
    wide = head.startswith(_UTF_16)
    text = head.decode("utf-16" if wide else "utf-8", "replace").removeprefix("\ufeff").lstrip()
    # the parser of XML knows what is UTF-16
    if not text.startswith("<"):
        _refuse_no_text(path, head, wide=wide)
    return text.partition("\n")[0].rstrip("\r")


def _refuse_no_text(path: Path, head: bytes, *, wide: bool) -> None:
    if not head.strip():
        raise RecordingError(f"{path}: there is nothing in it.")
    if head.startswith(_SPREADSHEETS):
        raise RecordingError(
            f"{path}: is a spreadsheet or an archive, and not text.",
            advice="Save the table as CSV, in UTF-8, or unpack it.",
        )
    if head.startswith(_GZIP):
        raise RecordingError(f"{path}: is compressed.", advice="Unpack it, then import that.")
    if wide:
        raise RecordingError(f"{path}:1: is UTF-16.", advice="Save the file as UTF-8.")
    if b"\0" in head:
        raise RecordingError(f"{path}: is no text.", advice="CSV and XML are read, saved as UTF-8.")
