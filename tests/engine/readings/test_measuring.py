"""The measuring finds what all readings say, whether or not it fetches them."""

from __future__ import annotations

import asyncio
import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.engine.parts import Parts
from console.engine.readings.falls import Fall, Falls
from console.engine.readings.measuring import measure
from console.engine.readings.swaps import Swaps
from console.engine.settling.agreements import Agreements, Dated
from console.model.balance import LOOK_AROUND, IntervalBalances
from console.model.interval import Interval
from console.model.reading import Quality, Reading
from console.model.swap import Swap
from console.settlement.balance import balance
from console.store.store import Store
from tests.engine.street import START, interval, open_street, write_recording

SECOND = timedelta(seconds=1)
HOUSES = ("c1", "p1", "p2")
PERIOD = 30
"""Between two polls of these meters, s."""
STEPS = (0, 1, 3, 400, -1, -900)
"""What a register may do from one reading to the next, Wh; the fuse lets 144 of them pass."""

_step = st.tuples(
    st.sampled_from((PERIOD, PERIOD, PERIOD, PERIOD + 1, 75, 400)),
    st.sampled_from((*STEPS[:3], *STEPS)),
    st.sampled_from((*STEPS[:3], *STEPS)),
    st.sampled_from((*[Quality.MEASURED] * 9, Quality.ESTIMATED, Quality.MISSING)),
)
_plain_step = st.tuples(
    st.just(PERIOD),
    st.sampled_from(STEPS[:3]),
    st.sampled_from(STEPS[:3]),
    st.just(Quality.MEASURED),
)
_line = st.one_of(st.lists(_step, max_size=60), st.lists(_plain_step, min_size=40, max_size=60))


def _readings(
    house: str, begins: int, steps: Sequence[tuple[int, int, int, Quality]]
) -> list[Reading]:
    time, imported, exported = START + begins * SECOND, 5000, 5000
    found = [Reading(house=house, time=time, import_wh=imported, export_wh=exported)]
    for seconds, more_import, more_export, quality in steps:
        time += seconds * SECOND
        imported, exported = max(0, imported + more_import), max(0, exported + more_export)
        found.append(
            Reading(house=house, time=time, import_wh=imported, export_wh=exported, quality=quality)
        )
    return found


async def _all_judged(parts: Parts, interval: Interval) -> IntervalBalances:
    """Return the balances with every reading of every house looked at."""
    reach = LOOK_AROUND * parts.close
    first = interval.start - reach
    fetched = await parts.store.readings.between(first, interval.end + reach)
    whole = parts.swaps.continued(parts.falls.before(fetched, first))
    limits = {
        one.id: one.limit_w
        for one in parts.agreements.at(interval.start).houses
        if one.limit_w is not None
    }
    return balance(interval, HOUSES, whole, parts.close_of, limits)


async def _parts(folder: Path) -> Parts:
    """Return the parts of a street polled every `PERIOD`, each house with a fuse of 25 A."""
    registers = {house: [(0, 0), (0, 0)] for house in HOUSES}
    recording = write_recording(folder / "past.csv", registers, step=PERIOD * SECOND)
    street = await open_street(folder, recording)
    parts = street.engine.parts
    agreement = parts.agreements.newest
    fused = tuple(msgspec.structs.replace(one, fuse_a=25, phases=3) for one in agreement.houses)
    parts.agreements = Agreements(
        (Dated(START - timedelta(days=1), msgspec.structs.replace(agreement, houses=fused)),)
    )
    return parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The street's parts; each drawing puts a store of its own in."""
    opened = asyncio.run(_parts(tmp_path_factory.mktemp("street")))
    yield opened

    async def close() -> None:
        await opened.chain.close()
        await opened.store.close()

    asyncio.run(close())


async def _both(parts: Parts, readings: Sequence[Reading], few: int) -> list[IntervalBalances]:
    """Return what is measured, and what comes of judging all readings."""
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "store.db", stepped=True)
        drawn = dataclasses.replace(parts, store=store)
        try:
            await store.readings.add(readings)
            return [
                await measure(drawn, interval(0), HOUSES, few=few),
                await _all_judged(drawn, interval(0)),
            ]
        finally:
            await store.close()


@given(
    lines=st.tuples(*[st.tuples(st.integers(-400, 100), _line)] * len(HOUSES)),
    swapped=st.lists(st.integers(-500, 1500), max_size=2),
    fell=st.none() | st.integers(-2000, -300),
    few=st.sampled_from((0, 0, len(HOUSES))),
)
def test_what_is_measured_is_what_judging_every_reading_gives(
    parts: Parts,
    lines: tuple[tuple[int, list[tuple[int, int, int, Quality]]], ...],
    swapped: list[int],
    fell: int | None,
    few: int,
) -> None:
    readings = [
        one
        for house, (begins, steps) in zip(HOUSES, lines, strict=True)
        for one in _readings(house, begins, steps)
    ]
    swaps = [
        Swap(
            house="p1",
            time=START + seconds * SECOND,
            last_import_wh=9000,
            last_export_wh=7000,
            first_import_wh=10,
            first_export_wh=0,
        )
        for seconds in sorted(set(swapped))
    ]
    good = [] if fell is None else [_readings("p2", fell, ())[0]]
    falls = [Fall(msgspec.structs.replace(one, import_wh=5002)) for one in good]
    drawn = dataclasses.replace(parts, swaps=Swaps(tuple(swaps)), falls=Falls(tuple(falls)))
    measured, judged = asyncio.run(_both(drawn, readings, few))
    assert measured == judged


async def test_of_a_house_that_only_rises_no_readings_but_those_at_the_edges_are_fetched(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = [(PERIOD, 1, 0, Quality.MEASURED)] * 40
    dips = [*steady[:20], (PERIOD, -3, 0, Quality.MEASURED), *steady[:20]]
    for house, steps in (("c1", steady), ("p1", dips), ("p2", steady)):
        await parts.store.readings.add(_readings(house, -90, steps))
    fetched: list[str] = []
    between = parts.store.readings.between

    async def noted(
        start: datetime, end: datetime, houses: Sequence[str] | None = None
    ) -> dict[str, list[Reading]]:
        fetched.extend(houses or HOUSES)
        return await between(start, end, houses)

    monkeypatch.setattr(parts.store.readings, "between", noted)
    measured = await measure(parts, interval(0), HOUSES, few=0)
    assert [one.house for one in measured.balances] == list(HOUSES)
    assert fetched == ["p1"]
