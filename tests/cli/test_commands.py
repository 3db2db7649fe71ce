"""Commands ask an engine over its socket and print its answers."""

from __future__ import annotations

import csv
import errno
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from console.__main__ import main
from console.client import Client
from console.model.meter import Counted, MeterHealth, Plate
from console.model.view import LedgerQuery, Settle

SINCE = datetime(2026, 6, 21, 9, tzinfo=UTC)
Capture = pytest.CaptureFixture[str]

FIRST, HELD, LAST = "2026-06-21T09:30Z", "2026-06-21T09:45Z", "2026-06-21T10:00Z"


def out_of(capsys: Capture, *words: str, status: int = 0) -> str:
    assert main(words) == status
    return capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine")
def test_status_is_plain_text_without_control_characters(capsys: Capture) -> None:
    told = out_of(capsys, "status")
    assert "giving --, taking 9.08 kW" in told
    assert "2026-06-21 13:15 open, 7:29 left; last 2026-06-21 13:00 closed, 24 rows" in told
    assert "\x1b" not in told


@pytest.mark.usefixtures("fake_engine")
def test_status_is_one_json_document(capsys: Capture) -> None:
    assert json.loads(out_of(capsys, "status", "--json"))["height"] == 12


def test_auto_switches(fake_engine: Any, capsys: Capture) -> None:
    assert "is on" in out_of(capsys, "auto", "on")
    assert fake_engine.commands == [True]


