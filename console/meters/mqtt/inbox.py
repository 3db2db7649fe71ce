"""The inbox: one meter's newest messages, topic by topic, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from console.errors import MeterError
from console.meters.measurement import Measurement
from console.meters.meter_time import Freshness
from console.meters.profile import Profile

MOST_BYTES = 64 * 1024
"""The largest message that is read."""


class _Note(NamedTuple):
    payload: bytes
    arrived: datetime
    kept: bool


class Inbox:
    """Puts a meter's messages together to a measurement with the instant at which it was taken.

    That instant is when the oldest of its messages came: a meter's own clock may be wrong. What the
    broker had kept from before (MQTT's retained messages) may be of any age, and is as old as it
    says itself; without its own word nothing is read from it.
    """

    def __init__(self, profile: Profile, topics: Mapping[str, str], *, on_change: bool) -> None:
        """Begin empty.

        Args:
            profile: how the messages are read.
            topics: the topics by the names under which their messages stand.
            on_change: whether a topic is silent while its value stays, so that the newest of the
                messages says when all of them were so.
        """
        self._profile = profile
        self._names = {topic: name for name, topic in topics.items()}
        self._on_change = on_change
        self._notes: dict[str, _Note] = {}
        self._freshness = Freshness()
        self._newest: datetime | None = None

    @property
    def lacks(self) -> list[str]:
        """The topics that nothing was heard on, in order."""
        return [topic for topic in self._names if topic not in self._notes]

    @property
    def kept(self) -> list[str]:
        """The topics of which only a kept message is there."""
        return [topic for topic, note in self._notes.items() if note.kept]

    def miss(self) -> None:
        """Note that messages may have been missed: where silence says "unchanged", nothing is left.

        What the broker keeps comes anew with the next connection.
        """
        if self._on_change:
            self._notes.clear()

    def take(
        self, topic: str, payload: bytes, arrived: datetime, *, kept: bool
    ) -> Measurement | None:
        """Take a message; return what all of them say now, None where they do not yet.

        Args:
            topic: one of the meter's topics.
            payload: the message.
            arrived: when it came, aware UTC.
            kept: whether the broker had kept it from before.

        Raises:
            MeterError: it is too large, or together they must be refused, or are old by their word.
        """
        if len(payload) > MOST_BYTES:
            raise MeterError(f"a message of more than {MOST_BYTES} bytes")
        known = self._notes.get(topic)
        if kept and known is not None and payload == known.payload:
            # the broker's copy of what is known, sent anew with each connection
            return None
        self._notes[topic] = _Note(payload, arrived, kept)
        if self.lacks:
            return None
        said = self._profile.read_all(
            {name: self._notes[place].payload for place, name in self._names.items()}
        )
        self._freshness.check(said, arrived.timestamp())
        self._refuse_old(said, arrived)
        taken = self._taken(said, arrived)
        if taken is None or (kept and self._newest is not None and taken <= self._newest):
            return None
        self._newest = taken
        return msgspec.structs.replace(said, taken=taken)

    def _refuse_old(self, said: Measurement, now: datetime) -> None:
        if said.time is None or said.time.tzinfo is None:
            return
        age = int((now - said.time).total_seconds())
        if age > self._profile.table.silence:
            raise MeterError(f"its values are {age} s old, by its own time")

    def _taken(self, said: Measurement, now: datetime) -> datetime | None:
        fresh = [note.arrived for note in self._notes.values() if not note.kept]
        if fresh and (self._on_change or len(fresh) == len(self._notes)):
            arrived = max(fresh) if self._on_change else min(fresh)
            return arrived - timedelta(seconds=float(said.age_seconds or 0))
        if said.time is not None and said.time.tzinfo is not None:
            # one whose clock is ahead spoke before it was heard all the same
            return min(said.time, now)
        return None
