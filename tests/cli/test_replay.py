"""The published vectors of the rules, each settled by `mosaic replay` to finality."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.__main__ import main
from console.cli.playing import zone_of
from console.engine.playing.summary import Summary

Capture = pytest.CaptureFixture[str]
Energy = Mapping[str, tuple[int, int]]
"""What each house imported and exported, Wh."""
Rows = list[dict[str, object]]

HEADER = "start,house,imported_wh,exported_wh\n"
FIRST = datetime(2026, 6, 21, 10, tzinfo=UTC)
SEED = Path(__file__).parents[2] / "fixtures" / "seed.csv"


class Desk:
    """A folder in which recordings are settled by the command."""

    def __init__(self, folder: Path, capsys: Capture) -> None:
        self._folder = folder
        self._capsys = capsys

    def settle(
        self, hours: Sequence[Energy], *words: str, keys: Mapping[str, str] | None = None
    ) -> tuple[Summary, Rows]:
        """Settle some hours; return the summary and the ledger's rows."""
        file = self._folder / "hours.csv"
        lines = (
            f"{(FIRST + timedelta(hours=number)).isoformat()},{house},{taken},{given}\n"
            for number, hour in enumerate(hours)
            for house, (taken, given) in hour.items()
        )
        file.write_text(HEADER + "".join(lines), encoding="utf-8")
        if keys is not None:
            shares = self._folder / "keys.csv"
            shares.write_text("".join(f"{house},{key}\n" for house, key in keys.items()), "utf-8")
            words = (*words, "--keys", str(shares))
        return self.replay(file, *words)

    def replay(self, file: Path, *words: str) -> tuple[Summary, Rows]:
        """Settle a recording; return the summary and the ledger's rows."""
        ledger = self._folder / "ledger.jsonl"
        line = ("replay", str(file), "--minutes", "60", "--ledger", str(ledger), "--json", *words)
        assert main(line) == 0
        summary = msgspec.json.decode(self._capsys.readouterr().out, type=Summary)
        assert summary.residual_wh == 0
        return summary, [json.loads(row) for row in ledger.read_text("utf-8").splitlines()]


@pytest.fixture
def desk(tmp_path: Path, capsys: Capture) -> Desk:
    return Desk(tmp_path, capsys)


def street(demand: Sequence[int], surplus: int) -> dict[str, tuple[int, int]]:
    """Houses a, b, c ... with a demand each, and the sun with a surplus, Wh."""
    return {chr(97 + at): (wh, 0) for at, wh in enumerate(demand)} | {"sun": (0, surplus)}


@pytest.mark.parametrize(
    ("rule", "energy", "keys", "bought"),
    [
        ("pro-rata", street((10000, 15000), 15000), None, (6000, 9000)),  # V2a
        ("pro-rata", street((2000, 8000, 5000), 10000), None, (1333, 5334, 3333)),  # V3d
        ("pro-rata", street((3000, 3000, 3000), 7000), None, (2334, 2333, 2333)),  # V3e
        ("pro-rata", street((10, 20), 15), None, (5, 10)),  # V3e
        ("equal", street((2000, 8000, 5000), 10000), None, (2000, 4000, 4000)),  # V3a
        (
            "equal",
            street((19, 8, 5, 9, 38, 11, 8, 1, 3, 24), 36),
            None,
            (4, 4, 4, 4, 4, 4, 4, 1, 3, 4),
        ),  # V3b
        ("equal", street((5000, 3000, 4000), 20000), None, (5000, 3000, 4000)),  # V3c
        ("equal", street((0, 10000), 5000), None, (0, 5000)),  # V3c
        ("static", street((200, 0), 100), {"a": "0.6", "b": "0.4"}, (60, 0)),  # V4a
        ("static", street((7000,), 2000), {"a": "0.4", "sun": "0.6"}, (800,)),  # V4c
        ("static", street((800,), 2000), {"a": "0.4", "sun": "0.6"}, (800,)),  # V4c
        (
            "static",
            {"a": (500, 0), "s1": (0, 400), "s2": (0, 0), "s3": (0, 400)},
            {"a": "0.2", "s1": "0.8"},
            (160,),
        ),  # V4d
        ("static", street((700,), 20000), {"a": "1"}, (700,)),  # V4f
        ("static-rounds", street((10, 90), 80), {"a": "0.5", "b": "0.5"}, (10, 70)),
        (
            "priority",
            {"b": (400, 0), "a": (800, 0), "sun": (0, 1000)},
            None,
            (600, 400),
        ),  # V8: first is who stands first in the recording
    ],
)
def test_vectors(
    desk: Desk,
    rule: str,
    energy: Energy,
    keys: dict[str, str] | None,
    bought: tuple[int, ...],
) -> None:
    summary, rows = desk.settle([energy], "--rule", rule, keys=keys)
    assert [summary.houses[chr(97 + at)].bought_wh for at in range(len(bought))] == list(bought)
    assert summary.shared_wh == sum(bought) == sum(int(str(row["wh"])) for row in rows)


