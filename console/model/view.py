"""The views: questions the console asks the engine, and the answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from console.model.awaited import Awaited
from console.model.difference import Difference, Pair, Posting, Revision
from console.model.entry import Entry
from console.model.event import Event
from console.model.interval import Interval
from console.model.ledger_filter import LedgerFilter
from console.model.ledger_order import LedgerReading
from console.model.record import Taping
from console.model.settlement import Plan, Settlement


class DaySettlements(msgspec.Struct, frozen=True, kw_only=True):
    """Screen 3: the intervals of a local day."""

    day: date
    """The local day."""
    settlements: tuple[Settlement, ...]
    """Its intervals so far, in order; the open one last on the present day."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What settling an interval would do, or did: the plan and its size on the chain."""

    settlement: Settlement
    """Where the interval stands."""
    plan: Plan | None
    """The stored plan, or the one that would be frozen now; None where it cannot be made."""
    rows: int = 0
    """Ledger rows."""
    transactions: int = 0
    """Parts."""
    size: int = 0
    """Bytes of all parts."""
    fee_micro: int = 0
    """The network's fee, micro-XYM; 0 on the embedded chain."""
    note: str = ""
    """Why there is no plan, who is left out, or what comes next; one sentence."""
    differences: tuple[Difference, ...] = ()
    """Of a settled one: what its revision changed; of the first, what late data would."""
    pairs: tuple[Pair, ...] = ()
    """Of one whose plan is not known: what each pair comes to by the ledger, all revisions."""
    revisions: tuple[Revision, ...] = ()
    """Of one that was revised: its revisions by the ledger, in order."""
    posting: Posting | None = None
    """Of one that is to be revised: the difference that would be posted; else the whole plan is."""
    apart: tuple[str, ...] = ()
    """The houses in the plan whose meters, as they are now, count each phase by itself."""
    token: str = ""
    """Names this very plan; `Settle` hands it back and is refused where the plan has changed."""

    @property
    def moved_wh(self) -> int:
        """The energy that would be posted, Wh; what a revision takes back counts negative."""
        if self.posting is not None:
            return self.posting.more_wh - self.posting.less_wh
        return self.plan.shared_wh if self.plan is not None else 0

    @property
    def amount_nano(self) -> int:
        """What that costs, nano-units of the currency."""
        if self.posting is not None:
            return self.posting.amount_nano
        return self.plan.amount_nano if self.plan is not None else 0


class Settle(msgspec.Struct, frozen=True, kw_only=True):
    """The command: settle one interval."""

    interval: str
    """The interval's name."""
    provisional: bool = False
    """Leave out the houses that are not known."""
    token: str = ""
    """The token of the preview that was agreed to; empty for whatever the plan is now."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's answer to a command that moves mosaics."""

    settlement: Settlement
    """Where the interval stands now."""
    text: str
    """One sentence for the operator."""


class LedgerQuery(LedgerReading, frozen=True, kw_only=True):
    """A page of the rows that pass a filter; pages go by key, never by count."""

    without: Annotated[tuple[LedgerFilter, ...], msgspec.Meta(max_length=16)] = ()
    """None of the rows that pass one of these."""
    after: str = ""
    """The `next` of the page before; empty for a page that begins elsewhere."""
    place: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """By time: begin with the interval that starts here, or the first one beyond it."""
    row: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None
    """Begin as at the row that has so many before it; the last one where there are fewer."""
    limit: int = 200
    """The most rows, 1 to 1000."""


