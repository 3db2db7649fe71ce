"""The alarms of the engine: each asks for an action, else it would be an event."""

from __future__ import annotations

from datetime import datetime

from console.engine.alarms.crowds import Crowd
from console.errors import ChainError, DiskFull
from console.model.alarm import OF_MANY
from console.model.event import Alarm, Priority
from console.model.interval import Interval
from console.model.transaction import Tip
from console.settings import LEAST_FREE

ALL_LOST = OF_MANY[0]
"""The key of the one alarm for all meters lost at once."""


NETWORK = f"{OF_MANY[1]} "
"""What the key of the alarm for the lost meters of one network begins with."""


TOGETHER = OF_MANY[2]
"""The key of the alarm for meters that were lost at the same time."""


MOST_NAMED = 8
"""How many houses an alarm for many names."""


SILENT = "chain"
"""The key of the alarm for a node that does not answer."""


STILL = "blocks"
"""The key of the alarm for a chain without new blocks."""


FINALITY = "finality"
"""The key of the alarm for a chain whose final height stands."""


DISK = "disk"
"""The key of the alarm for a disk without space."""


RECORDING = "recording"
"""The key of the alarm for a recording that is wanted and cannot be written."""


CONFIGURATION = "configuration"
"""The key of the alarm for a config.toml that cannot be read again."""


LOCKED = "locked"
"""The key of the alarm for an engine without its key."""


SUCCESSION = "succession"
"""The key of the alarm for an exchange of the operator's key that cannot go on."""


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


def halted_key(interval: Interval) -> str:
    """Return the key of the alarm for a halted interval."""
    return f"halted {interval.name}"


def halted(interval: Interval, reason: str, since: datetime) -> Alarm:
    """Return the alarm for an engine that signs nothing more."""
    return Alarm(
        key=halted_key(interval),
        priority=Priority.HIGH,
        since=since,
        title="HALTED, nothing more is signed",
        text=reason,
        advice="compare its parts with enter on screen 3; to go on: mosaic settle --accept-partial",
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


def succession(reason: str, advice: str, since: datetime) -> Alarm:
    """Return the alarm for an exchange of the key that cannot go on."""
    return Alarm(
        key=SUCCESSION,
        priority=Priority.HIGH,
        since=since,
        title="The exchange of the key stands still",
        text=reason,
        advice=advice,
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


def crowd_key(network: str) -> str:
    """Return the key of the alarm for meters lost together; without a network there is one."""
    return f"{NETWORK}{network}" if network else TOGETHER


def crowd_lost(crowd: Crowd) -> Alarm:
    """Return the one alarm for meters that were lost together."""
    named = ", ".join(crowd.houses[:MOST_NAMED])
    more = len(crowd.houses) - MOST_NAMED
    names = f"{named} and {more} more" if more > 0 else named
    count = len(crowd.houses)
    if crowd.network:
        title = f"{count} of {crowd.of} meters in {crowd.network} lost"
        text = f"{names}; most likely what they share is down"
        advice = "look at the switch, gateway or radio behind which they are"
    else:
        title = f"{count} meters lost at once"
        text = f"{names}, within a minute; most likely for one reason"
        advice = "look for what they share: a line, a gateway, the power of a street"
    return Alarm(
        key=crowd_key(crowd.network),
        priority=Priority.HIGH,
        since=crowd.since,
        title=title,
        text=text,
        advice=advice,
    )


def chain_silent(error: ChainError, since: datetime) -> Alarm:
    """Return the alarm for a node that does not answer."""
    return Alarm(
        key=SILENT,
        priority=Priority.MEDIUM,
        since=since,
        title="the chain is silent",
        text=f"{error.message.rstrip('.')}; nothing new is posted or final meanwhile",
        advice="look at the node and the line to it; it goes on by itself",
    )


def chain_still(height: int, waiting: int, since: datetime) -> Alarm:
    """Return the alarm for a chain that makes no block although something waits for one."""
    count = f"{waiting} transaction{'' if waiting == 1 else 's'}"
    return Alarm(
        key=STILL,
        priority=Priority.MEDIUM,
        since=since,
        title="no block comes",
        text=f"the chain stands at block {height} and {count} wait",
        advice="look whether the node follows its network: ask another node for its height",
    )


def finality_stands(tip: Tip, since: datetime) -> Alarm:
    """Return the alarm for blocks that do not become final."""
    return Alarm(
        key=FINALITY,
        priority=Priority.MEDIUM,
        since=since,
        title="nothing becomes final",
        text=f"the chain is at block {tip.height}, its final height stays at {tip.final_height}",
        advice="wait, and bill nothing meanwhile; look whether other nodes say the same",
    )


def disk_full(error: DiskFull, since: datetime) -> Alarm:
    """Return the alarm for a disk on which nothing can be written."""
    return Alarm(
        key=DISK,
        priority=Priority.HIGH,
        since=since,
        title="the disk is full",
        text=f"{error.message.rstrip('.')}; readings wait in memory, nothing is posted",
        advice="free some space; the engine goes on by itself",
    )


def disk_low(free: int, since: datetime) -> Alarm:
    """Return the alarm for a disk that will soon be full.

    Args:
        free: what is left, bytes.
        since: when that was seen.
    """
    return Alarm(
        key=DISK,
        priority=Priority.MEDIUM,
        since=since,
        title="the disk is nearly full",
        text=f"less than {LEAST_FREE >> 20} MiB are left for the data folder, {free >> 20} MiB now",
        advice="free some space before the engine can store nothing more",
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


def recording_paused(reason: str, since: datetime) -> Alarm:
    """Return the alarm for a recording that is wanted and cannot be written."""
    return Alarm(
        key=RECORDING,
        priority=Priority.LOW,
        since=since,
        title="recording is paused",
        text=f"{reason}; what is polled goes into the store alone",
        advice="look at that folder; it goes on by itself, or R ends it",
    )
