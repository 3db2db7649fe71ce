"""The bill: what a house bought, sold, took from the grid and gave to it in a period."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from console.model.clearing import KeptClearing
from console.model.interval import Interval
from console.model.period import Period
from console.model.settlement import State

APPROVE = "bill approve"
"""The verb of an approval's audit record."""
PAY = "bill paid"
"""The verb of a payment's audit record."""


class Kind(StrEnum):
    """What a line of a bill is about."""

    BOUGHT = "bought"
    SOLD = "sold"
    OWN = "own use"
    FROM_GRID = "from grid"
    TO_GRID = "to grid"


class BillState(StrEnum):
    """Where a bill stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    PAID = "paid"


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One counterparty at one price."""

    kind: Kind
    """What it is about."""
    other: str = ""
    """The other house's id; empty for the grid."""
    price_micro_per_kwh: int | None = None
    """Micro-units of the currency per kWh; None where none is known."""
    wh: int
    """Energy, Wh."""
    cents: int = 0
    """What the house gets for it, hundredths of the currency, rounded once; below 0 it pays."""


class BillDay(msgspec.Struct, frozen=True, kw_only=True):
    """One local day of a bill, for its plot; all in Wh."""

    day: date
    """The day."""
    bought_wh: int = 0
    """Bought from neighbours."""
    sold_wh: int = 0
    """Sold to neighbours."""
    from_grid_wh: int = 0
    """Taken from the grid."""
    to_grid_wh: int = 0
    """Given to the grid."""


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """One house's statement."""

    house: str
    """The house's id."""
    name: str = ""
    """What screens call it."""
    lines: tuple[BillLine, ...]
    """Its lines: bought, sold, own use, then the grid's; each by counterparty and price."""
    imported_wh: int
    """What its meter took, Wh."""
    exported_wh: int
    """What its meter gave, Wh."""
    gap_wh: int = 0
    """How much of it fell into gaps, taken and given together: the grid's, Wh."""
    estimated: int = 0
    """Intervals with an estimated edge and none that is worse."""
    substituted: int = 0
    """Intervals that rest on substitutes for what was not measured."""
    by_hand: int = 0
    """Intervals with an edge that somebody read, as at an exchange of the meter."""
    left_out: int = 0
    """Intervals that were settled without this house, until late data comes."""
    saved_cents: int | None = None
    """What it saved against the grid alone, cents; None where the grid's prices are not known."""
    days: tuple[BillDay, ...] = ()
    """The period's days with any energy, in order."""
    number: int = 1
    """1 for a house's first bill of a period; what corrects it has the next numbers."""
    final_height: int | None = None
    """The block up to which the chain was read when it was approved; None for a draft."""
    approved: datetime | None = None
    """When it was approved, aware; None for a draft."""
    paid: datetime | None = None
    """When it was marked as paid, aware; None before."""
    digest: str = ""
    """SHA-256 of what was approved, hexadecimal; empty for a draft."""

    @property
    def state(self) -> BillState:
        """Where it stands."""
        if self.approved is None:
            return BillState.DRAFT
        return BillState.APPROVED if self.paid is None else BillState.PAID

    def wh(self, kind: Kind) -> int:
        """Return the energy of all lines of a kind, Wh."""
        return sum(line.wh for line in self.lines if line.kind is kind)

    def cents(self, *kinds: Kind) -> int:
        """Return the amount of all lines of some kinds, cents."""
        return sum(line.cents for line in self.lines if line.kind in kinds)

    @property
    def net_cents(self) -> int:
        """What is paid out to the house, cents; below 0 it pays."""
        return sum(line.cents for line in self.lines)

    @property
    def self_sufficiency(self) -> float | None:
        """How much of what it took came from neighbours or itself, 0 to 1; None without any.

        A correction has none: its energies are differences.
        """
        if self.number > 1:
            return None
        near = self.wh(Kind.BOUGHT) + self.wh(Kind.OWN)
        return near / self.imported_wh if self.imported_wh else None

    @property
    def self_consumption(self) -> float | None:
        """How much of what it gave neighbours or itself used, 0 to 1; None as above."""
        if self.number > 1:
            return None
        near = self.wh(Kind.SOLD) + self.wh(Kind.OWN)
        return near / self.exported_wh if self.exported_wh else None


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """An interval of the period that no bill contains yet."""

    interval: Interval
    """The interval."""
    state: State
    """Where it stands."""


