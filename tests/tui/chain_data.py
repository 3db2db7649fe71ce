"""What the engine knows behind the pictures of Lindenhof: plans, ledger rows, proofs, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from console.model.balance import Missing
from console.model.entry import Entry, EntryState
from console.model.event import Event, EventKind
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.settlement import Plan, Settlement, Share, State
from console.model.snapshot import Snapshot
from console.model.trade import Trade
from console.model.view import (
    EntryProof,
    Preview,
)
from tests.tui.lindenhof import NOW, PRICE, lindenhof, quarter

BUYERS = ("test2", "test3", "test4", "test5", "test7", "test8", "test10", "test12")
AT_13_00 = {
    "test1": (51, 158, 37, 187, 64, 28, 152, 71),
    "test6": (37, 114, 27, 135, 46, 20, 110, 52),
    "test9": (63, 196, 46, 231, 80, 36, 187, 88),
}
EXPORTED_13_00 = {"test1": 1041, "test6": 752, "test9": 1288}
AT_11_15 = {
    "test1": (68, 119, 53, 128, 67, 53, 81, 80),
    "test6": (52, 88, 39, 97, 51, 39, 60, 60),
    "test11": (12, 22, 10, 23, 12, 10, 15, 15),
}
EXPORTED_11_15 = {"test1": 900, "test6": 700, "test11": 119}
HELD, SEALED, OPEN = 45, 52, 53
"""The numbers of the day's intervals that the pictures single out."""
SHARED = {52: 2216, 51: 1718, 46: 1308, 44: 1084}
BLOCKS = {52: 1283, 51: 1280, 46: 1265, 44: 1262}
HASHES = {52: ("9A9E", "6EC7"), 51: ("4ADE", "423B")}


def settlement(number: int) -> Settlement:
    """The settlement of the day's interval of that number, as screen 3 shows it."""
    interval = quarter(number)
    if number < 22:
        return Settlement(
            interval=interval, state=State.IDLE, changed=interval.end, houses=12, known=12
        )
    if number in (HELD, OPEN):
        state = State.HELD if number == HELD else State.OPEN
        reason = "test9 stepped 9.600 kWh at 11:22" if number == HELD else ""
        return Settlement(
            interval=interval, state=state, reason=reason, changed=NOW, houses=12, known=11
        )
    shared = SHARED.get(number, 1000)
    rows = 24 if number in (51, 52) else 32
    return Settlement(
        interval=interval,
        state=State.SEALED if number == SEALED else State.FINAL,
        changed=NOW,
        houses=12,
        known=12,
        exported_wh=3081,
        imported_wh=2216,
        shared_wh=shared,
        amount_nano=shared * PRICE,
        rows=rows,
        parts=1,
        size=1880 if rows == 24 else 2080,
        height=BLOCKS.get(number, 1200 + number),
    )


def plan(
    interval: Interval,
    cells: Mapping[str, tuple[int, ...]],
    exported: Mapping[str, int],
    left_out: Iterable[str] = (),
) -> Plan:
    """A plan from a picture's matrix."""
    trades = tuple(
        Trade(producer=producer, consumer=buyer, wh=wh, price_micro_per_kwh=PRICE)
        for producer, row in sorted(cells.items())
        for buyer, wh in zip(BUYERS, row, strict=True)
    )
    bought = {buyer: sum(t.wh for t in trades if t.consumer == buyer) for buyer in BUYERS}
    shares = [share(house, exported=wh, sold=sum(cells[house])) for house, wh in exported.items()]
    shares += [share(house, imported=wh, bought=wh) for house, wh in bought.items()]
    shared = sum(bought.values())
    return Plan(
        community="lindenhof",
        interval=interval,
        revision=0,
        currency="EUR",
        rule="pro-rata",
        matching="pairs",
        self_netting=False,
        prices=dict.fromkeys(cells, PRICE),
        surplus_wh=sum(exported.values()),
        demand_wh=shared,
        shared_wh=shared,
        shares=tuple(sorted(shares, key=lambda each: each.house)),
        trades=trades,
        left_out=tuple(Missing(house=name, reason="stepped") for name in left_out),
        inputs_root=bytes(32),
    )


def share(house: str, *, exported: int = 0, sold: int = 0, imported: int = 0, bought: int = 0
          ) -> Share:  # fmt: skip
    return Share(
        house=house,
        import_start_wh=0,
        import_end_wh=imported,
        export_start_wh=0,
        export_end_wh=exported,
        quality=Quality.MEASURED,
        demand_wh=imported,
        surplus_wh=exported,
        bought_wh=bought,
        sold_wh=sold,
        bought_carry_in_nwh=0,
        sold_carry_in_nwh=0,
        bought_carry_out_nwh=0,
        sold_carry_out_nwh=0,
    )


