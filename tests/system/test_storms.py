"""Terminals that change their size wildly, and many who watch at once."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import apsw
import pytest

from console.tui.keys import TABLE
from tests.system.community import Community, EngineProcess
from tests.system.terminal import Terminal

VIEWERS = 8
ESCAPES = ("\x1b",) * VIEWERS
SIGNS = {
    "slash": "/", "question_mark": "?", "colon": ":", "space": " ", "enter": "\r", "tab": "\t",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H",
    "less_than_sign": "<", "greater_than_sign": ">", "full_stop": ".",
    "left_square_bracket": "[", "right_square_bracket": "]",
    "equals_sign": "=", "minus": "-", "plus": "+", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "f1": "\x1bOP",
    "ctrl+p": "\x10", "ctrl+b": "\x02", "ctrl+f": "\x06",
}  # fmt: skip
"""What a terminal sends for the keys of the table that are no letters."""
ELSEWHERE = ("q", "ctrl+s", "escape")
"""Leaving, writing a file of the viewer's own, and what is pressed between any two keys."""


@pytest.fixture
def community(short_folder: Path) -> Community:
    return Community(short_folder)


STORMS = {"slice": 30, "full": 300}
"""How many sizes a soak takes."""
SOAK = STORMS[os.environ.get("SOAK", "full")]


@pytest.mark.parametrize("rounds", [12, pytest.param(SOAK, marks=[pytest.mark.soak])])
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
            terminal.press("1")
            terminal.wait_for("1 Neighbourhood")
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


def every_key() -> list[str]:
    """What a terminal sends for every key of the table, each once."""
    names = {
        name
        for key in TABLE
        for names, _action in key.binds
        for name in names.split(",")
        if name not in ELSEWHERE
    }
    return sorted(SIGNS[name] if len(name) > 1 else name for name in names)


def rounds() -> list[list[tuple[str, str]]]:
    """Every key on every screen, dealt to the viewers."""
    pairs = [(screen, key) for screen in "123456" for key in every_key()]
    return [pairs[first : first + VIEWERS] for first in range(0, len(pairs), VIEWERS)]


def press_all(viewers: Sequence[Terminal], signs: Sequence[str], seconds: float) -> None:
    """Let each viewer press its key, then read what comes of it."""
    for viewer, sign in zip(viewers, signs, strict=False):
        viewer.press(sign)
    viewers[0].keep_reading(seconds)
    for viewer in viewers[1:]:
        viewer.keep_reading(0.001)


async def test_eight_viewers_who_press_every_key_write_nothing(community: Community) -> None:
    await community.live_through(2)
    config = community.config.read_bytes()
    with EngineProcess(community), ExitStack() as opened:
        viewers = [
            opened.enter_context(
                Terminal("watch", "-c", str(community.config), home=community.folder)
            )
            for _ in range(VIEWERS)
        ]
        for viewer in viewers:
            viewer.wait_for("roof")
        store, chain = community.data / "store.db", community.data / "chain.db"
        before = rows_of(store, without=MOVES_ITSELF), rows_of(chain)
        assert {"audit", "alarm", "plan", "outgoing", "entry", "fact"} <= before[0].keys()
        for dealt in rounds():
            screens, keys = zip(*dealt, strict=True)
            # an escape that is followed at once is part of another key
            for signs, seconds in ((screens, 0.02), (keys, 0.02), (ESCAPES, 0.12), (ESCAPES, 0.12)):
                press_all(viewers, signs, seconds)
        for _ in range(3):
            press_all(viewers, ESCAPES, 0.3)
        press_all(viewers, "1" * VIEWERS, 0.3)
        for viewer in viewers:
            assert "WATCH" in viewer.wait_for("1 Neighbourhood")
            assert viewer.process.poll() is None
            assert b"Traceback" not in viewer.raw
            viewer.press("q")
            assert viewer.end() == 0
        assert (rows_of(store, without=MOVES_ITSELF), rows_of(chain)) == before
    assert community.config.read_bytes() == config
