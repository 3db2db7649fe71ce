"""The parts that the engine joins, built once and handed to each of its duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from console.chain.chain import Chain, Network
from console.chain.codec import address_of, address_text
from console.chain.frame import Frame
from console.chain.keyfile import OperatorKey
from console.clock import Clock
from console.engine.alarms.log import Log
from console.engine.posting.members import Members
from console.engine.readings.falls import Falls
from console.engine.readings.plates import Plates
from console.engine.readings.swaps import Swaps
from console.engine.settling.agreements import Agreements
from console.model.interval import Interval
from console.model.operator import Line, Operator
from console.settings import Member, Settings
from console.store.store import Store
from console.times import start_of_day

CHAIN_FILE = "chain.db"
"""The embedded chain's file in the data folder."""


@dataclass(kw_only=True)
class Parts:
    """Everything that settling, following, picturing and answering need."""

    settings: Settings
    clock: Clock
    store: Store
    log: Log
    chain: Chain
    network: Network
    line: Line
    """The community's operators, the public part of each: all that a locked engine knows."""
    keys: dict[bytes, OperatorKey]
    """The operators' keys that are open, by public key."""
    members: Members
    agreements: Agreements
    """By what each interval is decided."""
    swaps: Swaps
    """Which houses had their meters exchanged."""
    falls: Falls = field(default_factory=Falls)
    """Whose registers are lower than they were."""

    @property
    def chain_file(self) -> Path:
        """The embedded chain's file."""
        return self.settings.engine.data / CHAIN_FILE

    @property
    def operator(self) -> Operator:
        """Who signs what begins now."""
        return self.line.at(self.clock.now()) or self.line.newest

    @property
    def key(self) -> OperatorKey | None:
        """The key of who signs now; None where it is not open."""
        return self.keys.get(self.operator.public_key)

    @property
    def account(self) -> str:
        """The address of the account that signs what begins now, base32."""
        return address_text(address_of(self.operator.public_key, self.network.identifier))

    @property
    def locked(self) -> bool:
        """Whether a key that signs, or that is to sign next, is not open."""
        return self.key is None or self.line.newest.public_key not in self.keys

    def frame(self, public_key: bytes, deadline_ms: int) -> Frame:
        """Return what every transaction of one signer has on the parts' network.

        Args:
            public_key: the signer's (32 bytes).
            deadline_ms: the deadline, milliseconds since the network's epoch.
        """
        return Frame(
            operator_key=public_key,
            network=self.network.identifier,
            deadline_ms=deadline_ms,
            fee_multiplier=self.network.fee_multiplier,
        )

    def signer(self, interval: Interval) -> Operator:
        """Return who signs an interval; the newest operator where nobody may."""
        return self.line.at(interval.start) or self.line.newest

    def key_of(self, interval: Interval) -> OperatorKey | None:
        """Return the key that signs an interval; None where it is not open."""
        return self.keys.get(self.signer(interval).public_key)

    def awaits(self, interval: Interval) -> bool:
        """Return whether an interval's signer is not yet on the chain for good."""
        return self.line.coming and self.line.signs(self.line.newest, interval)

    def member(self, house: str) -> Member:
        """Return a house with its meter."""
        return self._members[house]

    @cached_property
    def _members(self) -> dict[str, Member]:
        return {member.house.id: member for member in self.settings.members}

    @cached_property
    def plates(self) -> Plates:
        """What the houses' meters are."""
        return Plates(self.settings)

    def take(self, settings: Settings, members: Members) -> None:
        """Exchange the settings and the members while the engine runs."""
        self.settings, self.members = settings, members
        for kept in ("_members", "plates"):
            self.__dict__.pop(kept, None)

    @property
    def minutes(self) -> int:
        """The interval's length."""
        return self.settings.settlement.minutes

    def period(self, house: str) -> float:
        """Return the time between two polls of a house's meter, s."""
        return max(self.settings.engine.poll_seconds, self.plates.least_seconds(house))

    def close_of(self, house: str) -> timedelta:
        """Return how near a house's readings around an edge must be for it to count as measured.

        That is twice the time between two polls; where the meter speaks by itself the time between
        two of its messages is added, since the two keep no step.
        """
        return 2 * timedelta(seconds=self.period(house) + self.plates.every_seconds(house))

    @property
    def close(self) -> timedelta:
        """The longest of those, over all houses."""
        return max(map(self.close_of, self.members.houses), default=self._least_close)

    @property
    def _least_close(self) -> timedelta:
        return 2 * timedelta(seconds=self.settings.engine.poll_seconds)

    @property
    def grace(self) -> timedelta:
        """How long readings may come late."""
        return timedelta(seconds=self.settings.settlement.grace_seconds)

    @property
    def zone(self) -> ZoneInfo:
        """The community's zone."""
        return ZoneInfo(self.settings.community.timezone)

    def interval_at(self, instant: datetime) -> Interval:
        """Return the interval in which an instant lies."""
        return Interval.containing(instant, self.minutes)

    def local_name(self, interval: Interval) -> str:
        """Return an interval's local start for a sentence; with its day where that is not today."""
        start = interval.start.astimezone(self.zone)
        return f"{start:%H:%M}" if start.date() == self.today() else f"{start:%Y-%m-%d %H:%M}"

    def today(self) -> date:
        """Return the local day of the business clock."""
        return self.clock.now().astimezone(self.zone).date()

    def day_span(self, day: date) -> tuple[datetime, datetime]:
        """Return a local day's start and the next one's, aware UTC; 23 to 25 hours apart."""
        return start_of_day(day, self.zone), start_of_day(day + timedelta(days=1), self.zone)
