"""Seventeen real homes over eight weeks: every interval and every house against exact shares."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.system.community import run

FILE = Path(__file__).parents[3] / "shared" / "data" / "fontana-17-houses-60min-eight-weeks.csv"
HOUSES = 17
WHOLE = 1344

Energy = dict[str, dict[str, tuple[int, int]]]
"""Imported and exported Wh by interval and house, as the file says it."""

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the recording is not beside this copy of the project"
)


def _slice(path: Path, hours: int) -> Path:
    """Write the file's first hours as a recording of its own."""
    with FILE.open(encoding="utf-8") as whole:
        path.write_text("".join(islice(whole, 1 + hours * HOUSES)), encoding="utf-8")
    return path


def _energy(path: Path) -> Energy:
    energy: Energy = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            moved = int(row["imported_wh"]), int(row["exported_wh"])
            energy[row["start"]][row["house"]] = moved
    return dict(energy)


def _replay(path: Path, folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a replay's summary and its ledger's rows."""
    ledger = folder / "ledger.jsonl"
    words = ("--minutes", "60", "--price", "0.1", "--ledger", str(ledger), "--json")
    done = run("replay", str(path), *words, home=folder, seconds=3600)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    return json.loads(done.stdout), rows


def _check(path: Path, folder: Path, intervals: int) -> None:
    energy = _energy(path)
    summary, rows = _replay(path, folder)
    assert len(energy) == summary["intervals"] == summary["settled"] == intervals
    assert (summary["residual_wh"], summary["held"], summary["gap_wh"]) == (0, 0, 0)
    assert summary["rows"] == len(rows)
    assert {row["state"] for row in rows} == {"final"}
    _check_sums(energy, rows, summary)
    _check_shares(energy, rows)


def _check_sums(energy: Energy, rows: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    """Each interval shares the smaller of surplus and demand, to the Wh."""
    shared: Counter[str] = Counter()
    for row in rows:
        shared[row["interval"]] += row["wh"]
    expected = {start: min(_sums(houses)) for start, houses in energy.items()}
    assert shared == Counter(expected)
    assert summary["idle"] == sum(wh == 0 for wh in expected.values())
    assert summary["shared_wh"] == sum(expected.values())
    assert summary["imported_wh"] == sum(_sums(houses)[0] for houses in energy.values())
    assert summary["exported_wh"] == sum(_sums(houses)[1] for houses in energy.values())


def _check_shares(energy: Energy, rows: list[dict[str, Any]]) -> None:
    """Since the start, no house is ever further than 1 Wh from its exact share, on both sides."""
    bought: dict[str, Counter[str]] = defaultdict(Counter)
    sold: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        bought[row["interval"]][row["consumer"]] += row["wh"]
        sold[row["interval"]][row["producer"]] += row["wh"]
    behind: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for start, houses in energy.items():
        demand, surplus = _sums(houses)
        shared = min(demand, surplus)
        for house, (imported, exported) in houses.items():
            assert bought[start][house] <= imported
            assert sold[start][house] <= exported
            if shared:
                behind[house, "bought"] += Fraction(shared * imported, demand)
                behind[house, "sold"] += Fraction(shared * exported, surplus)
            behind[house, "bought"] -= bought[start][house]
            behind[house, "sold"] -= sold[start][house]
        worst = max(behind, key=lambda side: abs(behind[side]))
        assert abs(behind[worst]) <= 1, (start, worst, float(behind[worst]))


def _sums(houses: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Return all imported and all exported Wh of an interval."""
    return sum(one for one, _ in houses.values()), sum(one for _, one in houses.values())


def test_five_days_are_shared_exactly(tmp_path: Path) -> None:
    _check(_slice(tmp_path / "five-days.csv", 120), tmp_path, 120)


@pytest.mark.soak
def test_eight_weeks_are_shared_exactly(tmp_path: Path) -> None:
    _check(FILE, tmp_path, WHOLE)
