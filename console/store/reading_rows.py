"""The rows of readings: a reading from what the file holds of it."""

from __future__ import annotations

from typing import Any

from console.errors import StoreDamaged
from console.model.reading import Quality, Reading
from console.store.moment import from_ms

QUALITIES = tuple(Quality)
"""The qualities by their codes in the file."""

CODES = {quality: code for code, quality in enumerate(QUALITIES)}
"""Each quality's code."""


def reading_of(row: tuple[Any, ...]) -> Reading:
    """Return a reading from house, time in ms, both registers, power, source and quality."""
    house, time, import_wh, export_wh, power_w, source, quality = row
    return Reading(
        house=house,
        time=from_ms(time),
        import_wh=import_wh,
        export_wh=export_wh,
        power_w=power_w,
        source=source,
        quality=_quality(quality, house, time),
    )


def _quality(code: int, house: str, time: int) -> Quality:
    if not 0 <= code < len(QUALITIES):
        raise StoreDamaged(
            f"The reading of {house} at {from_ms(time):%Y-%m-%dT%H:%M:%SZ} has the quality {code}, "
            "which no version of this program writes.",
            advice="Keep the file as it is, and look for who changed it.",
        )
    return QUALITIES[code]
