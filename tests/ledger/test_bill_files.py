from __future__ import annotations

import csv
import json

from console.ledger.bill_files import COLUMNS, csv_lines, json_document
from tests.ledger.bill_data import BILLS


def test_the_document_has_plain_numbers() -> None:
    document = json.loads(json_document(BILLS))
    assert (document["period"], document["first"], document["end"]) == (
        "2026-06",
        "2026-06-01",
        "2026-07-01",
    )
    assert document["pending"] == [{"interval": "2026-06-21T00:30Z", "state": "held"}]
    buyer = document["bills"][1]
    assert (buyer["net"], buyer["saved"]) == (-0.8, 0.21)
    assert buyer["lines"][0] == {
        "kind": "bought",
        "other": "test1",
        "price": 0.1,
        "wh": 1384,
        "amount": -0.14,
    }
    assert buyer["lines"][1]["price"] is None
    counts = ("estimated", "substituted", "manual", "left_out")
    assert [buyer[f"{name}_intervals"] for name in counts] == [2, 3, 1, 1]


def test_a_spreadsheet_obeys_nothing() -> None:
    rows = list(csv.DictReader(csv_lines(BILLS)))
    assert tuple(rows[0]) == COLUMNS
    assert rows[2]["name"] == "'=Meier & <Sons>"
    assert rows[2]["amount"] == "-0.14"
    assert [rows[2][name] for name in COLUMNS[-4:]] == ["2", "3", "1", "1"]
    assert [rows[0][name] for name in COLUMNS[-4:]] == ["0"] * 4
    assert [row["kind"] for row in rows] == ["sold", "to grid", "bought", "own use", "from grid"]
