"""The client: each question and command as one call on the engine's routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import msgspec

from console.client.changes import Changes
from console.client.connection import LONG_SECONDS
from console.client.glance import Glance, glance_of
from console.client.recording import Recordings
from console.client.wire import failure
from console.errors import EngineError
from console.model.backup import BackupStep
from console.model.bill import Bills, Chosen
from console.model.event import Alarm
from console.model.history import HouseHistory
from console.model.importing import ImportStep
from console.model.meter import MeterHealth
from console.model.payout import PayOut, Payout
from console.model.receipt import HouseReceipt
from console.model.rotation import KeyNow, Rotate, Rotated
from console.model.sealing import AcceptPartial, Sealing
from console.model.settlement import Settlement
from console.model.swap import Proposal, Swap
from console.model.tending import (
    Acknowledge,
    AuditCheck,
    AuditPage,
    Shelve,
    Told,
    Unshelve,
    Wait,
)
from console.model.verification import Progress, Verification, VerifyStep
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    HouseDay,
    LedgerPage,
    LedgerQuery,
    LedgerTotals,
    Preview,
    Receipt,
    Settle,
    Status,
)

_SEALING_SECONDS = 120.0
"""Each key costs two openings or sealings, seconds each on a small computer."""


class Client(Recordings, Changes):
    """Asks a real engine over its Unix socket, or the reading routes in-process."""

    async def status(self) -> Status:
        """Return what the top bar shows."""
        return await self.get("/status", Status)

    async def glance(self) -> Glance:
        """Return what can be read of the status of an engine of any version."""
        return glance_of(await self.ask("GET", "/status"))

    async def settlements(self, day: date | None = None) -> DaySettlements:
        """Return a local day's intervals; today's without an argument."""
        return await self.get("/settlements", DaySettlements, **_day(day))

    async def due(self) -> list[Settlement]:
        """Return the intervals that are closed, held or frozen and not yet signed, oldest first."""
        return await self.get("/due", list[Settlement])

    async def halted(self) -> list[Settlement]:
        """Return the intervals because of which nothing is signed, oldest first."""
        return await self.get("/halted", list[Settlement])

    async def sealing(self, interval: str) -> Sealing:
        """Return an interval part by part, as the chain has it."""
        return await self.get(f"/sealing/{_segment(interval)}", Sealing)

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        """Return an interval's plan, stored or as it would be frozen now."""
        path = f"/preview/{_segment(interval)}"
        return await self.get(path, Preview, provisional="true" if provisional else "false")

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        """Return one house over a local day."""
        return await self.get(f"/houses/{_segment(house)}", HouseDay, **_day(day))

    async def history(self, house: str, last: date | None, days: int) -> HouseHistory:
        """Return what a house did on each of some local days, up to the last one."""
        path = f"/houses/{_segment(house)}/history"
        return await self.get(path, HouseHistory, **_day(last), days=str(days))

    async def meter(self, house: str) -> MeterHealth:
        """Return one house's meter, in full."""
        return await self.get(f"/houses/{_segment(house)}/meter", MeterHealth)

    async def meters(self) -> list[MeterHealth]:
        """Return every house's meter, in the configuration's order."""
        return await self.get("/meters", list[MeterHealth])

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of the ledger."""
        text = msgspec.json.encode(query).decode("utf-8")
        return await self.get("/ledger", LedgerPage, query=text)

    async def ledger_totals(self, query: LedgerQuery) -> LedgerTotals:
        """Return the totals of a query's filter, however long counting takes."""
        text = msgspec.json.encode(query).decode("utf-8")
        return await self.get("/ledger/totals", LedgerTotals, query=text)

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        """Return the transfer behind a ledger row."""
        names = "/".join(map(_segment, (interval, str(revision), producer, consumer)))
        return await self.get(f"/proof/{names}", EntryProof)

    async def events(self, before: int | None = None) -> EventPage:
        """Return a page of the log, newest first."""
        query = {} if before is None else {"before": str(before)}
        return await self.get("/events", EventPage, **query)

    async def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms that stand, shelved ones too, the most urgent first."""
        return await self.get("/alarms", tuple[Alarm, ...])

    async def acknowledge(self, command: Acknowledge) -> Told:
        """Say that alarms were seen."""
        return await self.post("/alarms/acknowledge", command, Told)

    async def shelve(self, command: Shelve) -> Told:
        """Put alarms aside, with a reason and an end."""
        return await self.post("/alarms/shelve", command, Told)

    async def unshelve(self, command: Unshelve) -> Told:
        """Take alarms off the shelf."""
        return await self.post("/alarms/unshelve", command, Told)

    async def wait(self, command: Wait) -> Told:
        """Let a held interval wait on."""
        return await self.post("/wait", command, Told)

    async def audit(self, after: int = 0) -> AuditPage:
        """Return a page of the audit log, oldest first."""
        return await self.get("/audit", AuditPage, after=str(after))

    async def audit_check(self) -> AuditCheck:
        """Recompute the audit log's hash chain."""
        return await self.get_long("/audit/check", AuditCheck)

    async def bills(self, period: str) -> Bills:
        """Return the statements of a period, such as `2026-06`."""
        return await self.get_long(f"/bills/{_segment(period)}", Bills)

    async def receipt(self, house: str, interval: str) -> HouseReceipt:
        """Return a house's proof of an interval; Refused with the reason."""
        return await self.get(f"/receipt/{_segment(house)}/{_segment(interval)}", HouseReceipt)

    async def swap_proposal(self, house: str) -> Proposal:
        """Return the exchange of meters that a falling register looks like; else Refused."""
        return await self.get(f"/swap/{_segment(house)}", Proposal)

    async def swap(self, swap: Swap) -> Told:
        """Say that a house has another meter."""
        return await self.post("/swap", swap, Told)

    async def bills_page(self, period: str) -> str:
        """Return the statements of a period as one printable HTML document."""
        path = f"/bills/{_segment(period)}/page"
        return (await self.ask("GET", path, seconds=LONG_SECONDS)).decode("utf-8", "replace")

    async def approve_bills(self, period: str, chosen: Chosen) -> Told:
        """Keep the drafts of a period, or a house's alone, as they are."""
        return await self._decide_bills(period, "approve", chosen)

    async def bills_paid(self, period: str, chosen: Chosen) -> Told:
        """Mark the approved bills of a period, or a house's alone, as paid."""
        return await self._decide_bills(period, "paid", chosen)

    async def _decide_bills(self, period: str, what: str, chosen: Chosen) -> Told:
        path = f"/bills/{_segment(period)}/{what}"
        return await self.post(path, chosen, Told, seconds=LONG_SECONDS)

    async def payout(self, period: str) -> Payout:
        """Return what a period's next payout would be, or what its last one was."""
        return await self.get_long(f"/payout/{_segment(period)}", Payout)

    async def pay_out(self, period: str, command: PayOut) -> Payout:
        """Pay out a period; what was paid out already is only told. Refused with the reason."""
        path = f"/payout/{_segment(period)}"
        return await self.post(path, command, Payout, seconds=LONG_SECONDS)

    async def verify(self, told: Progress | None = None) -> Verification:
        """Recompute everything and return the differences.

        Args:
            told: called with what is looked at, how many are done and how many there are.

        Raises:
            EngineError: it cannot be recomputed, or the engine ended before.
        """
        path = "/verify?progress=true"
        async for step in self.follow(path, None, VerifyStep, silence=LONG_SECONDS, method="GET"):
            if step.fault is not None:
                raise failure(step.fault)
            if step.result is not None:
                return step.result
            if told is not None:
                told(step.what, step.done, step.of)
        raise EngineError(
            "the engine ended before all was verified, or is of an earlier version.",
            advice="Start it again, then: mosaic verify",
        )

    async def settle(self, command: Settle) -> Receipt:
        """Settle an interval; Refused with the reason."""
        return await self.post("/settle", command, Receipt)

    async def accept(self, command: AcceptPartial) -> Receipt:
        """End a halt by taking what the chain holds for all of it; Refused with the reason."""
        return await self.post("/accept", command, Receipt)

    async def auto(self, on: bool) -> Status:
        """Switch automatic settlement."""
        return await self.post("/auto", {"on": on}, Status)

    async def unlock(self, passphrase: str) -> Status:
        """Give a locked engine its passphrase."""
        return await self.post("/unlock", {"passphrase": passphrase}, Status)

    async def key(self) -> KeyNow:
        """Return how the operator's key stands, and what exchanging it would mean."""
        return await self.get("/key", KeyNow)

    async def rotate(self, command: Rotate) -> Rotated:
        """Begin to exchange the operator's key; Refused with the reason."""
        return await self.post("/key/rotate", command, Rotated, seconds=_SEALING_SECONDS)

    async def stand(self, command: str) -> str:
        """Do a visitor's `cloud`, `car`, `settle` or `next`; return a plain sentence."""
        answer = await self.post(f"/stand/{_segment(command)}", {}, dict[str, str])
        return answer.get("text", "")

    def backup(self, folder: Path) -> AsyncIterator[BackupStep]:
        """Have a backup made in an absolute folder; yield each step, the last tells the end."""
        body = {"folder": str(folder)}
        return self.follow("/backup", body, BackupStep, silence=LONG_SECONDS)

    def import_rows(
        self, lines: AsyncIterator[bytes], token: str = ""
    ) -> AsyncIterator[ImportStep]:
        """Have a file's rows looked at, or taken; yield each step, the last tells the end.

        Args:
            lines: the heading and the rows, JSON lines.
            token: what was shown and agreed to; empty to look only.
        """
        path = f"/import?token={_segment(token)}"
        return self.follow(path, lines, ImportStep, silence=LONG_SECONDS)

    async def stop(self) -> None:
        """End the engine."""
        await self.ask("POST", "/stop")


def _segment(name: str) -> str:
    return quote(name, safe="")


def _day(day: date | None) -> dict[str, str]:
    return {} if day is None else {"day": day.isoformat()}
