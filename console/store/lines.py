"""The lines: what all houses' readings of a time show as a whole, found without fetching them."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from console.model.reading import Quality, Reading
from console.model.stretch import Stretch
from console.store.reading_rows import CODES, reading_of

_STRETCHES = """
SELECT h.text, min(min(s.imported, s.exported)) < 0,
    max((max(s.imported, s.exported) - 1) * 3600000 / s.ms), max(s.quality = ?)
FROM (
    SELECT house, quality,
        import_wh - lag(import_wh) OVER line AS imported,
        export_wh - lag(export_wh) OVER line AS exported,
        time - lag(time) OVER line AS ms
    FROM reading WHERE time BETWEEN ? AND ?
    WINDOW line AS (PARTITION BY house ORDER BY time)
) s JOIN label h ON h.id = s.house GROUP BY s.house
"""

# in a group of max or min alone the other columns are those of its row
_OUTERMOST = """
SELECT h.text, r.time, r.import_wh, r.export_wh, r.power_w, s.text, r.quality FROM (
    SELECT {}(time) AS time, house, import_wh, export_wh, power_w, source, quality
    FROM reading WHERE time BETWEEN ? AND ? GROUP BY house
) r JOIN label h ON h.id = r.house JOIN label s ON s.id = r.source
"""
_LAST, _FIRST = _OUTERMOST.format("max"), _OUTERMOST.format("min")

_Ends = tuple[dict[str, Reading], dict[str, Reading]]


def beside(at_ms: int, first_ms: int, last_ms: int) -> Callable[[apsw.Connection], _Ends]:
    """Return what finds each house's last reading at or before an instant, and first at or after.

    Args:
        at_ms: the instant, milliseconds since 1970 UTC.
        first_ms: the earliest instant at which they may be.
        last_ms: the latest one.
    """

    def work(connection: apsw.Connection) -> _Ends:
        before = map(reading_of, connection.execute(_LAST, (first_ms, at_ms)))
        after = map(reading_of, connection.execute(_FIRST, (at_ms, last_ms)))
        return {one.house: one for one in before}, {one.house: one for one in after}

    return work


def stretches(first_ms: int, last_ms: int) -> Callable[[apsw.Connection], dict[str, Stretch]]:
    """Return what finds each house's stretch from one instant to another, ms since 1970 UTC."""
    values = (CODES[Quality.MISSING], first_ms, last_ms)

    def work(connection: apsw.Connection) -> dict[str, Stretch]:
        return {
            house: Stretch(falls=bool(falls), most_w=max(0, int(watts or 0)), missing=bool(missing))
            for house, falls, watts, missing in connection.execute(_STRETCHES, values)
        }

    return work
