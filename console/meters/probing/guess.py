"""The guess: one way in which a meter may be read, and what its registers would count then."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from console.meters.probing.evidence import Evidence

FACTORS = (
    Decimal(1000),
    Decimal("0.001"),
    Decimal(100),
    Decimal("0.01"),
    Decimal(10),
    Decimal("0.1"),
    Decimal(60),
    Decimal(3600),
)
"""By how much registers may count otherwise than power: kWh, hundredths, Wmin and Ws among them."""

WITHIN = Decimal("0.15")
"""What power that is told at instants is worth, as a part of its sum."""

_BEYOND = Decimal("0.25")
_BEYOND_SLACK = Decimal("1.5")


class Fit(Enum):
    """How registers stand to a guess."""

    FITS = auto()
    OPEN = auto()
    FAILS = auto()

    @staticmethod
    def worst(fits: Iterable[Fit]) -> Fit:
        """Return the worst of several."""
        return max(fits, key=lambda fit: fit.value)


class Share(NamedTuple):
    """What one register counted, and what it was to count."""

    counted: Decimal
    """What it counted, Wh."""
    expected: Decimal
    """What it was to count, Wh."""
    slack: Decimal
    """By how much both may be wrong, Wh."""

    @property
    def fit(self) -> Fit:
        """Whether the two agree, within the slack and what power told at instants is worth."""
        apart = abs(self.counted - self.expected)
        if apart <= self.slack + WITHIN * self.expected:
            return Fit.FITS
        if apart > _BEYOND_SLACK * self.slack + _BEYOND * self.expected:
            return Fit.FAILS
        return Fit.OPEN


class Guess(NamedTuple):
    """One way in which power and registers may belong together."""

    turned: bool
    """Whether the import register counts what power tells as given, and the other way round."""
    factor: Decimal
    """How much the registers count of each Wh of the power."""

    def shares(self, evidence: Evidence) -> list[Share]:
        """Return what each register counted beside what it would count."""
        seen = evidence
        ways = [seen.given, seen.taken] if self.turned else [seen.taken, seen.given]
        tracks = [seen.imported, seen.exported]
        told = (seen.update_seconds, seen.quantum_w)
        return [
            Share(
                track.counted_wh,
                self.factor * way.wh,
                self.factor * way.slack_wh(*told) + _edges(track.largest_wh, seen),
            )
            for track, way in zip(tracks, ways, strict=True)
            if track is not None
        ]

    def fit(self, evidence: Evidence) -> Fit:
        """Return how what was seen stands to it."""
        return Fit.worst(share.fit for share in self.shares(evidence))


SOUND = Guess(turned=False, factor=Decimal(1))
"""Each register counts what power says."""
OTHERS = (
    Guess(turned=True, factor=Decimal(1)),
    *(Guess(turned, factor) for factor in FACTORS for turned in (False, True)),
)
"""Every other way that has a name."""
GROSS = tuple(
    guess for guess in OTHERS if not Decimal("0.01") < guess.factor < 50 or guess.factor == 1
)
"""Those that no coincidence of a few readings looks like."""


def _edges(largest: Decimal, seen: Evidence) -> Decimal:
    """Return what a register that moves in steps may lack or have too much at its ends, Wh."""
    step = largest or seen.granule_wh or Decimal(1)
    return step * seen.stretches
