"""The reading of a file: what is no text is told in words that are text."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from console.errors import RecordingError, UsageError
from console.meters.files.houses import Houses
from console.meters.files.layout import Layout
from console.meters.files.reading import read_file

RECORDING = "time,house,import_wh,export_wh\n2026-06-01T00:00:00Z,test1,5,0\n"
FEED = '<?xml version="1.0" encoding="utf-16"?><feed xmlns="http://www.w3.org/2005/Atom"/>'


def refused(path: Path) -> RecordingError:
    with pytest.raises(RecordingError) as raised:
        read_file(path, Houses(str(path), [], ["test1"]), Layout())
    return raised.value


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "there is nothing in it"),
        (b"\n" * 9000, "there is nothing in it"),
        (RECORDING.encode("utf-16"), "is UTF-16"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a spreadsheet or an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a spreadsheet or an archive"),
        (gzip.compress(RECORDING.encode()), "is compressed"),
        (b"\0" * 5000, "is no text"),
        (RECORDING.encode("utf-16-le"), "is no text"),
        (FEED.encode("utf-16"), "there is no electric energy by interval in it"),
    ],
)
def test_what_is_no_text_is_told_without_its_bytes(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "f").write_bytes(content)
    error = refused(tmp_path / "f")
    assert told in error.message
    assert error.advice or not content.strip()
    assert "\ufffd" not in error.paragraph


def test_only_a_file_is_read_as_it_is_read_twice(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    assert "is a pipe or a device, and not a file" in refused(tmp_path / "pipe").message
    assert "is a pipe or a device" in refused(Path("/dev/zero")).message
    assert "Is a directory" in refused(tmp_path).message
    assert "No such file" in refused(tmp_path / "none").message
    assert "symbolic links" in refused(tmp_path / "loop").message


@pytest.mark.parametrize(
    ("layout", "option"),
    [
        (Layout(unit="kWh"), "--unit"),
        (Layout(start="time", unit="Wh"), "--start"),
        (Layout(zone="Europe/Berlin"), "--zone"),
        (Layout(decimal="comma"), "--decimal"),
        (Layout(words=("A=import",)), "--word"),
    ],
)
def test_what_says_itself_how_it_is_read_is_not_told_otherwise(
    tmp_path: Path, layout: Layout, option: str
) -> None:
    (tmp_path / "recording").write_text(RECORDING)
    (tmp_path / "feed").write_text(FEED.replace("utf-16", "utf-8"))
    for name, kind in (("recording", "a recording"), ("feed", "Green Button")):
        with pytest.raises(UsageError) as raised:
            read_file(tmp_path / name, Houses(name, [], ["test1"]), layout)
        assert f"is {kind}, which says itself what {option} tells" in raised.value.message
