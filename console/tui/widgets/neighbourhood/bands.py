"""The bands: rows of houses and the headings over groups, and which of them are in sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

import msgspec

from console.model.snapshot import HouseNow
from console.tui import format
from console.tui.cells import Line, Row
from console.tui.look import Look
from console.tui.widgets.bearing import power_of
from console.tui.widgets.neighbourhood.order import group_of, sign_of_group

_NAME, _COUNT = 15, 21


class Heading(msgspec.Struct, frozen=True):
    """What stands over a group."""

    group: str
    """Its name, one of `GROUPS`."""
    houses: int
    """How many houses it has."""
    power_w: int | None
    """What they take together, W, giving negative; None where none of it is known."""


class Band(msgspec.Struct, frozen=True):
    """Houses side by side, or a heading without any."""

    houses: tuple[HouseNow, ...] = ()
    """The houses, from the left."""
    heading: Heading | None = None
    """The heading."""
    label: str = ""
    """What stands before the first houses of a group that has no heading."""


def bands_of(houses: Sequence[HouseNow], per_row: int, *, grouped: bool) -> tuple[Band, ...]:
    """Return houses as rows; where they are grouped, each group under its heading.

    Args:
        houses: in order; those of a group stand together already.
        per_row: how many stand side by side.
        grouped: whether groups have headings.
    """
    if not grouped:
        return tuple(rows_of(houses, per_row))
    bands: list[Band] = []
    for group, members in groupby(houses, key=group_of):
        together = tuple(members)
        bands.append(Band(heading=_heading(group, together)))
        bands += rows_of(together, per_row)
    return tuple(bands)


def rows_of(houses: Sequence[HouseNow], per_row: int, label: str = "") -> Iterator[Band]:
    """Yield houses as rows, the first of them with a label."""
    for start in range(0, len(houses), per_row):
        shown = tuple(houses[start : start + per_row])
        yield Band(houses=shown, label="" if start else label)


def _heading(group: str, houses: Sequence[HouseNow]) -> Heading:
    powers = [power for house in houses if (power := power_of(house)) is not None]
    return Heading(group, len(houses), sum(powers) if powers else None)


def draw_heading(heading: Heading, look: Look) -> Line:
    """Draw a group's sign, its name, how many houses it has and their power."""
    glyph, tint = sign_of_group(heading.group, look)
    row = Row().to(2).add(glyph, tint).add(f" {heading.group}").end(heading.houses, _NAME + 4)
    row.add(f" house{'' if heading.houses == 1 else 's'}", look.ink.dim).to(_NAME + 11)
    power = heading.power_w
    row.end(format.kw(power), _NAME + 20).add(" kW", look.ink.dim)
    if heading.group == "stale" and power:
        row.add(" taken" if power > 0 else " given", look.ink.dim)
    return row.segments


def step(bands: Sequence[Band], chosen: str, way: str, page: int, *, sideways: bool) -> str:
    """Return the id of the house to which a move leads; headings are stepped over.

    Args:
        bands: all bands.
        chosen: the id of the chosen house.
        way: `up`, `down`, `left`, `right`, `page_up`, `page_down`, `home` or `end`.
        page: how many rows a page is.
        sideways: whether left and right move.
    """
    rows = [band.houses for band in bands if band.houses]
    drawn = [house.id for houses in rows for house in houses]
    if not drawn:
        return ""
    if way in ("left", "right"):
        index = drawn.index(chosen) if chosen in drawn else 0
        moved = index + (1 if way == "right" else -1) * sideways
        return drawn[min(max(moved, 0), len(drawn) - 1)]
    row, column = _place(rows, chosen)
    steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page}
    target = row + steps.get(way, -len(rows) if way == "home" else len(rows))
    if target < 0 or way == "home":
        return drawn[0]
    if target >= len(rows):
        return drawn[-1]
    return rows[target][min(column, len(rows[target]) - 1)].id


def _place(rows: Sequence[tuple[HouseNow, ...]], chosen: str) -> tuple[int, int]:
    places = (
        (number, column)
        for number, houses in enumerate(rows)
        for column, house in enumerate(houses)
        if house.id == chosen
    )
    return next(places, (0, 0))


class Window(msgspec.Struct, frozen=True):
    """The bands in sight."""

    top: int
    """The number of the first one."""
    bands: tuple[Band, ...]
    """They."""
    first: int
    """How many houses come before them."""
    whole: bool
    """Whether all bands are in sight."""

    @property
    def houses(self) -> int:
        """How many houses are in sight."""
        return sum(len(band.houses) for band in self.bands)


def window(bands: tuple[Band, ...], chosen: str, top: int, room: int, *, height: int = 1) -> Window:
    """Return the bands in sight with the chosen house among them, and as little moved as can be.

    Args:
        bands: all bands.
        chosen: the id of the chosen house.
        top: the number of the band that was the first in sight.
        room: the lines there are.
        height: the lines of a row of houses; a heading takes one.
    """
    ends = list(accumulate((1 if band.heading else height for band in bands), initial=0))
    here = next((n for n, band in enumerate(bands) if _holds(band, chosen)), 0)
    led = here - 1 if here and bands[here - 1].heading else here
    top = min(top, led)
    while top < here and ends[here + 1] - ends[top] > room:
        top += 1
    while top and ends[-1] - ends[top - 1] <= room:
        top -= 1
    shown = [band for n, band in enumerate(bands[top:], top) if ends[n + 1] - ends[top] <= room]
    return Window(
        top=top,
        bands=tuple(shown or bands[top : top + 1]),
        first=sum(len(band.houses) for band in bands[:top]),
        whole=len(shown) == len(bands),
    )


def band_at(bands: Sequence[Band], line: int, *, height: int = 1) -> Band | None:
    """Return the band in sight that stands on a line; None where there is none."""
    for band in bands:
        line -= 1 if band.heading else height
        if line < 0:
            return band
    return None


def _holds(band: Band, chosen: str) -> bool:
    return any(house.id == chosen for house in band.houses)
