"""The bills as files: one JSON document, or CSV with a line for each line of a bill."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from console.model.bill import Bill, BillLine, Bills
from console.model.clearing import CENT, ClearingKind, KeptClearing
from console.model.figures import MICRO, shortest_decimal
from console.model.money import in_units
from console.model.row import defused

COLUMNS = (
    "period", "house", "name", "kind", "other", "price", "wh", "amount", "currency", "number",
    "state", "sha256", "estimated_intervals", "substituted_intervals", "manual_intervals",
    "left_out_intervals",
)  # fmt: skip
"""The columns of the CSV, in order; those from the number on are of the whole bill."""

_encoder = msgspec.json.Encoder(decimal_format="number")


def json_document(bills: Bills) -> str:
    """Return all bills as one JSON document, amounts and prices as plain decimals."""
    return _encoder.encode(
        {
            "period": bills.period.name,
            "first": bills.period.first,
            "end": bills.period.end,
            "community": bills.community,
            "currency": bills.currency,
            "final_height": bills.final_height,
            "intervals": bills.intervals,
            "ended": bills.ended,
            "pending": [
                {"interval": one.interval.name, "state": one.state} for one in bills.pending
            ],
            "per_phase": list(bills.apart),
            "no_export": list(bills.no_export),
            "late": [one.name for one in bills.late],
            "bills": [_bill(bill, bills) for bill in bills.bills],
            "retirements": [_retirement(one) for one in bills.clearings if not _is_payout(one)],
            "payouts": [_payout(one) for one in bills.clearings if _is_payout(one)],
        }
    ).decode()


def csv_lines(bills: Bills) -> Iterator[str]:
    """Yield the header and each line of each bill as CSV, no newline.

    Text that a spreadsheet would obey gets an apostrophe in front.
    """
    yield ",".join(COLUMNS)
    for bill in bills.bills:
        for line in bill.lines:
            written = io.StringIO()
            csv.writer(written, lineterminator="").writerow(_cells(bills, bill, line))
            yield written.getvalue()


def _is_payout(kept: KeptClearing) -> bool:
    return kept.clearing.name.kind is ClearingKind.PAYOUT


def _retirement(kept: KeptClearing) -> dict[str, object]:
    return {
        "house": kept.clearing.name.house,
        "number": kept.clearing.name.number,
        "state": "retired" if kept.cleared else "on its way",
        "due_wh": kept.due,
        "retired_wh": kept.cleared.amount if kept.cleared else None,
        "left_wh": kept.left if kept.cleared else None,
        "transactions": _transactions(kept),
    }


def _payout(kept: KeptClearing) -> dict[str, object]:
    cells = [cell for part in kept.clearing.cells for cell in part]
    if kept.cleared:
        cells = [cell for part in kept.cleared.parts for cell in part.cells]
    return {
        "revision": kept.clearing.name.revision,
        "state": "paid out" if kept.cleared else "on its way",
        "amount": Decimal(in_units(kept.due // CENT)),
        "houses": {cell.house: Decimal(in_units(cell.amount // CENT)) for cell in cells},
        "transactions": _transactions(kept),
    }


def _transactions(kept: KeptClearing) -> list[dict[str, object]]:
    parts = kept.cleared.parts if kept.cleared else ()
    return [{"height": part.height, "tx": part.transaction.hex().upper()} for part in parts]


def _bill(bill: Bill, bills: Bills) -> dict[str, object]:
    return {
        "house": bill.house,
        "name": bill.name,
        "number": bill.number,
        "state": bill.state,
        "approved": bill.approved,
        "paid": bill.paid,
        "sha256": bill.digest,
        "net": Decimal(in_units(bill.net_cents)),
        "saved": None if bill.saved_cents is None else Decimal(in_units(bill.saved_cents)),
        "imported_wh": bill.imported_wh,
        "exported_wh": bill.exported_wh if bills.knows_export(bill.house) else None,
        "gap_wh": bill.gap_wh,
        "self_sufficiency": bill.self_sufficiency,
        "self_consumption": bill.self_consumption,
        "estimated_intervals": bill.estimated,
        "substituted_intervals": bill.substituted,
        "manual_intervals": bill.by_hand,
        "left_out_intervals": bill.left_out,
        "lines": [
            {
                "kind": line.kind,
                "other": line.other,
                "price": Decimal(price) if (price := _price(line)) else None,
                "wh": line.wh,
                "amount": Decimal(in_units(line.cents)),
            }
            for line in bill.lines
        ],
    }


def _cells(bills: Bills, bill: Bill, line: BillLine) -> tuple[str, ...]:
    return (
        bills.period.name,
        defused(bill.house),
        defused(bill.name),
        line.kind.value,
        defused(line.other),
        _price(line),
        str(line.wh),
        in_units(line.cents),
        defused(bills.currency),
        str(bill.number),
        bill.state.value,
        bill.digest,
        *map(str, (bill.estimated, bill.substituted, bill.by_hand, bill.left_out)),
    )


def _price(line: BillLine) -> str:
    price = line.price_micro_per_kwh
    return "" if price is None else shortest_decimal(price, MICRO)
