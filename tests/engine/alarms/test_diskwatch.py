"""The disk's watch: told before it is full, while it is, and when there is space again."""

from __future__ import annotations

from pathlib import Path

from console.engine.alarms.diskwatch import DiskWatch, free_bytes
from console.errors import DiskFull
from console.model.event import Alarm, Priority
from console.settings import LEAST_FREE
from tests.engine.street import Opened

FULL = DiskFull("There is no space left to write /var/lib/mosaic/store.db.")


class Space:
    """A disk with as much space as a test says."""

    def __init__(self, free: int | None) -> None:
        self.free = free

    def __call__(self, _folder: Path) -> int:
        if self.free is None:
            raise OSError("the disk is gone")
        return self.free


def standing(street: Opened) -> list[Alarm]:
    return [alarm for alarm in street.engine.parts.log.alarms if alarm.ended is None]


async def test_little_space_is_told_before_there_is_none(street: Opened) -> None:
    space = Space(LEAST_FREE)
    watch = DiskWatch(street.engine.parts, space)
    await watch.look()
    assert standing(street) == []
    space.free = LEAST_FREE - 1
    await watch.look()
    [alarm] = standing(street)
    assert (alarm.key, alarm.priority) == ("disk", Priority.MEDIUM)
    assert "199 MiB now" in alarm.text
    space.free = None
    await watch.look()
    assert standing(street) == [alarm]
    space.free = LEAST_FREE
    await watch.look()
    assert standing(street) == []


async def test_a_full_disk_is_the_same_alarm_seen_anew(street: Opened) -> None:
    watch = DiskWatch(street.engine.parts, Space(0))
    await watch.look()
    [low] = standing(street)
    await street.engine.parts.log.standing.acknowledge([low.number], "anna")
    await watch.full(FULL)
    await watch.look()
    [full] = standing(street)
    assert (full.number, full.priority, full.waits) == (low.number, Priority.HIGH, True)
    assert full.text.startswith("There is no space left to write /var/lib/mosaic/store.db; ")
    await watch.works()
    assert standing(street) == []
    await watch.look()
    assert [alarm.priority for alarm in standing(street)] == [Priority.MEDIUM]


async def test_the_disk_works_again_once_every_duty_does(street: Opened) -> None:
    engine = street.engine
    for duty in ("gather", "settle"):
        await engine.report(duty, FULL)
    assert [alarm.key for alarm in standing(street)] == ["disk"]
    await engine.report("settle", None)
    assert engine.picture.trouble
    assert [alarm.key for alarm in standing(street)] == ["disk"]
    await engine.report("gather", None)
    assert engine.picture.trouble == ""
    assert standing(street) == []


def test_the_free_space_of_a_folder_is_known(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
