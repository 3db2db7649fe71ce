"""Green Button: the energy of a feed's usage points by interval, both directions together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from console.errors import RecordingError, UsageError
from console.meters.files.espi import Entry, Feed, Reading, read_feed
from console.meters.files.gathering import MICRO, Gathering, Value
from console.meters.files.houses import Houses
from console.meters.files.layout import NOTHING, Layout
from console.meters.files.table import Table
from console.model.reading import Quality
from console.safe_text import safe_text

WATT_HOURS = "72"
"""The code of the unit, real energy."""
FORWARD, REVERSE = "1", "19"
"""The codes of the directions: to the house, from the house."""
INTERVALS = ("", "4")
"""The codes of what is told by interval, rather than as a register or a total."""
_ELECTRIC = ("", "1", "2")
"""The commodities that are electricity, at the house or on its way."""

_LONGEST_INTERVAL = 3600
_LATEST = 7_258_118_400
_MOST_WH = 10**12
_MS = 1000
_METER = re.compile(r"(?:UsagePoint/[^/]+/)?MeterReading/[^/]+")
_POINT = re.compile(r"UsagePoint/[^/]+")
_TYPE = re.compile(r"ReadingType/[^/]+")
_GOOD = frozenset((0, 14, 17, 18, 19))
"""Valid, raw, validated, verified, of revenue quality."""
_BY_HAND = 7
"""Manually edited."""


class _Series(msgspec.Struct, frozen=True):
    """What a block's readings are: whose, which way, and how large a step."""

    house: str
    given: bool
    scale: int


def read_green_button(path: Path, houses: Houses, layout: Layout) -> Table:
    """Return the rows of a Green Button file.

    Args:
        path: the file.
        houses: whom its usage points mean, by their titles, else by the last part of their links.
        layout: whether a house takes or gives nothing; a file of this kind says all else itself.

    Raises:
        UsageError: it is told how a table is to be read.
        RecordingError: it cannot be read, or says what cannot be; the message names the line.
    """
    if layout.told:
        raise UsageError(
            f"{path} is Green Button, which says itself what {layout.told[0]} tells of a table.",
            advice="It takes --house, and --export none or --import none.",
        )
    return _Reader(path, houses, layout).table(read_feed(path))


class _Reader:
    """Puts a feed's readings together."""

    def __init__(self, path: Path, houses: Houses, layout: Layout) -> None:
        self._path = path
        self._houses = houses
        self._taken = 0 if layout.imports == NOTHING else None
        self._given = 0 if layout.exports == NOTHING else None
        self._gathering = Gathering(str(path))
        self._left_out: set[str] = set()

    def table(self, feed: Feed) -> Table:
        series = _Linked(feed, self._houses, self._left_out).series()
        if not series:
            raise self._nothing()
        shortest: dict[str, int] = {}
        for one, of in _told(feed, series):
            shortest[of.house] = min(one.duration, shortest.get(of.house, one.duration))
        for one, of in _told(feed, series):
            # what lasts for a day or a month repeats what its hours tell
            if not shortest[of.house] <= _LONGEST_INTERVAL < one.duration:
                self._put(feed, one, of)
        self._gathering.last(None)
        return self._gathering.table(10 ** max(0, *(of.scale for of in series.values())))

    def _put(self, feed: Feed, one: Reading, of: _Series) -> None:
        if one.value < 0:
            feed.refuse(one.line, f"{of.house} has {one.value}, less than nothing")
        if one.duration <= 0 or not 0 <= one.start < _LATEST:
            feed.refuse(one.line, f"{of.house} has an interval of {one.duration} s at {one.start}")
        energy = one.value * MICRO * 10**of.scale if of.scale >= 0 else (
            one.value * MICRO // 10**-of.scale
        )  # fmt: skip
        if energy > _MOST_WH * MICRO:
            feed.refuse(one.line, f"{of.house} has {one.value}, more than any meter counts")
        value = Value(
            line=one.line,
            start=one.start * _MS,
            end=(one.start + one.duration) * _MS,
            taken=self._taken if of.given else energy,
            given=energy if of.given else self._given,
            quality=_quality(one.quality),
        )
        self._gathering.put(of.house, "given" if of.given else "taken", value)

    def _nothing(self) -> RecordingError:
        found = f" It has {', '.join(sorted(self._left_out))}." if self._left_out else ""
        return RecordingError(
            f"{self._path}: there is no electric energy by interval in it, in Wh and in one "
            f"direction.{found}",
            advice="Ask for interval data, delivered and received.",
        )


