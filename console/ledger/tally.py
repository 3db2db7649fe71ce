"""The tally: the differences of a verification, counted by part, the first of them named."""

from __future__ import annotations

from collections import Counter

from console.model.finding import Finding, Kind
from console.model.verification import Verification

MOST_FINDINGS = 100
"""How many differences are told in words."""


class Tally:
    """Counts every difference and keeps the first hundred."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.intervals = 0
        """How many intervals were recomputed."""
        self.retirements = 0
        """How many retirements stand on the chain."""
        self.payouts = 0
        """How many payouts stand there."""
        self._sums: Counter[str] = Counter()
        self._named: list[Finding] = []

    def find(self, part: str, size: int, finding: Finding) -> None:
        """Count a difference; one of no size is none.

        Args:
            part: the field of a Verification that counts it.
            size: how large it is, Wh or 1.
            finding: what it is.
        """
        if size:
            self._sums[part] += size
            self._keep(finding)

    def note(self, finding: Finding) -> None:
        """Keep what is no difference and yet to be told."""
        self._keep(finding)

    def add(self, part: str, size: int) -> None:
        """Count what other findings name."""
        self._sums[part] += size

    @property
    def result(self) -> Verification:
        """All that was found so far."""
        named = sorted(self._named, key=lambda finding: finding.kind is Kind.NOTE)
        return Verification(
            intervals=self.intervals,
            readings_wh=self._sums["readings_wh"],
            plans_wh=self._sums["plans_wh"],
            ledger_wh=self._sums["ledger_wh"],
            mosaics_wh=self._sums["mosaics_wh"],
            roots=self._sums["roots"],
            rows=self._sums["rows"],
            audit=self._sums["audit"],
            values=self._sums["values"],
            store=self._sums["store"],
            chain=self._sums["chain"],
            bills=self._sums["bills"],
            retirements=self.retirements,
            payouts=self.payouts,
            findings=tuple(finding.text for finding in named),
            named=tuple(named),
        )

    def _keep(self, finding: Finding) -> None:
        if len(self._named) < MOST_FINDINGS:
            self._named.append(finding)
