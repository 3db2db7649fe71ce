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


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something abnormal that stands until it is over or acted on."""

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


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the hash-chained audit log."""

    seq: int
    """Its number, from 1."""
    time: datetime
    """When, aware UTC."""
    actor: str
    """Who: `engine`, `uid 1000`."""
    verb: str
    """What: `freeze`, `settle`, `auto on`."""
    body: str
    """The details as canonical JSON."""
    head: bytes
    """SHA-256(previous head, then this record's canonical JSON), 32 bytes."""
