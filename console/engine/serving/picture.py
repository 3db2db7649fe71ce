"""The picture: the live snapshot, kept by what changed and never by looking at everything."""

from __future__ import annotations

import operator
from datetime import date, datetime
from itertools import dropwhile

from console import __version__
from console.engine.parts import Parts
from console.engine.posting.follower import Follower
from console.engine.readings.intake import Intake
from console.engine.settling.books import Books
from console.engine.settling.settler import Settler
from console.model import figures
from console.model.entry import Entry
from console.model.interval import Interval
from console.model.play import Playing
from console.model.reading import MeterState, MeterStatus, Quality, Reading
from console.model.record import Taping
from console.model.settlement import UNDECIDED, Settlement, State
from console.model.snapshot import (
    API,
    Access,
    DayInterval,
    Head,
    HouseNow,
    Mode,
    Place,
    Snapshot,
)
from console.safe_text import safe_text
from console.settings import PriceSettings

SPARK = 14
"""How many closed intervals a card's spark shows."""


class Picture:
    """Draws the snapshot from the intake, the settler and the follower."""

    def __init__(
        self, parts: Parts, books: Books, intake: Intake, settler: Settler, follower: Follower
    ) -> None:
        """Look at the engine's duties; nothing is changed but the picture."""
        self._parts = parts
        self._books = books
        self._intake = intake
        self._settler = settler
        self._follower = follower
        self._marks: tuple[object, ...] = ()
        self._entries: dict[str, _Traded] = {}
        self._midnight: dict[str, tuple[int, int]] = {}
        self._midnight_of: tuple[date, int] | None = None
        self._nets: dict[Interval, dict[str, int]] = {}
        self._looked_at: dict[Interval, tuple[datetime | None, int]] = {}
        self.mode = Mode.PRIVATE
        """The first badge."""
        self.trouble = ""
        """Why the chain or the disk cannot be used at the moment."""
        self.sentence = ""
        """What a stand's visitor is told."""
        self.scene = 0
        """The visitors' presses of `space`."""
        self.playing: Playing | None = None
        """How a replayed recording moves."""
        self.recording = Taping.OFF
        """Whether what is polled is written into files."""
        self.charging: frozenset[str] = frozenset()
        """Houses at which a visitor's car charges."""
        self.day: tuple[DayInterval, ...] = ()
        """The local day's intervals."""
        self.last: Settlement | None = None
        """The newest closed interval."""
        self.day_version = 0
        """Counted up when `day` changes."""

    def place(self, access: Access) -> Place:
        """Return what does not change, for one kind of connection."""
        settings = self._parts.settings
        community = settings.community
        return Place(
            api=API,
            version=__version__,
            community=community.id,
            name=safe_text(community.name or community.id, 40),
            timezone=community.timezone,
            currency=community.currency,
            mode=self.mode,
            access=access,
            minutes=self._parts.minutes,
            poll_seconds=settings.engine.poll_seconds,
            chain="private, on this computer",
            price=self.price(),
            latitude=community.latitude,
            longitude=community.longitude,
        )

    def price(self) -> str:
        """Return the price that holds now in words, and the next one where another is agreed on."""
        parts, now = self._parts, self._parts.clock.now()
        present = _price(parts.agreements.prices(now, parts.zone))
        unit = f" {parts.settings.community.currency}/kWh"
        words = f"{present}{unit}" if present[0].isdigit() else present
        for edge in parts.agreements.edges(now, parts.zone):
            following = _price(parts.agreements.prices(edge, parts.zone))
            if following != present:
                return f"{words}, {following} from {parts.local_name(parts.interval_at(edge))}"
        return words

    def head(self) -> Head:
        """Return what changes often."""
        parts, tip = self._parts, self._follower.tip
        now = parts.clock.now()
        running = parts.interval_at(now)
        return Head(
            now=now,
            speed=getattr(parts.clock, "speed", 1.0),
            locked=parts.locked,
            auto=self._settler.auto,
            open=running,
            settles=running.end + parts.grace,
            last=self.last,
            height=tip.height,
            final_height=tip.final_height,
            chain_reason=self.trouble,
            alarms=parts.log.alarms,
            halted=self._settler.halted,
            sentence=self.sentence,
            scene=self.scene,
            playing=self.playing,
            recording=self.recording,
            latest_event=parts.log.newest,
            ledger_version=self._follower.version + self._settler.version,
        )

    def house(self, house: str) -> HouseNow:
        """Return one house at this moment."""
        reading = self._intake.latest.get(house)
        status = self._intake.states.get(house)
        traded = self._entries.get(house, _NOTHING)
        exported, imported = self._today(house, reading)
        member = self._parts.member(house)
        if member.meter.from_files:
            # what its meter said while it was polled holds no more
            status, power = None, None
            state = MeterState.FILES
        else:
            power = reading.power_w if reading else None
            state = _state_of(status, reading)
        return HouseNow(
            id=house,
            name=safe_text(member.house.name or house, 32),
            meter=safe_text(member.meter.profile, 32),
            state=state,
            reason=safe_text(status.reason) if status else "",
            time=reading.time if reading else None,
            power_w=power,
            exported_wh=exported,
            imported_wh=imported,
            sold_wh=traded.sold_wh,
            bought_wh=traded.bought_wh,
            earned_nano=traded.earned_nano,
            owes_nano=traded.owes_nano,
            # before anything was known of anybody there is nothing that a house lacks
            spark_wh=tuple(
                nets.get(house) for nets in dropwhile(operator.not_, self._nets.values())
            ),
            charging=house in self.charging,
            per_phase=self._parts.plates.per_phase(house),
            exports=self._parts.plates.exports(house),
        )

    def snapshot(self, access: Access) -> Snapshot:
        """Return the whole picture for one kind of connection."""
        houses = tuple(self.house(house) for house in self._parts.members.houses)
        return Snapshot(place=self.place(access), head=self.head(), houses=houses, day=self.day)

    async def refresh(self) -> bool:
        """Take over what the settler and the follower changed; return whether anything did."""
        parts = self._parts
        running = parts.interval_at(parts.clock.now())
        marks = (
            self._settler.version,
            self._follower.version,
            running,
            parts.today(),
            self._intake.brought,
        )
        if marks == self._marks:
            return False
        self._marks = marks
        start, end = parts.day_span(parts.today())
        await self._take_midnight(start)
        settlements = await parts.store.settlements.between(start, end)
        newest = await parts.store.settlements.newest()
        self.last = settlements[-1] if settlements else newest
        self.day = (*map(_of_day, settlements), DayInterval(start=running.start, state=State.OPEN))
        self.day_version += 1
        self._entries = _traded(await parts.store.entries.between(start, end))
        await self._take_nets(newest)
        return True

    async def _take_midnight(self, start: datetime) -> None:
        """Remember each house's registers at the day's first edge, anew after an import."""
        today = (self._parts.today(), self._intake.brought)
        if self._midnight_of == today:
            return
        self._midnight, self._midnight_of = {}, today
        for house in self._parts.members.houses:
            before, after = await self._parts.store.readings.around(house, start)
            reading = after or before
            if reading is not None:
                self._midnight[house] = (reading.export_wh, reading.import_wh)

    async def _take_nets(self, newest: Settlement | None) -> None:
        """Remember what each house exported minus imported in the newest intervals past grace."""
        if newest is None:
            return
        ripening = newest.state is State.CLOSED
        wanted, interval = [], newest.interval.previous if ripening else newest.interval
        for _ in range(SPARK):
            wanted.append(interval)
            interval = interval.previous
        known = await self._parts.store.settlements.between(interval.end, newest.interval.end)
        settlements = {one.interval: one for one in known}
        nets, looked_at = {}, {}
        for interval in reversed(wanted):
            settlement = settlements.get(interval)
            looked_at[interval] = (settlement.changed if settlement else None, self._intake.brought)
            before = self._nets.get(interval, {})
            complete = len(before) == len(self._parts.members.houses)
            same = self._looked_at.get(interval) == looked_at[interval]
            nets[interval] = before if complete or same else await self._net(interval, settlement)
        self._nets, self._looked_at = nets, looked_at

    async def _net(self, interval: Interval, settlement: Settlement | None) -> dict[str, int]:
        """Return what each house exported minus imported, as far as it is known."""
        shares = None
        if settlement is not None and settlement.plan_known and settlement.state not in UNDECIDED:
            # what was settled needs no reading to be looked at
            shares = await self._parts.store.settlements.shares(interval, settlement.revision)
        if shares is None:
            balances = await self._books.balances(interval)
            return {one.house: one.exported_wh - one.imported_wh for one in balances.balances}
        known = [share for share in shares if share.quality is not Quality.MISSING]
        return {share.house: share.exported_wh - share.imported_wh for share in known}

    def _today(self, house: str, reading: Reading | None) -> tuple[int, int]:
        if reading is None:
            return 0, 0
        exported, imported = self._midnight.setdefault(
            house, (reading.export_wh, reading.import_wh)
        )
        return max(0, reading.export_wh - exported), max(0, reading.import_wh - imported)


