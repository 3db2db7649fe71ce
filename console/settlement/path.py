"""The path: one register through bounds, every step as near to its wanted energy as can be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

_BEYOND = 1 << 62

Bounds = tuple[int, int | None]
"""The lowest and the highest register, Wh; None where nothing is known above."""


def path(
    energies: Sequence[int], rooms: Sequence[int], bounds: Sequence[Bounds], base: int
) -> list[int] | int:
    """Return a register at each edge, or the first edge at which there can be none.

    No step is negative, and none is further from its energy than its room. Where the register at
    the start is known, what has to be moved is spread over all steps before.

    Args:
        energies: the wanted steps, Wh.
        rooms: how far each may be moved, Wh.
        bounds: the registers that each edge may have, one edge more than steps.
        base: the wanted register at the start.
    """
    reach = _reach(energies, rooms, bounds)
    if isinstance(reach, int):
        return reach
    spreads = bounds[0][0] == bounds[0][1]
    wanted = [*accumulate(energies, initial=base)]
    up = [0, *accumulate(rooms)]
    down = [0, *accumulate(map(min, energies, rooms))]
    found = [_within(wanted[-1], *reach[-1])]
    for step in range(len(energies), 0, -1):
        register, energy, room = found[-1], energies[step - 1], rooms[step - 1]
        moved = register - wanted[step]
        part = _part(moved, up if moved > 0 else down, step) if spreads else 0
        low, high = reach[step - 1]
        low = max(low, register - energy - room)
        high = min(high, register - energy + min(energy, room))
        found.append(_within(register - energy - part, low, high))
    return found[::-1]


def _reach(
    energies: Sequence[int], rooms: Sequence[int], bounds: Sequence[Bounds]
) -> list[tuple[int, int]] | int:
    """Return the registers that can be had at each edge, or the first where there are none."""
    low, high = bounds[0][0], _top(bounds[0])
    if low > high:
        return 0
    reach = [(low, high)]
    for edge, (energy, room) in enumerate(zip(energies, rooms, strict=True), 1):
        low = max(bounds[edge][0], low + energy - min(energy, room))
        high = min(_top(bounds[edge]), high + energy + room)
        if low > high:
            return edge
        reach.append((low, high))
    return reach


def _part(moved: int, room: Sequence[int], step: int) -> int:
    """Return a step's part of what has to be moved by all steps up to it."""
    if not room[step]:
        return 0
    part = abs(moved) * (room[step] - room[step - 1]) // room[step]
    return part if moved > 0 else -part


def _top(bounds: Bounds) -> int:
    return _BEYOND if bounds[1] is None else bounds[1]


def _within(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
