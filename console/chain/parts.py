"""The parts: an interval's trades cut into pieces that each fit one aggregate."""

from __future__ import annotations

from collections.abc import Sequence

from console.chain.message import MOST_BYTES
from console.errors import invariant
from console.model.figures import MICRO, shortest_decimal
from console.model.settlement import Plan
from console.model.trade import Trade

MOST_MOSAICS = 255
"""The most mosaics of one transfer (a one-byte count)."""

_SEAL = 1
_MESSAGE_BESIDES_PRICES = 64


def divide(plan: Plan, most_inner: int) -> list[tuple[Trade, ...]]:
    """Return a plan's trades in parts, each by producer and consumer; none for no trades.

    A part is one aggregate: a seal, a mint for each of its producers, a transfer for each of its
    consumers. Two cuts are made and the one with fewer parts is taken: blocks of producers x
    consumers, which suit full pairs, and a walk along the trades, which suits compact ones
    (reference: a compact matrix needs at most ceil((P + C - 1) / (most_inner - 2)) parts).

    Args:
        plan: the plan; the order of its trades does not matter.
        most_inner: the most inner transactions of an aggregate, at least 3.

    Raises:
        InvariantBroken: not even one trade fits an aggregate.
    """
    room = most_inner - _SEAL
    invariant(room >= 2, f"{most_inner} inner transactions hold no trade")
    trades = sorted(plan.trades, key=lambda trade: (trade.producer, trade.consumer))
    if not trades:
        return []
    widest = min(room - 1, most_mosaics(trades))
    return min(_blocks(trades, room, widest), _walk(trades, room, widest), key=len)


def most_mosaics(trades: Sequence[Trade]) -> int:
    """Return how many mosaics a transfer may carry so that its prices fit the message."""
    prices = {trade.price_micro_per_kwh for trade in trades}
    if len(prices) == 1:
        return MOST_MOSAICS
    longest = max(len(shortest_decimal(price, MICRO)) for price in prices)
    return min(MOST_MOSAICS, (MOST_BYTES - _MESSAGE_BESIDES_PRICES) // (longest + 1))


def _blocks(trades: Sequence[Trade], room: int, widest: int) -> list[tuple[Trade, ...]]:
    """Cut producers and consumers into groups of even size, as few blocks as possible."""
    producers = sorted({trade.producer for trade in trades})
    consumers = sorted({trade.consumer for trade in trades})
    across, down = _grid(len(producers), len(consumers), room, widest)
    row = _groups(producers, across)
    column = _groups(consumers, down)
    blocks: dict[tuple[int, int], list[Trade]] = {}
    for trade in trades:
        blocks.setdefault((row[trade.producer], column[trade.consumer]), []).append(trade)
    return [tuple(blocks[place]) for place in sorted(blocks)]


def _grid(producers: int, consumers: int, room: int, widest: int) -> tuple[int, int]:
    """Return into how many groups to cut the producers and the consumers."""
    grids = (
        (across, -(-consumers // (room - height)))
        for across in range(1, producers + 1)
        if (height := -(-producers // across)) <= widest
    )
    return min(grids, key=lambda grid: (grid[0] * grid[1], grid[0]))


def _groups(houses: Sequence[str], count: int) -> dict[str, int]:
    return {house: place * count // len(houses) for place, house in enumerate(houses)}


def _walk(trades: Sequence[Trade], room: int, widest: int) -> list[tuple[Trade, ...]]:
    """Take trades in their order until the next one no longer fits."""
    parts: list[tuple[Trade, ...]] = []
    part: list[Trade] = []
    producers: set[str] = set()
    consumers: set[str] = set()
    for trade in trades:
        producers.add(trade.producer)
        consumers.add(trade.consumer)
        if len(producers) + len(consumers) > room or len(producers) > widest:
            parts.append(tuple(part))
            part, producers, consumers = [], {trade.producer}, {trade.consumer}
        part.append(trade)
    return [*parts, tuple(part)]
