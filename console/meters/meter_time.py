"""The meter's time: when a meter says that it took its values, and whether it moves."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from console.errors import MeterError
from console.meters.measurement import Measurement, number
from console.meters.profile_schema import Age, Time

OLDEST_SECONDS = 300
"""Values that are older, or whose time has stood so long, are refused, s."""

_LATEST = Decimal(253_402_300_799)


def time_of(value: object, form: Time) -> datetime | None:
    """Return a meter's time; None where it tells none, as before its clock is set.

    Args:
        value: what its answer says.
        form: how it is written.

    Raises:
        MeterError: it is no time.
    """
    if value is None:
        return None
    if form.format in ("unix", "unix-ms"):
        seconds = number(value, "time") / (1000 if form.format == "unix-ms" else 1)
        if not 0 <= seconds <= _LATEST:
            raise MeterError("time is out of bounds")
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or (form.format == "iso" and found.tzinfo is None):
        raise MeterError("time is not written as ISO 8601 with its offset")
    return found


def age_of(value: object, form: Age) -> Decimal | None:
    """Return how old values are, s; None where the meter does not tell.

    Raises:
        MeterError: it is no age.
    """
    if value is None:
        return None
    age = number(value, "age") / (1000 if form.unit == "ms" else 1)
    if age < 0:
        raise MeterError("age is negative")
    return age


class Freshness:
    """Refuses values that are old, or whose meter's time stands."""

    def __init__(self) -> None:
        """Begin without any answer."""
        self._last: datetime | None = None
        self._since = 0.0

    def check(self, said: Measurement, now: float) -> None:
        """Refuse what is stale.

        Args:
            said: what the meter says now.
            now: loop time, s.

        Raises:
            MeterError: its values are older than five minutes.
        """
        if said.age_seconds is not None and said.age_seconds > OLDEST_SECONDS:
            raise MeterError(f"its values are {int(said.age_seconds)} s old, by its own word")
        if said.time is None or said.time != self._last:
            self._last, self._since = said.time, now
        elif now - self._since > OLDEST_SECONDS:
            raise MeterError(f"its own time stands since {int(now - self._since)} s")
