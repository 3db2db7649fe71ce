"""Lindenhof: 12 houses at the instant of all pictures of the screens, with the same numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from console.model.event import Alarm, Priority
from console.model.interval import Interval
from console.model.meter import Counted, MeterHealth, Movement, Plate, Polls
from console.model.reading import MeterState
from console.model.settlement import Plan, Settlement, State
from console.model.snapshot import API, Access, DayInterval, Head, HouseNow, Mode, Place, Snapshot
from console.model.trade import Trade
from console.model.view import HouseDay, HouseInterval

NOW = datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 20, 21, 0, tzinfo=UTC)
PRICE = 100_000
SPARKS = "▁▂▃▄▅▆▇█"
PICTURES = Path(__file__).parents[3] / "shared" / "screens.md"

HOUSES = """
test1   -4210  12 10206     0 14882  1257 ▃▆▆▆▆▆██████▇█
test2     620  31     0  2760     0  4326 ▃▃▃▃▄▅▅▄▄▇▆█▇▆
test3    1900   8     0  4930     0  7568 ▃▃▃▃▄▃▄▅▆▄▄▅▄█
test4     420 162     0  2064     0  3330 ▃▃▃▃▃▅▅▆▆▅▇▅▅▅
test5    2310  44     0  7767     0 11375 ▂▂▂▃▃▃▃▄▆█▇█▇▇
test6   -3020  19  7693     0 12999   969 ▃▆▆▇▇▇██████▇█
test7     740  53     0  3533     0  5638 ▃▄▄▃▄▃▄▅▄▅▅▇▅▆
test8     350  27     0  2285     0  3667 ▂▄▃▃▄▅▅▅▆▅█▇▅▄
test9   -5180   5 13388     0 20675  1425 ▃▆▆▇▇▇!█████▇█
test10   1880  38     0  6108     0  8761 ▂▂▂▂▂▃▃▂▄▄▅▅▄▇
test11      0  22  1321     0  2374   621 ▇▆▆▇██▆▃▆_____
test12    860  49     0  3161     0  5211 ▂▄▃▃▄▅▆▄▆█▇▇▆█
"""
"""Name, W, age s, sold, bought, exported, imported Wh today, and the last hours as drawn."""

SHARED = "_" * 22 + "▁▂▂▂▂▂▂▂▃▃▄▃▄▄▄▄▃▂▃▃▂▃▃!▄▅▅▅▆▅▆"
TO_GRID = "_" * 32 + "▁▁▁▂▂▃▁▂▅▄▅▅▄!▅▄▃▃▃▃▃"
FROM_GRID = "▂" * 20 + "▃▃▂▂▂▂▂▄▃▃▂▂" + "_" * 13 + "!" + "_" * 7
IMPORTED = "▂▁▂▂▂▂▁▁▂▁▂▁▁▂▁▂▂▂▁▂▂▂▃▃▃▄▄▅▆▄▄▄▅▄▄▃▃▂▃▃▃▃▃▄▃▄▅▆▄▄▅▄█"
BOUGHT = "_" * 22 + "▁▁▁▂▂▂▃▂▂▃▅▄▄▃▃▂▃▃▃▃▃▄▃!▅▆▄▄▅▄█"


def drawn(glyphs: str, *, top: int = 800, known: dict[int, int] | None = None) -> list[int | None]:
    """Return values that a spark of this top draws as these glyphs."""
    values: list[int | None] = []
    for number, glyph in enumerate(glyphs):
        height = SPARKS.find(glyph) + 1
        value = (2 * height - 1) * top // 16 if height else 0
        values.append(None if glyph == "!" else (known or {}).get(number, value))
    return values


def summing_to(total: int, values: list[int | None], top: int, fixed: Iterable[int]) -> list[int]:
    """Return the values moved within their levels until they sum up; unknown ones are 0."""
    moved = [value or 0 for value in values]
    step = top // 16 - 2
    for number, value in enumerate(moved):
        left = total - sum(moved)
        if value and number not in fixed:
            moved[number] += max(-min(step, value - 1), min(step, left))
    assert sum(moved) == total
    return moved


def house(line: str) -> HouseNow:
    name, *numbers, spark = line.split()
    power, age, sold, bought, exported, imported = (int(number) for number in numbers)
    sign = -1 if bought else 1
    return HouseNow(
        id=name,
        name=name,
        meter="simulated",
        state=MeterState.LIVE if age < 120 else MeterState.STALE,
        time=NOW - timedelta(seconds=age),
        power_w=power,
        exported_wh=exported,
        imported_wh=imported,
        sold_wh=sold,
        bought_wh=bought,
        earned_nano=sold * PRICE,
        owes_nano=bought * PRICE,
        spark_wh=tuple(None if value is None else sign * value for value in drawn(spark)),
    )


def quarter(number: int) -> Interval:
    return Interval(MIDNIGHT + timedelta(minutes=15 * number), 15)


def settlement(number: int) -> Settlement:
    """The settlement of the day's interval of that number."""
    height, reason, known, rows = 1230 + number, "", 12, 24
    if number < 22:
        state, height = State.IDLE, 0
    elif number == 45:
        state, reason, known, rows = State.HELD, "test9 stepped 9.600 kWh", 11, 0
    else:
        state = State.SEALED if number == 52 else State.FINAL
    return Settlement(
        interval=quarter(number),
        state=state,
        reason=reason,
        changed=quarter(number).end,
        houses=12,
        known=known,
        rows=rows,
        parts=1,
        size=1880,
        height={52: 1283, 45: None}.get(number, height or None),
        shared_wh=2216 if number == 52 else 1000,
    )


