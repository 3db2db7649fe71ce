"""Payouts from the command line: shown, asked about, made once, told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from console.__main__ import main
from console.model.clearing import ClearedPart
from console.model.payout import Payee, PayOut, Payout, PayoutState
from tests.cli.fake_engine import FakeEngine

Capture = pytest.CaptureFixture[str]

READY = Payout(
    period="2026-06",
    currency="EUR",
    revision=0,
    state=PayoutState.READY,
    mosaic="00000000000000AB",
    payees=(
        Payee(house="test1", name="Ann \x1b[1m", wallet="TA", cents=1234),
        Payee(house="test3", name="", wallet="TB", cents=5),
    ),
    bills=7,
    sha256="ab" * 32,
    token="0123456789abcdef",
)
PART = ClearedPart(
    part=1,
    parts=1,
    height=12,
    transaction=b"\x9f" * 32,
    root=bytes(32),
    audit_head=bytes(32),
    cells=(),
)


class Payer:
    """Answers with a payout, and keeps what it is told."""

    def __init__(self) -> None:
        self.payout = READY
        self.told: list[PayOut] = []

    async def show(self, _request: Request) -> Response:
        return Response(msgspec.json.encode(self.payout))

    async def pay(self, request: Request) -> Response:
        self.told.append(msgspec.json.decode(await request.body(), type=PayOut))
        under_way = msgspec.structs.replace(self.payout, state=PayoutState.ON_ITS_WAY, token="")
        return Response(msgspec.json.encode(under_way))

    def application(self) -> ASGIApp:
        return Starlette(
            routes=[
                Route("/status", FakeEngine().status),
                Route("/payout/{period}", self.show, methods=["GET"]),
                Route("/payout/{period}", self.pay, methods=["POST"]),
            ]
        )


@pytest.fixture
def payer(folder: Path, serve: Callable[[ASGIApp, Path], None]) -> Payer:
    (folder / "data").mkdir()
    found = Payer()
    serve(found.application(), folder / "data" / "operator.sock")
    return found


def test_what_was_shown_is_paid(payer: Payer, capsys: Capture) -> None:
    assert main(["payout", "2026-06", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "test1     12.34  TA  Ann" in said
    assert "together  12.39  EUR" in said
    assert "rests on 7 paid bills, takes 1 transaction in mosaic 00000000000000AB" in said
    assert said.endswith("2026-06: 12.39 EUR are paid out to 2 houses.\n")
    assert "\x1b" not in said
    assert payer.told == [PayOut(token=READY.token)]


def test_without_a_terminal_it_needs_a_word(payer: Payer, capsys: Capture) -> None:
    assert main(["payout", "2026-06"]) == 2
    assert "mosaic payout 2026-06 --yes" in capsys.readouterr().err
    assert main(["payout", "2026-06", "--dry-run"]) == 0
    assert "12.39 EUR would be paid out to 2 houses" in capsys.readouterr().out
    assert main(["payout", "June"]) == 2
    assert payer.told == []


def test_a_second_run_says_so_and_does_nothing(payer: Payer, capsys: Capture) -> None:
    payer.payout = msgspec.structs.replace(
        READY, state=PayoutState.PAID, parts=(PART,), token="", revision=1
    )
    assert main(["payout", "2026-06", "--yes"]) == 0
    assert capsys.readouterr().out == (
        "2026-06 (revision 1) was paid out: 12.39 EUR to 2 houses, block 12, 9F9F9F9F9F9F9F9F. "
        "Nothing was done.\n"
    )
    payer.payout = msgspec.structs.replace(READY, state=PayoutState.ON_ITS_WAY)
    assert main(["payout", "2026-06", "--yes"]) == 0
    assert "is being paid out" in capsys.readouterr().out
    assert payer.told == []


def test_what_only_the_chain_knows_of_is_told_before(payer: Payer, capsys: Capture) -> None:
    payer.payout = msgspec.structs.replace(READY, revision=1, set_off_cents=250)
    assert main(["payout", "2026-06", "--dry-run", "--json"]) == 0
    said = capsys.readouterr()
    assert "2.50 EUR more were paid out already, as the chain alone tells" in said.err
    assert msgspec.json.decode(said.out)["set_off"] == 2.5


def test_json_is_one_document(payer: Payer, capsys: Capture) -> None:
    assert main(["payout", "2026-06", "--yes", "--json"]) == 0
    said = capsys.readouterr()
    document = msgspec.json.decode(said.out)
    assert document["done"] is True
    assert (document["state"], document["amount"]) == ("on its way", 12.39)
    assert document["houses"][0]["amount"] == 12.34
    assert "12.34" in said.err
