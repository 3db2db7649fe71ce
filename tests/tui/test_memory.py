"""The memory: what is kept, what is refused, and that a screen is found as it was left."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from console.model.snapshot import Mode
from console.tui.app import MosaicApp
from console.tui.memory import MOST_BYTES, MOST_COMMUNITIES, MOST_USED, Memory, memory_file
from tests.tui.engine import FakeEngine
from tests.tui.lindenhof import lindenhof
from tests.tui.piloting import press, settled, text


def test_what_is_kept_is_there_next_time(tmp_path: Path) -> None:
    file = tmp_path / "state" / "mosaic" / "console.json"
    memory = Memory(file)
    memory.theme = "light"
    memory.keep("lindenhof", "ledger", {"filter": "producer:test1"})
    memory.keep_front("lindenhof", "ledger")
    memory.save()
    again = Memory(file)
    assert again.theme == "light"
    assert again.screen("lindenhof") == "ledger"
    assert again.of("lindenhof", "ledger") == {"filter": "producer:test1"}
    assert again.of("another", "ledger") == {}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["console.json"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"theme":1}',
        b'{"themes":"x"}',
        b'{"communities":{"c":{"screens":{"s":{"order":["a"]}}}}}',
        b'{"theme":"' + b"x" * 65 + b'"}',
        b'{"theme":"light"' + b" " * MOST_BYTES + b"}",
    ],
)
def test_a_broken_file_is_forgotten(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "console.json"
    file.write_bytes(broken)
    memory = Memory(file)
    assert memory.theme == ""
    memory.theme = "dark"
    assert Memory(file).theme == "dark"


def test_neither_a_link_nor_a_pipe_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "other"
    real.write_text('{"theme":"light"}')
    link = tmp_path / "console.json"
    link.symlink_to(real)
    memory = Memory(link)
    assert memory.theme == ""
    memory.theme = "dark"
    assert real.read_text() == '{"theme":"light"}'
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert Memory(pipe).theme == ""


def test_a_folder_that_takes_no_file_costs_the_memory_alone(tmp_path: Path) -> None:
    (tmp_path / "mosaic").write_text("a file where the folder should be")
    memory = Memory(tmp_path / "mosaic" / "console.json")
    memory.theme = "light"
    assert memory.theme == "light"


def test_the_communities_of_long_ago_go_first(tmp_path: Path) -> None:
    file = tmp_path / "console.json"
    memory = Memory(file)
    for number in range(MOST_COMMUNITIES + 1):
        memory.keep_front(f"c{number}", "flows")
    memory.keep_front("c1", "ledger")
    memory.save()
    again = Memory(file)
    assert [again.screen(f"c{number}") for number in (0, 1, 2)] == ["", "ledger", "flows"]


@pytest.mark.parametrize(
    ("environment", "file"),
    [
        ({"HOME": "/h"}, Path("/h/.local/state/mosaic/console.json")),
        ({"HOME": "/h", "XDG_STATE_HOME": "/s"}, Path("/s/mosaic/console.json")),
        ({"HOME": "/h", "XDG_STATE_HOME": "s"}, Path("/h/.local/state/mosaic/console.json")),
        ({"HOME": ""}, None),
        ({}, None),
    ],
)
def test_where_it_lies(environment: dict[str, str], file: Path | None) -> None:
    assert memory_file(environment) == file


def _private() -> FakeEngine:
    """An engine of a community that is no demo."""
    seen = lindenhof()
    place = msgspec.structs.replace(seen.place, mode=Mode.PRIVATE)
    return FakeEngine(msgspec.structs.replace(seen, place=place))


async def test_a_demo_begins_anew_each_time(tmp_path: Path, engine: FakeEngine) -> None:
    file = tmp_path / "console.json"
    memory = Memory(file)
    memory.keep_front("lindenhof", "ledger")
    memory.save()
    async with MosaicApp(engine, calm=True, memory=Memory(file)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "1 Neighbourhood" in text(pilot)
        await press(pilot, "2", "q")
    assert Memory(file).screen("lindenhof") == "ledger"


async def test_a_screen_is_found_as_it_was_left(tmp_path: Path) -> None:
    file, engine = tmp_path / "console.json", _private()
    async with MosaicApp(engine, calm=True, memory=Memory(file)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "2", "m")
        await press(pilot, "q")
    kept = Memory(file)
    assert kept.screen("lindenhof") == "flows"
    assert kept.of("lindenhof", "flows") == {"view": "matrix"}
    app = MosaicApp(_private(), calm=True, memory=Memory(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "2 Flows" in text(pilot)


async def test_the_stand_remembers_nothing(tmp_path: Path, engine: FakeEngine) -> None:
    file = tmp_path / "console.json"
    app = MosaicApp(engine, calm=True, kiosk=True, memory=Memory(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "space", "ctrl+x", "q")
    assert not file.exists()


async def test_what_the_palette_did_is_offered_again_next_time(tmp_path: Path) -> None:
    file = tmp_path / "console.json"
    async with MosaicApp(_private(), calm=True, memory=Memory(file)).run_test() as pilot:
        await settled(pilot)
        await press(pilot, "slash", *"giv", "enter")
        app = pilot.app
        assert isinstance(app, MosaicApp)
        for number in range(MOST_USED + 3):
            app.use(f"house test{number % 4}")
    again = Memory(file)
    assert again.used("lindenhof")[:2] == ("house test2", "house test1")
    assert "neighbourhood giv" in again.used("lindenhof")
    assert again.used("elsewhere") == ()


async def test_a_demo_forgets_what_the_palette_did(tmp_path: Path) -> None:
    file = tmp_path / "console.json"
    async with MosaicApp(FakeEngine(), calm=True, memory=Memory(file)).run_test() as pilot:
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, MosaicApp)
        app.use("house test3")
        assert app.used == ("house test3",)
    assert Memory(file).used("lindenhof") == ()
