"""The files: whole or not at all, private, and never the rest of a draft."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from console import files


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    assert files.create(tmp_path / "key", b"one")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert names(tmp_path) == ["key"]


def test_what_lies_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"one")
    assert not files.create(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert names(tmp_path) == ["key"]


def test_a_file_is_replaced_and_keeps_its_mode_where_asked(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(b"one")
    config.chmod(0o640)
    files.replace(config, b"two", like=config.stat())
    assert (config.read_bytes(), stat.S_IMODE(config.stat().st_mode)) == (b"two", 0o640)
    files.replace(config, b"three")
    assert (config.read_bytes(), stat.S_IMODE(config.stat().st_mode)) == (b"three", 0o600)
    assert names(tmp_path) == ["config.toml"]


def test_a_full_disk_leaves_the_former_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(b"one")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for write in (files.replace, files.create):
        with pytest.raises(OSError, match="No space left"):
            write(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert names(tmp_path) == ["key"]


def test_a_text_is_there_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "text"
    with files.new_text(path) as out:
        out.write("half")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "half"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError), files.new_text(path) as out:
        out.write("other")
    with pytest.raises(RuntimeError), files.new_text(tmp_path / "never") as out:
        raise RuntimeError
    assert [one.name for one in tmp_path.iterdir()] == ["text"]
    assert path.read_text(encoding="utf-8") == "half"


def test_a_pipe_that_nobody_fills_is_empty_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with files.opened(tmp_path / "pipe") as pipe:
        assert pipe.read() == b""


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"one")
    with files.opened(Path(f"/dev/fd/{reading}")) as pipe:
        assert os.get_blocking(pipe.fileno())
        os.write(writing, b" two")
        os.close(writing)
        assert pipe.read() == b"one two"
    os.close(reading)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        files.opened(tmp_path)
