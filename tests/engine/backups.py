"""What tests of backups share: making one, putting it back, and changing files behind it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import apsw

from console.engine.backup.making import make_backup
from console.engine.backup.restoring import plan_restore, restore
from console.model.backup import Manifest
from console.settings import Settings
from tests.engine.neighbours import Neighbourhood, quarter_hour, settings_of

NOW = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 11, 30, tzinfo=UTC)
RIPE = 15 + 5


def back_up(data: Path, folder: Path, now: datetime = NOW) -> Manifest:
    return make_backup(settings_of(data), folder, now, lambda text: None)


def put_back(settings: Settings, folder: Path) -> None:
    plan = plan_restore(settings, folder, LATER, lambda text: None)
    restore(settings, plan, LATER, "anna (uid 1000)", lambda text: None)


async def settle(here: Neighbourhood, number: int) -> None:
    await here.live(RIPE if number == 0 else 15)
    await here.engine.settler.settle(quarter_hour(number), actor="uid 1")
    await here.beat(until_final=True)
    await here.beat(until_final=True)


async def expect_sound(again: Neighbourhood) -> None:
    """The ledger is the chain's, and nothing was sealed twice."""
    found = await again.engine.verify()
    assert found.differences == 0, found.findings
    assert set(Counter(await again.seals()).values()) == {1}
    assert again.engine.settler.halted == ""


def tamper(path: Path, sql: str) -> None:
    """Change a database behind its own rules."""
    connection = apsw.Connection(str(path))
    for name in list(connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")):
        connection.execute(f"DROP TRIGGER {name[0]}")
    connection.execute(sql)
    connection.close()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())
