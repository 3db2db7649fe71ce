"""Terminals that change their size wildly, and many who watch at once."""

from __future__ import annotations

import hashlib
import random
from contextlib import ExitStack
from pathlib import Path

import apsw
import pytest

from tests.system.community import Community, EngineProcess
from tests.system.terminal import Terminal

VIEWERS = 8
KEYS = "123456oovVsaPWKZyu/x\x1b? \x1bhjklgG:\x1b\r\x1b[]{}<>+-.,;dDfFcCeErRtTmMnNbBiIpwxXzLHJ\t\t"
"""What fingers find on a keyboard; quitting is left out."""


@pytest.fixture
def community(short_folder: Path) -> Community:
    return Community(short_folder)


@pytest.mark.parametrize("rounds", [pytest.param(12), pytest.param(300, marks=[pytest.mark.soak])])
def test_resize_storms_down_to_one_cell_are_weathered(community: Community, rounds: int) -> None:
    chance = random.Random(7)
    with EngineProcess(community) as engine:
        with Terminal("watch", "-c", str(community.config), home=community.folder) as terminal:
            terminal.wait_for("roof")
            for number in range(rounds):
                terminal.resize(chance.randint(1, 220), chance.randint(1, 60))
                terminal.press(str(number % 6 + 1))
                terminal.keep_reading(0.02)
                terminal.resize(1, 1)
                terminal.keep_reading(0.02)
            terminal.resize(80, 24)
            terminal.press("\x1b", "1")
            terminal.wait_for("roof")
            assert terminal.process.poll() is None
            assert b"Traceback" not in terminal.raw
            terminal.press("q")
            assert terminal.end() == 0
        assert engine.process.poll() is None


def rows_of(path: Path, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a digest of each table of a database."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    found = {}
    try:
        for (table,) in list(
            connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ):
            if table not in without and not table.startswith("sqlite_"):
                digest = hashlib.sha256()
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    digest.update(repr(row).encode())
                found[str(table)] = digest.hexdigest()
    finally:
        connection.close()
    return found


MOVES_ITSELF = ("reading", "presence", "settlement", "event", "label")
"""What the engine itself writes while it reads meters, whoever watches."""


async def test_eight_viewers_who_press_every_key_write_nothing(community: Community) -> None:
    await community.live_through(2)
    config = community.config.read_bytes()
    with EngineProcess(community), ExitStack() as opened:
        viewers = [
            opened.enter_context(
                Terminal(
                    "watch",
                    "-c",
                    str(community.config),
                    home=community.folder,
                    columns=120,
                    rows=36,
                )
            )
            for _ in range(VIEWERS)
        ]
        for viewer in viewers:
            viewer.wait_for("roof")
        store, chain = community.data / "store.db", community.data / "chain.db"
        before = rows_of(store, without=MOVES_ITSELF), rows_of(chain)
        assert "audit" in before[0]
        for screen in "123456":
            for viewer in viewers:
                viewer.press("\x1b", screen, *KEYS, "\x1b", "\x1b")
        for viewer in viewers:
            viewer.keep_reading(1)
            viewer.press("\x1b", "\x1b", "1")
            assert "WATCH" in viewer.wait_for("WATCH")
            assert viewer.process.poll() is None
            assert b"Traceback" not in viewer.raw
        assert (rows_of(store, without=MOVES_ITSELF), rows_of(chain)) == before
    assert community.config.read_bytes() == config
