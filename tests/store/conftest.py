from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.model.entry import Entry, EntryState
from console.model.interval import Interval
from console.model.reading import Quality, Reading
from console.model.settlement import Plan, Settlement, Share, State
from console.model.trade import Trade
from console.model.transaction import Outgoing
from console.store.database import Database
from console.store.store import Store

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(path)
    yield opened
    await opened.close()


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path, busy_seconds=0.05)
    yield opened
    await opened.close()


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def interval() -> Interval:
    return Interval(NOON, 15)


@pytest.fixture
def reading() -> Callable[..., Reading]:
    def make(house: str = "H01", seconds: float = 0, import_wh: int = 100) -> Reading:
        return Reading(
            house=house,
            time=NOON + timedelta(seconds=seconds),
            import_wh=import_wh,
            export_wh=7,
            power_w=-120,
            source="simulated",
            quality=Quality.MEASURED,
        )

    return make


@pytest.fixture
def settlement() -> Callable[..., Settlement]:
    def make(state: State = State.CLOSED, quarter: int = 0, revision: int = 0) -> Settlement:
        return Settlement(
            interval=Interval(NOON + timedelta(minutes=15 * quarter), 15),
            state=state,
            revision=revision,
            changed=NOON,
        )

    return make


@pytest.fixture
def plan() -> Callable[..., Plan]:
    def make(quarter: int = 0, revision: int = 0, carry_nwh: int = 5) -> Plan:
        share = Share(
            house="H01",
            import_start_wh=10,
            import_end_wh=20,
            export_start_wh=0,
            export_end_wh=4,
            quality=Quality.MEASURED,
            demand_wh=10,
            surplus_wh=4,
            bought_wh=4,
            sold_wh=4,
            bought_carry_in_nwh=0,
            sold_carry_in_nwh=0,
            bought_carry_out_nwh=carry_nwh,
            sold_carry_out_nwh=-carry_nwh,
        )
        return Plan(
            community="lindenhof",
            interval=Interval(NOON + timedelta(minutes=15 * quarter), 15),
            revision=revision,
            currency="EUR",
            rule="pro-rata",
            matching="pairs",
            self_netting=False,
            prices={"H01": 100_000},
            surplus_wh=4,
            demand_wh=10,
            shared_wh=4,
            shares=(share,),
            trades=(Trade(producer="H01", consumer="H01", wh=4, price_micro_per_kwh=100_000),),
            inputs_root=bytes([quarter]) * 32,
        )

    return make


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    def make(number: int = 1, leg: str = "E1|a", attempt: int = 1, quarter: int = 0) -> Outgoing:
        return Outgoing(
            hash=number.to_bytes(32, "big"),
            payload=b"signed bytes %d" % number,
            deadline=NOON + timedelta(hours=2),
            generation_hash=b"\xa1" * 32,
            leg=leg,
            interval=Interval(NOON + timedelta(minutes=15 * quarter), 15),
            attempt=attempt,
        )

    return make


@pytest.fixture
def entry() -> Callable[..., Entry]:
    def make(
        producer: str = "p1",
        consumer: str = "c1",
        quarter: int = 0,
        wh: int = 10,
        height: int = 2,
        price: int = 100_000,
        revision: int = 0,
    ) -> Entry:
        return Entry(
            producer=producer,
            consumer=consumer,
            price_micro_per_kwh=price,
            wh=wh,
            currency="EUR",
            interval=Interval(NOON + timedelta(minutes=15 * quarter), 15),
            revision=revision,
            part=1,
            height=height,
            transaction=height.to_bytes(32, "big"),
            state=EntryState.SEALED,
        )

    return make