def test_one_hour_after_the_other_and_what_the_first_owes(desk: Desk) -> None:  # V2b
    hours = [street((8000, 12000), 10000), street((6000, 6000), 30000)]
    summary, rows = desk.settle(hours, "--price", "0.10")
    assert [row["wh"] for row in rows] == [4000, 6000, 6000, 6000]
    owed = sum(float(str(row["amount"])) for row in rows if row["consumer"] == "a")
    from_grid = summary.houses["a"].imported_wh - summary.houses["a"].bought_wh
    assert owed + from_grid / 1000 * 0.30 == pytest.approx(2.20)


@pytest.mark.parametrize(
    ("wh", "price", "amount"), [(168_000, "0.11", 18.48), (98_000, "0.23", 22.54)]
)
def test_money_is_energy_times_price(desk: Desk, wh: int, price: str, amount: float) -> None:
    _, rows = desk.settle([street((wh,), wh)], "--price", price)  # V2c
    assert [(row["wh"], row["amount"]) for row in rows] == [(wh, amount)]


def test_sellers_sell_in_proportion_and_the_money_is_right(desk: Desk) -> None:  # V2d
    energy = {"a": (5000, 0), "p": (0, 6000), "q": (0, 4000)}
    _, rows = desk.settle([energy], "--price", "0.15")
    assert [(row["producer"], row["wh"], row["amount"]) for row in rows] == [
        ("p", 3000, 0.45),
        ("q", 2000, 0.3),
    ]


def test_two_producers_serve_by_halves(desk: Desk) -> None:  # V4d
    energy = {"a": (500, 0), "p": (0, 400), "q": (0, 400)}
    _, rows = desk.settle([energy], "--rule", "static", keys={"a": "0.2", "p": "0.8"})
    assert [(row["producer"], row["wh"]) for row in rows] == [("p", 80), ("q", 80)]


def test_what_is_bought_is_earned(desk: Desk) -> None:  # V4f
    words = ("--rule", "static", "--price", "0.30")
    summary, [row] = desk.settle([street((700,), 20000)], *words, keys={"a": "1"})
    assert (row["wh"], row["amount"]) == (700, 0.21)
    assert summary.exported_wh - summary.shared_wh == 19300


@pytest.mark.parametrize(
    ("sold", "got", "cells"),
    [
        ((1, 2, 3, 4, 5), (9, 3, 3), ["1a1", "2a2", "3a3", "4a3", "4b1", "5b2", "5c3"]),  # V7a
        (
            (8, 4, 3),
            (1, 2, 3, 4, 5),
            ["1a1", "1b2", "1c3", "1d2", "2d2", "2e2", "3e3"],
        ),  # V7b
    ],
)
def test_compact_pairs(
    desk: Desk, sold: tuple[int, ...], got: tuple[int, ...], cells: list[str]
) -> None:
    energy = {str(at): (0, wh) for at, wh in enumerate(sold, 1)}
    energy |= {chr(97 + at): (wh, 0) for at, wh in enumerate(got)}
    _, rows = desk.settle([energy], "--matching", "compact")
    assert [f"{row['producer']}{row['consumer']}{row['wh']}" for row in rows] == cells


def test_the_prototypes_own_case(desk: Desk) -> None:  # V10
    _, rows = desk.replay(SEED, "--price", "0.1")
    assert [(row["producer"], row["consumer"], row["wh"], row["amount"]) for row in rows] == [
        ("test1", "test3", 7500, 0.75),
        ("test1", "test5", 7500, 0.75),
    ]


def test_a_key_too_small_for_a_watt_hour_leaves_the_interval_idle(desk: Desk) -> None:
    summary, rows = desk.settle(
        [street((500,), 1)], "--rule", "static", keys={"a": "0.2", "sun": "0.8"}
    )
    assert (summary.idle, summary.shared_wh, rows) == (1, 0, [])
    assert summary.houses["a"].bought_carry_nwh == 200_000_000


def test_a_static_rule_without_keys_is_refused(capsys: Capture) -> None:
    assert main(("replay", str(SEED), "--rule", "static")) == 2
    assert "needs --keys FILE" in capsys.readouterr().err


