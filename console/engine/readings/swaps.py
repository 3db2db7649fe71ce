"""The swaps of meters: kept as a fact, applied to every reading that is settled or added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.engine.facts import fact_of, keep_fact
from console.model.reading import Reading
from console.model.swap import Swap
from console.settlement.swaps import continued
from console.store.protocols import Audit

FACT = "swaps"
"""The store's fact that keeps them."""


class Swaps:
    """All swaps of a community, in order of time."""

    def __init__(self, known: tuple[Swap, ...] = ()) -> None:
        """Take those that are known."""
        self.known = known

    @classmethod
    async def load(cls, audit: Audit) -> Swaps:
        """Return those that the store keeps."""
        return cls(await fact_of(audit, FACT, tuple[Swap, ...]) or ())

    def continued(self, readings: Mapping[str, Sequence[Reading]]) -> dict[str, list[Reading]]:
        """Return readings by house as if each house had one meter."""
        return continued(readings, self.known)

    async def add(self, audit: Audit, swap: Swap) -> None:
        """Keep one more."""
        self.known = tuple(sorted((*self.known, swap), key=lambda one: one.time))
        await keep_fact(audit, FACT, self.known)
