from __future__ import annotations

import csv
import json

import msgspec

from console.ledger.bill_files import COLUMNS, csv_lines, json_document
from tests.ledger.bill_data import BILLS, BUYER


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


def test_what_a_house_without_an_export_register_gave_is_unknown_and_not_0() -> None:
    silent = msgspec.structs.replace(BUYER, exported_wh=0)
    bills = msgspec.structs.replace(BILLS, bills=(BILLS.bills[0], silent), no_export=("test3",))
    document = json.loads(json_document(bills))
    assert [bill["exported_wh"] for bill in document["bills"]] == [6808, None]
    assert document["no_export"] == ["test3"]


def test_what_a_meter_before_it_counted_stays_known() -> None:
    bills = msgspec.structs.replace(BILLS, no_export=("test3",))
    assert json.loads(json_document(bills))["bills"][1]["exported_wh"] == 5
