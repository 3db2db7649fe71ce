"""The house now: one house at this moment, and what a new reading changes of it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.model.reading import MeterState


class HouseNow(msgspec.Struct, frozen=True, kw_only=True):
    """One house at this moment and today (local day)."""

    id: str
    """The house's id."""
    name: str
    """What screens call it, cleaned; its id where it has no name."""
    meter: str
    """The meter's profile, such as `homewizard-v1` or `simulated`."""
    state: MeterState
    """How old its last word is."""
    reason: str = ""
    """Why it is stale or lost."""
    time: datetime | None = None
    """When its last reading was taken; None before the first."""
    power_w: int | None = None
    """Import positive; None where unknown."""
    exported_wh: int = 0
    """Given to the grid side today, Wh, by the meter."""
    imported_wh: int = 0
    """Taken today, Wh, by the meter."""
    sold_wh: int = 0
    """Sold to neighbours today, Wh, from the ledger."""
    bought_wh: int = 0
    """Bought from neighbours today, Wh, from the ledger."""
    earned_nano: int = 0
    """Earned today, nano-units."""
    owes_nano: int = 0
    """Owed today, nano-units."""
    spark_wh: tuple[int | None, ...] = ()
    """Exported minus imported Wh of the last 14 closed intervals, oldest first; None unknown."""
    charging: bool = False
    """Whether a visitor plugged a car in (demo)."""
    per_phase: bool = False
    """Whether its meter counts each phase by itself: its registers may not be the bill's."""
    exports: bool = True
    """Whether its meter has an export register; what it gave is unknown without, and not 0."""


class Moved(msgspec.Struct, frozen=True, array_like=True):
    """What a new reading changes of a house, as a short array: with many houses it is most."""

    id: str
    """The house's id."""
    time: datetime | None
    """When the reading was taken."""
    power_w: int | None
    """Import positive; None where unknown."""
    exported_wh: int
    """Given to the grid side today, Wh, by the meter."""
    imported_wh: int
    """Taken today, Wh, by the meter."""


def lasting(house: HouseNow) -> tuple[object, ...]:
    """Return what a reading alone does not change; the spark first, as its tuple is often kept."""
    return (
        house.spark_wh,
        house.name,
        house.meter,
        house.state,
        house.reason,
        house.sold_wh,
        house.bought_wh,
        house.earned_nano,
        house.owes_nano,
        house.charging,
        house.per_phase,
        house.exports,
    )


def changed(
    houses: tuple[HouseNow, ...], whole: tuple[HouseNow, ...], moved: tuple[Moved, ...]
) -> tuple[HouseNow, ...]:
    """Return houses with the whole ones in their places, and moved."""
    news = {house.id: house for house in whole}
    moves = {move.id: move for move in moved}
    places = []
    for house in houses:
        now = news.get(house.id, house) if news else house
        move = moves.get(house.id)
        places.append(now if move is None else _after(now, move))
    return tuple(places)


def _after(house: HouseNow, move: Moved) -> HouseNow:
    """Return a house after a reading; written out, as a thousand houses may move each second."""
    return HouseNow(
        id=house.id,
        name=house.name,
        meter=house.meter,
        state=house.state,
        reason=house.reason,
        time=move.time,
        power_w=move.power_w,
        exported_wh=move.exported_wh,
        imported_wh=move.imported_wh,
        sold_wh=house.sold_wh,
        bought_wh=house.bought_wh,
        earned_nano=house.earned_nano,
        owes_nano=house.owes_nano,
        spark_wh=house.spark_wh,
        charging=house.charging,
        per_phase=house.per_phase,
        exports=house.exports,
    )
