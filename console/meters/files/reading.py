"""The reading of a file: which format it has, and its rows."""

from __future__ import annotations

from pathlib import Path

from console.errors import RecordingError
from console.meters.files.green_button import read_green_button
from console.meters.files.houses import Houses
from console.meters.files.interval_csv import read_intervals
from console.meters.files.layout import Layout
from console.meters.files.recorded import read_recording
from console.meters.files.table import Table
from console.meters.recording_rows import Shape
from console.safe_text import safe_text

_HEAD = 4096
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
    first = _first_line(path)
    if first.replace('"', "") in _RECORDINGS:
        return read_recording(path, houses, layout.minutes)
    if first.startswith("<"):
        return read_green_button(path, houses, layout)
    if layout.named:
        return read_intervals(path, houses, layout)
    raise RecordingError(
        f"{path}:1: '{safe_text(first, 100)}' is no header of a recording.",
        advice="Of another table name the columns: --start, --import, --export and --unit.",
    )


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}.") from None
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    return text.lstrip().partition("\n")[0].rstrip("\r")
