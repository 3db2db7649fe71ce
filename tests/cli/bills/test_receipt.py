"""A receipt is checked by a command that has nothing but the file and a chain's file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from console.engine.proving import receipts
from console.engine.settling.books import Books
from console.model.receipt import HouseReceipt
from tests.engine.street import interval, open_street, write_recording

Capture = pytest.CaptureFixture[str]


async def _settle(folder: Path) -> HouseReceipt:
    street = await open_street(folder, write_recording(folder / "recording.csv"))
    try:
        await street.run()
        engine, name = street.engine, interval(0).name
        return await receipts.make(engine.parts, Books(engine.parts), engine.answers, "c1", name)
    finally:
        await street.close()


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """A receipt beside the chain that it is of, the engine ended."""
    found = asyncio.run(_settle(tmp_path))
    file = tmp_path / "receipt.json"
    file.write_bytes(msgspec.json.encode(found))
    return file


def check(file: Path, *more: object) -> int:
    return main(["receipt", "--check", str(file), *map(str, more)])


def test_it_holds_in_itself_and_on_the_chain(receipt: Path, capsys: Capture) -> None:
    assert check(receipt) == 0
    assert "Compared with no chain" in capsys.readouterr().out
    assert check(receipt, "--chain", receipt.with_name("chain.db")) == 0
    told = capsys.readouterr().out
    assert "BROKEN" not in told
    assert "part 1 is sealed with this root" in told


def test_a_changed_one_does_not(receipt: Path, capsys: Capture) -> None:
    text = receipt.read_text(encoding="utf-8")
    receipt.write_text(text.replace('"bought_wh":', '"bought_wh":1'), encoding="utf-8")
    assert check(receipt) == 1
    assert "BROKEN  the leaf of c1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}", "is no receipt"),
        (b"\xff", "is no receipt"),
        (b"[" * 10_000, "is no receipt"),
        (b" " * (1 << 20) + b"{}", "is larger than"),
    ],
)
def test_what_is_no_receipt_says_so(
    tmp_path: Path, capsys: Capture, content: bytes, told: str
) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    assert check(file) == 2
    assert told in capsys.readouterr().err


def test_a_salt_that_is_no_hexadecimal_text_is_told(receipt: Path, capsys: Capture) -> None:
    text = receipt.read_text(encoding="utf-8")
    receipt.write_text(text.replace('"salt":"', '"salt":"zz'), encoding="utf-8")
    assert check(receipt) == 2
    assert "is no receipt" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["receipt"],
        ["receipt", "c1"],
        ["receipt", "c1", "10:00", "--node", "http://127.0.0.1:1"],
        ["receipt", "c1", "--check", "receipt.json"],
        ["receipt", "--check", "none.json"],
    ],
)
def test_words_that_do_not_fit_together(words: list[str], capsys: Capture) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("Usage:")
