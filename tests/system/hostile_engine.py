"""An engine on a real socket, each of whose texts is another hostile word at every turn."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from console.engine.serving.api import watch_app
from console.engine.serving.audience import Audience
from console.engine.serving.routes.changing import Writer, changing
from console.engine.serving.routes.reading import Desk
from console.engine.serving.routes.wire import json
from console.errors import Refused
from console.model.change import Configuration, ConfigValue
from console.model.event import Alarm, Event, EventKind, Priority
from console.model.reading import MeterState
from console.model.settlement import Settlement, State
from console.model.snapshot import Access, Beat, Snapshot
from console.model.view import (
    DaySettlements,
    EntryProof,
    EventPage,
    HouseDay,
    LedgerPage,
    LedgerQuery,
    Preview,
    Status,
)
from tests.system.hostile_words import Word
from tests.tui.chain_data import HELD, OPEN, entries, flowing, preview, proof, settlement
from tests.tui.chain_engine import ChainEngine
from tests.tui.lindenhof import NOW, meter_health

Struct = TypeVar("Struct", bound=msgspec.Struct)

HOUSES, ROWS, EVENTS, ALARMS, VALUES = 40, 90, 100, 5, 12
"""How many of each there are: as many as a large terminal shows on one or two pages."""
BEAT_SECONDS = 1.0
"""The time between two heartbeats, s."""
DUE = 40
"""The number of the day's interval that waits to be settled, and whose preview is refused."""
_ID = re.compile(r"test\d+")
_KEPT = ("timezone", "next")


class Words:
    """Gives every text of a turn another word, the same for the same text.

    A word that was not seen on the screen is given again in a later turn.
    """

    def __init__(self, source: Iterable[Word]) -> None:
        self._source = iter(source)
        self._chance = random.Random(0)
        self._given: dict[str, str] = {}
        self._again: list[Word] = []
        self._unseen: list[Word] = []
        self._turns = 0
        self.all: dict[str, Word] = {}
        """Every word that was ever given, by its tag."""

    def turn(self, seen: set[str]) -> None:
        """Begin another turn; every second one leaves the houses their ids, as real ones do.

        Args:
            seen: the tags of the words that were seen so far.
        """
        self._unseen = [word for word in self.all.values() if word.tag not in seen]
        self._again = self._chance.sample(self._unseen, len(self._unseen))
        self._given = {}
        self._turns += 1

    def instead(self, text: str) -> str:
        """The word that stands for a text."""
        if self._turns % 2 and _ID.fullmatch(text):
            return text
        if text not in self._given:
            self._given[text] = self._next().text
        return self._given[text]

    def _next(self) -> Word:
        """One that was not seen, or else a new one; any one where there are no more."""
        if self._again:
            return self._again.pop()
        word = next(self._source, None)
        if word is None:
            return self._chance.choice(self._unseen or list(self.all.values()))
        self.all[word.tag] = word
        return word

    def spoil(self, value: Any) -> Any:
        """A model value with every text in it replaced, the zone's name and cursors apart."""
        if isinstance(value, tuple):
            return tuple(map(self.spoil, value))
        if isinstance(value, dict):
            return {self.spoil(key): self.spoil(each) for key, each in value.items()}
        if isinstance(value, msgspec.Struct):
            names = [name for name in value.__struct_fields__ if name not in _KEPT]
            changes = {name: self.spoil(getattr(value, name)) for name in names}
            return msgspec.structs.replace(value, **changes)
        return self.instead(value) if type(value) is str and value else value


