"""What settling would do, in lines: a first settlement whole, a revision by its difference."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from console.cli.settling.settle import preview_lines
from console.model.difference import Posting
from console.model.trade import Trade
from tests.tui.chain_data import SEALED, preview

ZONE = ZoneInfo("Europe/Helsinki")


def test_a_first_settlement_is_told_whole() -> None:
    lines = preview_lines(preview(SEALED), ZONE, "EUR")
    assert "shared 2.216 kWh for 0.2216 EUR" in lines[-2]
    assert lines[-1] == "  24 ledger rows, 1 transaction, 1880 bytes, no fee"


def test_a_revision_is_told_by_its_difference() -> None:
    found = preview(SEALED)
    cells = tuple(
        Trade(producer="test1", consumer=consumer, wh=wh, price_micro_per_kwh=100_000)
        for consumer, wh in (("test4", 120), ("test5", -40))
    )
    late = msgspec.structs.replace(found.settlement, late="later readings of test1")
    shown = msgspec.structs.replace(found, settlement=late, posting=Posting(cells=cells), rows=2)
    *_, posts, size = preview_lines(shown, ZONE, "EUR")
    assert posts == (
        "  posts the difference alone: 0.120 kWh more, 0.040 kWh taken back, 0.0080 EUR"
    )
    assert size == "  2 ledger rows, 1 transaction, 1880 bytes, no fee"
