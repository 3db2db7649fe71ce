"""A community in a folder: its config, its recent past, and its engine as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from console.client import Client
from console.clock import FrozenClock
from console.config import read
from console.engine.build import build, open_node
from console.engine.playing.stepper import Stepper
from console.engine.process.starter import answers
from console.meters.recording import Recording
from console.meters.replay import Replay
from console.model.snapshot import Snapshot, apply
from console.settings import Settings
from console.sockets import sockets_of
from tests.system.lan import Lan
from tests.system.terminal import MOST_SECONDS, environment

FIVE = timedelta(minutes=5)
HOUSES = {"roof": (4000, 90_000, -3600), "east": (70_000, 0, 1200), "west": (52_000, 0, 700)}
"""Each house's registers at present, Wh, and its power, W, import positive."""

OLD_WH = 500_000
"""What the register of a meter that was exchanged stood higher."""
_NONE: Mapping[str, int] = MappingProxyType({})

_HEAD = """[community]
id = "lindenhof"
name = "Lindenhof"
timezone = "{zone}"
currency = "EUR"
latitude = 60.2
longitude = 24.7
[settlement]
minutes = 5
[engine]
data = "data"
poll_seconds = 1
"""


def midday_zone() -> str:
    """Return a zone where it is about noon, so that what is tested lies within one local day."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


class Community:
    """A folder with a configuration, and the commands of those who sit before it."""

    def __init__(self, folder: Path, lan: Lan | None = None) -> None:
        """Write the configuration; with meters on the loopback where there are some."""
        self.folder = folder
        self.config = folder / "config.toml"
        meters = {
            house: f'{{ profile = "homewizard-v1", url = "{lan.plug_in(*registers)}" }}'
            if lan is not None
            else '{ profile = "simulated" }'
            for house, registers in HOUSES.items()
        }
        houses = [
            f'[[house]]\nid = "{house}"\nmeter = {meter}\n' for house, meter in meters.items()
        ]
        head = _HEAD.format(zone=midday_zone())
        self.config.write_text(head + "".join(houses), encoding="utf-8")
        self.watched = sockets_of(self.settings).watch
        # as of the time before keystores: nobody has to be asked for a passphrase
        self.data.mkdir(mode=0o710)
        self.settings.key_file.touch(mode=0o600)
        self.settings.key_file.write_text("5a" * 32, encoding="ascii")

    @property
    def settings(self) -> Settings:
        return read(self.config)

    @property
    def data(self) -> Path:
        return self.settings.engine.data

    @property
    def pid(self) -> int:
        """The process that holds the lock."""
        return int((self.data / "engine.lock").read_text())

    async def live_through(
        self, intervals: int, *, end: datetime | None = None, exchanged: Mapping[str, int] = _NONE
    ) -> list[str]:
        """Let so many intervals lie behind the present, read and closed; return their names.

        Args:
            intervals: how many.
            end: the end of the last one; the newest edge where left out.
            exchanged: houses that got another meter, each after so many intervals: the old one's
                registers stood higher by `OLD_WH`.
        """
        now = datetime.now(UTC)
        end = end or now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
        start = end - intervals * FIVE
        recording = self._record(start, intervals, exchanged)
        clock = FrozenClock(start)
        node = open_node(self.settings, clock, start - timedelta(days=1))
        engine = await build(self.settings, clock, Replay(recording, clock), node)
        await Stepper(engine, clock).to(end)
        await engine.intake.flush()
        await engine.close()
        return [(start + number * FIVE).strftime("%Y-%m-%dT%H:%MZ") for number in range(intervals)]

    def _record(self, start: datetime, intervals: int, exchanged: Mapping[str, int]) -> Recording:
        lines = ["time,house,import_wh,export_wh"]
        for number in range(intervals + 1):
            time = (start + number * FIVE).isoformat()
            for house, (import_wh, export_wh, power_w) in HOUSES.items():
                before = abs(power_w) * (intervals - number) // 12
                taken, given = (before, 0) if power_w > 0 else (0, before)
                taken -= OLD_WH if number <= exchanged.get(house, -1) else 0
                lines.append(f"{time},{house},{import_wh - taken},{export_wh - given}")
        path = self.folder / "past.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Recording(path)

    def mosaic(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command from a second terminal; it must end with a status."""
        done = run(*words, "-c", str(self.config), home=self.folder)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        return done

    def rows(self) -> list[dict[str, Any]]:
        """Return the ledger as a second terminal sees it."""
        printed = self.mosaic("ledger", "--format", "jsonl").stdout
        return [json.loads(line) for line in printed.splitlines()]

    async def until(self, seen: Callable[[Snapshot], object]) -> Snapshot:
        """Follow the engine until a picture shows something; return that picture."""
        client = Client(self.watched)
        picture: Snapshot | None = None
        try:
            async with asyncio.timeout(MOST_SECONDS):
                async for line in client.stream():
                    picture = line if isinstance(line, Snapshot) else picture
                    assert picture is not None
                    picture = apply(picture, line)
                    if seen(picture):
                        return picture
        finally:
            await client.close()
        raise AssertionError("the engine ended")


def run(*words: str, home: Path, seconds: float = MOST_SECONDS) -> subprocess.CompletedProcess[str]:
    """Run `mosaic` without a terminal, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        cwd=home,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class EngineProcess:
    """`mosaic engine` in the foreground of a process of its own, until it is ended."""

    def __init__(self, community: Community) -> None:
        self._community = community
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", "engine", "-c", str(community.config)],
            cwd=community.folder,
            env=environment(community.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> EngineProcess:
        sockets = sockets_of(self._community.settings)
        while not (answers(sockets.operator) and answers(sockets.watch)):
            assert self.process.poll() is None, self.said()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def end(self, seconds: float = MOST_SECONDS) -> int:
        """Return its exit status, which must come in time."""
        return self.process.wait(seconds)

    def said(self) -> str:
        """Return all that it printed, once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.read().decode()


def is_alive(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not _is_dead_child(pid)


def _is_dead_child(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def end_all(pids: Sequence[int]) -> None:
    """Kill what is left of processes that a test has started."""
    for pid in pids:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
