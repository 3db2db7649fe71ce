"""One SunSpec meter: found once in its device's registers, then read in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from console.errors import ConfigError, MeterError
from console.meters.address import checked_url
from console.meters.measurement import Measurement
from console.meters.profile import Profile
from console.meters.sunspec.chain import Found, find_meter
from console.meters.sunspec.models import document, length_of
from console.meters.sunspec.wire import wire_to
from console.safe_text import safe_text

PORT = 502
"""Where Modbus TCP listens if an address names no port."""
FINDING_SECONDS = 15.0
"""How long following the chain of models may take, loop seconds."""

_UNITS = range(1, 256)
_NUMBERS = range(1, 9)


class SunSpecMeter:
    """A house's meter that is asked over Modbus TCP."""

    listens = False
    """It speaks only when asked."""

    def __init__(self, house: str, profile: Profile, url: str, params: Mapping[str, str]) -> None:
        """Prepare; nothing is connected before the first `read`.

        Args:
            house: the house's id.
            profile: how its values are read.
            url: where it answers, as in `tcp://192.168.1.20`.
            params: `unit`, the device behind that address, 1 where left out; `meter`, which of
                its meters, the first where left out.

        Raises:
            ConfigError: the url or a parameter cannot be, or the extra is missing.
        """
        base = checked_url(url, "tcp")
        self.house = house
        """The house's id."""
        self.source = profile.name
        """What is noted with each reading as its source."""
        place = safe_text(base.netloc.decode("ascii"), 60)
        self.plate = profile.plate(place)
        """What it is."""
        self._profile = profile
        self._timeout = float(profile.sunspec.timeout)
        self._unit = _whole(params, "unit", _UNITS)
        self._who = f"unit {self._unit} at {place}"
        self._number = _whole(params, "meter", _NUMBERS)
        self._wire = wire_to(base.host, base.port or PORT, place)
        self._found: Found | None = None

    async def read(self) -> Measurement:
        """Ask the meter once and return what it says; the first time it is looked for.

        Raises:
            MeterAbsent: nothing takes a connection there.
            MeterError: anything else that is no good answer, in one sentence.
        """
        self._wire.join(self)
        found = self._found = self._found or await self._find()
        words = await self._registers(found.address, length_of(found.model))
        try:
            if words is None or (words[0], words[1]) != (found.model, found.length):
                self._found = None
                raise MeterError("its values stand there no more; they are looked for anew")
            said = document(found.model, words)
            known = {"model": found.model, "Mn": found.maker, "SN": found.serial}
            return self._profile.read_answer({**known, **said})
        except MeterError as error:
            raise MeterError(f"{self._who}: {error.message}", advice=error.advice) from None

    async def close(self) -> None:
        """Let go of the connection, where no other meter uses it."""
        await self._wire.leave(self)

    async def _find(self) -> Found:
        try:
            async with asyncio.timeout(FINDING_SECONDS):
                return await find_meter(self._registers, self._who, self._number)
        except TimeoutError:
            raise MeterError(f"{self._who}: no end of its map in {FINDING_SECONDS:g} s") from None

    async def _registers(self, address: int, count: int) -> Sequence[int] | None:
        return await self._wire.registers(self._unit, address, count, self._timeout)


def _whole(params: Mapping[str, str], name: str, known: range) -> int:
    given = params.get(name, "1")
    if given.isascii() and given.isdigit() and int(given[:9]) in known:
        return int(given)
    raise ConfigError(
        f"{safe_text(given, 20)!r} is no {name} of a meter over Modbus",
        advice=f"It is a whole number from {known.start} to {known.stop - 1}.",
    )
