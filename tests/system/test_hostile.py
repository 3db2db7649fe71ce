"""Hostile words through every view on a real terminal: no control byte of theirs comes out."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from console.model.snapshot import Access
from tests.cli.conftest import CONFIG
from tests.conftest import Serve
from tests.system.hostile_engine import HostileEngine, Words
from tests.system.hostile_words import CLASSES, TAG, words
from tests.system.terminal import Terminal

SEED = 20_260_621
ESCAPE = "\x1b"
AMOUNTS = {"slice": 600, "full": 10_000}
"""How many words a soak shows."""
SOAK = AMOUNTS[os.environ.get("SOAK", "full")]
VIEWS = {
    "cards": "[cards]", "rows": "[rows]", "dots": "[dots]", "house": "\n interval        imported",
    "days": "\n day          imported", "flows": "exported ┃ bought",
    "settlement": "interval  state", "question": "This cannot be taken back.",
    "ledger": " 4 Ledger ", "proof": "signed by the operator", "bills": " 5 Bills ",
    "events": " 6 Events ", "shelving": "comes back by itself", "filtered": "   / #",
    "palette": "\n house  ", "settings": " Settings   ",
}  # fmt: skip
"""What each view is told by on the screen."""
OTHERS = {"help": " Keys   ", "asking": "\n ledger, house test3, interval 10:15"}
"""The same of what shows no word."""
OVER = {"question", "shelving", "filtered", "palette", "settings", "help", "asking"}
"""What stands over another view until it is left."""
TOUR = (
    ("1", "cards"), ("v", "rows"), ("v", "dots"), ("v", "cards"), ("s", "cards"),
    ("\r", ""), ("w", ""), ("w", ""), ("m", ""), (ESCAPE, "cards"),
    ("2", "flows"), ("m", ""), ("m", "flows"),
    ("3", "settlement"), ("jj", "settlement"), ("P", "question"), (ESCAPE, "settlement"), ("G", ""),
    ("4", "ledger"), ("j", "ledger"), ("\r", ""), (ESCAPE, "ledger"), ("\x06", "ledger"),
    ("5", "bills"), ("j", "bills"),
    ("6", "events"), ("V", "shelving"), (ESCAPE, "events"), ("\x06", ""), ("\x06", ""),
    ("/", ""), ("#\r", "filtered"), (ESCAPE, "events"), (":", "asking"), ("house ", "palette"),
    (ESCAPE, "events"), ("C", "settings"), ("\r", ""), (ESCAPE, "events"),
    ("?", "help"), (ESCAPE, "events"), ("T", "events"),
)  # fmt: skip
"""Keys and the views that they lead to, where they always do; none of them commands anything."""
STAND = {"stand": "c cloud   e car"}
ATTACH = (
    "import sys; from pathlib import Path; from console.cli.attaching import attach;"
    "attach(Path(sys.argv[1]), ascii=False, calm=True, kiosk=True)"
)
"""The stand's screen on an engine that is no demo's."""
DIGITS = {"cards": "1", "settlement": "3", "ledger": "4", "events": "6"}
MOST_LOOKS = 20
OWN = re.compile(
    r"\x1b\[[0-9;]*m|\r\n"
    r"|\x1b\[[0-9]+;[0-9]+H"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p|\x1b\[>25u|\x1b\[<u"  # at the beginning and at the end
    r"|\x1b\]22;default\x07"  # the mouse's shape
)
"""Everything that the console itself commands a terminal; a row that it ends goes on nowhere."""


class Tour:
    """A walk through views, turn after turn, until every word was seen."""

    def __init__(self, terminal: Terminal, engine: HostileEngine, views: dict[str, str]) -> None:
        self._terminal = terminal
        self._engine = engine
        self._views = views
        self.seen: set[str] = set()
        """The tags that stood on the screen."""
        self.seen_in: dict[str, set[str]] = defaultdict(set)
        """The same by view."""
        self.turns = self.cut_short = 0

    def walk(self, *steps: tuple[str, str]) -> None:
        """Press keys and note what is seen after each; then let other words be told.

        The rest of a turn is left out where a view does not come: on a busy machine an escape and
        the key behind it may be read as one.
        """
        self.turns += 1
        for keys, view in steps:
            self._terminal.press(keys)
            self._note(self._terminal.read_until_quiet())
            if view and not (self._returns_to(view) if keys == ESCAPE else self._comes(view)):
                self.cut_short += 1
                assert self._returns_to("cards"), self._terminal.text
                break
        self._engine.turn(self.seen)

    def _comes(self, view: str) -> bool:
        for _ in range(MOST_LOOKS):
            text = self._terminal.text
            self._note(text)
            if self._is_in_front(view, text):
                return True
            self._terminal.read_until_quiet()
        return False

    def _returns_to(self, view: str) -> bool:
        """Leave what is open, each escape apart: one that is followed at once is another key."""
        for number in range(MOST_LOOKS):
            text = self._terminal.read_until_quiet(0.2)
            if self._is_in_front(view, text):
                return True
            # with nothing open an escape leaves the screen itself
            opened = OVER & self._shown(text) or number % 3 == 1
            self._terminal.press(ESCAPE if opened else DIGITS[view])
        return False

    def _shown(self, text: str) -> set[str]:
        return {name for name, sign in (self._views | OTHERS).items() if sign in text}

    def _is_in_front(self, view: str, text: str) -> bool:
        """Whether a view is shown, and nothing over another one."""
        front = self._shown(text)
        return view in front and (view in OVER or not OVER & front)

    @property
    def unseen(self) -> list[str]:
        """The words that were told and never stood on the screen."""
        return [ascii(word.text) for word in self._engine.words.all.values()
                if word.tag not in self.seen]  # fmt: skip

    def kinds_in(self, view: str) -> set[str]:
        """The classes of which words were seen in a view."""
        known = self._engine.words.all
        return {kind for tag in self.seen_in[view] for kind in known[tag].kinds}

    def _note(self, text: str) -> None:
        tags = set(TAG.findall(text)) & self._engine.words.all.keys()
        self.seen |= tags
        for view, sign in self._views.items():
            if sign in text:
                self.seen_in[view] |= tags


def foreign(raw: bytearray) -> list[str]:
    """What a terminal was told that the console itself never tells it, with what stands around."""
    return [
        ascii(part[max(0, place - 20) : place + 20])
        for part in OWN.split(raw.decode("utf-8"))
        for place, sign in enumerate(part)
        if unicodedata.category(sign) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
    ]


Open = Callable[[int, Access], HostileEngine]


@pytest.fixture
def hostile(short_folder: Path, serve: Serve) -> Open:
    """Opens an engine that tells so many hostile words."""

    def opened(count: int, access: Access) -> HostileEngine:
        engine = HostileEngine(Words(islice(words(SEED), count)), access)
        (short_folder / "config.toml").write_text(CONFIG)
        (short_folder / "data").mkdir()
        serve(engine, short_folder / "data" / "operator.sock")
        return engine

    return opened


@pytest.mark.parametrize(
    ("told", "least"),
    [
        (1000, 150),
        pytest.param(SOAK, SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
    ],
)
def test_hostile_words_are_shown_in_every_view_and_command_nothing(
    short_folder: Path,
    hostile: Open,
    told: int,
    least: int,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    engine = hostile(told, Access.OPERATE)
    with Terminal("run", home=short_folder, columns=200, rows=50) as terminal:
        terminal.wait_for("1 Neighbourhood")
        tour = Tour(terminal, engine, VIEWS)
        while len(tour.seen) < least or tour.seen_in.keys() < VIEWS.keys():
            tour.walk(*TOUR)
            assert tour.turns <= 10 + least // 50, tour.unseen
            assert terminal.process.poll() is None, terminal.text
        terminal.press("1")
        terminal.wait_for("1 Neighbourhood")
        terminal.press("q")
        assert terminal.end() == 0, terminal.text
    assert foreign(terminal.raw) == []
    assert terminal.screen.broken == 0
    assert engine.commands == []
    assert tour.cut_short <= tour.turns // 4
    if least >= AMOUNTS["full"]:
        assert {view: CLASSES.keys() - tour.kinds_in(view) for view in VIEWS} == {
            view: set() for view in VIEWS
        }
    for name, figure in (
        ("words", len(tour.seen)),
        ("turns", tour.turns),
        ("turns cut short", tour.cut_short),
    ):
        record_testsuite_property(f"hostile {name}", figure)


def test_the_stand_shows_hostile_words_and_obeys_none(short_folder: Path, hostile: Open) -> None:
    engine = hostile(200, Access.STAND)
    program = (sys.executable, "-c", ATTACH, str(short_folder / "data" / "operator.sock"))
    with Terminal(home=short_folder, columns=160, rows=50, program=program) as terminal:
        terminal.wait_for(STAND["stand"])
        tour = Tour(terminal, engine, STAND)
        while len(tour.seen) < 60:
            tour.walk(("?", "stand"), ("q", "stand"))  # no keys of the stand
            assert tour.turns <= 40, tour.unseen
            assert terminal.process.poll() is None, terminal.text
        terminal.press("\x18", "q")
        assert terminal.end() == 0, terminal.text
    assert foreign(terminal.raw) == []
    assert terminal.screen.broken == 0
    assert engine.commands == []
