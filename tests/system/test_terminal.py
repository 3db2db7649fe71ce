from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.community import Community, end_all, is_alive
from tests.system.terminal import Terminal

STREET = "test12"
FIRST = "12:15–12:30"
"""The interval that is open when a demo starts, local time."""

Leave = Callable[[Terminal], object]


@pytest.fixture
def home(short_folder: Path) -> Path:
    """A home whose temporary folder holds nothing but what a demo puts there."""
    (short_folder / "tmp").mkdir()
    return short_folder


def _demo(home: Path, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal("demo", home=home, columns=columns, rows=rows, TMPDIR=str(home / "tmp"))


def _private(home: Path) -> tuple[Path, int]:
    """Return a demo's folder and its engine's process."""
    [folder] = (home / "tmp").iterdir()
    return folder, int((folder / "engine.lock").read_text())


def _rows_of(interval: str) -> Callable[[str], object]:
    """Return whether a screen shows an interval's head and at least a row below it."""
    shown = re.compile(rf" {interval}   [◔◐✓] .*rows.*kWh.*EUR.*\n.*test\d+ +test\d+ +\d\.\d{{3}}")
    return lambda text: shown.search(text)


def test_the_demo_comes_up_settles_and_ends_with_q(
    home: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with _demo(home) as terminal:
        picture = terminal.wait_for(STREET)
        came_up = round(time.monotonic() - terminal.began, 2)
        record_testsuite_property("demo comes up seconds", came_up)
        assert "MOSAIC Lindenhof  DEMO ×60  OPERATE  AUTO" in picture
        assert picture.splitlines()[-1].strip().endswith("q quit")
        folder, engine = _private(home)

        terminal.press("4")
        terminal.wait_for(_rows_of(FIRST))
        terminal.wait_for(lambda text: re.search(rf"{FIRST} +✓ final, block \d+", text))

        terminal.press("q")
        assert terminal.end() == 0
        _expect_restored(terminal)
    assert not folder.exists()
    assert not is_alive(engine)


def _expect_restored(terminal: Terminal) -> None:
    """The alternate screen, the mouse and the hidden cursor are given back."""
    assert terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h") > 0
    assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l")
    assert terminal.raw.rfind(b"\x1b[?1000l") > terminal.raw.rfind(b"\x1b[?1000h")
    assert terminal.modes == terminal.modes_before
    assert b"Warning" not in terminal.raw
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_every_screen_fits(home: Path, columns: int, rows: int) -> None:
    names = {"2": "Flows", "3": "Settlement", "4": "Ledger", "6": "Events", "1": "Neighbourhood"}
    with _demo(home, columns=columns, rows=rows) as terminal:
        terminal.wait_for(STREET)
        for digit, name in names.items():
            terminal.press(digit)
            shown = terminal.wait_for(f" {digit} {name}")
            assert "MOSAIC" in shown.splitlines()[0]
            terminal.wait_for(lambda text: "? help" in text.splitlines()[-1])
        terminal.press("?")
        terminal.wait_for("Keys   Neighbourhood")
        terminal.press("\x1b")
        terminal.wait_for(" 1 Neighbourhood")
        terminal.press("q")
        assert terminal.end() == 0


def _hang_up(terminal: Terminal) -> None:
    terminal.signal(signal.SIGHUP)


def _terminate(terminal: Terminal) -> None:
    terminal.signal(signal.SIGTERM)


def _drop_the_line(terminal: Terminal) -> None:
    terminal.close()


def _quit(terminal: Terminal) -> None:
    terminal.press("q")


WAYS = [_hang_up, _terminate, _drop_the_line]


@pytest.mark.parametrize("leave", WAYS)
def test_a_demo_ends_with_its_console(home: Path, leave: Leave) -> None:
    with _demo(home) as terminal:
        terminal.wait_for(STREET)
        folder, engine = _private(home)
        leave(terminal)
        assert _ended(terminal) == 0
    assert not folder.exists()
    assert not is_alive(engine)


def _ended(terminal: Terminal) -> int:
    """Return the exit status, whether or not there still is a line to read from."""
    return terminal.process.wait(20) if terminal.closed else terminal.end(20)


def test_a_killed_console_takes_its_demo_with_it(home: Path) -> None:
    """Nothing can be cleaned up then but the process: its parent's pipe has closed."""
    with _demo(home) as terminal:
        terminal.wait_for(STREET)
        _folder, engine = _private(home)
        terminal.signal(signal.SIGKILL)
        terminal.end()
        _until_gone(engine)


def _until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline


@pytest.fixture
def community(home: Path) -> Iterator[Community]:
    """A configured street of simulated meters, whose engine a console starts."""
    community = Community(home)
    yield community
    if (community.data / "engine.lock").exists():
        end_all([community.pid])


def test_an_engine_goes_on_without_its_console(home: Path, community: Community) -> None:
    engine, said = 0, ""
    for leave in (*WAYS, _quit):
        with Terminal("run", "-c", str(community.config), home=home) as terminal:
            terminal.wait_for("roof")
            leave(terminal)
            assert _ended(terminal) == 0
            said = terminal.raw.decode()
        engine = engine or community.pid
        assert community.pid == engine
        assert is_alive(engine)
        assert _answers(community)
    assert "The engine goes on" in said
    community.mosaic("stop")
    _until_gone(engine)


def _answers(community: Community) -> bool:
    with socket.socket(socket.AF_UNIX) as console:
        return console.connect_ex(str(community.data / "operator.sock")) == 0


def test_a_watching_console_commands_nothing(home: Path, community: Community) -> None:
    with Terminal("run", "-c", str(community.config), home=home) as operating:
        operating.wait_for("roof")
        with Terminal("watch", "-c", str(community.config), home=home) as watching:
            shown = watching.wait_for("roof")
            assert "WATCH" in shown.splitlines()[0]
            watching.press("a")
            watching.wait_for(lambda text: "WATCH" in text and "MANUAL" in text)
            watching.press("q")
            assert watching.end() == 0
        operating.press("a")
        operating.wait_for("AUTO")
        operating.press("q")
        assert operating.end() == 0
    community.mosaic("stop")


def test_without_a_terminal_a_screen_is_a_usage_error(community: Community) -> None:
    for words in (("run",), ("watch",)):
        assert "terminal" in community.mosaic(*words, status=2).stderr
