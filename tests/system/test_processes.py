from __future__ import annotations

import json
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.model.settlement import State
from console.model.snapshot import Snapshot
from console.sockets import sockets_of
from tests.system.community import Community, EngineProcess, is_alive, run
from tests.system.lan import Lan

SEED = Path(__file__).parents[2] / "fixtures" / "seed.csv"


@pytest.fixture
def community(short_folder: Path) -> Iterator[Community]:
    """Three houses whose meters answer on the loopback."""
    with Lan() as lan:
        yield Community(short_folder, lan)


def _all_live(picture: Snapshot) -> bool:
    return all(house.power_w is not None for house in picture.houses)


def _final(picture: Snapshot, start: str, count: int) -> bool:
    named = [day for day in picture.day if f"{day.start:%Y-%m-%dT%H:%MZ}" >= start]
    return sum(day.state is State.FINAL for day in named) >= count


async def test_an_engine_is_commanded_from_second_terminals(community: Community) -> None:
    names = await community.live_through(3)
    with EngineProcess(community) as engine:
        await community.until(_all_live)
        status = json.loads(community.mosaic("status", "--json").stdout)
        assert (status["running"], status["pid"]) == (True, engine.process.pid)
        assert (status["houses"], status["live"], status["auto"]) == (3, 3, False)
        assert (status["giving_w"], status["taking_w"]) == (3600, 1900)

        looked = json.loads(community.mosaic("settle", "--dry-run", "--json").stdout)
        assert [one["settlement"]["interval"]["start"][:16] for one in looked["previews"]] == [
            names[0][:16]
        ]
        assert looked["receipts"] == []
        refused = community.mosaic("settle", status=2)
        assert "--yes" in refused.stderr
        assert community.rows() == []

        settled = json.loads(community.mosaic("settle", "--yes", "--json").stdout)
        [receipt] = settled["receipts"]
        assert receipt["settlement"]["state"] in ("signed", "sealed", "final")
        community.mosaic("settle", names[2], names[1], "--yes")
        await community.until(lambda picture: _final(picture, names[0], 3))

        rows = community.rows()
        assert {row["interval"] for row in rows} == set(names)
        assert {row["state"] for row in rows} == {"final"}
        assert sum(row["wh"] for row in rows) == (1200 + 700) * 3 // 12
        verified = json.loads(community.mosaic("verify", "--json").stdout)
        assert (verified["intervals"], verified["findings"]) == (3, [])

        assert "on" in community.mosaic("auto", "on").stdout
        ledger = community.mosaic("ledger", "--format", "jsonl").stdout
        engine.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert engine.end() == 0
        assert time.monotonic() - began < 2
        assert engine.said() == ""

    sockets = sockets_of(community.settings)
    assert not sockets.operator.exists()
    assert not sockets.watch.exists()
    assert community.mosaic("ledger", "--format", "jsonl").stdout == ledger
    at_rest = json.loads(community.mosaic("status", "--json").stdout)
    assert (at_rest["running"], at_rest["auto"]) == (False, True)
    assert community.mosaic("settle", "--yes", status=1).stderr.startswith("No engine")


async def test_stop_ends_an_engine_and_it_goes_on_where_it_was(community: Community) -> None:
    [name] = await community.live_through(1)
    with EngineProcess(community) as engine:
        community.mosaic("settle", name, "--yes")
        assert "has ended" in community.mosaic("stop").stdout
        assert engine.end() == 0
    assert not is_alive(engine.process.pid)
    community.mosaic("stop", status=1)
    with EngineProcess(community) as engine:
        await community.until(lambda picture: _final(picture, name, 1))
        assert sum(row["wh"] for row in community.rows()) == (1200 + 700) // 12
        engine.process.send_signal(signal.SIGINT)
        assert engine.end() == 0


async def test_files_and_sockets_are_the_operators_own(community: Community) -> None:
    with EngineProcess(community):
        sockets = sockets_of(community.settings)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in community.data.iterdir()}
        assert modes[sockets.operator.name] == 0o600
        assert modes[sockets.watch.name] == 0o660
        assert stat.S_IMODE(community.data.stat().st_mode) == 0o710
        others = {name: mode for name, mode in modes.items() if not name.endswith(".sock")}
        assert {name for name, mode in others.items() if mode & 0o077} == set()


def test_a_lost_terminal_does_not_end_an_engine(community: Community) -> None:
    with EngineProcess(community) as engine:
        engine.process.send_signal(signal.SIGHUP)
        assert json.loads(community.mosaic("status", "--json").stdout)["running"]
        assert engine.process.poll() is None


def test_a_headless_demo_prints_one_document_and_nothing_else(short_folder: Path) -> None:
    done = run("demo", "--headless", "--intervals", "8", "--json", home=short_folder)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert (summary["intervals"], summary["settled"], summary["residual_wh"]) == (8, 8, 0)
    assert summary["rows"] > 0
    assert len(summary["houses"]) == 12


def test_the_prototypes_case_prints_exactly_two_rows(short_folder: Path) -> None:
    words = ("replay", str(SEED), "--minutes", "60", "--price", "0.1", "--ledger", "-")
    done = run(*words, home=short_folder)
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["producer"], row["consumer"], row["wh"], row["price"]) for row in rows] == [
        ("test1", "test3", 7500, 0.1),
        ("test1", "test5", 7500, 0.1),
    ]
    assert done.stderr


def test_a_ledger_and_a_document_do_not_fit_on_one_output(short_folder: Path) -> None:
    done = run("replay", str(SEED), "--ledger", "-", "--json", home=short_folder)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_recording_that_does_not_read_is_one_paragraph(short_folder: Path) -> None:
    file = short_folder / "bad.csv"
    file.write_text("time,house,import_wh,export_wh\n2026-06-21T10:00Z,a,1,x\n")
    done = run("replay", str(file), home=short_folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "bad.csv:2" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_headless_run_leaves_nothing_behind(short_folder: Path) -> None:
    before = sorted(short_folder.rglob("*"))
    run("replay", str(SEED), "--minutes", "60", home=short_folder)
    assert sorted(short_folder.rglob("*")) == before
