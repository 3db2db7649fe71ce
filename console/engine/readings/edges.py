"""The edges: a house's registers at an instant, as settlement finds them in readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from console.engine.parts import Parts
from console.model.balance import LOOK_AROUND
from console.model.reading import Reading
from console.settlement.edges import Edge, edge_at
from console.settlement.registers import since_1970, steady

_MILLISECOND = timedelta(milliseconds=1)

Registers = tuple[int, int]
"""The import and the export register, Wh."""


async def registers_at(
    parts: Parts, house: str, edges: Sequence[datetime]
) -> list[Registers | None]:
    """Return a house's registers at some edges, None where they are not known.

    Args:
        parts: the store and the closeness of readings.
        house: the house's id, a member's.
        edges: the instants, aware.
    """
    windows = await parts.store.readings.near(house, edges, LOOK_AROUND * parts.close_of(house))
    return [
        _registers(parts, house, edge, window) for edge, window in zip(edges, windows, strict=True)
    ]


async def first_registers(parts: Parts, house: str, start: datetime) -> Registers | None:
    """Return a house's registers at an edge, else of its first reading after it; None without any.

    Args:
        parts: the store and the closeness of readings.
        house: the house's id, a member's.
        start: the edge, aware.
    """
    [at_edge] = await registers_at(parts, house, [start])
    if at_edge is not None:
        return at_edge
    _, after = await parts.store.readings.around(house, start)
    if after is None:
        return None
    [*_, raised] = parts.swaps.continued({house: [after]})[house]
    return raised.import_wh, raised.export_wh


def _registers(parts: Parts, house: str, edge: datetime, window: list[Reading]) -> Registers | None:
    """Return the registers at an edge, interpolated between close readings around it."""
    line = parts.swaps.continued({house: window})[house]
    track = steady(line, parts.member(house).house.limit_w)
    if not track.points:
        return None
    found = edge_at(track, since_1970(edge), parts.close_of(house) // _MILLISECOND)
    return (found.import_wh, found.export_wh) if isinstance(found, Edge) else None