def test_auto_says_which_meters_count_phases_apart(
    fake_engine: Any, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plate = Plate(kind="K", register="device", balancing="per-phase")
    counted = Counted(plate=plate, since=SINCE)
    fake_engine.metered = [
        MeterHealth(house="mill", profile="shelly-gen2", period_seconds=60, counted=counted)
    ]
    assert main(["auto", "on"]) == 0
    assert "mill counts each phase by itself" in capsys.readouterr().err
    for answer, status in (("n", 1), ("", 1), ("y", 0)):
        terminal: Any = io.StringIO(f"{answer}\n")
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        assert main(["auto", "on"]) == status
    assert main(["auto", "off"]) == 0
    assert fake_engine.commands == [True, True, False]


def test_a_preview_says_whose_phases_are_counted_apart(fake_engine: Any, capsys: Capture) -> None:
    fake_engine.apart = ("mill", "east")
    assert "mill, east count each phase by themselves: their" in out_of(
        capsys, "settle", "--dry-run"
    )


def test_stop_waits_for_the_end(fake_engine: Any, capsys: Capture) -> None:
    assert "has ended" in out_of(capsys, "stop")
    assert fake_engine.stopped


def test_the_oldest_closed_interval_is_settled_as_it_was_shown(
    fake_engine: Any, capsys: Capture
) -> None:
    told = out_of(capsys, "settle", "--yes")
    assert "shared 1.234 kWh" in told
    assert fake_engine.commands == [Settle(interval=FIRST, token=f"t{FIRST}")]


def test_a_named_interval_is_settled(fake_engine: Any, capsys: Capture) -> None:
    out_of(capsys, "settle", "2026-06-21T13:00", "--yes")
    assert fake_engine.commands == [Settle(interval=LAST, token=f"t{LAST}")]


def test_all_that_are_due_are_settled_and_the_held_one_is_told(
    fake_engine: Any, capsys: Capture
) -> None:
    told = out_of(capsys, "settle", "--due", "--yes", status=1)
    assert "test1 is missing" in told
    assert f"1 of 2  {FIRST} is signed." in told
    assert f"2 of 2  {LAST} is signed." in told
    assert [command.interval for command in fake_engine.commands] == [FIRST, LAST]


def test_left_in_the_middle_what_is_signed_stays(
    fake_engine: Any, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = Client.settle

    async def leaving(self: Client, command: Settle) -> Any:
        if command.interval == LAST:
            raise KeyboardInterrupt
        return await settle(self, command)

    monkeypatch.setattr(Client, "settle", leaving)
    assert main(["settle", "--due", "--yes"]) == 1
    told = capsys.readouterr()
    assert f"1 of 2  {FIRST} is signed." in told.out
    assert "Left after 1 of 2. What was signed stays signed" in told.err
    assert [command.interval for command in fake_engine.commands] == [FIRST]


def test_a_held_interval_is_settled_provisionally(fake_engine: Any, capsys: Capture) -> None:
    out_of(capsys, "settle", HELD, "--provisional", "--yes")
    assert fake_engine.commands == [Settle(interval=HELD, provisional=True, token=f"t{HELD}")]


def test_a_dry_run_commands_nothing(fake_engine: Any, capsys: Capture) -> None:
    told = json.loads(out_of(capsys, "settle", "--dry-run", "--json"))
    assert told["previews"][0]["settlement"]["state"] == "closed"
    assert told["receipts"] == []
    assert fake_engine.commands == []


def test_without_a_terminal_settling_needs_yes(fake_engine: Any, capsys: Capture) -> None:
    assert main(["settle"]) == 2
    assert "needs --yes" in capsys.readouterr().err
    assert fake_engine.commands == []


@pytest.mark.parametrize(("answer", "commands", "status"), [("y\n", 1, 0), ("\n", 0, 1)])
def test_on_a_terminal_it_asks(
    fake_engine: Any,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    commands: int,
    status: int,
) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["settle"]) == status
    assert "Settle this interval? [y/N]" in capsys.readouterr().out
    assert len(fake_engine.commands) == commands


def test_an_open_interval_is_refused_with_the_time_left(fake_engine: Any, capsys: Capture) -> None:
    assert main(["settle", "10:15Z", "2026-06-21T10:15Z", "--yes"]) in (1, 2)
    capsys.readouterr()
    assert main(["settle", "2026-06-21T10:15Z", "--yes"]) == 1
    assert "is still open; it closes in 7:29" in capsys.readouterr().err
    assert fake_engine.commands == []


@pytest.mark.usefixtures("fake_engine")
def test_the_ledger_streams_over_pages(capsys: Capture) -> None:
    rows = [
        json.loads(line)
        for line in out_of(capsys, "ledger", "--format", "jsonl").split("\n")
        if line
    ]
    assert [row["consumer"] for row in rows] == ["test2", "test3", "test4"]
    table = list(csv.reader(out_of(capsys, "ledger", "--format", "csv").splitlines()))
    assert [row[1] for row in table] == ["consumer", "test2", "test3", "test4"]
    told = out_of(capsys, "ledger")
    assert told.count("producer") == 1
    assert told.endswith("3 rows, 22.500 kWh, 2.2500 EUR\n")


@pytest.mark.usefixtures("fake_engine")
def test_a_reader_that_goes_away_ends_the_ledger(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("sys.stdout", Gone())
    with pytest.raises(SystemExit) as ended:
        main(["ledger", "--format", "csv"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("fake_engine")
def test_the_rows_are_counted_where_a_terminal_waits(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["ledger", "--format", "csv"]) == 0
    assert capsys.readouterr().err.endswith("3 of 3 rows\n")


def test_the_ledgers_filters_are_asked_for(fake_engine: Any, capsys: Capture) -> None:
    out_of(capsys, "ledger", "--producer", "a", "--from", "2026-06-21", "--to", "2026-06-21T10:15Z")
    asked = fake_engine.commands[0]
    assert isinstance(asked, LedgerQuery)
    assert asked.producer == "a"
    assert asked.start is not None
    assert asked.start.isoformat() == "2026-06-20T21:00:00+00:00"
    assert asked.rises


def test_verify_says_the_differences_by_its_exit_status(fake_engine: Any, capsys: Capture) -> None:
    assert "ledger 0 Wh" in out_of(capsys, "verify")
    fake_engine.differences = 3
    told = out_of(capsys, "verify", status=1)
    assert "ledger 3 Wh" in told
    assert "one row was altered" in told


def test_watching_reads_where_the_operators_socket_is_closed(
    fake_engine: Any, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.config import load
    from console.sockets import sockets_of

    sockets_of(load()).operator.unlink()
    assert "running, process 7" in out_of(capsys, "status")
    assert main(["auto", "on"]) == 1
    assert fake_engine.commands == []
