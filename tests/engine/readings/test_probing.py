"""The probing: a new house's meter is found, watched and judged, and let go of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest

from console.client.client import Client
from console.clock import FrozenClock
from console.engine.readings.probing import MOST_AT_ONCE, Probing
from console.engine.serving.api import operate_app
from console.errors import EngineError, MeterError, UsageError
from console.meters.poller import Poller
from console.meters.probing.watch import USUAL_TIME
from console.model.change import NewHouse
from console.model.probe import Flaw, Glimpse, HouseProbe, Outcome
from console.settings import MeterSettings, TlsSettings
from tests.engine.street import Opened
from tests.meters.polling import FakeMeter
from tests.system.lan import Lan

WATTS = 6000


class Meter:
    """A HomeWizard-shaped meter of a house that takes; its answers are what it is told to show."""

    def __init__(self) -> None:
        self.import_wh = 1_000_000.0
        self.export_wh = 2500.0
        self.power_w = WATTS

    def answer(self) -> bytes:
        return json.dumps(
            {
                "total_power_import_kwh": self.import_wh / 1000,
                "total_power_export_kwh": self.export_wh / 1000,
                "active_power_w": self.power_w,
            }
        ).encode()


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def url(meter: Meter) -> Iterator[str]:
    with Lan() as lan:
        yield lan.serve({"/api/v1/data": meter.answer})


class Watching:
    """A probe under way, with what it has shown."""

    def __init__(self, probing: Probing, meter: MeterSettings, clock: FrozenClock) -> None:
        self.seen: asyncio.Queue[Glimpse] = asyncio.Queue()
        self.task = asyncio.create_task(probing.probe(meter, self.seen.put_nowait))
        self._clock = clock

    async def next(self) -> Glimpse:
        return await self.seen.get()

    async def pass_time(self, seconds: int) -> Glimpse:
        self._clock.move_to(self._clock.now() + timedelta(seconds=seconds))
        return await self.next()


@pytest.fixture
async def watching(half_way: Opened, url: str) -> AsyncIterator[Watching]:
    parts = half_way.engine.parts
    assert isinstance(parts.clock, FrozenClock)
    house = NewHouse(id="h7", profile="", url=url)
    probing = Probing(parts)
    one = Watching(probing, probing.meter(house), parts.clock)
    yield one
    one.task.cancel()
    await asyncio.gather(one.task, return_exceptions=True)


async def test_its_profile_is_found_and_its_reading_moves(watching: Watching, meter: Meter) -> None:
    assert await watching.next() == Glimpse()
    first = await watching.next()
    assert (first.profile, first.import_wh, first.export_wh) == ("homewizard-v1", 1e6, 2500)
    assert first.plate is not None
    assert first.verdict is not None
    assert first.verdict.outcome is Outcome.UNDECIDED
    meter.import_wh += 10
    second = await watching.pass_time(2)
    assert second.import_wh == 1_000_010


async def test_a_fault_is_named_as_it_becomes_known(watching: Watching, meter: Meter) -> None:
    await watching.next()
    await watching.next()
    meter.power_w = -WATTS
    glimpse = Glimpse()
    for _ in range(120):
        meter.import_wh += WATTS * 2 / 3600
        glimpse = await watching.pass_time(2)
    assert glimpse.verdict is not None
    assert glimpse.verdict.outcome is Outcome.FAULT
    assert glimpse.verdict.faults[0].kind in (Flaw.SIGN, Flaw.SIGN_OR_SWAP)


async def test_what_only_the_house_can_tell_is_told_both_ways(
    watching: Watching, meter: Meter
) -> None:
    meter.power_w, meter.export_wh = -WATTS, 700_000.0
    await watching.next()
    glimpse = await watching.next()
    assert glimpse.if_taking is None
    for _ in range(120):
        meter.import_wh += WATTS * 2 / 3600
        glimpse = await watching.pass_time(2)
    told = [glimpse.judged(taking=taking).verdict for taking in (None, True, False)]
    kinds = [verdict.faults[0].kind for verdict in told if verdict is not None]
    assert kinds == [Flaw.SIGN_OR_SWAP, Flaw.SIGN, Flaw.SWAP]


async def test_it_ends_when_its_time_is_over(watching: Watching) -> None:
    await watching.next()
    assert not (await watching.next()).over
    last = await watching.pass_time(USUAL_TIME // timedelta(seconds=1) + 1)
    assert last.over
    await watching.task


async def test_what_nothing_reads_is_told_in_one_glimpse(half_way: Opened) -> None:
    client = Client(
        None, httpx.ASGITransport(operate_app(half_way.engine, half_way.engine.audience))
    )
    house = NewHouse(id="h7", profile="homewizard-v1", url="http://127.0.0.1:9")
    seen = [glimpse async for glimpse in client.probe(house)]
    assert seen[-1].over
    assert "no connection to 127.0.0.1:9" in seen[-1].trouble
    with pytest.raises(EngineError, match="must be an address"):
        _ = [one async for one in client.probe(NewHouse(id="h7", profile="", url="ftp://x"))]
    await client.close()


async def test_another_profile_that_reads_it_is_named(half_way: Opened, url: str) -> None:
    probing, seen = Probing(half_way.engine.parts), list[Glimpse]()
    meter = probing.meter(NewHouse(id="h7", profile="ecotracker", url=url))
    await probing.probe(meter, seen.append)
    assert "ecotracker does not read it, homewizard-v1 does" in seen[-1].trouble
    assert seen[-1].over


@pytest.mark.parametrize(
    "house",
    [
        NewHouse(id="h7", profile="", url="http://user:pass@127.0.0.1"),
        NewHouse(id="h7", profile="", url="http://127.0.0.1", secret="the-secret-itself"),
        NewHouse(id="h7", profile="", url="http://127.0.0.1", params={"a": "x" * 100}),
        NewHouse(id="h7", profile="", url="https://127.0.0.1", tls={"pin": "nonsense"}),
        NewHouse(id="h7", profile="", url="https://127.0.0.1", tls={"verify": "no"}),
        NewHouse(id="h7", profile="", url="https://127.0.0.1", tls={"pin": "ab" * 32, "ca": "x"}),
    ],
)
async def test_what_the_file_would_refuse_is_refused(half_way: Opened, house: NewHouse) -> None:
    with pytest.raises(UsageError) as refused:
        Probing(half_way.engine.parts).meter(house)
    assert "pass@" not in refused.value.message
    assert "the-secret-itself" not in refused.value.message


async def test_no_more_than_a_few_are_watched_at_once(half_way: Opened, url: str) -> None:
    parts = half_way.engine.parts
    assert isinstance(parts.clock, FrozenClock)
    probing = Probing(parts)
    meter = probing.meter(NewHouse(id="h7", profile="homewizard-v1", url=url))
    many = [Watching(probing, meter, parts.clock) for _ in range(MOST_AT_ONCE)]
    for one in many:
        await one.next()
    seen: list[Glimpse] = []
    await probing.probe(meter, seen.append)
    await probing.listen(HouseProbe(house="c1", minutes=1), FakeMeter("c1"), seen.append)
    assert ["are watched at the moment" in one.trouble for one in seen] == [True, True]
    for one in many:
        one.task.cancel()
    await asyncio.gather(*(one.task for one in many), return_exceptions=True)
    again = Watching(probing, meter, parts.clock)
    assert not (await again.next()).over
    again.task.cancel()
    await asyncio.gather(again.task, return_exceptions=True)


async def test_a_certificate_is_believed_as_the_file_would_say(half_way: Opened) -> None:
    probing = Probing(half_way.engine.parts)
    pinned = probing.meter(
        NewHouse(id="h7", profile="", url="https://127.0.0.1", tls={"pin": "AB" * 32})
    )
    assert pinned.tls == TlsSettings(pin="sha256:" + "ab" * 32)
    named = probing.meter(
        NewHouse(id="h7", profile="", url="https://127.0.0.1", tls={"ca": "ca.pem", "name": "x"})
    )
    assert named.tls.ca is not None
    assert named.tls.ca.is_absolute()


async def test_a_houses_meter_is_watched_by_what_is_polled_anyway(half_way: Opened) -> None:
    parts = half_way.engine.parts
    assert isinstance(parts.clock, FrozenClock)
    clock = parts.clock
    meter = FakeMeter("c1")
    poller = Poller([meter], clock, timedelta(seconds=10), minutes=15)
    probing, seen = Probing(parts, poller.overheard), asyncio.Queue[Glimpse]()
    asked = HouseProbe(house="c1", minutes=5)
    work = probing.listen(asked, probing.known(asked), seen.put_nowait)
    task = asyncio.create_task(work)
    assert "nothing was heard of it yet" in (await seen.get()).trouble
    glimpse = Glimpse()
    for _ in range(3):
        clock.move_to(clock.now() + timedelta(seconds=10))
        await poller.step(_nowhere)
        glimpse = await seen.get()
    assert (glimpse.import_wh, glimpse.power_w, glimpse.trouble) == (1000.9, -2, "")
    polls = meter.asked
    meter.error = MeterError("it hangs up")
    clock.move_to(clock.now() + timedelta(seconds=10))
    await poller.step(_nowhere)
    assert meter.asked == polls + 1
    while not glimpse.trouble:
        clock.move_to(clock.now() + timedelta(seconds=10))
        glimpse = await seen.get()
    assert glimpse.trouble == "it hangs up"
    clock.move_to(clock.now() + timedelta(minutes=6))
    while not glimpse.over:
        glimpse = await seen.get()
    await task
    assert meter.asked == polls + 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (HouseProbe(house="nobody", minutes=1), "there is no house 'nobody'"),
        (HouseProbe(house="c1", minutes=61), "1 to 60 minutes"),
        (HouseProbe(house="c1", minutes=1), "nobody asks the meter of c1 now"),
    ],
)
async def test_what_cannot_be_watched_is_refused(
    half_way: Opened, asked: HouseProbe, said: str
) -> None:
    client = Client(
        None, httpx.ASGITransport(operate_app(half_way.engine, half_way.engine.audience))
    )
    with pytest.raises(EngineError, match=said):
        _ = [one async for one in client.probe_house(asked)]
    await client.close()


async def _nowhere(_message: object) -> None:
    """Where what the poller tells goes."""


@pytest.mark.parametrize("profile", ["", "homewizard-v1"])
async def test_the_meter_of_another_house_is_told_and_not_asked(
    half_way: Opened, url: str, profile: str
) -> None:
    parts = half_way.engine.parts
    first, *others = parts.settings.members
    theirs = MeterSettings(profile="homewizard-v1", url=f"{url}/")
    members = (msgspec.structs.replace(first, meter=theirs), *others)
    parts.settings = msgspec.structs.replace(parts.settings, members=members)
    seen: list[Glimpse] = []
    probing = Probing(parts)
    house = NewHouse(id="h7", profile=profile, url=url)
    await probing.probe(probing.meter(house), seen.append)
    assert [glimpse.over for glimpse in seen] == [True]
    assert seen[0].trouble.startswith(f"it is the meter of {first.house.id} already")