def preview(number: int) -> Preview:
    """The preview of the day's interval of that number."""
    at = settlement(number)
    if number == HELD:
        made = plan(at.interval, AT_11_15, EXPORTED_11_15, left_out=("test9",))
        return Preview(settlement=at, plan=made, rows=24, transactions=1, size=1880, token="t")
    if at.state is State.IDLE:
        return Preview(settlement=at, plan=None)
    made = plan(at.interval, AT_13_00, EXPORTED_13_00)
    return Preview(settlement=at, plan=made, rows=24, transactions=1, size=1880, token="t")


def transaction(number: int) -> bytes:
    first, last = HASHES.get(number, (f"{number:04X}", f"{number:04X}"))
    return bytes.fromhex(first) + bytes(28) + bytes.fromhex(last)


def entries(number: int) -> list[Entry]:
    """The ledger rows of an interval, those of 12:45 as its picture begins."""
    cells = {(p, b): wh for p, row in AT_13_00.items() for b, wh in zip(BUYERS, row, strict=True)}
    if number == 51:
        cells["test1", "test2"] = 56
        cells["test9", "test5"] += 1718 - 2216 - 5
    return [
        Entry(
            producer=producer,
            consumer=buyer,
            price_micro_per_kwh=PRICE,
            wh=wh,
            currency="EUR",
            interval=quarter(number),
            revision=0,
            part=1,
            height=BLOCKS.get(number, 1200 + number),
            transaction=transaction(number),
            state=EntryState.SEALED if number == SEALED else EntryState.FINAL,
        )
        for (producer, buyer), wh in sorted(cells.items())
    ]


def proof(entry: Entry) -> EntryProof:
    column = BUYERS.index(entry.consumer)
    return EntryProof(
        entry=entry,
        wallet="TCHBAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHJ4QA",
        mosaics=tuple((producer, row[column]) for producer, row in AT_13_00.items()),
        message="E1|2026-06-21T10:00Z|15|EUR|0.1|0|1/1",
        inner=12,
        size=1880,
        part=1,
        parts=1,
        inputs_root=bytes.fromhex("D944") + bytes(28) + bytes.fromhex("BC66"),
        final_height=1282,
    )


EVENTS = (
    ("13:22:20", "chain", "block 1284, final 1282", ""),
    ("13:21:49", "meter", "test4 stale: no reading since 13:19:49", "test4"),
    ("13:20:20", "chain", "13:00 ◐ sealed in block 1283, 24 rows, 2.216 kWh", "2026-06-21T10:00Z"),
    ("13:20:00", "settle", "13:00 frozen: 12 of 12 houses, A 2216 Wh", "2026-06-21T10:00Z"),
    ("13:09:20", "chain", "12:45 ✓ final: block 1280, final height 1282", "2026-06-21T09:45Z"),
    ("11:35:00", "settle", "11:15 ! held: test9 over its fuse", "2026-06-21T08:15Z"),
    ("11:22:41", "meter", "test9 stepped 9.600 kWh in 60 s; fuse 3 × 25 A allows 0.287", "test9"),
)


def events(count: int = 7) -> list[Event]:
    """The picture's events, newest first, and older ones below them."""
    newest = [
        Event(
            id=count - number,
            time=NOW.replace(hour=int(time[:2]) - 3, minute=int(time[3:5]), second=int(time[6:])),
            kind=EventKind(kind),
            text=text,
            subject=subject,
        )
        for number, (time, kind, text, subject) in enumerate(EVENTS)
    ]
    older = [
        Event(
            id=number,
            time=NOW - timedelta(hours=3 + count - number),
            kind=EventKind.CHAIN,
            text=f"block {number}",
        )
        for number in range(count - len(newest), 0, -1)
    ]
    return newest + older


def flowing() -> Snapshot:
    """Lindenhof with events and ledger versions above 0."""
    snapshot = lindenhof()
    head = msgspec.structs.replace(
        snapshot.head,
        latest_event=300,
        ledger_version=1,
        last=settlement(SEALED),
        alarms=tuple(
            msgspec.structs.replace(alarm, since=NOW.replace(hour=8, minute=35, second=0))
            for alarm in snapshot.head.alarms
        ),
    )
    return msgspec.structs.replace(snapshot, head=head)
