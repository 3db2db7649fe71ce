"""The rereading agrees with settlement on whatever meters say, though it shares no line with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.ledger.reread import reread
from console.model.balance import Balance
from console.model.interval import Interval
from console.model.reading import Quality, Reading
from console.model.swap import Swap
from console.settlement.balance import balance
from console.settlement.swaps import continued

START = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
INTERVAL = Interval(START, 15)
CLOSE = timedelta(minutes=3)
LIMITS = {"limited": 17_250}

_wild = st.tuples(
    st.sampled_from((30, 60, 75, 179, 179, 400)),
    st.sampled_from((0, 1, 3, 60, 400, -1, -400, -900)),
    st.sampled_from((0, 0, 2, 400, -1, -900)),
    st.sampled_from((*[Quality.MEASURED] * 6, *Quality)),
    st.integers(0, 999),
)
_calm = st.tuples(
    st.sampled_from((30, 60, 75, 179)),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from((*[Quality.MEASURED] * 9, Quality.ESTIMATED)),
    st.integers(0, 999),
)


@st.composite
def _steps(draw: st.DrawFn) -> list[tuple[int, int, int, Quality, int]]:
    """Calm steps, and a few wild ones among them."""
    steps = draw(st.lists(_calm, min_size=8, max_size=40))
    for place, wild in draw(st.lists(st.tuples(st.integers(0, 40), _wild), max_size=3)):
        steps.insert(place, wild)
    return steps


_swap = st.tuples(st.integers(-900, 1800), *[st.integers(0, 6000)] * 4)


def readings(
    house: str, begins: int, steps: Sequence[tuple[int, int, int, Quality, int]]
) -> list[Reading]:
    time, imported, exported = START + timedelta(seconds=begins), 5000, 5000
    found = [Reading(house=house, time=time, import_wh=imported, export_wh=exported)]
    for seconds, more_import, more_export, quality, milliseconds in steps:
        time += timedelta(seconds=seconds, milliseconds=milliseconds)
        imported, exported = max(0, imported + more_import), max(0, exported + more_export)
        found.append(
            Reading(house=house, time=time, import_wh=imported, export_wh=exported, quality=quality)
        )
    return found


def swaps(house: str, drawn: Sequence[tuple[int, int, int, int, int]]) -> list[Swap]:
    return [
        Swap(
            house=house,
            time=START + timedelta(seconds=at),
            last_import_wh=one,
            last_export_wh=two,
            first_import_wh=three,
            first_export_wh=four,
        )
        for at, one, two, three, four in drawn
    ]


def found(line: Sequence[Reading], exchanges: Sequence[Swap], house: str) -> Balance | None:
    said = reread(INTERVAL, [house], {house: line}, exchanges, lambda _: CLOSE, LIMITS)
    assert len(said.balances) + len(said.missing) == 1
    return said.balances[0] if said.balances else None


@settings(max_examples=400)
@given(
    st.sampled_from(("limited", "free")),
    st.integers(-400, 10),
    _steps(),
    st.lists(_swap, max_size=2),
)
def test_it_finds_what_settlement_finds(
    house: str,
    begins: int,
    steps: Sequence[tuple[int, int, int, Quality, int]],
    exchanged: Sequence[tuple[int, int, int, int, int]],
) -> None:
    line, exchanges = readings(house, begins, steps), swaps(house, exchanged)
    whole = continued({house: line}, exchanges)
    settled = balance(INTERVAL, [house], whole, lambda _: CLOSE, LIMITS)
    assert found(line, exchanges, house) == (settled.balances[0] if settled.balances else None)


def every(seconds: int, *registers: tuple[int, int]) -> list[Reading]:
    return [
        Reading(
            house="free",
            time=START + place * timedelta(seconds=seconds),
            import_wh=imported,
            export_wh=exported,
        )
        for place, (imported, exported) in enumerate(registers)
    ]


def test_registers_at_the_edges_are_those_of_the_readings_there() -> None:
    line = every(900, (10, 1), (25, 4))
    one = found(line, [], "free")
    assert one is not None
    assert (one.imported_wh, one.exported_wh, one.quality) == (15, 3, Quality.MEASURED)


def test_a_counter_that_reads_0_once_changes_nothing() -> None:
    sound = every(60, *((1000 + at, 7) for at in range(16)))
    fallen = [*sound]
    fallen[8] = msgspec.structs.replace(fallen[8], import_wh=0)
    assert found(fallen, [], "free") == found(sound, [], "free")


@pytest.mark.parametrize("line", [[], every(900, (10, 1)), every(1000, (10, 1), (25, 4))])
def test_what_no_reading_tells_is_not_known(line: list[Reading]) -> None:
    assert found(line, [], "free") is None


def test_an_exchange_of_meters_counts_on() -> None:
    line = every(300, (1000, 50), (1005, 52), (3, 0), (9, 1))
    at = START + timedelta(seconds=450)
    exchange = Swap(
        house="free",
        time=at,
        last_import_wh=1007,
        last_export_wh=53,
        first_import_wh=1,
        first_export_wh=0,
    )
    one = found(line, [exchange], "free")
    assert one is not None
    assert (one.imported_wh, one.exported_wh) == (7 + 8, 3 + 1)
