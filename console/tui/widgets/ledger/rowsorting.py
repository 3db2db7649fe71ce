"""The row sorting: the orders of screen 4, as `o`, the palette and the memory name them."""

from __future__ import annotations

import msgspec

from console.model.ledger_order import LedgerOrder
from console.model.view import LedgerQuery
from console.tui.look import Look


class RowSorting(msgspec.Struct, frozen=True):
    """An order of the ledger's rows, one way or the other."""

    order: LedgerOrder = LedgerOrder.TIME
    """What the rows are ordered by."""
    rises: bool = False
    """Whether the smallest comes first."""

    @classmethod
    def of(cls, query: LedgerQuery) -> RowSorting:
        """Return a query's sorting."""
        return cls(query.order, query.rises)

    @property
    def flat(self) -> bool:
        """Whether rows stand without their intervals' lines."""
        return self.order is not LedgerOrder.TIME

    @property
    def name(self) -> str:
        """The word for it: `newest`, `energy`, `energy turned`."""
        return next(name for name, sorting in SORTINGS.items() if sorting == self)

    @property
    def next(self) -> RowSorting:
        """What `o` brings next: the order turned round, then the next order."""
        every = list(SORTINGS.values())
        return every[(every.index(self) + 1) % len(every)]

    def applied(self, query: LedgerQuery) -> LedgerQuery:
        """Return a query in this sorting."""
        return msgspec.structs.replace(query, order=self.order, rises=self.rises)

    def shown(self, look: Look) -> str:
        """Return it as the title writes it: `newest first`, `energy ▾`."""
        if not self.flat:
            return f"{self.name} first"
        return f"{self.order.value} {look.glyphs.now if self.rises else look.glyphs.falling}"


SORTINGS = {
    "newest": RowSorting(LedgerOrder.TIME, rises=False),
    "oldest": RowSorting(LedgerOrder.TIME, rises=True),
    "producer": RowSorting(LedgerOrder.PRODUCER, rises=True),
    "producer turned": RowSorting(LedgerOrder.PRODUCER, rises=False),
    "consumer": RowSorting(LedgerOrder.CONSUMER, rises=True),
    "consumer turned": RowSorting(LedgerOrder.CONSUMER, rises=False),
    "energy": RowSorting(LedgerOrder.ENERGY, rises=False),
    "energy turned": RowSorting(LedgerOrder.ENERGY, rises=True),
    "amount": RowSorting(LedgerOrder.AMOUNT, rises=False),
    "amount turned": RowSorting(LedgerOrder.AMOUNT, rises=True),
}
"""All sortings by name, in the order in which `o` brings them."""