class Bills(msgspec.Struct, frozen=True, kw_only=True):
    """The statements of all houses for a period."""

    period: Period
    """The period."""
    community: str
    """What screens call the community."""
    currency: str
    """The currency's code."""
    final_height: int
    """The block up to which the chain was read: final rows only."""
    since: Interval | None
    """The first interval in them; None where none is final."""
    until: Interval | None
    """The last one."""
    intervals: int
    """How many intervals are in them, idle ones too."""
    ended: bool
    """Whether the period is over."""
    pending: tuple[Pending, ...] = ()
    """What is not yet in."""
    late: tuple[Interval, ...] = ()
    """What is in, and is to be settled anew as later readings came."""
    bills: tuple[Bill, ...] = ()
    """By house id, those of one house by number; the last one may be a draft."""
    overlapped: str = ""
    """Another period with some of its days, of which bills are approved; empty without one."""

    clearings: tuple[KeptClearing, ...] = ()
    """What was retired and paid out of the period."""
    apart: tuple[str, ...] = ()
    """The houses whose meters, as they are now, count each phase by itself."""
    no_export: tuple[str, ...] = ()
    """The houses whose meters, as they are now, have no export register."""

    @property
    def blocked(self) -> str:
        """Why its drafts cannot be approved yet; empty where they can."""
        if self.overlapped:
            return f"bills of {self.overlapped}, which has some of its days, are approved"
        if not self.ended:
            return "the period is not over"
        if self.pending:
            one = self.pending[0]
            more = len(self.pending) - 1
            others = f", and {more} more {'is' if more == 1 else 'are'} not final" if more else ""
            return f"{one.interval.name} is {one.state.value}{others}"
        if self.late:
            return f"{self.late[0].name} is to be revised, as later readings came"
        return "" if self.intervals else "nothing in it is final"

    def apart_in(self, bills: Sequence[Bill]) -> tuple[str, ...]:
        """Return the houses of some bills whose meters count each phase by itself."""
        return tuple(house for house in self.apart if any(bill.house == house for bill in bills))

    def knows_export(self, house: str) -> bool:
        """Return whether what a house gave is known: its meter says so, or a bill of it does."""
        if house not in self.no_export:
            return True
        return any(bill.exported_wh for bill in self.bills if bill.house == house)

    def in_state(self, state: BillState, house: str = "") -> tuple[Bill, ...]:
        """Return those of a house, or of all, that stand somewhere."""
        return tuple(
            bill for bill in self.bills if bill.state is state and house in ("", bill.house)
        )


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A bill as it is approved: what is kept and never changes."""

    period: Period
    """The period."""
    currency: str
    """The currency's code."""
    bill: Bill
    """The bill, with its number and the height it rests on."""


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """An approved bill as the store keeps it, with who decided what."""

    seq: int
    """Its number in the store, from 1."""
    approval: Approval
    """What was approved."""
    digest: bytes
    """SHA-256 of the approval's stored bytes."""
    approved: datetime
    """When it was approved, aware."""
    approved_by: str
    """By whom."""
    paid: datetime | None = None
    """When it was marked as paid; None before."""
    paid_by: str = ""
    """By whom."""

    @property
    def bill(self) -> Bill:
        """The bill with all of its life."""
        return msgspec.structs.replace(
            self.approval.bill, approved=self.approved, paid=self.paid, digest=self.digest.hex()
        )


class Chosen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command that approves bills of a period or marks them as paid."""

    house: str = ""
    """Whose; empty for all houses."""
    token: str = ""
    """What was shown, as `token_of` names it; empty where nothing was."""


def token_of(bills: Sequence[Bill]) -> str:
    """Return what tells these very bills from any others: SHA-256 of their JSON, hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(bills)).hexdigest()
