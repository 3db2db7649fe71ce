"""The bearing: what a house does at the moment, as sign, ink and words."""

from __future__ import annotations

from datetime import datetime

from rich.style import Style

from console.model.reading import MeterState
from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Row, cut
from console.tui.look import Look

BALANCED_W = 5
"""Below this a power is shown as 0.00 kW, W."""


def power_of(house: HouseNow) -> int | None:
    """Return a house's power, W, import positive; None where it is lost, silent or not polled."""
    return None if house.state is MeterState.LOST else house.power_w


def waits(house: HouseNow) -> bool:
    """Return whether a meter has not had the time yet to say its first word."""
    return house.state is MeterState.WAITING


def from_files(house: HouseNow) -> bool:
    """Return whether a house is not polled, as its readings come from files."""
    return house.state is MeterState.FILES


def counts_today(house: HouseNow, now: datetime, look: Look) -> bool:
    """Return whether what a house took and gave today is known: a file may not have come yet."""
    if house.time is None:
        return False
    return not from_files(house) or look.day(house.time) == look.day(now)


def gives(house: HouseNow) -> bool:
    """Return whether a house gives now; while it does neither, whether it gave more today."""
    power = power_of(house) or 0
    if abs(power) < BALANCED_W:
        return house.exported_wh > house.imported_wh
    return power < 0


def sign(house: HouseNow, look: Look) -> tuple[str, Style]:
    """Return the sign of what a house does, and its ink."""
    if waits(house):
        return look.glyphs.dot, look.ink.dim
    if house.state is MeterState.LOST:
        return look.glyphs.lost, look.ink.alarm
    if house.state is MeterState.STALE:
        return look.glyphs.stale, look.ink.dim
    if from_files(house):
        return look.glyphs.dash, look.ink.dim
    power = house.power_w
    if power is None or abs(power) < BALANCED_W:
        return look.glyphs.balanced, look.ink.text
    if power < 0:
        return look.glyphs.giving, look.ink.give
    return look.glyphs.taking, look.ink.take


def words(house: HouseNow) -> str:
    """Return what a house does in words that a filter finds."""
    power = power_of(house)
    if power is None:
        doing = "unknown"
    elif abs(power) < BALANCED_W:
        doing = "balanced"
    else:
        doing = "giving" if power < 0 else "taking"
    apart = " per-phase" if house.per_phase else ""
    return f"{house.state.value} {doing}{apart}{'' if house.exports else ' no-export'}"


def add_name(row: Row, house: HouseNow, cells: int, look: Look, ink: Style) -> Row:
    """Add a house's name in so many cells, with the mark of a meter whose phases count apart.

    Args:
        row: what it is added to.
        house: the house.
        cells: the most that name and mark may take.
        look: how to draw it.
        ink: the name's style.
    """
    name, more = house.name or house.id, look.glyphs.more
    if not house.per_phase:
        return row.add(cut(name, cells, more), ink)
    return row.add(cut(name, cells - 2, more), ink).add(f" {look.glyphs.apart}", look.ink.warn)


def age_of(house: HouseNow, now: datetime) -> float | None:
    """Return how old a house's last reading is, s; None before the first."""
    return None if house.time is None else (now - house.time).total_seconds()


def traded(house: HouseNow) -> tuple[str, str, str, int]:
    """Return what a house mostly did today: verb, kWh, verb of the money, nano-units.

    Where it did nothing yet, what it does now tells which of the two it would be.
    """
    gives = (power_of(house) or 0) < 0
    if house.sold_wh > house.bought_wh or (house.sold_wh == house.bought_wh and gives):
        return "sold", format.kwh(house.sold_wh), "earned", house.earned_nano
    return "bought", format.kwh(house.bought_wh), "owes", house.owes_nano
