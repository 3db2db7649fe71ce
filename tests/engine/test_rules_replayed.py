"""The published vectors of the rules, each settled from a recording to finality."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.engine.headless import ReplayOptions, run_replay
from console.engine.summary import Summary
from console.errors import UsageError

HEADER = "start,house,imported_wh,exported_wh\n"
HOUR = "2026-06-21T10:00:00Z"


def settle(
    folder: Path,
    rule: str,
    energy: dict[str, tuple[int, int]],
    keys: dict[str, str] | None = None,
    **options: str,
) -> tuple[Summary, list[dict[str, object]]]:
    """Settle one hour of `house: (imported, exported)`; return the summary and the rows."""
    file, shares, ledger = folder / "day.csv", folder / "keys.csv", folder / "ledger.jsonl"
    lines = (f"{HOUR},{house},{taken},{given}\n" for house, (taken, given) in energy.items())
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
    if keys is not None:
        shares.write_text("".join(f"{house},{key}\n" for house, key in keys.items()), "utf-8")
    summary = run_replay(
        ReplayOptions(
            file=file,
            minutes=60,
            rule=rule,
            keys=shares if keys is not None else None,
            ledger=ledger,
            price=options.get("price", "0.1"),
        ),
        lambda _done, _whole: None,
    )
    return summary, [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("rule", "energy", "keys", "bought"),
    [
        (
            "pro-rata",
            {"a": (10000, 0), "b": (15000, 0), "sun": (0, 15000)},
            None,
            {"a": 6000, "b": 9000},
        ),  # V2a
        (
            "equal",
            {"a": (2000, 0), "b": (8000, 0), "c": (5000, 0), "sun": (0, 10000)},
            None,
            {"a": 2000, "b": 4000, "c": 4000},
        ),  # V3a
        (
            "static",
            {"a": (200, 0), "b": (0, 0), "sun": (0, 100)},
            {"a": "0.6", "b": "0.4"},
            {"a": 60, "b": 0},
        ),  # V4a
        (
            "static",
            {"a": (7000, 0), "sun": (0, 2000)},
            {"a": "0.4", "sun": "0.6"},
            {"a": 800},
        ),  # V4c
        (
            "static",
            {"a": (500, 0), "s1": (0, 400), "s2": (0, 0), "s3": (0, 400)},
            {"a": "0.2", "s1": "0.8"},
            {"a": 160},
        ),  # V4d
        ("static", {"a": (700, 0), "sun": (0, 20000)}, {"a": "1"}, {"a": 700}),  # V4f
        (
            "static-rounds",
            {"a": (10, 0), "b": (90, 0), "sun": (0, 80)},
            {"a": "0.5", "b": "0.5"},
            {"a": 10, "b": 70},
        ),
        ("priority", {"b": (400, 0), "a": (800, 0), "sun": (0, 1000)}, None, {"b": 400, "a": 600}),
    ],
)  # the last one is V8: first is who stands first in the recording
def test_vectors(
    tmp_path: Path,
    rule: str,
    energy: dict[str, tuple[int, int]],
    keys: dict[str, str] | None,
    bought: dict[str, int],
) -> None:
    summary, rows = settle(tmp_path, rule, energy, keys)
    assert {house: summary.houses[house].bought_wh for house in bought} == bought
    assert summary.shared_wh == sum(bought.values()) == sum(int(str(row["wh"])) for row in rows)
    assert summary.residual_wh == 0


def test_sellers_sell_in_proportion_and_the_money_is_right(tmp_path: Path) -> None:  # V2d
    energy = {"a": (5000, 0), "p": (0, 6000), "q": (0, 4000)}
    _, rows = settle(tmp_path, "pro-rata", energy, price="0.15")
    assert [(row["producer"], row["wh"], row["amount"]) for row in rows] == [
        ("p", 3000, 0.45),
        ("q", 2000, 0.3),
    ]


def test_the_first_producers_are_served_from_by_two_halves(tmp_path: Path) -> None:  # V4d
    energy = {"a": (500, 0), "p": (0, 400), "q": (0, 400)}
    _, rows = settle(tmp_path, "static", energy, {"a": "0.2", "p": "0.8"})
    assert [(row["producer"], row["wh"]) for row in rows] == [("p", 80), ("q", 80)]


def test_a_key_too_small_for_a_watt_hour_leaves_the_interval_idle(tmp_path: Path) -> None:
    energy = {"a": (500, 0), "p": (0, 1)}
    summary, rows = settle(tmp_path, "static", energy, {"a": "0.2", "p": "0.8"})
    assert (summary.idle, summary.shared_wh, summary.residual_wh, rows) == (1, 0, 0, [])
    assert summary.houses["a"].bought_carry_nwh == 200_000_000


def test_a_static_rule_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs --keys FILE"):
        settle(tmp_path, "static", {"a": (5, 0), "p": (0, 5)})
