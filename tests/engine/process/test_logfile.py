from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from console.engine.process.logfile import KEPT, LOG_NAME, MOST_BYTES, shift

SPEAKER = """
import sys, os, logging
from pathlib import Path
from console.engine.process import logfile
log = logfile.LogFile.take(Path(sys.argv[1]))
"""


def _say(folder: Path, script: str, *, to_log: bool = True) -> str:
    """Run a script whose outputs go to the folder's log; return what went elsewhere."""
    with (folder / LOG_NAME).open("ab") as log:
        done = subprocess.run(
            [sys.executable, "-c", SPEAKER + script, os.fspath(folder)],
            stdout=log if to_log else subprocess.PIPE,
            stderr=log if to_log else subprocess.STDOUT,
            timeout=60,
            check=False,
        )
    return (done.stdout or b"").decode()


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted(folder.glob("engine.log*"))}


def test_files_move_on_by_one_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / LOG_NAME
    for number in range(KEPT + 3):
        log.write_text(str(number))
        shift(log)

    assert _texts(tmp_path) == {
        f"{LOG_NAME}.{number}": str(KEPT + 3 - number) for number in range(1, KEPT + 1)
    }


def test_a_gap_among_the_former_files_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).write_text("new")
    (tmp_path / f"{LOG_NAME}.2").write_text("old")

    shift(tmp_path / LOG_NAME)

    assert _texts(tmp_path) == {f"{LOG_NAME}.1": "new", f"{LOG_NAME}.3": "old"}


def test_a_long_log_is_turned_over_at_the_start(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).write_text("x" * MOST_BYTES)

    _say(tmp_path, "print('said')")

    texts = _texts(tmp_path)
    assert texts == {LOG_NAME: "said\n", f"{LOG_NAME}.1": "x" * MOST_BYTES}


def test_what_is_said_stays_bounded_and_private(tmp_path: Path) -> None:
    script = """
for number in range(12 * logfile.MOST_BYTES // 1000):
    print(number, "y" * 1000, file=sys.stderr)
print("the last")
"""
    (tmp_path / LOG_NAME).touch(mode=0o644)

    _say(tmp_path, script)

    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [
        LOG_NAME,
        *(f"{LOG_NAME}.{number}" for number in range(1, KEPT + 1)),
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    longest = max(file.stat().st_size for file in files)
    assert MOST_BYTES <= longest <= MOST_BYTES + 1100
    lines = [line for file in reversed(files) for line in file.read_text().splitlines()]
    assert lines.pop() == "the last"
    numbers = [int(line.split(" ")[0]) for line in lines]
    assert numbers == list(range(numbers[0], 12 * MOST_BYTES // 1000))


def test_what_the_interpreter_says_in_a_crash_lands_in_the_new_file(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).write_text("x" * MOST_BYTES)

    _say(tmp_path, "import ctypes\nos.write(2, b'raw\\n')\nos.abort()")

    said = (tmp_path / LOG_NAME).read_text()
    assert said.startswith("raw\nFatal Python error: Aborted")


def test_a_log_that_somebody_moved_is_begun_anew(tmp_path: Path) -> None:
    script = """
os.rename(log.path, log.path.with_name("elsewhere"))
log.keep_short()
print("here")
"""
    _say(tmp_path, script)

    assert _texts(tmp_path) == {LOG_NAME: "here\n"}
    assert (tmp_path / "elsewhere").read_text() == ""


def test_a_terminal_that_shows_the_log_obeys_nothing(tmp_path: Path) -> None:
    script = """
print("\\x1b]52;c;aGk=\\x07 a\\u202eb")
logging.getLogger("any").warning("c\\x9b2J\\rd")
try:
    raise ValueError("e\\x1b[2Jf")
except ValueError:
    logging.getLogger("any").exception("g")
"""
    _say(tmp_path, script)

    said = (tmp_path / LOG_NAME).read_text()
    assert said.startswith("\N{REPLACEMENT CHARACTER}]52;c;aGk=")
    assert "ValueError: e\N{REPLACEMENT CHARACTER}[2Jf" in said
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\r"} & set(said)


def test_an_output_that_goes_elsewhere_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).write_text("x" * MOST_BYTES)

    said = _say(tmp_path, "log.keep_short()\nprint('to the journal \\x1b')", to_log=False)

    assert said == "to the journal \x1b\n"
    assert _texts(tmp_path) == {LOG_NAME: "x" * MOST_BYTES}
