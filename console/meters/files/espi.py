"""The ESPI feed: a Green Button file read element by element, within bounds, with line numbers.

Atom XML of the Energy Services Provider Interface (NAESB REQ.21): entries that link to each other,
of which one is a usage point, one a kind of reading, one a meter's series, and many are blocks of
readings.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource, Locator

import msgspec

from console.errors import RecordingError
from console.meters.extras import missing
from console.model.importing import MOST_ROWS
from console.safe_text import safe_text

MOST_BYTES = 512 << 20
"""The largest file, bytes."""

_ATOM, _ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
_DEEPEST = 40
_LONGEST = 500
_MOST_LINKS = 30
_MOST_ENTRIES = 200_000
_KINDS = ("UsagePoint", "MeterReading", "ReadingType", "IntervalBlock")
_NUMBERS = {"start", "duration", "value", "quality"}
_MOST = 1 << 62

Name = tuple[str | None, str]


class Entry(msgspec.Struct):
    """One entry of a feed."""

    line: int
    """Where it begins."""
    kind: str = ""
    """What it holds, one of the four; empty for anything else."""
    title: str = ""
    """Its title; may be empty."""
    links: dict[str, list[str]] = {}
    """Its links by `self`, `up` and `related`."""
    fields: dict[str, str] = {}
    """What a kind of reading says of itself."""


class Reading(msgspec.Struct, frozen=True):
    """One reading of a block."""

    entry: int
    """The place of its block among the entries."""
    line: int
    """Where it ends."""
    start: int
    """Seconds since 1970 UTC."""
    duration: int
    """Seconds."""
    value: int
    """In its kind's unit and power of ten."""
    quality: int
    """The worst code of `QualityOfReading`; 0 where none is told."""


class Feed(ContentHandler):
    """Reads a feed; the entries and, packed, the readings are what it leaves."""

    def __init__(self, path: Path) -> None:
        """Begin empty."""
        super().__init__()
        self.entries: list[Entry] = []
        self._path = path
        self._columns = tuple(array("q") for _ in range(6))
        self._names: list[Name] = []
        self._text = ""
        self._reading: dict[str, int] | None = None
        self._locator: Locator | None = None

    def __len__(self) -> int:
        """Return how many readings there are."""
        return len(self._columns[0])

    def readings(self) -> Iterator[Reading]:
        """Yield the readings, in the file's order."""
        for row in zip(*self._columns, strict=True):
            yield Reading(*row)

    def refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        """Raise what is wrong with a line.

        Raises:
            RecordingError: always.
        """
        raise RecordingError(f"{self._path}:{line}: {what}.", advice=advice)

    def setDocumentLocator(self, locator: Locator) -> None:
        """Take what tells the line."""
        self._locator = locator

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        """Begin an element."""
        self._names.append(name)
        self._text = ""
        if len(self._names) > _DEEPEST:
            self.refuse(self._line, "its elements are nested too deep")
        if name == (_ATOM, "entry"):
            if len(self.entries) == _MOST_ENTRIES:
                self.refuse(self._line, f"more than {_MOST_ENTRIES} entries", "Split the file.")
            self.entries.append(Entry(self._line))
        elif self.entries and name == (_ATOM, "link"):
            self._link(attrs)
        elif self.entries and name[0] == _ESPI:
            self._begin(name[1])

    def endElementNS(self, name: Name, qname: str | None) -> None:
        """End an element."""
        self._names.pop()
        text, self._text = self._text.strip(), ""
        if not self.entries:
            return
        entry = self.entries[-1]
        if name == (_ATOM, "title") and self._names[-1] == (_ATOM, "entry"):
            entry.title = text
        elif name[0] == _ESPI and self._reading is not None:
            self._within_reading(name[1], text)
        elif self._names and self._names[-1] == (_ESPI, "ReadingType"):
            entry.fields[name[1]] = text

    def characters(self, content: str) -> None:
        """Take text."""
        if len(self._text) < _LONGEST:
            self._text += content[:_LONGEST]

    @property
    def _line(self) -> int:
        return int(self._locator.getLineNumber() or 1) if self._locator is not None else 1

    def _link(self, attrs: AttributesNSImpl) -> None:
        rel, href = attrs.get((None, "rel"), ""), attrs.get((None, "href"), "")
        links = self.entries[-1].links
        if sum(map(len, links.values())) < _MOST_LINKS and len(rel) < _LONGEST > len(href):
            links.setdefault(rel, []).append(href)

    def _begin(self, name: str) -> None:
        if name in _KINDS and not self.entries[-1].kind:
            self.entries[-1].kind = name
        elif name == "IntervalReading":
            self._reading = {}

    def _within_reading(self, name: str, text: str) -> None:
        reading = self._reading if self._reading is not None else {}
        if name in _NUMBERS:
            reading[name] = max(self._number(name, text), reading.get(name, -_MOST))
        elif name == "IntervalReading":
            self._reading = None
            if gone := [part for part in ("start", "duration", "value") if part not in reading]:
                self.refuse(self._line, f"a reading has no {gone[0]}")
            if len(self) == MOST_ROWS:
                self.refuse(self._line, f"more than {MOST_ROWS} readings", "Split the file.")
            told = (reading["start"], reading["duration"], reading["value"])
            row = (len(self.entries) - 1, self._line, *told, reading.get("quality", 0))
            for column, value in zip(self._columns, row, strict=True):
                column.append(value)

    def _number(self, name: str, text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            self.refuse(self._line, f"the {name} '{safe_text(text, 40)}' is no whole number")
        return int(text)


def read_feed(path: Path) -> Feed:
    """Return a file's feed.

    Raises:
        ConfigError: the extra for it is not installed.
        RecordingError: it cannot be read, is no XML of that kind, or passes the bounds.
    """
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.sax import make_parser
    except ImportError:
        raise missing("imports", "a Green Button file") from None
    feed, parser = Feed(path), make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(feed)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RecordingError(f"{path}: larger than {MOST_BYTES} bytes.", advice="Split it.")
        with path.open("rb") as file:
            source = InputSource()
            source.setByteStream(file)
            parser.parse(source)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}.") from None
    except DefusedXmlException:
        raise RecordingError(
            f"{path}:1: it declares a document type or entities, which no such file needs.",
            advice="Take it from where it was made once more.",
        ) from None
    except SAXParseException as error:
        line, what = error.getLineNumber() or 1, safe_text(error.getMessage(), 80)
        raise RecordingError(f"{path}:{line}: it is no whole XML: {what}.") from None
    except (LookupError, ValueError):
        raise RecordingError(
            f"{path}:1: it is written in an encoding that is not known.", advice="UTF-8 is."
        ) from None
    except SAXException as error:
        raise RecordingError(f"{path}: it cannot be read: {safe_text(error, 80)}.") from None
    return feed
