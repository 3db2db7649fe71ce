"""The record: what an engine writes down of its meters, file by file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec


class Taping(StrEnum):
    """Whether what is polled is written into files."""

    OFF = "off"
    ON = "on"
    PAUSED = "paused"
    """It is to be, and cannot at the moment."""


class Keep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of it is kept; the oldest files go first."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 30
    """The most local days, today with them."""
    megabytes: Annotated[int, msgspec.Meta(ge=10, le=1_000_000)] = 1000
    """The most room for all files together, MB of 10^6 bytes."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command: begin to record, or end it."""

    on: bool
    """Whether to."""
    keep: Keep | None = None
    """How much is kept; as before where left out."""


class Tape(msgspec.Struct, frozen=True, kw_only=True):
    """One file of it."""

    name: str
    """Its name: the local day, and a number from the second of a day on."""
    bytes: int
    """Its size."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """How recording stands."""

    state: Taping
    """Whether it is on."""
    running: bool = True
    """Whether an engine answers; else it goes on so with the next one."""
    folder: str
    """Where the files lie."""
    keep: Keep
    """How much is kept."""
    tapes: tuple[Tape, ...] = ()
    """The files, oldest first."""
    rows: int = 0
    """Readings written since the engine began."""
    lost: int = 0
    """Readings that no file has, since then: no disk took them, or the clock was set back."""
    trouble: str = ""
    """Why it is paused, a sentence; empty while all is well."""


class TapePage(msgspec.Struct, frozen=True, kw_only=True):
    """Stored readings as a recording, page by page."""

    text: str
    """Lines of a recording; the first page begins with its header."""
    rows: int
    """How many readings they are."""
    next: datetime | None
    """The instant with which the next page begins; None after the last."""
