"""`mosaic` alone offers three ways to begin where no engine answers."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from console.__main__ import main

Capture = pytest.CaptureFixture[str]


def choose(monkeypatch: pytest.MonkeyPatch, capsys: Capture, answer: str, status: int = 0) -> str:
    for name, stream in (("stdin", io.StringIO(answer)),):
        monkeypatch.setattr(stream, "isatty", lambda: True)
        monkeypatch.setattr(f"sys.{name}", stream)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main([]) == status
    return capsys.readouterr().out


def test_without_a_terminal_it_prints_the_three_and_leaves(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").unlink()
    assert main([]) == 0
    told = capsys.readouterr().out
    assert [word in told for word in ("mosaic demo", "mosaic init", "mosaic --help")] == [True] * 3


@pytest.mark.parametrize(("answer", "said"), [("\n", "leave"), ("3\n", "ledger")])
def test_on_a_terminal_it_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, answer: str, said: str
) -> None:
    (folder / "config.toml").unlink()
    assert said in choose(monkeypatch, capsys, answer)


def test_with_a_configuration_it_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert (folder / "config.toml").is_file()
    assert "mosaic doctor" in choose(monkeypatch, capsys, "\n")
    told = choose(monkeypatch, capsys, "2\nn\n", status=1)
    assert "Add another house?" in told
    assert "Next: mosaic run" in told


def test_a_broken_configuration_is_told(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").write_text("[community]\n")
    assert main([]) == 78
    assert "config.toml:1:" in capsys.readouterr().err
