from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.engine.process import passphrase
from console.engine.process.passphrase import Given, given, read_pipe
from console.errors import MosaicError, UsageError

SECRET = "canary passphrase"


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOSAIC_PASSPHRASE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def _pipe(content: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


def test_none_is_none() -> None:
    assert given(None) is None


@pytest.mark.parametrize("content", [b"%s", b"%s\n", b"%s\r\n", b"%s\nmore\n"])
def test_a_pipe_brings_one_line_and_is_closed(content: bytes) -> None:
    reading = _pipe(content % SECRET.encode())
    found = given(reading)
    assert found is not None
    assert (found.passphrase, found.warning) == (SECRET, "")
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(reading)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n"])
def test_a_pipe_that_brings_none_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        read_pipe(_pipe(content))


@pytest.mark.parametrize("descriptor", [-1, 987, 10**12])
def test_no_descriptor_is_refused(descriptor: int) -> None:
    with pytest.raises(UsageError, match="no passphrase can be read"):
        read_pipe(descriptor)


def test_a_pipe_that_nobody_writes_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passphrase, "PIPE_SECONDS", 0.0)
    reading, writing = os.pipe()
    with pytest.raises(UsageError, match="nothing came"):
        read_pipe(reading)
    os.close(reading)
    os.close(writing)


def test_a_credential_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "passphrase").write_text(SECRET + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("MOSAIC_PASSPHRASE", "another")
    assert given(None) == Given(SECRET, "the systemd credential")
    assert "MOSAIC_PASSPHRASE" not in os.environ


def test_a_credential_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "passphrase").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(MosaicError, match="cannot be read"):
        given(None)


def test_the_environment_is_emptied_and_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSAIC_PASSPHRASE", SECRET)
    found = given(None)
    assert found is not None
    assert found.passphrase == SECRET
    assert "MOSAIC_PASSPHRASE" in found.warning
    assert SECRET not in repr(found)
    assert given(None) is None


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_kernel_shows_it_no_more_either() -> None:
    program = """
from pathlib import Path
from console.engine.process.passphrase import given
assert given(None).passphrase
print(Path("/proc/self/environ").read_bytes())
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "MOSAIC_PASSPHRASE": SECRET, "LAST": "kept"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert SECRET not in run.stdout
    assert "LAST=kept" in run.stdout
