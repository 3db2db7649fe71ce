"""The tapes: files that read as recordings whatever happened while they were written."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.meters import tapes
from console.meters.recording import HEADER, Recording
from console.meters.tapes import Tapes
from console.model.reading import Reading
from console.model.record import Keep

START = datetime(2026, 6, 21, 20, 30, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")
KEEP = Keep()
SECOND = timedelta(seconds=1)


def reading(seconds: float, import_wh: int = 0, house: str = "a") -> Reading:
    return Reading(
        house=house, time=START + seconds * SECOND, import_wh=import_wh, export_wh=2 * import_wh
    )


def rows(path: Path) -> list[tuple[datetime, str, int]]:
    read = Recording(path, otherwise=SECOND)
    return [(one.time, one.house, one.import_wh) for one in read.readings()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


def test_a_file_reads_as_a_recording_and_is_its_owners_alone(folder: Path) -> None:
    written = Tapes(folder, UTC)
    assert written.write([reading(1, 5), reading(0, 4), reading(0, 7, "b")], KEEP) == 3
    [tape] = written.listed()
    written.close()

    file = folder / "2026-06-21.csv"
    assert (tape.name, tape.bytes) == (file.name, file.stat().st_size)
    assert rows(file) == [
        (START, "a", 4),
        (START, "b", 7),
        (START + SECOND, "a", 5),
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_local_day_has_a_file_and_a_straggler_goes_into_the_open_one(folder: Path) -> None:
    written = Tapes(folder, HELSINKI)
    written.write([reading(0, 1)], KEEP)
    written.write([reading(1801, 3), reading(1799, 2)], KEEP)
    written.write([reading(1798, 2, "b")], KEEP)
    written.close()

    assert [tape.name for tape in written.listed()] == ["2026-06-21.csv", "2026-06-22.csv"]
    assert len(rows(folder / "2026-06-21.csv")) == 2
    assert [house for _, house, _ in rows(folder / "2026-06-22.csv")] == ["b", "a"]


def test_a_file_goes_on_after_a_restart_and_a_row_that_was_cut_off_is_gone(folder: Path) -> None:
    first = Tapes(folder, UTC)
    first.write([reading(0, 1), reading(1, 2)], KEEP)
    first.close()
    file = folder / "2026-06-21.csv"
    with file.open("ab") as torn:
        torn.write(b"2026-06-21T20:30:02.000Z,a,12")

    again = Tapes(folder, UTC)
    assert again.write([reading(1, 9), reading(3, 4)], KEEP) == 1
    again.close()

    assert [wh for _, _, wh in rows(file)] == [1, 2, 4]


@pytest.mark.parametrize("size", range(len(HEADER)))
def test_a_header_that_was_cut_off_is_written_out(folder: Path, size: int) -> None:
    folder.mkdir()
    file = folder / "2026-06-21.csv"
    file.write_bytes(HEADER.encode()[:size])
    written = Tapes(folder, UTC)
    written.write([reading(0, 1)], KEEP)
    written.close()
    assert [wh for _, _, wh in rows(file)] == [1]


def test_files_of_others_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    others = {"2026-06-21.csv": "when,what\n", "2026-13-99.csv": "", "notes.txt": "mine"}
    for name, text in others.items():
        (folder / name).write_text(text)
    written = Tapes(folder, UTC)
    written.write([reading(0, 1)], Keep(days=1))
    written.close()
    assert {name: (folder / name).read_text() for name in others} == others
    assert [wh for _, _, wh in rows(folder / "2026-06-21.2.csv")] == [1]


def test_a_full_disk_leaves_the_file_whole_and_the_rest_is_written_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Tapes(folder, UTC)
    written.write([reading(0, 1)], KEEP)
    real = os.write

    def half(descriptor: int, content: memoryview) -> int:
        if len(content) < 30:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    batch = [reading(number, number) for number in range(1, 9)]
    with pytest.raises(OSError, match="No space left"):
        written.write(batch, KEEP)
    assert [wh for _, _, wh in rows(folder / "2026-06-21.csv")] == [1]
    monkeypatch.setattr(os, "write", real)
    assert written.write(batch, KEEP) == 8
    written.close()
    assert [wh for _, _, wh in rows(folder / "2026-06-21.csv")] == [1, *range(1, 9)]


def test_old_days_go_when_a_new_one_begins(folder: Path) -> None:
    written = Tapes(folder, UTC)
    for day in range(5):
        written.write([reading(day * 86400, day)], Keep(days=3))
    written.close()
    assert [tape.name for tape in written.listed()] == [
        f"2026-06-{day}.csv" for day in (23, 24, 25)
    ]


def test_a_days_file_is_turned_over_and_the_oldest_make_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tapes, "_MEGABYTE", 400)
    written = Tapes(folder, UTC)
    for number in range(400):
        written.write([reading(number, number)], Keep(megabytes=10))
        assert sum(tape.bytes for tape in written.listed()) <= 4000 + 40
    written.close()
    names = [tape.name for tape in written.listed()]
    assert names == sorted(names, key=lambda name: int(name.split(".")[1]))
    assert "2026-06-21.csv" not in names
    kept = [wh for name in names for _, _, wh in rows(folder / name)]
    assert kept == list(range(kept[0], 400))


def test_a_file_never_has_more_rows_than_a_replay_takes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tapes, "MOST_ROWS", 3)
    written = Tapes(folder, UTC)
    written.write([reading(number, number) for number in range(4)], KEEP)
    written.close()
    again = Tapes(folder, UTC)
    again.write([reading(number, number) for number in range(4, 8)], KEEP)
    again.close()
    found = [len(rows(folder / tape.name)) for tape in again.listed()]
    assert found == [3, 3, 2]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 90), st.sampled_from("ab"), st.integers(0, 9))),
        max_size=6,
    )
)
def test_whatever_comes_the_files_read(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, str, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("drawn") / "recordings"
    count = 0
    for batch in batches:
        # an engine that begins anew each time
        written = Tapes(folder, HELSINKI)
        count += written.write(
            [reading(seconds * 60, wh, house) for seconds, house, wh in batch], KEEP
        )
        written.close()
    read = [row for tape in Tapes(folder, UTC).listed() for row in rows(folder / tape.name)]
    assert len(read) == count


_BOUNDED = """
import resource, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from console.meters.tapes import Tapes
from console.model.reading import Reading
from console.model.record import Keep

most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
start = datetime(2026, 6, 21, 20, 30, tzinfo=UTC)
tapes, number = Tapes(Path(sys.argv[1]), UTC), 0
try:
    while True:
        batch = [
            Reading(house="a", time=start + timedelta(seconds=number + n), import_wh=number + n,
                    export_wh=0)
            for n in range(7)
        ]
        tapes.write(batch, Keep())
        number += 7
except OSError as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(number, error.errno)
    tapes.write(batch, Keep())
"""


@pytest.mark.parametrize("most", [400, 1000, 1017, 2000])
def test_what_the_system_refuses_in_the_middle_of_a_row_is_taken_back(
    folder: Path, most: int
) -> None:
    """The system itself writes what fits, here and on a full disk alike, and refuses the rest."""
    done = subprocess.run(
        [sys.executable, "-c", _BOUNDED, os.fspath(folder), str(most)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    number, refusal = map(int, done.stdout.split())
    assert refusal == errno.EFBIG
    assert number > 0
    assert [wh for _, _, wh in rows(folder / "2026-06-21.csv")] == [*range(number + 7)]