def plan() -> Plan:
    """A small plan of the last closed interval."""
    return Plan(
        community="lindenhof",
        interval=quarter(52),
        revision=0,
        currency="EUR",
        rule="pro-rata",
        matching="pairs",
        self_netting=False,
        prices={"test1": PRICE},
        surplus_wh=1041,
        demand_wh=468,
        shared_wh=468,
        shares=(),
        trades=(Trade(producer="test1", consumer="test3", wh=468, price_micro_per_kwh=PRICE),),
        inputs_root=bytes(32),
    )


def day_so_far() -> tuple[DayInterval, ...]:
    series = [drawn(glyphs, top=3200) for glyphs in (SHARED, TO_GRID, FROM_GRID)]
    series[0][52], series[1][52], series[0][51] = 2216, 865, 1718
    return (
        *(
            DayInterval(
                start=quarter(number).start,
                state=settlement(number).state,
                shared_wh=series[0][number],
                to_grid_wh=series[1][number],
                from_grid_wh=series[2][number],
            )
            for number in range(53)
        ),
        DayInterval(start=quarter(53).start, state=State.OPEN),
    )


def lindenhof() -> Snapshot:
    alarm = Alarm(
        key="held 2026-06-21T08:15Z",
        priority=Priority.HIGH,
        since=NOW,
        title="11:15 held",
        text="test9 stepped 9.600 kWh in one minute; its fuse allows 0.287",
        advice="look at the meter, then P or W on screen 3",
    )
    return Snapshot(
        place=Place(
            api=API,
            version="0.1.0",
            community="lindenhof",
            name="Lindenhof",
            timezone="Europe/Helsinki",
            currency="EUR",
            mode=Mode.DEMO,
            access=Access.OPERATE,
            minutes=15,
            poll_seconds=60.0,
            chain="private, on this computer",
            price="0.10 EUR/kWh",
            latitude=60.2,
            longitude=24.65,
        ),
        head=Head(
            now=NOW,
            speed=60.0,
            locked=False,
            auto=True,
            open=quarter(53),
            settles=quarter(53).end + timedelta(minutes=5),
            last=settlement(52),
            height=1284,
            final_height=1282,
            alarms=(alarm,),
        ),
        houses=tuple(house(line) for line in HOUSES.strip().splitlines()),
        day=day_so_far(),
    )


def house_day(day: date) -> HouseDay:
    """The day of test3."""
    known = {47: 313, 51: 217, 52: 468}
    imported = summing_to(7568, drawn(IMPORTED, top=468, known=known), 468, known)
    bought = summing_to(4930, drawn(BOUGHT, top=468, known=known), 468, known)
    partners: dict[int, dict[str, int]] = {
        52: {"test1": 158, "test6": 114, "test9": 196},
        51: {"test1": 70, "test6": 53, "test9": 94},
        47: {"test1": 100, "test6": 73, "test9": 125, "test11": 15},
    }
    left = {"test1": 1542, "test6": 1161, "test9": 2018, "test11": 209}
    for parts in partners.values():
        for name, wh in parts.items():
            left[name] -= wh
    for number in range(53):
        if number not in partners:
            partners[number] = taken(left, bought[number])
    return HouseDay(
        house="test3",
        day=day,
        intervals=tuple(
            HouseInterval(
                settlement=settlement(number),
                imported_wh=imported[number],
                exported_wh=0,
                partners=partners[number],
                bought_wh=bought[number],
                sold_wh=0,
                owes_nano=bought[number] * PRICE,
                earned_nano=0,
            )
            for number in range(53)
        ),
        import_wh=4812301,
        export_wh=0,
        gaps=0,
        wallet="TCHBAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHJ4QA",
        holdings={"test1": 1542, "test6": 1161, "test9": 2018, "test11": 209},
    )


def meter_health(house: str) -> MeterHealth:
    """A meter that failed twice, and whose export register stands still while power flows."""
    return MeterHealth(
        house=house,
        profile="homewizard-v1",
        state=MeterState.LIVE,
        since=MIDNIGHT + timedelta(hours=9, minutes=30),
        period_seconds=60,
        time=NOW - timedelta(seconds=8),
        power_w=1900,
        import_wh=4812301,
        export_wh=0,
        counted=Counted(
            plate=Plate(
                kind="HomeWizard P1 and kWh meter (v1)",
                register="revenue",
                balancing="meter",
                address="192.168.1.21:80",
            ),
            serial="5c2faf1a2b3c",
            since=MIDNIGHT - timedelta(hours=2),
            today=Polls(799, 3, 1),
            total=Polls(919, 3, 1),
            error="192.168.1.21:80 gave no whole answer within 5 s",
            failed=NOW - timedelta(hours=2),
            last_ms=12,
            median_ms=9,
            imported=Movement(NOW - timedelta(seconds=8)),
            exported=Movement(None, 430),
            next=NOW + timedelta(seconds=52),
        ),
    )


def taken(left: dict[str, int], wh: int) -> dict[str, int]:
    parts: dict[str, int] = {}
    for name in left:
        part = min(wh, left[name])
        left[name] -= part
        wh -= part
        if part:
            parts[name] = part
    return parts
