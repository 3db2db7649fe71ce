"""An engine for the screens' tests: it says what it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from console.client.glance import Glance
from console.errors import EngineAbsent, MosaicError, Refused
from console.model.bill import Bills, Chosen
from console.model.change import ConfigChange, ConfigChanged, Configuration, NewHouse
from console.model.comparison import Comparison
from console.model.event import Alarm
from console.model.history import DaySum, HouseHistory
from console.model.meter import MeterHealth
from console.model.period import Period
from console.model.play import Play
from console.model.probe import Glimpse
from console.model.record import Keep, Record, Recorded, Taping
from console.model.sealing import Sealing
from console.model.settlement import Settlement
from console.model.snapshot import Delta, Line, Snapshot
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
from tests.tui.bill_data import june
from tests.tui.lindenhof import house_day, lindenhof, meter_health, settlement


class FakeEngine:
    """Answers from `snapshot` and from what a test puts into its fields."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.snapshot = snapshot or lindenhof()
        self.lines: asyncio.Queue[Line | MosaicError] = asyncio.Queue()
        self.accepts = 1000
        self.asked: list[str] = []
        self.settled: list[Settle] = []
        self.written: Configuration | None = None
        self.changes: list[ConfigChange] = []
        self.refusal: MosaicError | None = None
        self.compared = Comparison(
            first=date(2026, 6, 15),
            end=date(2026, 6, 22),
            community="Lindenhof",
            currency="EUR",
            intervals=0,
        )
        self.glimpses: list[Glimpse] = []
        self.probed: list[NewHouse] = []
        self.probe_refusal: MosaicError | None = None
        self.sights = asyncio.Queue[Glimpse]()
        self.billed = june()
        self.passphrases: list[str] = []
        self.plays: list[Play] = []
        self.previewed: Preview | None = None
        self.sealed: Sealing | None = None
        self.waiting: list[Settlement] = []
        self.page = EventPage(events=(), next=None)
        self.rows = LedgerPage(entries=(), next="", rows=0, wh=0, amount_nano=0, all_rows=0)

    async def stream(self) -> AsyncIterator[Line]:
        self.accepts -= 1
        if self.accepts < 0:
            raise EngineAbsent("no engine answers")
        yield self.snapshot
        while True:
            line = await self.lines.get()
            if isinstance(line, MosaicError):
                raise line
            yield line

    async def bills(self, period: str) -> Bills:
        self._note(f"bills {period}")
        if self.refusal is not None:
            raise self.refusal
        return msgspec.structs.replace(self.billed, period=Period.parse(period))

    async def approve_bills(self, period: str, chosen: Chosen) -> Told:
        self._note(f"approve {period} {chosen.house}".rstrip())
        return Told(text="12 bills approved.")

    async def bills_paid(self, period: str, chosen: Chosen) -> Told:
        self._note(f"paid {period} {chosen.house}".rstrip())
        return Told(text="12 bills marked as paid.")

    async def bills_page(self, period: str) -> str:
        self._note(f"page {period}")
        return "<!doctype html>"

    async def configuration(self) -> Configuration:
        self._note("configuration")
        if self.written is None:
            raise Refused("there is no configuration file")
        return self.written

    async def probe(self, house: NewHouse) -> AsyncIterator[Glimpse]:
        self._note(f"probe {house.profile} {house.url}")
        self.probed.append(house)
        if self.probe_refusal is not None:
            raise self.probe_refusal
        for glimpse in self.glimpses:
            yield glimpse
        while True:
            yield await self.sights.get()

    async def change(self, change: ConfigChange) -> ConfigChanged:
        self._note("preview" if change.preview else "change")
        if self.refusal is not None:
            raise self.refusal
        self.changes.append(change)
        return ConfigChanged(
            difference="\n".join(f"+{key} = {value}" for key, value in change.values.items()),
            written=not change.preview,
            effective=datetime(2026, 6, 21, 10, 30, tzinfo=UTC),
        )

    async def compare_change(self, change: ConfigChange) -> Comparison:
        self._note("compare")
        return self.compared

    async def status(self) -> Status:
        raise Refused("this engine has no status")

    async def glance(self) -> Glance:
        self._note("glance")
        return Glance(name="Lindenhof")

    async def settlements(self, day: date | None = None) -> DaySettlements:
        self._note(f"settlements {day}")
        past = tuple(settlement(number) for number in range(53))
        return DaySettlements(day=day or date(2026, 6, 21), settlements=past)

    async def due(self) -> list[Settlement]:
        self._note("due")
        return self.waiting

    async def halted(self) -> list[Settlement]:
        self._note("halted")
        return [self.sealed.settlement] if self.sealed is not None else []

    async def sealing(self, interval: str) -> Sealing:
        self._note(f"sealing {interval}")
        if self.sealed is None:
            raise Refused(f"nothing is known of {interval}")
        return self.sealed

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        self._note(f"preview {interval} {provisional}")
        if self.previewed is None:
            raise Refused(f"{interval} has no plan")
        return self.previewed

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        self._note(f"house {house} {day}")
        return house_day(day or date(2026, 6, 21))

    async def history(self, house: str, last: date | None, days: int) -> HouseHistory:
        self._note(f"history {house} {last} {days}")
        end = last or date(2026, 6, 21)
        first = end - timedelta(days=days - 1)
        return HouseHistory(
            house=house,
            days=tuple(
                DaySum(
                    day=first + timedelta(days=number),
                    imported_wh=None if number == 1 else 7000 + number,
                    exported_wh=0,
                    bought_wh=4930,
                    sold_wh=0,
                    owes_nano=493_000_000,
                    earned_nano=0,
                )
                for number in range(days)
            ),
        )

    async def meter(self, house: str) -> MeterHealth:
        self._note(f"meter {house}")
        return meter_health(house)

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        self._note("ledger")
        return self.rows

    async def ledger_totals(self, query: LedgerQuery) -> LedgerTotals:
        self._note("totals")
        page = await self.ledger(query)
        return LedgerTotals(page.rows or 0, page.wh or 0, page.amount_nano or 0)

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        raise Refused("this engine has no proofs")

    async def events(self, before: int | None = None) -> EventPage:
        self._note("events")
        return self.page

    async def alarms(self) -> tuple[Alarm, ...]:
        self._note("alarms")
        return self.snapshot.head.alarms

    async def acknowledge(self, command: Acknowledge) -> Told:
        self._note(f"acknowledge {command.numbers}")
        return Told(text="seen by anna (uid 1000).")

    async def shelve(self, command: Shelve) -> Told:
        self._note(f"shelve {command.numbers} {command.seconds} {command.reason}")
        return Told(text="shelved.")

    async def unshelve(self, command: Unshelve) -> Told:
        self._note(f"unshelve {command.numbers}")
        return Told(text="taken off the shelf.")

    async def wait(self, command: Wait) -> Told:
        self._note(f"wait {command.interval}")
        return Told(text=f"{command.interval} waits on.")

    async def verify(self, told: Progress | None = None) -> Verification:
        raise Refused("this engine verifies nothing")

    async def settle(self, command: Settle) -> Receipt:
        self._note(f"settle {command.interval}")
        self.settled.append(command)
        return Receipt(settlement=self._settlement(), text=f"{command.interval} is signed.")

    async def auto(self, on: bool) -> Status:
        self._note(f"auto {on}")
        head = self.snapshot.head
        return Status(
            community="lindenhof", name="Lindenhof", mode="DEMO", running=True, pid=1,
            version="0.1.0", now=datetime.now(UTC), locked=False, auto=on, open=head.open,
            last=head.last, height=1, final_height=1, houses=12, live=12, stale=0, lost=0,
            giving_w=0, taking_w=0, alarms=(), halted="",
        )  # fmt: skip

    async def play(self, command: Play) -> Told:
        self._note("play")
        self.plays.append(command)
        return Told(text="Playing.")

    async def recorded(self) -> Recorded:
        self._note("recorded")
        return Recorded(
            state=self.snapshot.head.recording, folder="/var/lib/mosaic/recordings", keep=Keep()
        )

    async def record(self, command: Record) -> Recorded:
        self._note(f"record {command.on}")
        state = Taping.ON if command.on else Taping.OFF
        head = msgspec.structs.replace(self.snapshot.head, recording=state)
        self.snapshot = msgspec.structs.replace(self.snapshot, head=head)
        self.lines.put_nowait(Delta(head=head))
        return await self.recorded()

    async def unlock(self, passphrase: str) -> Status:
        self._note("unlock")
        self.passphrases.append(passphrase)
        head = msgspec.structs.replace(self.snapshot.head, locked=False)
        self.snapshot = msgspec.structs.replace(self.snapshot, head=head)
        self.lines.put_nowait(Delta(head=head))
        return await self.auto(head.auto)

    async def stand(self, command: str) -> str:
        self._note(f"stand {command}")
        return "A cloud passes."

    async def stop(self) -> None:
        self._note("stop")

    async def close(self) -> None:
        self.asked.append("close")

    def _note(self, asked: str) -> None:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    def _settlement(self) -> Settlement:
        return settlement(52)
