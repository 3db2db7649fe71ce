"""The metering: each house's meter in full, from the settings, the poller and the readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from console.engine.parts import Parts
from console.errors import Refused
from console.model.meter import Counted, MeterHealth
from console.model.reading import MeterState, MeterStatus, Reading
from console.safe_text import safe_text


class Heard(Protocol):
    """What was heard of the meters."""

    latest: dict[str, Reading]
    """Each house's newest reading."""
    states: dict[str, MeterStatus]
    """Each meter's state."""


@dataclass
class AtRest:
    """What was heard before the last engine ended; nobody is asked now."""

    latest: dict[str, Reading]
    states: dict[str, MeterStatus] = field(default_factory=dict)


class Metering:
    """Tells of meters what an operator may want to know; asks none of them."""

    def __init__(
        self, parts: Parts, heard: Heard, counted: Callable[[str], Counted | None] | None = None
    ) -> None:
        """Look at an engine's parts.

        Args:
            parts: the settings and the members.
            heard: what the meters said, looked at anew each time.
            counted: what is counted of a house's polls; None while nobody asks.
        """
        self._parts = parts
        self._heard = heard
        self._counted = counted

    def meter(self, house: str) -> MeterHealth:
        """Return one house's meter.

        Raises:
            Refused: there is no such house.
        """
        parts = self._parts
        if house not in parts.members.houses:
            raise Refused(f"there is no house {house!r}.")
        meter = parts.member(house).meter
        reading, status = self._heard.latest.get(house), self._heard.states.get(house)
        power, state = reading.power_w if reading else None, status.state if status else None
        if meter.from_files:
            power, status, state = None, None, MeterState.FILES
        return MeterHealth(
            house=house,
            profile=safe_text(meter.profile, 32),
            state=state,
            since=status.since if status else None,
            reason=safe_text(status.reason) if status else "",
            period_seconds=parts.period(house),
            time=reading.time if reading else None,
            power_w=power,
            import_wh=reading.import_wh if reading else None,
            export_wh=reading.export_wh if reading and parts.plates.exports(house) else None,
            counted=self._counted(house) if self._counted is not None else None,
        )

    def meters(self) -> list[MeterHealth]:
        """Return every house's meter, in the configuration's order."""
        return [self.meter(house) for house in self._parts.members.houses]


def discreet(health: MeterHealth) -> MeterHealth:
    """Return a meter's health as watchers see it: without address and serial number."""
    counted = health.counted
    if counted is None:
        return health
    plate = msgspec.structs.replace(counted.plate, address="")
    hidden = msgspec.structs.replace(counted, plate=plate, serial="")
    return msgspec.structs.replace(health, counted=hidden)
