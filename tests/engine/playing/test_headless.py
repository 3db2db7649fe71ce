from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.engine.playing.demo import DemoOptions
from console.engine.playing.headless import run_demo, run_replay
from console.engine.playing.recorded import ReplayOptions
from console.engine.playing.summary import Summary, summarise
from console.errors import RecordingError, UsageError
from console.model.interval import Interval
from tests.engine.street import START, OpenEngine, interval, tamper

SEED = Path(__file__).parents[3] / "fixtures" / "seed.csv"
Record = Callable[..., Path]


def _told(_done: int, _whole: int) -> None:
    pass


def _replay(file: Path, **options: object) -> Summary:
    return run_replay(msgspec.convert({"file": file, **options}, ReplayOptions), _told)


def _rows(ledger: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]


def test_the_prototypes_own_case_gives_exactly_its_two_rows(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    summary = _replay(SEED, minutes=60, price="0.1", ledger=ledger)
    rows = _rows(ledger)
    expected = {
        "producer": "test1",
        "price": 0.1,
        "wh": 7500,
        "amount": 0.75,
        "currency": "EUR",
        "interval": "2018-04-20T10:00Z",
        "minutes": 60,
        "revision": 0,
        "state": "final",
    }
    assert [row["consumer"] for row in rows] == ["test3", "test5"]
    for row in rows:
        assert row.items() >= expected.items()
        assert set(row) == set(expected) | {"consumer", "height", "tx"}
    assert (summary.rows, summary.shared_wh, summary.residual_wh) == (2, 15000, 0)


def test_the_summary_has_the_fields_of_the_contract(record: Record) -> None:
    summary = msgspec.to_builtins(_replay(record()))
    assert list(summary) == [
        "intervals",
        "settled",
        "idle",
        "held",
        "imported_wh",
        "exported_wh",
        "shared_wh",
        "gap_wh",
        "rows",
        "transactions",
        "height",
        "residual_wh",
        "houses",
        "seconds",
    ]
    assert list(summary["houses"]) == ["c1", "c2", "p1", "p2"]
    assert list(summary["houses"]["p1"]) == [
        "imported_wh",
        "exported_wh",
        "bought_wh",
        "sold_wh",
        "bought_carry_nwh",
        "sold_carry_nwh",
    ]
    assert (summary["intervals"], summary["settled"], summary["idle"]) == (4, 4, 1)
    assert (summary["transactions"], summary["held"], summary["gap_wh"]) == (3, 0, 0)
    assert summary["imported_wh"] == 2500 + (3000 - 910) + 90 + 60
    assert summary["exported_wh"] == 2200 + 1100
    assert summary["residual_wh"] == 0


def test_registers_off_the_edges_add_up_to_their_own_difference(
    record: Record, tmp_path: Path
) -> None:
    """Readings every 7 minutes: edges are interpolated, and nothing is lost between them."""
    steps = range(20)
    registers = {
        "sun": [(3, 100 * step * step) for step in steps],
        "shade": [(977 * step, 5) for step in steps],
    }
    step = timedelta(minutes=7)
    ledger = tmp_path / "ledger.jsonl"
    start = START + timedelta(minutes=3)
    file = record(registers, start=start, step=step)
    summary = _replay(file, minutes=15, ledger=ledger)

    assert (summary.intervals, summary.settled, summary.held) == (8, 8, 0)
    assert summary.residual_wh == 0
    moved = 977 * 19 + 100 * 19 * 19
    assert summary.imported_wh + summary.exported_wh + summary.gap_wh == moved
    assert sum(int(str(row["wh"])) for row in _rows(ledger)) == summary.shared_wh > 0


def test_a_missing_row_holds_its_intervals_and_no_others(record: Record) -> None:
    registers = {
        "sun": [(0, 500 * hour) for hour in range(12)],
        "shade": [(400 * hour, 0) if hour not in (5, 6, 7) else None for hour in range(12)],
    }
    summary = _replay(record(registers))
    assert (summary.intervals, summary.held, summary.settled) == (11, 4, 7)
    assert summary.residual_wh == 0
    # what fell into no settled interval: the gap of the one, the known hours of the other
    assert summary.gap_wh == 400 * 4 + 500 * 4
    assert summary.houses["shade"].imported_wh == 400 * 7


def test_the_intervals_length_may_be_longer_than_the_step(record: Record) -> None:
    summary = _replay(record(), minutes=60)
    assert (summary.intervals, summary.settled, summary.rows > 0) == (1, 1, True)
    assert summary.shared_wh == 3300


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"minutes": 7}, "--minutes"),
        ({"rule": "lottery"}, "--rule"),
        ({"price": "ten"}, "--price"),
        ({"price": "mid-market"}, "--retail"),
        ({"matching": "speed-dating"}, "--matching"),
    ],
)
def test_an_option_that_cannot_be_is_named(
    record: Record, options: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        _replay(record(), **options)


def test_a_recording_without_a_whole_interval_is_refused_with_its_name(record: Record) -> None:
    with pytest.raises(RecordingError, match=r"recording\.csv:1: .*no whole interval") as refused:
        _replay(record({"a": [(0, 0), (1, 0)]}), minutes=60)
    assert "--minutes" in refused.value.advice


def test_a_line_that_does_not_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("time,house,import_wh,export_wh\n2026-06-21T10:00Z,a,1.5,0\n")
    with pytest.raises(RecordingError, match=r"bad\.csv:2"):
        _replay(file)


def test_the_ledger_is_written_whole_or_not_at_all(record: Record, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("what stood there before\n")
    file = record(
        {"a": [(0, 0), (1, 0)], "b": [(0, 0), (0, 1)]}, step=timedelta(minutes=60), name="r.csv"
    )
    _replay(file, ledger=ledger)
    assert len(_rows(ledger)) == 1
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []

    nowhere = tmp_path / "nowhere" / "ledger.jsonl"
    with pytest.raises(UsageError, match="--ledger"):
        _replay(file, ledger=nowhere)
    assert not nowhere.parent.exists()

    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(UsageError, match="--ledger"):
        _replay(file, ledger=folder)
    assert list(folder.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_a_replay_is_the_same_every_time(record: Record, tmp_path: Path) -> None:
    ledgers = []
    for number in range(2):
        ledger = tmp_path / f"{number}.jsonl"
        _replay(record(), ledger=ledger)
        ledgers.append([{**row, "tx": ""} for row in _rows(ledger)])
    assert ledgers[0] == ledgers[1]


def test_progress_counts_to_the_end(record: Record) -> None:
    told: list[tuple[int, int]] = []
    run_replay(ReplayOptions(file=record()), lambda done, whole: told.append((done, whole)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_demo_settles_the_intervals_after_its_start() -> None:
    summary = run_demo(DemoOptions(houses=4), 3, _told)
    assert (summary.intervals, summary.settled, summary.residual_wh) == (3, 3, 0)
    assert set(summary.houses) == {"test1", "test2", "test3", "test4"}
    assert summary.rows > 0
    assert summary.gap_wh == 0


def test_the_same_demo_gives_the_same_energy() -> None:
    runs = [run_demo(DemoOptions(houses=3, seed=5), 2, _told) for _ in range(2)]
    assert runs[0].houses == runs[1].houses
    assert runs[0].houses != run_demo(DemoOptions(houses=3, seed=6), 2, _told).houses


@pytest.mark.parametrize(
    ("options", "intervals", "said"),
    [
        (DemoOptions(), 0, "--intervals"),
        (DemoOptions(houses=0), 1, "--houses"),
        (DemoOptions(season="spring"), 1, "--season"),
    ],
)
def test_a_demo_that_cannot_be_is_refused(options: DemoOptions, intervals: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run_demo(options, intervals, _told)


async def test_an_altered_row_raises_the_residual(
    open_engine: OpenEngine, record: Record, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    wanted = [interval(quarter) for quarter in range(4)]
    street = await open_engine(data, record())
    await street.run()
    assert (await summarise(street.engine, wanted, 0.0)).residual_wh == 0
    await street.close()
    tamper(data / "store.db", "UPDATE entry SET wh = wh + 3 WHERE producer = 'p2' AND part = 1")

    again = await open_engine(data, record(), again=True)
    altered = await summarise(again.engine, wanted, 0.0)
    rows = await _rows_of(again.engine.parts.store, "p2", wanted)
    assert altered.residual_wh == 3 * rows


async def _rows_of(store: object, producer: str, wanted: list[Interval]) -> int:
    from console.store.store import Store

    assert isinstance(store, Store)
    rows = await store.entries.between(wanted[0].start, wanted[-1].end)
    return sum(row.producer == producer for row in rows)


def test_a_ledger_never_takes_the_place_of_what_is_read(record: Record, tmp_path: Path) -> None:
    file = record(
        {"a": [(0, 0), (1, 0)], "b": [(0, 0), (0, 1)]}, step=timedelta(minutes=60), name="r.csv"
    )
    before = file.read_bytes()
    (tmp_path / "other").symlink_to(file)
    for place in (file, tmp_path / "other"):
        with pytest.raises(UsageError, match="is a file that the replay reads"):
            _replay(file, ledger=place)
    assert file.read_bytes() == before


def test_a_ledger_goes_into_a_pipe_and_leaves_it_one(record: Record, tmp_path: Path) -> None:
    file = record(
        {"a": [(0, 0), (1, 0)], "b": [(0, 0), (0, 1)]}, step=timedelta(minutes=60), name="r.csv"
    )
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    _replay(file, ledger=pipe)
    assert pipe.is_fifo()
    assert json.loads(os.read(reading, 10_000))["wh"] == 1
    os.close(reading)
