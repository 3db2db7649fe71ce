"""The alarms of the engine: each asks for an action, else it would be an event."""

from __future__ import annotations

from datetime import datetime

from console.model.event import Alarm, Priority
from console.model.interval import Interval

ALL_LOST = "meters"
"""The key of the one alarm for all meters lost at once."""


CONFIGURATION = "configuration"
"""The key of the alarm for a config.toml that cannot be read again."""


LOCKED = "locked"
"""The key of the alarm for an engine without its key."""


HELD = "held "
"""What the key of a held interval's alarm begins with."""


def held_key(interval: Interval) -> str:
    """Return the key of the alarm for a held interval."""
    return f"{HELD}{interval.name}"


def held(interval: Interval, local_name: str, reason: str, since: datetime) -> Alarm:
    """Return the alarm for an interval that waits for data or for a decision."""
    return Alarm(
        key=held_key(interval),
        priority=Priority.HIGH,
        since=since,
        title=f"{local_name} held",
        text=reason,
        advice="look at the meter, then P or W on screen 3",
    )


def halted(interval: Interval, reason: str, since: datetime) -> Alarm:
    """Return the alarm for an engine that signs nothing more."""
    return Alarm(
        key=f"halted {interval.name}",
        priority=Priority.HIGH,
        since=since,
        title="HALTED, nothing more is signed",
        text=reason,
        advice="compare the interval on screen 3 with the chain",
    )


def locked(since: datetime) -> Alarm:
    """Return the alarm for an engine that waits for its passphrase."""
    return Alarm(
        key=LOCKED,
        priority=Priority.MEDIUM,
        since=since,
        title="LOCKED, nothing new is settled",
        text="the engine started without its passphrase; it reads, stores and follows",
        advice="give it the passphrase: u here, or mosaic unlock in a shell",
    )


def lost_key(house: str) -> str:
    """Return the key of the alarm for a lost meter."""
    return f"meter {house}"


def lost(house: str, reason: str, since: datetime) -> Alarm:
    """Return the alarm for one lost meter."""
    return Alarm(
        key=lost_key(house),
        priority=Priority.MEDIUM,
        since=since,
        title=f"{house} lost",
        text=reason or "its meter does not answer",
        advice="look at the meter; its interval is held until it answers",
    )


def all_lost(count: int, since: datetime) -> Alarm:
    """Return the one alarm for all meters lost at once."""
    return Alarm(
        key=ALL_LOST,
        priority=Priority.HIGH,
        since=since,
        title=f"{count} of {count} meters lost",
        text="no meter answers any more; most likely the network to them is down",
        advice="look at the network between this computer and the meters",
    )


def bad_configuration(reason: str, since: datetime) -> Alarm:
    """Return the alarm for a changed config.toml that says what cannot be."""
    return Alarm(
        key=CONFIGURATION,
        priority=Priority.MEDIUM,
        since=since,
        title="config.toml is not taken",
        text=reason,
        advice="mend the file, then tell the engine: kill -HUP",
    )