@pytest.mark.parametrize(("day", "quarters"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100)])
def test_a_day_on_which_clocks_change_has_its_own_quarter_hours(
    tmp_path: Path, capsys: Capture, day: date, quarters: int
) -> None:
    """The recording's times are local, with the offset that each had."""
    zone, quarter = ZoneInfo("Europe/Helsinki"), timedelta(minutes=15)
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    file = tmp_path / "day.csv"
    lines = ["time,house,import_wh,export_wh"]
    times = [(first + n * quarter).astimezone(zone).isoformat() for n in range(quarters + 1)]
    assert times[0][-6:] != times[-1][-6:]
    for number, local in enumerate(times):
        lines += [f"{local},roof,7,{100 * number}", f"{local},taker,{60 * number},0"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(("replay", str(file), "--json")) == 0
    summary = msgspec.json.decode(capsys.readouterr().out, type=Summary)
    assert (summary.intervals, summary.gap_wh, summary.residual_wh) == (quarters, 0, 0)
    assert summary.shared_wh == summary.houses["taker"].bought_wh == 60 * quarters
    assert summary.exported_wh == 100 * quarters


CONFIG = """[community]
id = "lindenhof"
timezone = "Europe/Helsinki"
currency = "CHF"
[settlement]
minutes = 60
rule = "equal"
[price]
fixed = "0.17"
[[house]]
id = "test1"
name = "Anna"
meter = { profile = "simulated" }
"""


@pytest.mark.parametrize("before", [True, False])
def test_a_configuration_says_how_it_is_settled(
    tmp_path: Path, capsys: Capture, before: bool
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    named, words = ("-c", str(config)), ("replay", str(SEED), "--ledger", "-")
    assert main((*named, *words) if before else (*words, *named)) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(row["producer"], row["price"], row["currency"]) for row in rows} == {
        ("test1", 0.17, "CHF")
    }
    assert main((*words, *named, "--price", "0.1")) == 2
    assert "--price and -c both say" in capsys.readouterr().err
    config.write_text("[community]\n", encoding="utf-8")
    assert main((*words, *named)) == 78


def test_a_single_interval_lasts_as_the_configuration_says(tmp_path: Path, capsys: Capture) -> None:
    config, file = tmp_path / "config.toml", tmp_path / "hour.csv"
    keys = "".join(
        f'[[house]]\nid = "{house}"\nkey = "{key}"\nmeter = {{ profile = "simulated" }}\n'
        for house, key in (("h1", "0.6"), ("h2", "0.4"))
    )
    config.write_text(CONFIG.replace('"equal"', '"static"') + keys, encoding="utf-8")
    lines = ("h1,200,0", "h2,0,100")  # V4a
    file.write_text(
        "start,house,imported_wh,exported_wh\n"
        + "".join(f"2026-06-21T10:00Z,{line}\n" for line in lines),
        encoding="utf-8",
    )
    assert main(("replay", str(file), "-c", str(config), "--ledger", "-")) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["producer"], row["consumer"], row["wh"], row["minutes"]) == ("h2", "h1", 60, 60)


def test_the_consoles_options_need_it_and_a_terminal(capsys: Capture) -> None:
    for words, told in (
        (("--at", "10:00"), "belong to --console"),
        (("--speed", "2"), "belong to --console"),
        (("--console", "--json"), "without a screen"),
        (("--console", "--ledger", "-"), "without a screen"),
        (("--console", "--zone", "Mars"), "is no time zone"),
        (("--console",), "need a terminal"),
    ):
        assert main(("replay", str(SEED), *words)) == 2, words
        assert told in capsys.readouterr().err


def test_a_house_that_is_read_less_often_is_settled_with_the_others(
    tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "mixed.csv"
    first = datetime(2026, 6, 21, 10, tzinfo=UTC)
    lines = ["time,house,import_wh,export_wh"]
    for second in range(0, 2101, 10):
        time = (first + timedelta(seconds=second)).isoformat()
        lines.append(f"{time},roof,0,{second}")
    for second in range(-25, 2101, 60):
        time = (first + timedelta(seconds=second)).isoformat()
        lines.append(f"{time},taker,{second + 25},0")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(("replay", str(file), "--minutes", "15", "--json")) == 0
    summary = msgspec.json.decode(capsys.readouterr().out, type=Summary)
    assert (summary.intervals, summary.settled, summary.held) == (2, 2, 0)
    assert summary.shared_wh == 1800
    assert summary.houses["taker"].imported_wh == 1800


def test_a_configuration_that_lies_about_and_does_not_read_is_no_hindrance(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MOSAIC_CONFIG", raising=False)
    (tmp_path / "config.toml").write_text("[community", encoding="utf-8")
    assert zone_of(None, "") == "UTC"
    assert "config.toml does not read" in capsys.readouterr().err
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert zone_of(None, "") == "Europe/Helsinki"
    assert zone_of(None, "Asia/Kathmandu") == "Asia/Kathmandu"
    (tmp_path / "config.toml").unlink()
    assert zone_of(None, "") == "UTC"
