from __future__ import annotations

import io
import json
from typing import Any

import pytest

from console.__main__ import main
from console.model.sealing import AcceptPartial
from console.model.settlement import State

NAME, OTHER = "2026-06-21T09:45Z", "2026-06-21T09:30Z"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def halted(fake_engine: Any) -> Any:
    fake_engine.states[NAME] = State.HALTED
    return fake_engine


def test_the_halted_interval_is_shown_and_accepted(halted: Any, capsys: Capture) -> None:
    assert main(["settle", "--accept-partial", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "part 1 of 2: block 12, 24 rows, 1.234 kWh, 1880 bytes" in told
    assert "part 2 of 2: missing, no block holds it" in told
    assert "11" * 32 in told
    assert f"{NAME} is final." in told
    assert halted.commands == [AcceptPartial(interval=NAME)]


def test_without_a_terminal_it_needs_yes(halted: Any, capsys: Capture) -> None:
    assert main(["settle", "--accept-partial"]) == 2
    assert "needs --yes" in capsys.readouterr().err
    assert halted.commands == []


@pytest.mark.parametrize(("answer", "commands", "status"), [("y\n", 1, 0), ("\n", 0, 1)])
def test_on_a_terminal_it_asks(
    halted: Any,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    commands: int,
    status: int,
) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["settle", "--accept-partial"]) == status
    assert "Count what the chain holds as all of it? [y/N]" in capsys.readouterr().out
    assert len(halted.commands) == commands


def test_a_dry_run_only_shows(halted: Any, capsys: Capture) -> None:
    assert main(["settle", "--accept-partial", "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["receipt"] is None
    assert [part["height"] for part in told["sealing"]["parts"]] == [12, None]
    assert halted.commands == []


def test_none_or_several_are_refused(fake_engine: Any, capsys: Capture) -> None:
    assert main(["settle", "--accept-partial", "--yes"]) == 1
    assert "no interval is halted" in capsys.readouterr().err
    fake_engine.states |= {NAME: State.HALTED, OTHER: State.HALTED}
    assert main(["settle", "--accept-partial", "--yes"]) == 1
    assert "2 intervals are halted" in capsys.readouterr().err
    assert main(["settle", "--accept-partial", NAME, "--yes"]) == 0
    assert fake_engine.commands == [AcceptPartial(interval=NAME)]


def test_it_goes_alone(fake_engine: Any, capsys: Capture) -> None:
    assert main(["settle", "--accept-partial", "--due", "--yes"]) == 2
    assert main(["settle", "--accept-partial", NAME, OTHER, "--yes"]) == 2
    assert "with one INTERVAL alone" in capsys.readouterr().err
    assert fake_engine.commands == []
