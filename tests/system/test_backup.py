"""Backup and restore as an operator does them, with real processes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.system.community import Community, EngineProcess


async def test_a_lost_data_folder_comes_back(short_folder: Path) -> None:
    community = Community(short_folder)
    names = await community.live_through(3)
    folder = str(short_folder / "kept")
    with EngineProcess(community) as engine:
        community.mosaic("settle", *names, "--yes")
        await community.until(lambda picture: picture.head.final_height >= 2)
        made = community.mosaic("backup", folder, "--json")
        manifest = json.loads(made.stdout)
        assert "chain proved" in made.stderr
        assert manifest["community"] == "lindenhof"
        refused = community.mosaic("restore", folder, "--yes", status=1)
        assert "mosaic stop" in refused.stderr
        rows = community.rows()
        community.mosaic("stop")
        assert engine.end() == 0
    again = community.mosaic("backup", folder)
    assert "Put it back with" in again.stdout
    community.mosaic("restore", folder, status=2)
    kept_key = (community.data / "operator.key").read_bytes()
    shutil.rmtree(community.data)
    said = community.mosaic("restore", folder, "--yes")
    assert "Restored" in said.stdout
    assert "the backup has no key" in said.stdout
    key = community.data / "operator.key"
    key.write_bytes(kept_key)
    key.chmod(0o600)
    found = {(row["tx"], row["producer"], row["consumer"]) for row in community.rows()}
    assert found >= {(row["tx"], row["producer"], row["consumer"]) for row in rows}
    verified = json.loads(community.mosaic("verify", "--json").stdout)
    assert verified["findings"] == []


def test_nothing_there_is_told_and_nothing_made(short_folder: Path) -> None:
    community = Community(short_folder)
    done = community.mosaic("backup", str(short_folder / "kept"), status=1)
    assert "mosaic run" in done.stderr
    done = community.mosaic("restore", str(short_folder / "kept"), status=1)
    assert "no whole backup" in done.stderr
