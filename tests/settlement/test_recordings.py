"""Real streets and a real meter, read in place where they are at hand."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from console.model.interval import Interval, intervals_between
from console.model.reading import Reading
from console.model.settlement import Carry
from console.settlement.balance import balance, gap_energy
from console.settlement.check import check
from console.settlement.plan import decide
from console.settlement.terms import Terms

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FONTANA = DATA / "fontana-17-houses-60min-eight-weeks.csv"
KONSTANZ = DATA / "konstanz-house-registers-60min.csv"
KONSTANZ_HOUSE = "DE_KN_residential4_grid"
CLOSE = timedelta(hours=2)
HOUR = timedelta(hours=1)
SCALE = 10**18


def registers(path: Path) -> dict[str, list[Reading]]:
    """Interval energy added up to registers."""
    lines: dict[str, list[Reading]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            start, house = datetime.fromisoformat(row["start"]), row["house"]
            if house not in lines:
                lines[house] = [Reading(house=house, time=start, import_wh=0, export_wh=0)]
            last = lines[house][-1]
            lines[house].append(
                Reading(
                    house=house,
                    time=start + HOUR,
                    import_wh=last.import_wh + int(row["imported_wh"]),
                    export_wh=last.export_wh + int(row["exported_wh"]),
                )
            )
    return lines


@pytest.mark.skipif(not FONTANA.exists(), reason="the recording is not at hand")
def test_eight_weeks_of_seventeen_houses(salt: Callable[[str], bytes]) -> None:
    lines = registers(FONTANA)
    terms = Terms(community="fontana", currency="EUR")
    carry: dict[str, Carry] = {}
    owed: defaultdict[tuple[str, str], int] = defaultdict(int)
    worst, hours, sharing, shared_wh = 0, 0, 0, 0
    for hour, interval in enumerate(
        intervals_between(lines["H01"][0].time, lines["H01"][-1].time, 60)
    ):
        window = {house: line[max(hour - 1, 0) : hour + 3] for house, line in lines.items()}
        plan = decide(
            balance(interval, list(lines), window, lambda _: CLOSE, {}), terms, carry, salt
        )
        check(plan)
        assert plan.shared_wh == min(plan.surplus_wh, plan.demand_wh)
        carry = plan.carry_out
        hours, sharing, shared_wh = (
            hours + 1,
            sharing + bool(plan.trades),
            shared_wh + plan.shared_wh,
        )
        for share in plan.shares:
            for side, whole, own, got in (
                ("bought", plan.demand_wh, share.demand_wh, share.bought_wh),
                ("sold", plan.surplus_wh, share.surplus_wh, share.sold_wh),
            ):
                exact = plan.shared_wh * own * SCALE // whole if whole else 0
                owed[share.house, side] += exact - got * SCALE
                worst = max(worst, abs(owed[share.house, side]))
    assert (hours, sharing, shared_wh) == (1344, 734, 2_602_914)
    assert worst < SCALE


def konstanz() -> list[Reading]:
    with KONSTANZ.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[f"{KONSTANZ_HOUSE}_import"]]
    return [
        Reading(
            house="K",
            time=datetime.fromisoformat(row["utc_timestamp"]),
            import_wh=round(float(row[f"{KONSTANZ_HOUSE}_import"]) * 1000),
            export_wh=round(float(row[f"{KONSTANZ_HOUSE}_export"]) * 1000),
        )
        for row in rows
    ]


@pytest.mark.skipif(not KONSTANZ.exists(), reason="the recording is not at hand")
def test_a_years_registers_with_gaps() -> None:
    line = konstanz()
    steps = list(pairwise(line))
    breaks = [(one, after) for one, after in steps if after.time - one.time > CLOSE]
    times = [reading.time for reading in line]
    known = []
    for interval in intervals_between(line[0].time, line[-1].time, 60):
        place = bisect_left(times, interval.start)
        window = line[max(place - 2, 0) : place + 3]
        known.append(balance(interval, ["K"], {"K": window}, lambda _: CLOSE, {"K": 43_500}))
    gap = gap_energy({"K": line}, known, {"K": 43_500})["K"]
    assert gap.import_wh == sum(after.import_wh - one.import_wh for one, after in breaks)
    assert gap.export_wh == sum(after.export_wh - one.export_wh for one, after in breaks)
    long = Interval(datetime(2016, 4, 22, 15, tzinfo=UTC), 60)
    held = {one.interval: one.missing for one in known if one.missing}
    assert held[long][0].reason == "no reading from 14:00Z to 21:00Z"
    assert (line[0].import_wh, line[-1].import_wh, line[-1].export_wh) == (77, 6321393, 9563098)