class HostileEngine(ChainEngine):
    """Answers every question of a console; as its own audience it tells the live lines."""

    full = False

    def __init__(self, words: Words, access: Access) -> None:
        super().__init__(street())
        self.words = words
        self.answers = self
        self.metering = SimpleNamespace(meter=lambda house: self._spoilt(meter_health(house)))
        self.asked_for: list[tuple[str, str]] = []
        """The method and the path of every request."""
        self._access = access
        self._turned = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._version = 0
        # what may be asked and nothing more: a command is counted, and refused as unknown
        self._application = watch_app(cast(Desk, self), cast(Audience, self))
        self._application.router.routes += [
            *changing(cast(Writer, self)),
            Route("/bills/{period}", self._bills),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked_for.append((scope["method"], scope["path"]))
        await self._application(scope, receive, send)

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The requests that were no question."""
        return [asked for asked in self.asked_for if asked[0] != "GET"]

    def turn(self, seen: set[str]) -> None:
        """Tell other words from now on; called from another thread.

        Args:
            seen: the tags of the words that were seen so far.
        """

        def turned() -> None:
            self.words.turn(seen)
            self._version += 1
            self._turned.set()

        assert self._loop is not None
        self._loop.call_soon_threadsafe(turned)

    def _spoilt(self, value: Struct) -> Struct:
        spoilt: Struct = self.words.spoil(value)
        return spoilt

    async def _bills(self, request: Request) -> Response:
        found = await self.bills(request.path_params["period"])
        return json(msgspec.structs.replace(self._spoilt(found), period=found.period))

    async def listen(self, _access: Access) -> AsyncIterator[bytes]:
        """Yield a whole picture at every turn."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._turned.clear()
            picture = self.words.spoil(self.snapshot)
            place = msgspec.structs.replace(picture.place, access=self._access)
            head = msgspec.structs.replace(
                picture.head,
                ledger_version=self._version,
                latest_event=EVENTS + self._version,
                scene=self._version,
            )
            whole = msgspec.structs.replace(picture, place=place, head=head)
            yield msgspec.json.encode(whole) + b"\n"
            while not self._turned.is_set():
                yield await self._beat()

    async def _beat(self) -> bytes:
        """A heartbeat, a second later or as soon as it turns."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._turned.wait(), BEAT_SECONDS)
        return msgspec.json.encode(Beat(now=NOW)) + b"\n"

    async def status(self) -> Status:
        """Say that it is there."""
        return await self.auto(True)

    async def settlements(self, day: date | None = None) -> DaySettlements:
        shown = day or date(2026, 6, 21)
        return self._spoilt(DaySettlements(day=shown, settlements=noted()))

    async def preview(self, interval: str, *, provisional: bool = False) -> Preview:
        if interval == noted()[DUE].interval.name:
            raise Refused(self.words.instead(f"refused {provisional}"))
        return self._spoilt(preview(HELD))

    async def house(self, house: str, day: date | None = None) -> HouseDay:
        return self._spoilt(await super().house(house, day))

    async def ledger(self, query: LedgerQuery) -> LedgerPage:
        rows = [
            msgspec.structs.replace(row, producer=f"from {number}", consumer=f"to {number}")
            for number, row in enumerate((entries(52) * 4)[:ROWS])
        ]
        page = LedgerPage(
            entries=tuple(rows), next="", rows=ROWS, wh=1, amount_nano=1, all_rows=ROWS, before=0
        )
        return self._spoilt(page)

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        found: EntryProof = self.words.spoil(proof(entries(52)[0]))
        entry = msgspec.structs.replace(found.entry, producer=producer, consumer=consumer)
        return msgspec.structs.replace(found, entry=entry)

    async def events(self, before: int | None = None) -> EventPage:
        log = tuple(
            Event(
                id=number + self._version,
                time=NOW - timedelta(seconds=EVENTS - number),
                kind=EventKind.METER,
                text=f"event {number}",
                subject=f"subject {number}",
                actor=f"actor {number}",
            )
            for number in range(EVENTS, 0, -1)
        )
        return self._spoilt(EventPage(events=log, next=None))

    async def configuration(self) -> Configuration:
        values = tuple(
            ConfigValue(
                key=f"key {number}",
                value=f"value {number}",
                default=f"default {number}",
                help=f"help {number}",
            )
            for number in range(VALUES)
        )
        return self._spoilt(
            Configuration(source="file", was="0" * 64, values=values, houses=("house",))
        )


def street() -> Snapshot:
    """Lindenhof with many houses, of which each has a name, a meter and a reason of its own."""
    known = flowing()
    states = (MeterState.LIVE, MeterState.STALE, MeterState.LOST)
    houses = tuple(
        msgspec.structs.replace(
            known.houses[number % 12],
            id=f"test{number + 1}",
            name=f"name {number}",
            meter=f"meter {number}",
            state=states[number % 3],
            reason=f"reason {number}",
        )
        for number in range(HOUSES)
    )
    alarms = tuple(
        Alarm(
            number=number + 1,
            key=f"key {number}",
            priority=tuple(Priority)[number % 3],
            since=NOW - timedelta(hours=number),
            title=f"title {number}",
            text=f"text {number}",
            advice=f"advice {number}",
            acknowledged_at=NOW if number == 1 else None,
            acknowledged_by="by" if number == 1 else "",
        )
        for number in range(ALARMS)
    )
    due = msgspec.structs.replace(known.day[DUE], state=State.CLOSED)
    head = msgspec.structs.replace(
        known.head, alarms=alarms, sentence="sentence", chain_reason="reason", halted=""
    )
    day = (*known.day[:DUE], due, *known.day[DUE + 1 :])
    return msgspec.structs.replace(known, houses=houses, head=head, day=day)


def noted() -> tuple[Settlement, ...]:
    """The day's intervals, all of which are held for a reason but those of the night."""
    return tuple(
        msgspec.structs.replace(
            settlement(HELD), interval=settlement(number).interval, reason=f"note {number}"
        )
        for number in range(OPEN)
    )
