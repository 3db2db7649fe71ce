"""The store's six protocols: all that the engine knows of it, rows as model types, and no SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from console.model.bill import Approval, Issued
from console.model.clearing import Cleared, Clearing, ClearingName, ClearingRow, KeptClearing
from console.model.entry import Entry
from console.model.event import Alarm, AuditRecord, Event
from console.model.finding import Finding
from console.model.interval import Interval
from console.model.kept import KeptOutgoing, KeptPlan, KeptSettlement
from console.model.keptbill import KeptBill
from console.model.reading import Reading
from console.model.settlement import Carry, PairCarries, Plan, Settlement, Share, State
from console.model.stretch import Stretch
from console.model.transaction import Outgoing, TransactionState
from console.model.view import LedgerPage, LedgerQuery, LedgerTotals


class Readings(Protocol):
    """What the meters said, as it came."""

    async def add(self, readings: Sequence[Reading]) -> list[Reading]:
        """Keep readings in one transaction; return those that contradict a stored (time, house).

        The stored one stays. An equal one changes nothing and is not returned.
        """

    async def around(self, house: str, instant: datetime) -> tuple[Reading | None, Reading | None]:
        """Return the last reading at or before an instant and the first at or after it."""

    async def near(
        self, house: str, instants: Sequence[datetime], reach: timedelta
    ) -> list[list[Reading]]:
        """Return a house's readings within `reach` of each of some instants, in order of time."""

    async def between(
        self, start: datetime, end: datetime, houses: Sequence[str] | None = None
    ) -> dict[str, list[Reading]]:
        """Return readings in `[start, end]`, all or some houses', each's in order of time."""

    async def beside(
        self, instant: datetime, first: datetime, last: datetime
    ) -> tuple[dict[str, Reading], dict[str, Reading]]:
        """Return each house's last reading at or before an instant, and first at or after it.

        None of them is before `first` or after `last`.
        """

    async def stretches(self, start: datetime, end: datetime) -> dict[str, Stretch]:
        """Return what each house's readings in `[start, end]` show as a whole."""

    async def page(
        self, start: datetime, end: datetime, limit: int, house: str = ""
    ) -> tuple[list[Reading], datetime | None]:
        """Return readings of `[start, end)` in order of time, and where the next page begins.

        Those of one instant stay together: `limit` must be more than there are houses.
        """

    async def latest(self) -> dict[str, Reading]:
        """Return each house's newest reading."""

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last instant of all readings, None without any."""

    async def faults(self, start: datetime | None, end: datetime | None) -> list[Finding]:
        """Return what is wrong with the readings of `[start, end)` as rows; None has no bound."""


class Settlements(Protocol):
    """The intervals' lives, their plans, the carry, and the outbox."""

    async def get(self, interval: Interval) -> Settlement | None:
        """Return an interval's newest revision, None before it was ever closed."""

    async def between(self, start: datetime, end: datetime) -> list[Settlement]:
        """Return the newest revision of every interval that starts in `[start, end)`, in order."""

    async def newest(self) -> Settlement | None:
        """Return the newest interval that was ever recorded, None before the first."""

    async def in_state(self, *states: State) -> list[Settlement]:
        """Return the newest revisions that are in one of the states, in order."""

    async def put(self, settlement: Settlement) -> None:
        """Keep an interval's new state (closed, held, idle, adopted, sealed, final, halted)."""

    async def freeze(
        self, settlement: Settlement, plan: Plan, verb: str, body: str, time: datetime
    ) -> Settlement:
        """Keep a plan with its carry and its audit record in one transaction.

        The settlement is stored with `audit_head` set to the head before this record.
        """

    async def plan(self, interval: Interval, revision: int = 0) -> Plan | None:
        """Return a stored plan, None where the interval was never frozen or was adopted."""

    async def shares(self, interval: Interval, revision: int = 0) -> tuple[Share, ...] | None:
        """Return the shares of a stored plan, None as `plan`."""

    async def kept_plans(self, after: int, limit: int) -> list[KeptPlan]:
        """Return plans as they lie, in the order of freezing, with seq above `after`."""

    async def kept_plan(self, interval: Interval, revision: int) -> KeptPlan | None:
        """Return a plan as it lies, None where there is none."""

    async def kept(self, start: datetime | None, end: datetime | None) -> list[KeptSettlement]:
        """Return all revisions of the intervals that start in `[start, end)`, as they lie."""

    async def faults(self) -> list[Finding]:
        """Return the plans that no settlement is of, and the intervals that were left out."""

    async def carry(self) -> dict[str, Carry]:
        """Return each house's newest carry-out, in the order of freezing."""

    async def pair_carries(self) -> PairCarries:
        """Return what each pair carries by the newest plan in which prices differed, micro-Wh."""

    async def sign(self, settlement: Settlement | None, outgoing: Sequence[Outgoing]) -> None:
        """Keep all parts and the interval's signed state in one durable transaction.

        Raises:
            StoreError: a leg has a live transaction already.
        """

    async def outbox(self, *states: TransactionState) -> list[Outgoing]:
        """Return the transactions in these states, in the order of signing."""

    async def legs(self, interval: Interval, revision: int) -> list[Outgoing]:
        """Return an interval's transactions, dead ones too."""

    async def kept_outgoing(self, after: int, limit: int) -> list[KeptOutgoing]:
        """Return transactions as they lie, in the order of signing, with seq above `after`."""

    async def named(self, leg: str) -> list[Outgoing]:
        """Return the transactions of a leg, dead ones too, in the order of signing."""

    async def advance(
        self,
        hash_: bytes,
        state: TransactionState,
        *,
        height: int | None = None,
        block_hash: bytes = b"",
        proof: str = "",
    ) -> None:
        """Move a transaction on; an illegal step raises StoreError.

        `confirmed` back to `announced` is legal (a reorganisation); `dead` needs a proof.
        """


