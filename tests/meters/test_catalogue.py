from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from console.errors import ConfigError
from console.meters.catalogue import (
    MOST_BYTES,
    described_profiles,
    load_profile,
    offered,
    profile_names,
    profile_words,
    shelf,
)
from tests.meters.test_profile import TABLE

SOUND = TABLE.replace('sample = "none"', """answer = '{"i": 1, "e": 2, "p": 3}'""")


def written(name: str, content: bytes) -> Callable[[Path], object]:
    """Return what puts a file with a content into a folder."""
    return lambda folder: (folder / name).write_bytes(content)


BROKEN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no toml": ("bad", written("bad.toml", b"[http"), "end of document"),
    "empty": ("bad", written("bad.toml", b""), "missing required field `name`"),
    "no text": ("bad", written("bad.toml", b'name = "\xe9"'), "not UTF-8 at byte 8"),
    "deep": ("bad", written("bad.toml", b"a = " + b"[" * 5000), "nested too deeply"),
    "large": ("bad", written("bad.toml", b"#" * (MOST_BYTES + 1)), "larger than 131072 bytes"),
    "capitals": ("Bad Name", written("Bad Name.toml", SOUND.encode()), "small letters"),
    "taken": ("generic", written("generic.toml", SOUND.encode()), "another meaning"),
    "of files": ("file", written("file.toml", SOUND.encode()), "another meaning"),
    "made up": ("simulated", written("simulated.toml", SOUND.encode()), "another meaning"),
    "a folder": ("bad", lambda folder: (folder / "bad.toml").mkdir(), "Is a directory"),
    "nowhere": ("bad", lambda folder: (folder / "bad.toml").symlink_to("x"), "No such file"),
    "a pipe": ("bad", lambda folder: os.mkfifo(folder / "bad.toml"), "missing required field"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_named_and_spoils_no_other(tmp_path: Path, what: str) -> None:
    name, put, why = BROKEN[what]
    (tmp_path / "sound.toml").write_text(SOUND)
    put(tmp_path)
    known = shelf(tmp_path)
    assert [*known.tables] == sorted([*profile_names(), "sound"])
    assert [*known.broken] == [name]
    assert str(tmp_path / f"{name}.toml") in known.broken[name].message
    assert why in known.broken[name].message


def test_a_broken_file_is_offered_nowhere_and_refused_where_it_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "sound.toml").write_text(SOUND)
    (tmp_path / "bad.toml").write_text("[http")
    assert "sound (unverified)" in offered(tmp_path)
    assert "bad" not in offered(tmp_path)
    assert "bad" not in dict(described_profiles(tmp_path))
    assert "bad" not in {words.name for words in profile_words(tmp_path)}
    with pytest.raises(ConfigError, match=r"bad\.toml"):
        load_profile("bad", tmp_path)


def test_what_an_editor_leaves_beside_a_file_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / ".#sound.toml").symlink_to("somebody")
    assert shelf(tmp_path) == shelf()


def test_a_file_of_the_folder_stands_for_the_programs_own(tmp_path: Path) -> None:
    (tmp_path / "youless.toml").write_text(SOUND)
    assert load_profile("youless", tmp_path).table.name == "Made for a test"
    assert shelf(tmp_path).tables["youless"].name == "Made for a test"
