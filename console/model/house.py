"""The house: a member of the community, with its meter and its wallet."""

from __future__ import annotations

import re
from datetime import date

import msgspec

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z")
"""What an id of a community or of a house may look like."""


class House(msgspec.Struct, frozen=True, kw_only=True):
    """One member, as the configuration or a recording names it."""

    id: str
    """Its id, matching `ID`, never renamed or reused."""
    name: str = ""
    """What screens call it; free text from outside, shown through safe_text."""
    wallet: str = ""
    """Its address, 39 characters of base32; empty where the embedded chain makes one."""
    ask_micro_per_kwh: int | None = None
    """What it asks for its surplus, in micro-units of the currency per kWh."""
    key_billionths: int | None = None
    """Its share under the static rules, in billionths; None where it has none."""
    since: date | None = None
    """The first local day of its membership."""
    until: date | None = None
    """The local day on which its membership has ended."""
    fuse_a: int | None = 25
    """Its main fuse, amperes a phase; None where nobody knows, as in a recording."""
    phases: int = 3
    """How many phases it has."""

    def belongs_on(self, day: date) -> bool:
        """Return whether it is a member on a local day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )

    @property
    def limit_w(self) -> int | None:
        """The power that its main fuse allows, in W at 230 V a phase; None where unknown."""
        return None if self.fuse_a is None else self.phases * 230 * self.fuse_a
