"""The event: something that happened, and an alarm where it asks for an action."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class EventKind(StrEnum):
    """What an event is about; the word in the log's second column."""

    METER = "meter"
    SETTLE = "settle"
    CHAIN = "chain"
    OPERATOR = "operator"
    ENGINE = "engine"


class Priority(StrEnum):
    """How soon an alarm wants its action."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    id: int = 0
    """Its number in the store, counted up; 0 before it is stored."""
    time: datetime
    """When, aware UTC business time."""
    kind: EventKind
    """What about."""
    text: str
    """One sentence, cleaned."""
    subject: str = ""
    """The house's id, the interval's name or the transaction it is about."""
    actor: str = "engine"
    """Who caused it."""


class AlarmState(StrEnum):
    """Where an alarm stands in its life (the states of ISA-18.2)."""

    UNACKNOWLEDGED = "unacknowledged"
    """It lasts, and nobody has said that it was seen."""
    ACKNOWLEDGED = "acknowledged"
    """It lasts and was seen."""
    RETURNED = "returned"
    """It is over, and nobody has seen it: it stands until somebody has."""
    SHELVED = "shelved"
    """Put aside until an instant, with a reason."""
    RESTING = "resting"
    """Over and seen; it is forgotten once it has not come back for a while."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something abnormal that stands until it is over and seen."""

    number: int = 0
    """Its number, counted up and never used again; 0 before it stands."""
    key: str
    """What it is about, such as `held 2026-06-21T08:15Z`; one alarm a key."""
    priority: Priority
    """How soon."""
    since: datetime
    """When it began, aware UTC business time."""
    title: str
    """What is wrong, in a few words."""
    text: str
    """One sentence with the figures."""
    advice: str
    """What to do, and where."""
    count: int = 1
    """How often it has come."""
    ended: datetime | None = None
    """When it was over, aware UTC business time; None while it lasts."""
    acknowledged_at: datetime | None = None
    """When it was said to be seen, aware UTC business time; None before."""
    acknowledged_by: str = ""
    """Who has seen it."""
    shelved_until: datetime | None = None
    """When it comes back by itself, aware UTC business time; None where it is not shelved."""
    shelved_by: str = ""
    """Who put it aside."""
    shelved_reason: str = ""
    """Why."""

    @property
    def state(self) -> AlarmState:
        """Where it stands in its life."""
        if self.shelved_until is not None:
            return AlarmState.SHELVED
        if self.ended is None:
            seen = self.acknowledged_at is not None
            return AlarmState.ACKNOWLEDGED if seen else AlarmState.UNACKNOWLEDGED
        return AlarmState.RETURNED if self.acknowledged_at is None else AlarmState.RESTING

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody to have seen it."""
        return self.state in (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the hash-chained audit log."""

    seq: int
    """Its number, from 1."""
    time: datetime
    """When, aware UTC."""
    actor: str
    """Who: `engine`, `anna (uid 1000)`."""
    verb: str
    """What: `freeze`, `settle`, `auto on`."""
    body: str
    """The details as canonical JSON."""
    head: bytes
    """SHA-256(previous head, then this record's canonical JSON), 32 bytes."""
