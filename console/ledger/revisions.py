"""The revisions: one interval's ledger rows added up revision by revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from console.model.difference import Difference, Pair, Revision
from console.model.entry import Entry


def revisions(rows: Iterable[Entry]) -> tuple[Revision, ...]:
    """Return each revision's own rows added up, in order.

    Args:
        rows: the rows of one interval.
    """
    by_number: dict[int, list[Entry]] = {}
    for row in rows:
        by_number.setdefault(row.revision, []).append(row)
    return tuple(
        Revision(
            number=number,
            rows=len(own),
            wh=sum(row.wh for row in own),
            amount_nano=sum(row.amount_nano for row in own),
            height=max(row.height for row in own),
        )
        for number, own in sorted(by_number.items())
    )


def pairs(rows: Iterable[Entry]) -> tuple[Pair, ...]:
    """Return what every pair comes to over all revisions, but for those that come to nothing.

    Args:
        rows: the rows of one interval.
    """
    energy: Counter[tuple[str, str]] = Counter()
    for row in rows:
        energy[row.producer, row.consumer] += row.wh
    return tuple(
        Pair(producer=producer, consumer=consumer, wh=wh)
        for (producer, consumer), wh in sorted(energy.items())
        if wh
    )


def changed_by(rows: Sequence[Entry], revision: int) -> tuple[Difference, ...]:
    """Return the houses to which a revision gave other energy than all before it, by id.

    Args:
        rows: the rows of one interval.
        revision: the revision that is held beside the one before.
    """
    sold_before, bought_before = _sides(row for row in rows if row.revision < revision)
    sold, bought = _sides(row for row in rows if row.revision <= revision)
    return tuple(
        Difference(
            house=house,
            bought_before_wh=bought_before[house],
            bought_wh=bought[house],
            sold_before_wh=sold_before[house],
            sold_wh=sold[house],
        )
        for house in sorted(sold.keys() | bought.keys())
        if (sold[house], bought[house]) != (sold_before[house], bought_before[house])
    )


def _sides(rows: Iterable[Entry]) -> tuple[Counter[str], Counter[str]]:
    """What each house sold and bought, Wh."""
    sold: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    for row in rows:
        sold[row.producer] += row.wh
        bought[row.consumer] += row.wh
    return sold, bought