class LedgerTotals(msgspec.Struct, frozen=True):
    """How many rows pass a filter, and what they add up to."""

    rows: int
    """Rows."""
    wh: int
    """Energy, Wh."""
    amount_nano: int
    """Amount, nano-units."""

    def __add__(self, other: LedgerTotals) -> LedgerTotals:
        return LedgerTotals(
            self.rows + other.rows, self.wh + other.wh, self.amount_nano + other.amount_nano
        )

    def __sub__(self, other: LedgerTotals) -> LedgerTotals:
        return LedgerTotals(
            self.rows - other.rows, self.wh - other.wh, self.amount_nano - other.amount_nano
        )


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the ledger and the totals of all rows that pass the filter."""

    entries: tuple[Entry, ...]
    """The rows."""
    next: str
    """Where the next page begins; empty after the last row."""
    first: str = ""
    """Where a page against the order goes on; empty where this one begins an interval by time."""
    rows: int | None
    """How many rows pass the filter; None where counting them takes a question of its own."""
    wh: int | None
    """Their energy together, Wh; None likewise."""
    amount_nano: int | None
    """Their amount together, nano-units; None likewise."""
    all_rows: int
    """How many rows the ledger has."""
    before: int | None = None
    """How many rows that pass the filter come before this page; None where it is not counted."""


class EntryProof(msgspec.Struct, frozen=True, kw_only=True):
    """The detail beside a ledger row: the transfer that proves it, as read from the chain."""

    entry: Entry
    """The row."""
    wallet: str
    """The recipient's address."""
    mosaics: tuple[tuple[str, int], ...]
    """Producer and Wh of every mosaic of that one transfer."""
    message: str
    """The transfer's message."""
    inner: int
    """How many inner transactions the aggregate has."""
    size: int
    """The aggregate's bytes."""
    part: int
    """Which part."""
    parts: int
    """Of how many."""
    inputs_root: bytes
    """The inputs root in the seal; empty where the seal is missing."""
    final_height: int
    """The chain's final height."""


class HouseInterval(msgspec.Struct, frozen=True, kw_only=True):
    """One interval of one house."""

    settlement: Settlement
    """Where the interval stands."""
    imported_wh: int | None
    """Taken, Wh; None where unknown."""
    exported_wh: int | None
    """Given, Wh; None where unknown."""
    partners: dict[str, int]
    """Wh by the other house: bought from it for a consumer, sold to it for a producer."""
    bought_wh: int
    """Bought, Wh."""
    sold_wh: int
    """Sold, Wh."""
    owes_nano: int
    """Owed for what was bought, nano-units."""
    earned_nano: int
    """Earned for what was sold, nano-units."""


class HouseDay(msgspec.Struct, frozen=True, kw_only=True):
    """The house screen: one house over a local day."""

    house: str
    """The house's id."""
    day: date
    """The local day."""
    intervals: tuple[HouseInterval, ...]
    """Its closed intervals, in order."""
    import_wh: int | None
    """The import register now, Wh."""
    export_wh: int | None
    """The export register now, Wh."""
    gaps: int
    """Intervals of the day in which it is not known."""
    wallet: str
    """Its address."""
    holdings: dict[str, int]
    """Wh of mosaics in its wallet, by producer."""


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the log."""

    events: tuple[Event, ...]
    """Newest first."""
    next: int | None
    """The id before which the next page begins; None after the last."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`mosaic status`: what the top bar shows, in one document."""

    community: str
    """The community's id."""
    name: str
    """What screens call it."""
    mode: str
    """DEMO, PRIVATE, TESTNET, MAINNET."""
    running: bool
    """Whether an engine answers; False when read from the store at rest."""
    pid: int | None
    """The engine's process."""
    version: str
    """The engine's version."""
    now: datetime
    """The business time."""
    locked: bool
    """Whether it has no key."""
    auto: bool
    """Whether it settles by itself."""
    open: Interval | None
    """The running interval."""
    last: Settlement | None
    """The newest closed one."""
    height: int
    """The chain's height."""
    final_height: int
    """Its final height."""
    houses: int
    """How many houses."""
    live: int | None
    """Meters that are live; None where no engine asks them."""
    stale: int | None
    """Meters that are stale, likewise."""
    lost: int | None
    """Meters that are lost, likewise."""
    giving_w: int | None
    """Power given by all, W; None where unknown."""
    taking_w: int | None
    """Power taken by all, W."""
    alarms: tuple[str, ...]
    """Titles of the standing alarms."""
    halted: str
    """Why nothing is signed; empty while all is well."""
    account: str = ""
    """The address of the account that signs, base32."""
    account_since: datetime | None = None
    """The edge from which it signs; None where it always did."""
    waiting: int | None = None
    """Meters that were not asked yet; None where no engine asks them."""
    from_files: int = 0
    """Houses whose readings come from files alone."""
    revisions_due: int = 0
    """How many settled intervals later readings change."""
    open_wh: int = 0
    """What revisions could not take back, over all intervals, Wh."""
    recording: Taping = Taping.OFF
    """Whether what is polled is written into files."""
    awaited: tuple[Awaited, ...] = ()
    """Houses whose files held intervals wait for."""
