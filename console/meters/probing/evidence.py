"""The evidence: what a meter's power adds up to, beside what its registers count."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from console.meters.measurement import Measurement
from console.meters.probing.direction import Direction
from console.meters.probing.opposition import Opposition
from console.meters.probing.track import Track, granule_of

HOLE_PACES = 3
"""After how many paces without a reading what flowed between is not known."""
LEAST_HOLE_SECONDS = Decimal(30)
"""A shorter gap is no hole, s."""
SLOW_SECONDS = Decimal(15)
"""Between readings that lie further apart a house does what nobody sees, s."""
LONGEST_UPDATE_SECONDS = Decimal(60)
"""Values that stand longer are those of a steady house, not of a slow meter, s."""

_NOTHING = Decimal(0)
_COARSEST_W = Decimal(1)
_REMEMBERED = 61
_MICROSECOND = timedelta(microseconds=1)
_SECOND = Decimal(10**6)


class Evidence:
    """What was seen of one meter, in bounded memory."""

    def __init__(
        self,
        at: datetime,
        said: Measurement,
        pace: float,
        *,
        listens: bool = False,
        every: float = 0,
    ) -> None:
        """Begin with a first reading.

        Args:
            at: when it was taken, aware UTC.
            said: what it says.
            pace: the usual time between two readings, s.
            listens: whether the meter speaks at a pace of its own.
            every: how far apart its messages then usually lie, s.
        """
        self.said = said
        """The newest reading."""
        self.taken, self.given = Direction(), Direction()
        """The power that was taken, and that was given."""
        self.imported = Track(said.import_wh)
        """The import register."""
        self.exported = None if said.export_wh is None else Track(said.export_wh)
        """The export register; None where the meter has none."""
        self.opposition = Opposition()
        """What was counted against the power's direction."""
        self.seconds = _NOTHING
        """How long was watched, without holes, s."""
        self.readings = 1
        """How many readings were taken."""
        self.stretches = 0
        """Into how many stretches holes and falls cut the time."""
        self.power_moves = 0
        """How often the power changed."""
        self.quantum_w = _COARSEST_W
        """The step in which power is told, at most 1 W."""
        self._pace = Decimal(str(pace))
        self._listens = listens
        self._longest = max(LONGEST_UPDATE_SECONDS, Decimal(str(every)))
        self._at = self._renewed = at
        self._renewals: deque[Decimal] = deque(maxlen=_REMEMBERED)
        self._begin(at, said)

    @property
    def update_seconds(self) -> Decimal:
        """How often the meter renews its values, as far as is known, s."""
        return max(self._pace, min(self._usual, LONGEST_UPDATE_SECONDS))

    @property
    def is_slow(self) -> bool:
        """Whether its readings are too far apart for anything but gross faults."""
        return self.update_seconds > SLOW_SECONDS

    @property
    def moves(self) -> int:
        """How often its registers moved up."""
        return self.imported.moves + (0 if self.exported is None else self.exported.moves)

    @property
    def granule_wh(self) -> Decimal | None:
        """The finest step in which its registers are told, Wh; None where all stand at 0."""
        tracks = [self.imported] if self.exported is None else [self.imported, self.exported]
        known = [track.granule_wh for track in tracks if track.granule_wh is not None]
        return min(known, default=None)

    def take(self, at: datetime, said: Measurement) -> None:
        """Take the next reading; one that is not later than the last is passed over.

        Where the clock was set back by more than a hole, watching begins anew from there.

        Args:
            at: when it was taken, aware UTC.
            said: what it says.
        """
        seconds = _between(self._at, at)
        was_set_back = seconds < -LEAST_HOLE_SECONDS
        if seconds <= 0 and not was_set_back:
            return
        self._note_renewal(at, said)
        pace = max(self._pace, min(self._usual, self._longest)) if self._listens else self._pace
        is_hole = seconds > max(HOLE_PACES * pace, LEAST_HOLE_SECONDS)
        counts = not (is_hole or was_set_back or self._breaks(said))
        import_wh = self.imported.take(said.import_wh, counts=counts)
        export_wh = _NOTHING
        if self.exported is not None and said.export_wh is not None:
            export_wh = self.exported.take(said.export_wh, counts=counts)
        if counts:
            self.seconds += seconds
            self.taken.take(max(said.power_w, _NOTHING), seconds)
            self.given.take(max(-said.power_w, _NOTHING), seconds)
            self.opposition.take(at, said.power_w, seconds, import_wh, export_wh)
        else:
            self._begin(at, said)
        self.quantum_w = min(self.quantum_w, granule_of(said.power_w) or _COARSEST_W)
        self._at, self.said = at, said
        self.readings += 1

    @property
    def _usual(self) -> Decimal:
        """The usual time between two renewals, s; 0 before the first."""
        return median(self._renewals) if self._renewals else _NOTHING

    def _begin(self, at: datetime, said: Measurement) -> None:
        self.stretches += 1
        self.taken.begin(max(said.power_w, _NOTHING))
        self.given.begin(max(-said.power_w, _NOTHING))
        self.opposition.begin(at, said.power_w)

    def _breaks(self, said: Measurement) -> bool:
        if self.imported.breaks(said.import_wh):
            return True
        if self.exported is None or said.export_wh is None:
            return False
        return self.exported.breaks(said.export_wh)

    def _note_renewal(self, at: datetime, said: Measurement) -> None:
        before = self.said
        self.power_moves += said.power_w != before.power_w
        values = (said.import_wh, said.export_wh, said.power_w)
        if at < self._renewed:
            self._renewed = at
        elif self._listens or values != (before.import_wh, before.export_wh, before.power_w):
            self._renewals.append(_between(self._renewed, at))
            self._renewed = at


def _between(earlier: datetime, later: datetime) -> Decimal:
    return ((later - earlier) // _MICROSECOND) / _SECOND
