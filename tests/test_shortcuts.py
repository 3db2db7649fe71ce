"""The page of all keys says what the table says."""

from __future__ import annotations

from console.tui.keys import TABLE
from tests.shortcuts import PAGE, page


def test_the_page_is_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it again: python -m tests.shortcuts"


def test_every_row_is_there() -> None:
    assert all(key.help.replace("|", "\\|") in page() for key in TABLE)
