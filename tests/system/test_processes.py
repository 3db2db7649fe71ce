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
from tests.system.community import HOUSES, Community, EngineProcess, is_alive, run
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
        community.mosaic("settle", names[1], "--yes")
        community.mosaic("settle", "--due", "--yes", status=1 if _is_held(community) else 0)
        await community.until(lambda picture: _final(picture, names[0], 3))

        rows = community.rows()
        assert {row["interval"] for row in rows} == set(names)
        assert {row["state"] for row in rows} == {"final"}
        assert sum(row["wh"] for row in rows) == 3 * (100 + 58) + _rounding(rows, 3)
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


def _is_held(community: Community) -> bool:
    due = json.loads(community.mosaic("settle", "--due", "--dry-run", "--json", status=0).stdout)
    return any(one["plan"] is None for one in due["previews"])


def _rounding(rows: list[dict[str, int]], intervals: int) -> int:
    """Return by how much whole watt-hours may differ from power times time, at most."""
    difference = sum(row["wh"] for row in rows) - intervals * (100 + 58)
    assert abs(difference) <= 2 * intervals
    return difference