class Entries(Protocol):
    """The ledger's rows as derived from the chain, kept for quick pages."""

    async def replace_from(self, height: int, entries: Sequence[Entry], up_to: int) -> None:
        """Drop the rows of blocks >= height and keep these instead, in one transaction.

        Args:
            height: the first block that was read again.
            entries: all rows of blocks >= height.
            up_to: the final height; rows at or below it are final from now on.
        """

    async def page(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of rows; its totals are None where only `totals` can count them."""

    async def totals(self, query: LedgerQuery) -> LedgerTotals:
        """Return the totals of a query's filter, however many rows have to be counted."""

    async def between(self, start: datetime, end: datetime) -> list[Entry]:
        """Return the rows of the intervals that start in `[start, end)`, in the ledger's order."""

    async def received(
        self, house: str, start: datetime, end: datetime, up_to: int
    ) -> dict[str, int]:
        """Return what a house got of each producer by final rows up to a block, Wh."""

    async def faults(self, start: datetime | None, end: datetime | None) -> list[Finding]:
        """Return where rows of `[start, end)` and their sums disagree; None has no bound."""

    async def total_faults(self, final_height: int) -> list[Finding]:
        """Return where the totals of all rows are not those of their sums."""

    async def cursor(self) -> int:
        """Return the final height up to which the rows are complete; 0 at first."""


class Bills(Protocol):
    """The approved bills; each is kept as it was approved, and paid once."""

    async def approve(
        self, approvals: Sequence[Approval], actor: str, time: datetime
    ) -> list[Issued]:
        """Keep bills as they are approved, each with its audit record, in one transaction."""

    async def pay(self, issued: Sequence[Issued], actor: str, time: datetime) -> None:
        """Mark bills as paid, each with its audit record, in one transaction."""

    async def of(self, period: str) -> list[Issued]:
        """Return the approved bills of a period by its name, by house and number."""

    async def overlapping(self, first: date, end: date) -> list[Issued]:
        """Return the approved bills of all periods that share a day with `[first, end)`."""

    async def periods(self) -> list[str]:
        """Return the names of the periods of which bills are approved, by their first day."""

    async def kept(self, period: str) -> list[KeptBill]:
        """Return the approved bills of a period as they lie, by house and number."""


class Clearings(Protocol):
    """What is retired and paid out."""

    async def decide(self, clearing: Clearing, actor: str, time: datetime) -> Clearing:
        """Keep what is to be cleared with its audit record, in one transaction.

        It is stored with `audit_head` set to the head before this record.

        Raises:
            StoreError: it was decided before.
        """

    async def finish(self, cleared: Cleared, time: datetime) -> bool:
        """Keep how the chain has it, once; return whether it was not known before."""

    async def periods(self) -> list[str]:
        """Return the names of the periods of which anything is cleared."""

    async def of(self, period: str) -> list[KeptClearing]:
        """Return all of a period, by house and revision."""

    async def named(self, name: ClearingName) -> KeptClearing | None:
        """Return one; None where it was never decided."""

    async def unfinished(self) -> list[Clearing]:
        """Return what was decided and is not final, in the order of deciding."""

    async def rows(self) -> list[ClearingRow]:
        """Return all as they lie, in the order of deciding."""

    async def unretired(self, limit: int) -> list[Issued]:
        """Return the first paid bills, corrections too, whose mosaics are not retired."""


class Events(Protocol):
    """The log and the alarms."""

    async def add(self, *events: Event) -> None:
        """Keep events."""

    async def page(self, before: int | None = None, limit: int = 100) -> list[Event]:
        """Return events, newest first, with ids below `before`."""

    async def put_alarms(self, *alarms: Alarm) -> None:
        """Keep alarms as they are now, in place of what was known of their numbers or keys."""

    async def clear_alarm(self, key: str) -> bool:
        """End an alarm; return False where none of that key stands."""

    async def alarms(self) -> list[Alarm]:
        """Return the kept alarms, oldest first."""

    async def highest_alarm(self) -> int:
        """Return the highest number that an alarm ever had; 0 before the first."""


class Audit(Protocol):
    """Who did what: append-only, hash-chained; and the engine's few persistent facts."""

    async def append(
        self,
        time: datetime,
        actor: str,
        verb: str,
        body: str,
        facts: Mapping[str, str] | None = None,
    ) -> AuditRecord:
        """Add a link, with the persistent facts that come with it, in one transaction."""

    async def head(self) -> bytes:
        """Return the newest link's head (32 bytes; zeros before the first)."""

    async def records(self, after: int = 0, limit: int = 1000) -> list[AuditRecord]:
        """Return links in order, with seq above `after`."""

    async def fact(self, name: str) -> str | None:
        """Return a persistent fact (`auto`, `generation_hash`, `record`), None where unset."""

    async def set_fact(self, name: str, value: str) -> None:
        """Keep a persistent fact."""
