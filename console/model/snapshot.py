"""The snapshot: the live picture that the engine sends and the console shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from console.model.event import Alarm
from console.model.house_now import HouseNow as HouseNow
from console.model.house_now import Moved, changed, lasting
from console.model.interval import Interval
from console.model.play import Playing
from console.model.record import Taping
from console.model.settlement import Settlement, State

API = 3
"""The version of the stream and the routes; a console of another one shows status only."""


class Mode(StrEnum):
    """Which chain is behind it; the first badge."""

    DEMO = "DEMO"
    REPLAY = "REPLAY"
    PRIVATE = "PRIVATE"
    TESTNET = "TESTNET"
    MAINNET = "MAINNET"


class Access(StrEnum):
    """What this connection may do; the second badge."""

    OPERATE = "OPERATE"
    WATCH = "WATCH"
    STAND = "STAND"


class DayInterval(msgspec.Struct, frozen=True, kw_only=True):
    """One interval of the local day, for the day plots and timelines."""

    start: datetime
    """Its start, aware UTC."""
    state: State
    """Where it stands."""
    shared_wh: int | None = None
    """Shared, Wh; None where unknown."""
    to_grid_wh: int | None = None
    """Exported and not shared, Wh; None where unknown."""
    from_grid_wh: int | None = None
    """Imported and not shared, Wh; None where unknown."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Everything but the houses and the day: the top bar and the states."""

    now: datetime
    """The business time, aware UTC."""
    speed: float
    """Business seconds in a real second; 1 but in a demo."""
    locked: bool
    """Whether the engine has no key."""
    auto: bool
    """Whether intervals settle by themselves."""
    open: Interval
    """The interval that is running."""
    settles: datetime
    """When the running one is settled: its end and the grace period."""
    last: Settlement | None
    """The newest interval that is closed; None before the first."""
    height: int
    """The chain's height."""
    final_height: int
    """Its final height."""
    chain_reason: str = ""
    """Why the chain cannot be followed at the moment; empty while all is well."""
    alarms: tuple[Alarm, ...] = ()
    """The alarms that stand, shelved ones too, oldest first."""
    halted: str = ""
    """Why nothing is signed any more; empty while all is well."""
    sentence: str = ""
    """One plain sentence on what happens now (night, a visitor's cloud), for the stand."""
    scene: int = 0
    """Counts the visitors' presses of `space`: the stand tours by it."""
    latest_event: int = 0
    """The newest event's id, so that screens know when to ask again."""
    playing: Playing | None = None
    """How a replayed recording moves; None where nothing is replayed."""
    recording: Taping = Taping.OFF
    """Whether what is polled is written into files."""
    ledger_version: int = 0
    """Counts the changes of the ledger and the settlements, likewise."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What does not change while an engine runs."""

    api: int
    """The version of the stream, `API`."""
    version: str
    """The program's version."""
    community: str
    """The community's id."""
    name: str
    """What screens call it, cleaned."""
    timezone: str
    """Its zone, as in `Europe/Helsinki`."""
    currency: str
    """The currency's code."""
    mode: Mode
    """Which chain is behind it."""
    access: Access
    """What this connection may do."""
    minutes: int
    """The interval's length."""
    poll_seconds: float
    """The poll period of its clock."""
    chain: str
    """The chain in words, such as `private, on this computer`."""
    price: str
    """The price rule in words, such as `0.10 EUR/kWh`."""
    latitude: float | None = None
    """Degrees north, for the hour of the next surplus."""
    longitude: float | None = None
    """Degrees east."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The whole picture: the first line after connecting."""

    place: Place
    """What does not change."""
    head: Head
    """What changes often."""
    houses: tuple[HouseNow, ...]
    """All houses, in the configuration's order."""
    day: tuple[DayInterval, ...]
    """The local day's intervals so far, the open one last."""


class Delta(msgspec.Struct, frozen=True, kw_only=True, tag="delta"):
    """What changed since the line before; at most four a second."""

    head: Head
    """The head, whole."""
    houses: tuple[HouseNow, ...] = ()
    """The houses of which more changed than what a reading brings, whole."""
    moved: tuple[Moved, ...] = ()
    """The houses that a reading changed."""
    day: tuple[DayInterval, ...] | None = None
    """The day, whole, where it changed."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat"):
    """A heartbeat on a quiet line, once a second."""

    now: datetime
    """The business time, aware UTC."""


Line = Snapshot | Delta | Beat
"""One line of the stream."""


def delta_of(
    head: Head,
    houses: Iterable[HouseNow],
    told: Mapping[str, HouseNow],
    day: tuple[DayInterval, ...] | None,
) -> Delta:
    """Return what a console is told of changed houses: whole, or what a reading changed.

    Args:
        head: the head.
        houses: the changed houses.
        told: what the console knows of each house, by id.
        day: the day where it changed.
    """
    whole, moved = [], []
    for house in houses:
        known = told.get(house.id)
        if known is not None and lasting(known) == lasting(house):
            moved.append(
                Moved(house.id, house.time, house.power_w, house.exported_wh, house.imported_wh)
            )
        else:
            whole.append(house)
    return Delta(head=head, houses=tuple(whole), moved=tuple(moved), day=day)


def apply(snapshot: Snapshot, line: Line) -> Snapshot:
    """Return the picture after a line of the stream."""
    match line:
        case Snapshot():
            return line
        case Beat(now=now):
            return msgspec.structs.replace(
                snapshot, head=msgspec.structs.replace(snapshot.head, now=now)
            )
        case Delta(head=head, houses=whole, moved=moved, day=day):
            return Snapshot(
                place=snapshot.place,
                head=head,
                houses=changed(snapshot.houses, whole, moved),
                day=snapshot.day if day is None else day,
            )


def both(first: Delta, second: Delta) -> Delta:
    """Return one delta that says what two, in order, say together."""
    whole = {house.id: house for house in changed(first.houses, (), second.moved)}
    whole |= {house.id: house for house in second.houses}
    moved = {move.id: move for move in (*first.moved, *second.moved)}
    return Delta(
        head=second.head,
        houses=tuple(whole.values()),
        moved=tuple(move for move in moved.values() if move.id not in whole),
        day=first.day if second.day is None else second.day,
    )
