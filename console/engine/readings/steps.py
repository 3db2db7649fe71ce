"""The steps: tells when a meter's registers fall, leap over the main fuse, or come back."""

from __future__ import annotations

import msgspec

from console.engine.parts import Parts
from console.model.balance import LOOK_AROUND
from console.model.event import EventKind
from console.model.reading import Reading
from console.settlement.registers import Track, since_1970, steady


class _Line(msgspec.Struct, frozen=True):
    """What is known of one house."""

    good: Reading
    """The last reading that is believed."""
    fell: bool = False
    """Whether a lower one came since."""
    leapt: Reading | None = None
    """One that came since and is more than the fuse allows."""


class Steps:
    """Follows every house's registers as they come; each oddity is one event, and so is its end.

    Nothing is decided here: settlement judges the stored readings by the same rule, and by what
    register was the last good one where it is lower for long.
    """

    def __init__(self, parts: Parts) -> None:
        """Tell the parts' log."""
        self._parts = parts
        self._lines: dict[str, _Line] = {}

    async def look(self, reading: Reading) -> None:
        """Take a reading; a late one is not looked at."""
        line = self._lines.get(reading.house) or self._begun(reading.house)
        if line is None:
            self._lines[reading.house] = _Line(reading)
        elif reading.time > (line.leapt or line.good).time:
            now, told = self._follow(line, reading)
            self._note(line, now, reading)
            self._lines[reading.house] = now
            if told:
                text = f"{reading.house}: {told}"
                await self._parts.log.say(EventKind.METER, text, reading.house)

    def _begun(self, house: str) -> _Line | None:
        """Return where a house stood when the engine ended, if its register was lower then."""
        good = self._parts.falls.standing(house)
        return None if good is None else _Line(good, fell=True)

    def _note(self, before: _Line, now: _Line, reading: Reading) -> None:
        """Let settlement know of a register that is lower for longer than an interval looks."""
        if now.fell and not before.fell:
            self._parts.falls.begin(now.good)
        elif before.fell and not now.fell:
            reach = LOOK_AROUND * self._parts.close
            self._parts.falls.end(reading.house, reading.time, reach)

    def _follow(self, line: _Line, reading: Reading) -> tuple[_Line, str]:
        """Return the line with one more reading, and what there is to tell."""
        track = self._track(line, reading)
        newest, instants = track.points[-1], {point.ms for point in track.points}
        if newest.ms != since_1970(reading.time):
            told = "" if line.fell else f"{next(iter(track.held.values()))}; held until it is back"
            return msgspec.structs.replace(line, fell=True), told
        if newest.doubt:
            return _Line(
                line.leapt or line.good, leapt=reading
            ), f"{newest.doubt}; not believed yet"
        if line.leapt is None:
            return _Line(reading), "the register is back, nothing is lost" if line.fell else ""
        if since_1970(line.leapt.time) in instants:
            return _Line(reading), "it stays where it stepped to; that step is the grid's"
        return _Line(reading), "the register is back, that step does not count"

    def _track(self, line: _Line, reading: Reading) -> Track:
        """Return the readings in question as settlement would believe them."""
        house = self._parts.members.houses.get(reading.house)
        window = [one for one in (line.good, line.leapt, reading) if one is not None]
        continued = self._parts.swaps.continued({reading.house: window})
        return steady(continued[reading.house], house.limit_w if house is not None else None)
