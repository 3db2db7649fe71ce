"""The record's words: how it stands, in plain text."""

from __future__ import annotations

import msgspec

from console.cli.files.record import SHOWN, record_lines
from console.model.record import Keep, Recorded, Tape, Taping

QUIET = Recorded(state=Taping.OFF, folder="/data/recordings", keep=Keep())


def lines(**changes: object) -> list[str]:
    return record_lines(msgspec.structs.replace(QUIET, **changes))


def test_what_never_recorded_has_no_files() -> None:
    assert lines() == [
        "recording  off",
        "folder     /data/recordings",
        "kept       30 days, 1000 MB at most",
        "written    0 readings since the engine began",
        "files      none",
    ]


def test_why_it_is_paused_is_told_and_no_terminal_obeys_it() -> None:
    told = lines(state=Taping.PAUSED, trouble="no space\x1b[2J", rows=1, lost=3)
    assert told[0].startswith("recording  paused: no space")
    assert "\x1b" not in "".join(told)
    assert told[3] == "written    1 reading since the engine began, 3 lost"


def test_without_an_engine_nothing_is_written_now() -> None:
    told = lines(state=Taping.ON, running=False)
    assert told[0] == "recording  on, once an engine runs"
    assert not [line for line in told if line.startswith("written")]
    assert lines(running=False)[0] == "recording  off"


def test_the_newest_files_are_listed() -> None:
    tapes = tuple(Tape(name=f"2026-06-{n:02}.csv", bytes=n * 10**6) for n in range(1, SHOWN + 3))
    told = lines(state=Taping.ON, tapes=tapes)
    assert told[4] == f"files      {SHOWN + 2}, 253.0 MB together, the newest {SHOWN} here"
    assert len(told) == 5 + SHOWN
    assert told[-1] == "           2026-06-22.csv     22,000,000 B"
