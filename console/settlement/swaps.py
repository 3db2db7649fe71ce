"""The swaps: a house's readings continued over its exchanges of meters, as one register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec

from console.model.reading import Quality, Reading
from console.model.swap import Swap

ROLLOVERS_WH = (10**8, 10**9, 10**10, 10**11, 10**12, 2**32)
"""Where counters begin again: after so many digits of Wh, or 32 bits."""

_NEAR_END = 0.9


def continued(
    readings: Mapping[str, Sequence[Reading]], swaps: Iterable[Swap]
) -> dict[str, list[Reading]]:
    """Return readings as if each house had one meter that never falls at a swap.

    From a swap on every register is raised by what the old meter had more than the new one began
    with; at its instant stands a reading of the old meter's last registers.

    Args:
        readings: the readings of a window by house, each list in order of time.
        swaps: the swaps of all houses, each house's in order of time.
    """
    found = {house: list(line) for house, line in readings.items()}
    ordered = sorted(swaps, key=attrgetter("time"))
    for house in {swap.house for swap in ordered} & found.keys():
        found[house] = _as_one(found[house], [swap for swap in ordered if swap.house == house])
    return found


def raised_at(swaps: Iterable[Swap], house: str, instant: datetime) -> tuple[int, int]:
    """Return by how much a house's registers at an instant are raised, import and export, Wh."""
    past = [swap for swap in swaps if swap.house == house and swap.time <= instant]
    return (
        sum(swap.last_import_wh - swap.first_import_wh for swap in past),
        sum(swap.last_export_wh - swap.first_export_wh for swap in past),
    )


def _as_one(line: Sequence[Reading], swaps: Sequence[Swap]) -> list[Reading]:
    """Return a house's readings, each raised by all swaps before it."""
    whole: list[Reading] = []
    left = list(line)
    imports = exports = 0
    for swap in swaps:
        before = [one for one in left if one.time < swap.time]
        left = left[len(before) :]
        whole += [_raised(one, imports, exports) for one in before]
        if whole and left and left[0].time > swap.time:
            last = Reading(
                house=swap.house,
                time=swap.time,
                import_wh=swap.last_import_wh,
                export_wh=swap.last_export_wh,
                quality=Quality.MANUAL,
            )
            whole.append(_raised(last, imports, exports))
        imports += swap.last_import_wh - swap.first_import_wh
        exports += swap.last_export_wh - swap.first_export_wh
    return [*whole, *(_raised(one, imports, exports) for one in left)]


def _raised(reading: Reading, imports: int, exports: int) -> Reading:
    return msgspec.structs.replace(
        reading, import_wh=reading.import_wh + imports, export_wh=reading.export_wh + exports
    )


def rolled_over(last_wh: int, first_wh: int) -> int | None:
    """Return where a counter began again, Wh; None where it does not look so.

    Args:
        last_wh: the last register before the fall.
        first_wh: the first one after it.
    """
    for end in ROLLOVERS_WH:
        if _NEAR_END * end < last_wh < end and first_wh < end - last_wh + end // 100:
            return end
    return None
