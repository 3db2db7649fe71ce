"""What a console may ask and command; `Client` asks a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Protocol

from console.client.glance import Glance
from console.model.bill import Bills, Chosen
from console.model.change import ConfigChange, ConfigChanged, Configuration, NewHouse
from console.model.comparison import Comparison
from console.model.event import Alarm
from console.model.history import HouseHistory
from console.model.meter import MeterHealth
from console.model.play import Play
from console.model.probe import Glimpse
from console.model.record import Record, Recorded
from console.model.sealing import Sealing
from console.model.settlement import Settlement
from console.model.snapshot import Line
from console.model.tending import Acknowledge, Shelve, Told, Unshelve, Wait
from console.model.verification import Progress, Verification
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


class Engine(Protocol):
    """The questions and commands of a console; `Client` asks a real engine."""

    def stream(self) -> AsyncIterator[Line]:
        """Yield the live lines, a whole snapshot first, until the line breaks (EngineAbsent)."""

    async def status(self) -> Status:
        """Return what the top bar shows."""

    async def glance(self) -> Glance:
        """Return what can be read of the status of an engine of any version."""

    async def settlements(self, day: date | None = None) -> DaySettlements:
        """Return a local day's intervals; today's without an argument."""

    async def due(self) -> list[Settlement]:
        """Return the intervals that are closed, held or frozen and not yet signed, oldest first."""

    async def halted(self) -> list[Settlement]:
        """Return the intervals because of which nothing is signed, oldest first."""

    async def sealing(self, interval: str) -> Sealing:
        """Return an interval part by part, as the chain has it."""

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        """Return an interval's plan, stored or as it would be frozen now."""

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        """Return one house over a local day."""

    async def history(self, house: str, last: date | None, days: int) -> HouseHistory:
        """Return what a house did on each of some local days, up to the last one."""

    async def meter(self, house: str) -> MeterHealth:
        """Return one house's meter, in full."""

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        """Return a page of the ledger."""

    async def ledger_totals(self, query: LedgerQuery) -> LedgerTotals:
        """Return the totals of a query's filter, however long counting takes."""

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        """Return the transfer behind a ledger row."""

    async def events(self, before: int | None = None) -> EventPage:
        """Return a page of the log, newest first."""

    async def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms that stand, shelved ones too, the most urgent first."""

    async def acknowledge(self, command: Acknowledge) -> Told:
        """Say that alarms were seen."""

    async def shelve(self, command: Shelve) -> Told:
        """Put alarms aside, with a reason and an end."""

    async def unshelve(self, command: Unshelve) -> Told:
        """Take alarms off the shelf."""

    async def wait(self, command: Wait) -> Told:
        """Let a held interval wait on."""

    async def bills(self, period: str) -> Bills:
        """Return the statements of a period, such as `2026-06`."""

    async def bills_page(self, period: str) -> str:
        """Return the statements of a period as one printable HTML document."""

    async def approve_bills(self, period: str, chosen: Chosen) -> Told:
        """Keep the drafts of a period, or a house's alone, as they are."""

    async def bills_paid(self, period: str, chosen: Chosen) -> Told:
        """Mark the approved bills of a period, or a house's alone, as paid."""

    async def verify(self, told: Progress | None = None) -> Verification:
        """Recompute everything and return the differences."""

    async def settle(self, command: Settle) -> Receipt:
        """Settle an interval; Refused with the reason."""

    async def auto(self, on: bool) -> Status:
        """Switch automatic settlement."""

    async def play(self, command: Play) -> Told:
        """Move a replayed recording."""

    async def recorded(self) -> Recorded:
        """Return how the recording of what is polled stands."""

    async def record(self, command: Record) -> Recorded:
        """Begin or end to record what is polled."""

    async def unlock(self, passphrase: str) -> Status:
        """Give a locked engine its passphrase."""

    async def stand(self, command: str) -> str:
        """Do a visitor's `cloud`, `car`, `settle` or `next`; return a plain sentence."""

    async def configuration(self) -> Configuration:
        """Return what config.toml says, for a form."""

    def probe(self, house: NewHouse) -> AsyncIterator[Glimpse]:
        """Have a new house's meter watched; yield what is seen, the last one is over."""

    async def change(self, change: ConfigChange) -> ConfigChanged:
        """Show or make a change of config.toml."""

    async def compare_change(self, change: ConfigChange) -> Comparison:
        """Return what is in force beside a change of config.toml, on the last days."""

    async def stop(self) -> None:
        """End the engine."""

    async def close(self) -> None:
        """Let go of the connection."""