class _Traded:
    """What a house traded today."""

    def __init__(self) -> None:
        self.sold_wh = self.bought_wh = self.earned_nano = self.owes_nano = 0


_NOTHING = _Traded()


def _traded(entries: list[Entry]) -> dict[str, _Traded]:
    traded: dict[str, _Traded] = {}
    for entry in entries:
        seller = traded.setdefault(entry.producer, _Traded())
        seller.sold_wh += entry.wh
        seller.earned_nano += entry.amount_nano
        buyer = traded.setdefault(entry.consumer, _Traded())
        buyer.bought_wh += entry.wh
        buyer.owes_nano += entry.amount_nano
    return traded


def _price(price: PriceSettings) -> str:
    """Return a fixed price with two decimals at least; another kind by its name."""
    return figures.price(price.fixed_micro_per_kwh) if price.kind == "fixed" else price.kind


def _state_of(status: MeterStatus | None, reading: Reading | None) -> MeterState:
    if status is not None:
        return status.state
    return MeterState.LIVE if reading is not None else MeterState.WAITING


def _of_day(settlement: Settlement) -> DayInterval:
    decided = bool(settlement.inputs_root) and settlement.plan_known
    return DayInterval(
        start=settlement.interval.start,
        state=settlement.state,
        shared_wh=settlement.shared_wh if decided or not settlement.plan_known else None,
        to_grid_wh=settlement.exported_wh - settlement.shared_wh if decided else None,
        from_grid_wh=settlement.imported_wh - settlement.shared_wh if decided else None,
    )
