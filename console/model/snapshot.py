"""The snapshot: the live picture that the engine sends and the console shows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from console.model.event import Alarm
from console.model.interval import Interval
from console.model.reading import MeterState
from console.model.settlement import Settlement, State

API = 1
"""The version of the stream and the routes; a console of another one shows status only."""


class Mode(StrEnum):
    """Which chain is behind it; the first badge."""

    DEMO = "DEMO"
    PRIVATE = "PRIVATE"
    TESTNET = "TESTNET"
    MAINNET = "MAINNET"


class Access(StrEnum):
    """What this connection may do; the second badge."""

    OPERATE = "OPERATE"
    WATCH = "WATCH"
    STAND = "STAND"


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
    """The changed houses, whole."""
    day: tuple[DayInterval, ...] | None = None
    """The day, whole, where it changed."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat"):
    """A heartbeat on a quiet line, once a second."""

    now: datetime
    """The business time, aware UTC."""


Line = Snapshot | Delta | Beat
"""One line of the stream."""


def apply(snapshot: Snapshot, line: Line) -> Snapshot:
    """Return the picture after a line of the stream."""
    match line:
        case Snapshot():
            return line
        case Beat(now=now):
            return msgspec.structs.replace(
                snapshot, head=msgspec.structs.replace(snapshot.head, now=now)
            )
        case Delta(head=head, houses=changed, day=day):
            news = {house.id: house for house in changed}
            return Snapshot(
                place=snapshot.place,
                head=head,
                houses=tuple(news.get(house.id, house) for house in snapshot.houses),
                day=snapshot.day if day is None else day,
            )
