"""The sentences: what a neighbourhood's screen says in plain words."""

from __future__ import annotations

from console.model.reading import MeterState
from console.model.snapshot import Snapshot
from console.tui import format
from console.tui.daylight import next_surplus, sun_height
from console.tui.look import Look
from console.tui.widgets.bearing import from_files, waits
from console.tui.widgets.powers import flow_of


def unheard(snapshot: Snapshot) -> str:
    """Return the sentence for meters that were not asked yet, empty once each has been."""
    waiting = sum(map(waits, snapshot.houses))
    everyone = _polled(snapshot)
    said = f"{everyone} meter{'' if everyone == 1 else 's'}"
    if waiting != everyone:
        said = f"{waiting} of {said}"
    return f"Waiting for the first reading of {said}." if waiting else ""


def lost_meters(snapshot: Snapshot, look: Look) -> str:
    """Return the one sentence for many lost meters, empty while most are there."""
    lost = [h for h in snapshot.houses if h.state is MeterState.LOST]
    polled = _polled(snapshot)
    if len(lost) < 2 or 2 * len(lost) <= polled:
        return ""
    times = [house.time for house in lost if house.time is not None]
    since = f" since {look.seconds(max(times))}" if times else ""
    count = f"{len(lost)} of {polled}"
    return f"{count} meters lost{since}: one alarm, not {len(lost)}"


def _polled(snapshot: Snapshot) -> int:
    return sum(not from_files(house) for house in snapshot.houses)


def night(snapshot: Snapshot, look: Look) -> str:
    """Return the night's sentence, empty by day and where the place is not known."""
    place, now = snapshot.place, snapshot.head.now
    flow = flow_of(snapshot.houses)
    if place.latitude is None or place.longitude is None or flow.giving_w or not flow.taking_w:
        return ""
    if sun_height(now, place.latitude, place.longitude) > 0:
        return ""
    taking = sum((house.power_w or 0) > 0 for house in snapshot.houses)
    who = f"{taking} house{' takes' if taking == 1 else 's take'}"
    said = f"Night. {who} {format.kw(flow.taking_w)} kW from the grid."
    surplus = next_surplus(now, place.latitude, place.longitude)
    return f"{said} Next surplus: about {look.clock(surplus)}." if surplus else said


def no_houses(snapshot: Snapshot) -> str:
    """Return what to do while there are no houses; empty where there are some."""
    if snapshot.houses:
        return ""
    return "No houses yet: nothing is settled until mosaic houses add has named some."


def none_closed(snapshot: Snapshot, look: Look) -> str:
    """Return which interval is the first; one that ran as the readings began is left out."""
    first = look.clock(snapshot.head.open.start)
    return f"No interval is closed yet: {first} is the first if readings began before it."