def _told(feed: Feed, series: Mapping[int, _Series]) -> Iterator[tuple[Reading, _Series]]:
    return ((one, series[one.entry]) for one in feed.readings() if one.entry in series)


class _Linked:
    """Follows the links of a feed from its blocks to their kinds and usage points."""

    def __init__(self, feed: Feed, houses: Houses, left_out: set[str]) -> None:
        self._feed = feed
        self._houses = houses
        self._left_out = left_out
        self._types = self._by_link(_TYPE, "ReadingType")
        self._meters = self._by_link(_METER, "MeterReading")
        self._points = self._by_link(_POINT, "UsagePoint")

    def series(self) -> dict[int, _Series]:
        """Return what each block's readings are, by the place of its entry."""
        found: dict[int, _Series] = {}
        known: dict[str, _Series | None] = {}
        for place, entry in enumerate(self._feed.entries):
            if entry.kind == "IntervalBlock":
                name = _first(_METER, entry, "up", "self")
                if not name or name not in known:
                    known[name] = self._of(entry, self._meters.get(name))
                if (one := known[name]) is not None:
                    found[place] = one
        return found

    def _by_link(self, form: re.Pattern[str], kind: str) -> dict[str, Entry]:
        entries = (entry for entry in self._feed.entries if entry.kind == kind)
        return {_first(form, entry, "self"): entry for entry in entries}

    def _of(self, block: Entry, meter: Entry | None) -> _Series | None:
        kind = self._type_of(block, meter)
        fields, line = kind.fields, kind.line
        unit, flow = fields.get("uom", ""), fields.get("flowDirection", "")
        if (
            unit != WATT_HOURS
            or flow not in (FORWARD, REVERSE)
            or fields.get("accumulationBehaviour", "") not in INTERVALS
            or fields.get("commodity", "") not in _ELECTRIC
        ):
            told = (
                f"{name} {safe_text(fields.get(name, 'not told'), 20)}"
                for name in ("uom", "flowDirection", "accumulationBehaviour", "commodity")
            )
            self._left_out.add("; ".join(told))
            return None
        house = self._houses.find(self._point_of(block, meter), block.line)
        if house is None:
            return None
        power = fields.get("powerOfTenMultiplier", "0") or "0"
        if not re.fullmatch(r"-?\d{1,2}", power, re.ASCII) or abs(int(power)) > 12:
            self._feed.refuse(line, f"the powerOfTenMultiplier '{safe_text(power, 20)}' cannot be")
        return _Series(house, flow == REVERSE, int(power))

    def _type_of(self, block: Entry, meter: Entry | None) -> Entry:
        if meter is not None:
            kind = self._types.get(_first(_TYPE, meter, "related"))
            if kind is not None:
                return kind
        if len(self._types) != 1:
            self._feed.refuse(block.line, "nothing tells which ReadingType this block is of")
        return next(iter(self._types.values()))

    def _point_of(self, block: Entry, meter: Entry | None) -> str:
        """Return the name of the usage point of a block: its title where only it has that."""
        name = _first(_POINT, block, "up", "self") or (
            _first(_POINT, meter, "up", "self") if meter is not None else ""
        )
        if not name and len(self._points) == 1:
            name = next(iter(self._points))
        point = self._points.get(name)
        title = point.title if point is not None else ""
        alike = sum(1 for one in self._points.values() if one.title == title)
        return title if title and alike == 1 else name.partition("/")[2]


def _first(form: re.Pattern[str], entry: Entry, *relations: str) -> str:
    """Return the first part of an entry's links that has a form; empty where none has."""
    for relation in relations:
        for link in entry.links.get(relation, ()):
            if found := form.search(link):
                return found[0]
    return ""


def _quality(code: int) -> Quality:
    if code in _GOOD:
        return Quality.MEASURED
    return Quality.SUBSTITUTED if code == _BY_HAND else Quality.ESTIMATED
