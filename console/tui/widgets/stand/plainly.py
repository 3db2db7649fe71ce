"""Plainly: what happens now, in sentences for somebody who has never heard of it."""

from __future__ import annotations

from collections.abc import Sequence

from console.model.settlement import Plan
from console.model.snapshot import HouseNow, Snapshot
from console.tui import format as written
from console.tui.look import Look
from console.tui.widgets.bearing import BALANCED_W, power_of
from console.tui.widgets.flows.flow import spelled
from console.tui.widgets.powers import flow_of


def overview(snapshot: Snapshot) -> str:
    """Return what roofs and neighbours do now, from the figures.

    Args:
        snapshot: the newest snapshot.
    """
    flow = flow_of(snapshot.houses)
    if flow.giving_w is None or flow.taking_w is None:
        return "No meter answers yet. In a moment they will."
    roofs = _count(snapshot.houses, giving=True)
    takers = _count(snapshot.houses, giving=False)
    giving, taking = written.kw(flow.giving_w), written.kw(flow.taking_w)
    if not flow.giving_w:
        return (
            f"No roof has anything to spare now. {_houses(takers, 'neighbour', 'take')}"
            f" {taking} kW from the grid. The chain keeps the count of what was shared."
        )
    first = f"{_houses(roofs, 'roof', 'have')} {giving} kW to spare."
    if not flow.taking_w:
        return f"{first} Nobody next door takes it now: all of it goes to the grid."
    if flow.taking_w > flow.giving_w:
        return (
            f"{first} {_houses(takers, 'neighbour', 'take')} all of it and need {taking} kW."
            " Only the rest comes from the grid. The chain keeps the count."
        )
    return (
        f"{first} {_houses(takers, 'neighbour', 'take')} {taking} kW of it."
        " Only the rest goes to the grid. The chain keeps the count."
    )


def flows(plan: Plan | None, cell_wh: int, look: Look) -> str:
    """Return what the ribbons show.

    Args:
        plan: the interval's plan; None before the first.
        cell_wh: what one cell stands for, Wh.
        look: how times are written.
    """
    if plan is None:
        return "When the first quarter is over, the energy that was shared is drawn here."
    return (
        f"From {look.clock(plan.interval.start)} to {look.clock(plan.interval.end)}: on the left"
        f" what each roof gave, on the right who used it. One cell is {cell_wh} Wh,"
        f" {written.kwh(plan.shared_wh)} kWh were shared."
    )


def ledger(rows: int) -> str:
    """Return what the ledger's rows are.

    Args:
        rows: how many there are.
    """
    return (
        "Each line says who made the energy, who used it and what it costs. It is written on a"
        f" blockchain, not in our books: {rows:,} line{'s' * (rows != 1)} so far. What is final"
        " cannot be changed any more."
    )


def street(snapshot: Snapshot) -> str:
    """Return what the houses are."""
    count = len(snapshot.houses)
    return (
        f"{_houses(count, 'house', 'share')} one street and one sun. Neighbours' energy costs"
        f" {snapshot.place.price}; whoever gives earns it, whoever takes pays it, no one between."
    )


def wrapped(text: str, room: int, most: int) -> list[str]:
    """Return a sentence in at most so many lines of whole words.

    Args:
        text: the sentence.
        room: the cells of a line.
        most: lines.
    """
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:most]


def _count(houses: Sequence[HouseNow], *, giving: bool) -> int:
    powers = [power_of(house) or 0 for house in houses]
    return sum(power <= -BALANCED_W if giving else power >= BALANCED_W for power in powers)


def _houses(count: int, noun: str, verb: str) -> str:
    words = spelled(count)
    who = f"{words[0].upper()}{words[1:]} {noun}{'' if count == 1 else 's'}"
    if count != 1:
        return f"{who} {verb}"
    return f"{who} {'has' if verb == 'have' else verb + 's'}"
