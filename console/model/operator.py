"""The operators: whose account signs for a community, each from an interval's edge on."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.interval import Interval

MOST_OPERATORS = 16
"""How many operators a community can have had; a longer line is followed no further."""


class Operator(msgspec.Struct, frozen=True):
    """An account that signs, known by its key."""

    public_key: bytes
    """Its public key (32 bytes)."""
    since: datetime | None = None
    """The edge from which it signs, aware UTC; None for a community's first."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A community's operators in order of time; each signs until the next one's edge."""

    operators: tuple[Operator, ...]
    """One at least; their edges rise."""
    coming: bool = False
    """Whether the chain does not yet hold the newest one's entries for good."""
    ends: datetime | None = None
    """The edge from which nobody signs: the newest one named a successor that never answered."""

    @classmethod
    def of(cls, public_key: bytes) -> Line:
        """Return the line of a community that never exchanged its key."""
        return cls(operators=(Operator(public_key),))

    @property
    def first(self) -> Operator:
        """Who signed first of all."""
        return self.operators[0]

    @property
    def newest(self) -> Operator:
        """Who was named last, whether or not its edge has come."""
        return self.operators[-1]

    @property
    def holder(self) -> Operator:
        """Whose key lies in the key file: the newest one's, once its entries are there for good."""
        return self.operators[-2] if self.coming else self.newest

    def at(self, instant: datetime) -> Operator | None:
        """Return who signs the intervals that begin at an instant, aware; None where nobody may."""
        if self.ends is not None and instant >= self.ends:
            return None
        for operator in reversed(self.operators):
            if operator.since is None or operator.since <= instant:
                return operator
        return self.first

    def signs(self, operator: Operator, interval: Interval) -> bool:
        """Return whether an operator is the one who signs an interval."""
        return self.at(interval.start) == operator

    def followed_by(self, operator: Operator) -> Line:
        """Return the line with one more operator, whose entries are still to come."""
        return Line(operators=(*self.operators, operator), coming=True)
