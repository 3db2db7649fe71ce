"""The deeds: what the audit log says of every bill's approval and payment.

The log's head is in the next seal on the chain, so that neither the record nor the bill can be
changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from console.ledger.freezes import Freeze
from console.ledger.vouching import FREEZE
from console.model.bill import APPROVE, PAY, Approval, Bill
from console.model.event import AuditRecord
from console.model.finding import Finding, Kind
from console.model.keptbill import KeptBill
from console.model.money import in_units
from console.safe_text import safe_text

_Key = tuple[str, str, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_approval = msgspec.json.Decoder(Approval)


class _Said(msgspec.Struct, frozen=True):
    """What a bill's record says."""

    period: str
    house: str
    number: int
    net_cents: int
    sha256: str


class _Deed(msgspec.Struct, frozen=True):
    said: _Said
    record: AuditRecord


class Deeds:
    """Takes the log's records, then holds bills against them."""

    def __init__(self) -> None:
        """Begin before the first record."""
        self.last = 0
        """The number of the last record that was taken."""
        self._approved: dict[_Key, _Deed] = {}
        self._paid: dict[_Key, _Deed] = {}
        self._frozen: dict[str, int] = {}

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Take the next records."""
        for record in records:
            self.last = record.seq
            try:
                if record.verb in (APPROVE, PAY):
                    said = msgspec.json.decode(record.body, type=_Said)
                    deeds = self._approved if record.verb == APPROVE else self._paid
                    key = said.period, said.house, said.number
                    deeds.setdefault(key, _Deed(said, record))
                elif record.verb.startswith(FREEZE):
                    freeze = msgspec.json.decode(record.body, type=Freeze)
                    self._frozen[freeze.plan or freeze.root] = record.seq
            except (msgspec.DecodeError, RecursionError):
                continue  # its hash tells

    def frozen(self, digest: str, root: bytes) -> int | None:
        """Return the number of the record that froze a plan, None where there is none.

        Args:
            digest: SHA-256 of the plan's stored bytes, hexadecimal.
            root: its inputs root, for the records of earlier versions.
        """
        return self._frozen.get(digest) or self._frozen.get(root.hex())

    def approved(self, key: tuple[str, str, int]) -> int | None:
        """Return the number of the record that approved a bill, None where there is none."""
        deed = self._approved.get(key)
        return deed.record.seq if deed else None

    def confront(self, kept: KeptBill) -> Iterator[Finding]:
        """Yield in what a stored bill differs from what was approved and paid."""
        bill = read(kept)
        digest = sha256(kept.body).hexdigest()
        if bill is None:
            yield finding(kept.key, "body", "its body says nothing of this bill")
        if digest != kept.digest:
            yield _differs(kept.key, "sha256", digest, kept.digest, "its bytes have SHA-256 {0}")
        approved = self._approved.get(kept.key)
        if approved is None:
            yield finding(kept.key, "approved", "no audit record approved it")
        else:
            yield from _as_approved(kept, bill, digest, approved)
        yield from self._as_paid(kept)

    def _as_paid(self, kept: KeptBill) -> Iterator[Finding]:
        paid = self._paid.get(kept.key)
        stands = (kept.paid_ms, kept.paid_by) if kept.paid_ms is not None or kept.paid_by else None
        if paid is None and stands is not None:
            yield finding(kept.key, "paid", "it stands as paid, and no audit record paid it")
        elif paid is not None and stands != _when_and_who(paid):
            due, found = _told(_when_and_who(paid)), _told(stands)
            text = f"audit record {paid.record.seq} paid it {{0}}, and it stands as paid {{1}}"
            yield _differs(kept.key, "paid", due, found, text)

    def gone(self, period: str, found: Iterable[_Key], up_to: int) -> Iterator[Finding]:
        """Yield the bills of a period that were approved and are not there.

        Args:
            period: the period's name.
            found: the keys of those that are there.
            up_to: the number of the last record from before the bills were read.
        """
        there = set(found)
        for key, deed in sorted(self._approved.items()):
            if key[0] == period and key not in there and deed.record.seq <= up_to:
                text = f"audit record {deed.record.seq} approved it, and it is gone"
                yield _differs(key, "bill", deed.said.sha256, "", text)

    @property
    def periods(self) -> set[str]:
        """The periods of which the log says that bills were approved."""
        return {period for period, _, _ in self._approved}


def read(kept: KeptBill) -> Bill | None:
    """Return what a stored bill's body says; None where it is nothing, or of another bill."""
    try:
        approval = _approval.decode(kept.body)
    except (msgspec.DecodeError, RecursionError):
        return None
    period, bill = approval.period, approval.bill
    said = (period.name, period.first.isoformat(), period.end.isoformat(), bill.house, bill.number)
    row = (kept.period, kept.first, kept.end, kept.house, kept.number)
    return bill if said == row else None


def finding(
    key: tuple[str, str, int], what: str, text: str, expected: str = "", found: str = ""
) -> Finding:
    """Return a finding about a bill.

    Args:
        key: its period, house and number.
        what: the field.
        text: what is wrong with it.
        expected: what it was to be.
        found: what it is.
    """
    period, house, number = key
    period, house = safe_text(period, 40), safe_text(house, 32)
    named = f"bill of {house} for {period}" + (f" no. {number}" if number != 1 else "")
    return Finding(
        kind=Kind.BILL,
        house=house,
        what=f"{period} no. {number}: {what}",
        expected=expected,
        found=found,
        text=f"{named}: {text}",
    )


def _as_approved(
    kept: KeptBill, bill: Bill | None, digest: str, approved: _Deed
) -> Iterator[Finding]:
    said, seq = approved.said, approved.record.seq
    if bill is not None and bill.net_cents != said.net_cents:
        due, found = in_units(said.net_cents), in_units(bill.net_cents)
        text = f"audit record {seq} approved a net amount of {{0}}, and it says {{1}}"
        yield _differs(kept.key, "net", due, found, text)
    if digest != said.sha256:
        text = f"audit record {seq} approved what has SHA-256 {{0}}, and its bytes have {{1}}"
        yield _differs(kept.key, "sha256", said.sha256, digest, text)
    stands = kept.approved_ms, kept.approved_by
    if stands != _when_and_who(approved):
        due, found = _told(_when_and_who(approved)), _told(stands)
        text = f"audit record {seq} approved it {{0}}, and it stands as approved {{1}}"
        yield _differs(kept.key, "approved", due, found, text)


def _differs(key: _Key, what: str, expected: str, found: str, text: str) -> Finding:
    short = (value if len(value) < 64 else f"{value[:16]}…" for value in (expected, found))
    return finding(key, what, text.format(*short), expected, found)


def _when_and_who(deed: _Deed) -> tuple[int, str]:
    return (deed.record.time - _EPOCH) // _MILLISECOND, deed.record.actor


def _told(stands: tuple[int | None, str] | None) -> str:
    if stands is None:
        return "never"
    ms, who = stands
    if ms is None:
        return f"at no time by {safe_text(who, 60)}"
    try:
        when = (_EPOCH + timedelta(milliseconds=ms)).isoformat().replace("+00:00", "Z")
    except OverflowError:
        when = f"{ms} ms"
    return f"at {when} by {safe_text(who, 60)}"
