"""The street of `thousand`: its meters, its configuration, and what its store held before."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.config import read
from console.meters.slots import Slots
from console.model.interval import Interval
from console.model.reading import Reading
from console.settings import Settings
from console.store.store import Store
from tests.benchmarks.meters_street import address, shown_by

ROOT = Path(__file__).resolve().parents[2]
HOUSES, PROFILE = 1000, "homewizard-v1"
MINUTES, GRACE = 5, 10
PERIOD = timedelta(seconds=1)

_HEAD = f"""\
[community]
id = "thousand"
timezone = "UTC"
currency = "EUR"
[settlement]
minutes = {MINUTES}
grace_seconds = {GRACE}
[price]
kind = "fixed"
fixed = 0.10
[engine]
data = "data"
poll_seconds = 1
"""


def configured(folder: Path, port: int) -> Settings:
    """Write the configuration and a plain key, as of the time before keystores."""
    config = folder / "config.toml"
    houses = [
        f'[[house]]\nid = "test{number}"\n'
        f'meter = {{ profile = "{PROFILE}", url = "http://{address(number)}:{port}" }}\n'
        for number in range(HOUSES)
    ]
    config.write_text(_HEAD + "".join(houses), encoding="utf-8")
    settings = read(config)
    settings.engine.data.mkdir(mode=0o710)
    settings.key_file.touch(mode=0o600)
    settings.key_file.write_text("5a" * 32, encoding="ascii")
    return settings


async def begin(settings: Settings, interval: Interval) -> None:
    """Let the interval's readings until now be in the store."""
    store = await Store.open(settings.engine.data / "store.db", stepped=True)
    try:
        instant, now = interval.start - 10 * PERIOD, datetime.now(UTC)
        while instant < now:
            await store.readings.add([_reading(number, instant) for number in range(HOUSES)])
            instant += PERIOD
    finally:
        await store.close()


def _reading(number: int, instant: datetime) -> Reading:
    house = f"test{number}"
    time_ = instant + Slots(house, PERIOD, MINUTES).phase * timedelta(milliseconds=1)
    registers = shown_by(number, time_.timestamp())
    return Reading(
        house=house,
        time=time_,
        import_wh=registers.import_wh,
        export_wh=registers.export_wh,
        power_w=registers.power_w,
        source=PROFILE,
    )


@contextmanager
def street() -> Iterator[int]:
    """Run the meters for a while; give the port on which they listen."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.meters_street", str(HOUSES), "0", "living"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()
