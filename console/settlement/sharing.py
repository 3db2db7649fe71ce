"""The sharing: exact shares cut to whole Wh, with a carry that forgets nothing.

A share is exact as a numerator over a denominator that all houses have in common; a house's
fraction of a Wh waits in its carry, in nano-Wh, for the next interval.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

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
    order = _order(side)
    exact = _in_nano([numerators[index] for index in order], denominator, total_wh)
    carries = side.carries_nwh
    targets = [part + carries[index] for part, index in zip(exact, order, strict=True)]
    return _cut(targets, side, total_wh, order)


def whole(targets_nwh: Sequence[int], side: Side) -> list[int]:
    """Return the targets cut to whole Wh, each within what its house may get."""
    return _whole(targets_nwh, side.caps_wh)


def cut(targets_nwh: Sequence[int], side: Side, total_wh: int) -> Dealt:
    """Cut targets to whole Wh that sum to the total, within caps; what is cut off is carried on.

    Args:
        targets_nwh: each house's exact share and carry, nano-Wh; who may get nothing has its
            carry alone.
        side: the houses and their caps.
        total_wh: what is dealt out, Wh; no more than the caps hold.
    """
    order = _order(side)
    return _cut([targets_nwh[index] for index in order], side, total_wh, order)


def _order(side: Side) -> list[int]:
    """Return who may get anything, as it goes among equals: the larger cap first, then by id."""
    caps = side.caps_wh
    order = [index for index, cap in enumerate(caps) if cap]
    order.sort(key=side.houses.__getitem__)
    order.sort(key=caps.__getitem__, reverse=True)
    return order


def _in_nano(numerators: Sequence[int], denominator: int, total_wh: int) -> list[int]:
    """Return the shares in nano-Wh: cut, and what then misses by largest remainder."""
    scaled = [numerator * NANO for numerator in numerators]
    nano = [part // denominator for part in scaled]
    missing = total_wh * NANO - sum(nano)
    invariant(0 <= missing < max(len(nano), 1), "exact shares do not sum to what is shared")
    remainders = [part % denominator for part in scaled]
    for place in sorted(range(len(nano)), key=remainders.__getitem__, reverse=True)[:missing]:
        nano[place] += 1
    return nano


def _cut(targets: Sequence[int], side: Side, total_wh: int, order: Sequence[int]) -> Dealt:
    """Cut the targets of those in `order`, in that order; nobody else gets anything."""
    caps = [side.caps_wh[index] for index in order]
    dealt = _whole(targets, caps)
    missing = total_wh - sum(dealt)
    if missing > 0:
        _raise(dealt, targets, caps, missing)
    elif missing < 0:
        _lower(dealt, targets, -missing)
    got, carries = [0] * len(side.houses), [*side.carries_nwh]
    for index, wh, target in zip(order, dealt, targets, strict=True):
        got[index] = wh
        carries[index] = target - NANO * wh
    return Dealt(got_wh=tuple(got), carries_nwh=tuple(carries))


def _whole(targets: Sequence[int], caps: Sequence[int]) -> list[int]:
    return [
        wh if 0 <= (wh := target // NANO) <= cap else cap if wh > 0 else 0
        for target, cap in zip(targets, caps, strict=True)
    ]


def _raise(dealt: list[int], targets: Sequence[int], caps: Sequence[int], missing: int) -> None:
    """Give one Wh at a time to the house that is furthest behind, below its cap."""
    while missing:
        ahead = [NANO * wh - target for wh, target in zip(dealt, targets, strict=True)]
        able = [place for place, wh in enumerate(dealt) if wh < caps[place]]
        invariant(able, "the caps hold less than what is shared")
        for place in _within_a_wh(able, ahead)[:missing]:
            dealt[place] += 1
            missing -= 1


def _lower(dealt: list[int], targets: Sequence[int], surplus: int) -> None:
    """Take one Wh at a time from the house that is furthest ahead, not below 0."""
    while surplus:
        behind = [target - NANO * wh for wh, target in zip(dealt, targets, strict=True)]
        able = [place for place in reversed(range(len(dealt))) if dealt[place] > 0]
        for place in _within_a_wh(able, behind)[:surplus]:
            dealt[place] -= 1
            surplus -= 1


def _within_a_wh(able: list[int], keys: Sequence[int]) -> list[int]:
    """Return whose turn comes before anybody's comes again: a turn puts a house a Wh back."""
    able.sort(key=keys.__getitem__)
    beyond = keys[able[0]] + NANO
    return able[: bisect_left(able, beyond, key=keys.__getitem__)]
