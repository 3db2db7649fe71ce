"""The moment: an instant as the store keeps it, whole milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

FIRST_MS, LAST_MS = -(2**62), 2**62
"""Before and after every instant, milliseconds."""


def to_ms(instant: datetime) -> int:
    """Return an aware instant as whole milliseconds, cut."""
    return (instant - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the aware UTC instant of stored milliseconds."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def span_ms(start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """Return a span as whole milliseconds; where a bound is None, before or after all there is."""
    return (
        FIRST_MS if start is None else to_ms(start),
        LAST_MS if end is None else to_ms(end),
    )
