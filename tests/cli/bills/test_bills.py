"""Bills from the command line: shown, approved and marked as paid after a question."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from console.__main__ import main
from console.model.bill import Bills, BillState, Chosen, token_of
from console.model.tending import Told
from tests.cli.fake_engine import FakeEngine
from tests.ledger.bill_data import BILLS, BUYER, SELLER

Capture = pytest.CaptureFixture[str]
JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


class Issuer:
    """Answers with a month that is over, and keeps what it is told."""

    def __init__(self) -> None:
        self.bills = msgspec.structs.replace(BILLS, ended=True, pending=())
        self.told: list[tuple[str, Chosen]] = []

    async def show(self, _request: Request) -> Response:
        return Response(msgspec.json.encode(self.bills))

    async def decide(self, request: Request) -> Response:
        chosen = msgspec.json.decode(await request.body(), type=Chosen)
        self.told.append((request.path_params["what"], chosen))
        return Response(msgspec.json.encode(Told(text="Done.")))

    def application(self) -> ASGIApp:
        return Starlette(
            routes=[
                Route("/status", FakeEngine().status),
                Route("/bills/{period}", self.show),
                Route("/bills/{period}/{what}", self.decide, methods=["POST"]),
            ]
        )


@pytest.fixture
def issuer(folder: Path, serve: Callable[[ASGIApp, Path], None]) -> Issuer:
    (folder / "data").mkdir()
    found = Issuer()
    serve(found.application(), folder / "data" / "operator.sock")
    return found


def approved(bills: Bills) -> Bills:
    kept = [msgspec.structs.replace(bill, approved=JULY, final_height=9) for bill in bills.bills]
    return msgspec.structs.replace(bills, bills=tuple(kept))


def test_drafts_are_shown_and_approved_as_shown(issuer: Issuer, capsys: Capture) -> None:
    assert main(["bills", "approve", "2026-06", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "test1" in said
    assert said.endswith("Done.\n")
    assert issuer.told == [("approve", Chosen(token=token_of((SELLER, BUYER))))]


@pytest.mark.parametrize("words", [("2026-06", "test3"), ("2026-06", "--house", "test3")])
def test_one_house_alone_is_paid(issuer: Issuer, capsys: Capture, words: tuple[str, ...]) -> None:
    issuer.bills = approved(issuer.bills)
    assert main(["bills", "paid", *words, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "test1 " not in said
    [(what, chosen)] = issuer.told
    shown = issuer.bills.in_state(BillState.APPROVED, "test3")
    assert (what, chosen) == ("paid", Chosen(house="test3", token=token_of(shown)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("approve", "2026-06"), "no terminal to ask on"),
        (("approve",), "approve needs a period"),
        (("paid", "June"), "a period is 2026-06"),
        (("approve", "2026-06", "nobody"), 'there is no house "nobody"'),
        (("approve", "2026-06", "a", "b"), "name one house, or none"),
        (("2026-06", "test3"), '"test3" is one word too many'),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    issuer: Issuer, capsys: Capture, words: tuple[str, ...], told: str
) -> None:
    assert main(["bills", *words]) == 2
    assert told in capsys.readouterr().err
    assert issuer.told == []


@pytest.mark.parametrize(("answer", "status", "commands"), [("y", 0, 1), ("n", 1, 0), ("", 1, 0)])
def test_on_a_terminal_it_asks(
    issuer: Issuer,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    status: int,
    commands: int,
) -> None:
    terminal: Any = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["bills", "approve", "2026-06"]) == status
    assert len(issuer.told) == commands
    assert ("Nothing was changed." in capsys.readouterr().out) is not bool(commands)


def test_phases_that_were_counted_apart_are_asked_about(
    issuer: Issuer, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.bills = msgspec.structs.replace(issuer.bills, apart=("test3", "nobody"))
    terminal: Any = io.StringIO("n\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["bills", "approve", "2026-06"]) == 1
    told = capsys.readouterr()
    assert "test3 counts each phase by itself: its registers may not be those" in told.out
    assert "Approve them, with phases that were counted apart?" in told.err
    assert main(["bills", "2026-06", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["per_phase"] == ["test3", "nobody"]
    assert issuer.told == []


def test_what_no_register_counts_is_not_told_as_nothing(issuer: Issuer, capsys: Capture) -> None:
    silent = msgspec.structs.replace(BUYER, exported_wh=0)
    issuer.bills = msgspec.structs.replace(
        issuer.bills, bills=(SELLER, silent), no_export=("test3",)
    )
    assert main(["bills", "2026-06"]) == 0
    told = capsys.readouterr().out
    [seller, buyer] = [line for line in told.splitlines() if line.startswith(("test1 ", "test3 "))]
    assert " -- " in buyer
    assert " -- " not in seller
    assert "test3: no export register, so what it gave is not known." in told


def test_a_table_of_several_states_names_them(issuer: Issuer, capsys: Capture) -> None:
    correction = msgspec.structs.replace(SELLER, number=2)
    whole = approved(issuer.bills)
    issuer.bills = msgspec.structs.replace(whole, bills=(*whole.bills, correction))
    assert main(["bills", "2026-06"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("  state")
    assert lines[1].endswith("  approved")
    assert lines[3].startswith("test1 no. 2 ")
    assert lines[3].endswith("  draft")
    assert lines[4].startswith("2 houses ")
    assert lines[4].endswith("  1 draft, 2 approved")


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        ((), "ap", ["approve"]),
        (("paid", "2026-06"), "", ["test1"]),
    ],
)
def test_the_shell_completes_what_may_come_next(
    folder: Path, words: tuple[str, ...], incomplete: str, offered: list[str]
) -> None:
    command = " ".join(("mosaic bills", *words, incomplete))
    asked = {"COMP_WORDS": command, "COMP_CWORD": str(len(words) + 2)}
    done = subprocess.run(
        [sys.executable, "-m", "console"],
        env={**os.environ, **asked, "_MOSAIC_COMPLETE": "complete_bash"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == offered
