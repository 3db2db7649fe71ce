"""The sharing: exact shares cut to whole Wh, with a carry that forgets nothing.

A share is exact as a numerator over a denominator that all houses have in common; a house's
fraction of a Wh waits in its carry, in nano-Wh, for the next interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace

import msgspec

from console.errors import invariant

NANO = 10**9
"""Nano-Wh in a Wh."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of the street, buying or selling; all tuples in the order of `houses`."""

    houses: tuple[str, ...]
    """The houses' ids, each once."""
    caps_wh: tuple[int, ...]
    """The most that each may get: its demand or its surplus, Wh."""
    carries_nwh: tuple[int, ...]
    """Each house's fraction from before, nano-Wh."""


class Dealt(msgspec.Struct, frozen=True, kw_only=True):
    """What a side gets; both tuples in the order of its houses."""

    got_wh: tuple[int, ...]
    """What each house buys or sells, whole Wh."""
    carries_nwh: tuple[int, ...]
    """Each house's fraction for the next interval, nano-Wh."""


def share(numerators: Sequence[int], denominator: int, side: Side, total_wh: int) -> Dealt:
    """Cut exact shares to whole Wh that sum to the total, within caps, and carry the rest on.

    For every house, carry out = carry in + exact share − what it got, to the nano-Wh.

    Args:
        numerators: each house's exact share, in Wh times `denominator`; they sum to
            `total_wh` times `denominator`.
        denominator: of all shares; not used where the total is 0.
        side: the houses, their caps (no exact share is above its own) and their carry.
        total_wh: what is dealt out, Wh.
    """
    if total_wh == 0:
        return Dealt(got_wh=(0,) * len(side.houses), carries_nwh=side.carries_nwh)
    ranks = _ranks(side)
    exact = _in_nano(numerators, denominator, ranks, total_wh)
    targets = [part + carry for part, carry in zip(exact, side.carries_nwh, strict=True)]
    return _cut(targets, side, total_wh, ranks)


def whole(targets_nwh: Sequence[int], side: Side) -> list[int]:
    """Return the targets cut to whole Wh, each within what its house may get."""
    return [
        min(max(target // NANO, 0), cap)
        for target, cap in zip(targets_nwh, side.caps_wh, strict=True)
    ]


def cut(targets_nwh: Sequence[int], side: Side, total_wh: int) -> Dealt:
    """Cut targets to whole Wh that sum to the total, within caps; what is cut off is carried on.

    Args:
        targets_nwh: each house's exact share and carry, nano-Wh.
        side: the houses and their caps.
        total_wh: what is dealt out, Wh; no more than the caps hold.
    """
    return _cut(targets_nwh, side, total_wh, _ranks(side))


def _cut(targets_nwh: Sequence[int], side: Side, total_wh: int, ranks: list[int]) -> Dealt:
    got = whole(targets_nwh, side)
    missing = total_wh - sum(got)
    if missing > 0:
        _raise(got, targets_nwh, side.caps_wh, ranks, missing)
    elif missing < 0:
        _lower(got, targets_nwh, ranks, -missing)
    carries = tuple(target - NANO * wh for target, wh in zip(targets_nwh, got, strict=True))
    return Dealt(got_wh=tuple(got), carries_nwh=carries)


def _ranks(side: Side) -> list[int]:
    """Return each house's place among equals: larger cap first, then by id."""
    order = sorted(
        range(len(side.houses)), key=lambda index: (-side.caps_wh[index], side.houses[index])
    )
    ranks = [0] * len(order)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def _in_nano(
    numerators: Sequence[int], denominator: int, ranks: list[int], total_wh: int
) -> list[int]:
    """Return the shares in nano-Wh: cut, and what then misses by largest remainder."""
    nano: list[int] = []
    remainders: list[int] = []
    for numerator in numerators:
        whole, remainder = divmod(numerator * NANO, denominator)
        nano.append(whole)
        remainders.append(remainder)
    missing = total_wh * NANO - sum(nano)
    invariant(0 <= missing < max(len(nano), 1), "exact shares do not sum to what is shared")
    order = sorted(range(len(nano)), key=lambda index: (-remainders[index], ranks[index]))
    for index in order[:missing]:
        nano[index] += 1
    return nano


def _raise(
    got: list[int], targets: Sequence[int], caps: Sequence[int], ranks: list[int], missing: int
) -> None:
    """Give one Wh at a time to the house that is furthest behind, below its cap."""
    heap = [
        (NANO * got[index] - targets[index], ranks[index], index)
        for index in range(len(got))
        if got[index] < caps[index]
    ]
    heapify(heap)
    for _ in range(missing):
        invariant(heap, "the caps hold less than what is shared")
        ahead, rank, index = heap[0]
        got[index] += 1
        if got[index] < caps[index]:
            heapreplace(heap, (ahead + NANO, rank, index))
        else:
            heappop(heap)


def _lower(got: list[int], targets: Sequence[int], ranks: list[int], surplus: int) -> None:
    """Take one Wh at a time from the house that is furthest ahead, not below 0."""
    heap = [
        (targets[index] - NANO * got[index], -ranks[index], index)
        for index in range(len(got))
        if got[index] > 0
    ]
    heapify(heap)
    for _ in range(surplus):
        behind, rank, index = heap[0]
        got[index] -= 1
        if got[index] > 0:
            heapreplace(heap, (behind + NANO, rank, index))
        else:
            heappop(heap)
