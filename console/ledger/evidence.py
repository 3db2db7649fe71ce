"""The evidence: all that a verification compares, gathered by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from console.ledger.members import Members
from console.model.balance import IntervalBalances
from console.model.entry import Entry
from console.model.interval import Interval
from console.model.observed import Observed
from console.model.settlement import Plan
from console.model.trade import Trade


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Meters, plans, chain and ledger of the intervals that are final."""

    balances: Sequence[IntervalBalances]
    """What the readings say now of every interval that has a plan."""
    plans: Sequence[Plan]
    """The stored plans of final and idle intervals, all revisions, in the order of freezing."""
    records: Sequence[Observed]
    """All that the operator's account did, from the chain's first block on."""
    entries: Sequence[Entry]
    """The ledger's rows as stored."""
    members: Members
    """The houses behind mosaics and wallets."""
    final_height: int
    """Blocks up to here are final; what stands above is left out."""
    unfinished: AbstractSet[Interval] = frozenset()
    """Intervals on their way to the chain, left out."""
    adopted: AbstractSet[Interval] = frozenset()
    """Intervals taken from the chain, whose plan is not known."""
    roots: Mapping[tuple[Interval, int], bytes] = {}
    """The inputs root computed again from the readings, by interval and revision; where there is
    none, the plan's own is what its seal must hold."""
    stands: Mapping[tuple[Interval, int], bool] = {}
    """Whether a plan is as it was frozen, by interval and revision; none where nothing tells."""
    open_items: Mapping[Interval, Sequence[Trade]] = {}
    """What could not be taken back of intervals: the chain has so much more than their plan."""
    supply_counts: bool = True
    """Whether minted must equal delivered; not on chains that mint far ahead."""
    broken_links: Sequence[int] = ()
    """The audit log's links that do not follow from the one before."""
