"""The form: what config.toml says, what it shall say instead, and what that key means."""

from __future__ import annotations

import textwrap

import msgspec

from console.model.change import (
    ConfigChange,
    Configuration,
    ConfigValue,
    HouseWords,
    NewHouse,
)
from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.widgets.settings.houseform import HouseForm, draw_house
from console.tui.widgets.settings.wordsform import WordsForm

_KEY = 4
_LONGEST_KEY = 30
_LONGEST_VALUE = 24
_ABOVE = 2
"""Lines above the first value."""
_NEW_HOUSE = "a new house"
_WORDS = "a house's name, secret"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration with an operator's changes that are not written yet."""

    file: Configuration
    """What the engine's file says."""
    values: dict[str, str] = {}
    """The changed values by key, as TOML writes them; empty text takes the key away."""
    house: NewHouse | None = None
    """The house that is added; one at a time."""
    adding: HouseForm | None = None
    """The new house while its own form is open."""
    naming: WordsForm | None = None
    """Another house's words while they are typed."""
    words: HouseWords | None = None
    """The house that is given other words; one at a time."""
    chosen: int = 0
    """The chosen row: a key, then the new house, then another house's words."""
    said: str = ""
    """What the engine answered last, or why something cannot be."""

    @property
    def rows(self) -> int:
        """How many rows can be chosen."""
        return len(self.file.values) + 2

    @property
    def adds_house(self) -> bool:
        """Whether the row of the new house is chosen."""
        return self.chosen == len(self.file.values)

    @property
    def words_house(self) -> bool:
        """Whether the row of another house's words is chosen."""
        return self.chosen == len(self.file.values) + 1

    @property
    def line(self) -> int:
        """The line of the drawn form on which the chosen row stands."""
        if self.adding is not None:
            return 0
        return _ABOVE + self.chosen + (self.chosen >= len(self.file.values))

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.values) or self.house is not None or self.words is not None

    @property
    def decides(self) -> bool:
        """Whether a changed value may decide intervals otherwise."""
        return any(key.startswith(("price.", "settlement.")) for key in self.values)

    def moved(self, steps: int) -> Form:
        """Return the form with another row chosen."""
        return msgspec.structs.replace(self, chosen=(self.chosen + steps) % self.rows, said="")

    def edited(self, text: str) -> Form:
        """Return the form with another value of the chosen key; the file's own is no change."""
        row = self.file.values[self.chosen]
        values = {key: value for key, value in self.values.items() if key != row.key}
        if text != row.value:
            values[row.key] = text
        return msgspec.structs.replace(self, values=values, said="")

    def with_house(self, said: str) -> Form:
        """Return the form with the house that is typed to its end, to be written."""
        if self.adding is not None:
            return msgspec.structs.replace(self, house=self.adding.house, said=said)
        words = self.naming.words if self.naming is not None else self.words
        return msgspec.structs.replace(self, naming=None, words=words, said="")

    def without_house(self) -> Form:
        """Return the form without the house that was to be written from the chosen row."""
        if self.adding is not None:
            return msgspec.structs.replace(self, house=None)
        return msgspec.structs.replace(self, words=None)

    def change(self, *, preview: bool) -> ConfigChange:
        """Return what the engine is asked for."""
        houses = () if self.house is None else (self.house,)
        words = () if self.words is None else (self.words,)
        return ConfigChange(
            values=self.values, houses=houses, words=words, was=self.file.was, preview=preview
        )


def row_at(form: Form, line: int) -> int | None:
    """Return the row that stands on a line of the drawn form, None where there is none."""
    rows = (msgspec.structs.replace(form, chosen=number) for number in range(form.rows))
    return next((row.chosen for row in rows if row.line == line), None)


class Drawn(msgspec.Struct, frozen=True):
    """A form and how to draw it."""

    form: Form
    """The form."""
    look: Look
    """How."""


def draw_form(drawn: Drawn, cells: int) -> list[Line]:
    """Draw the form, a row a key; what is changed is in the accent."""
    form, look = drawn.form, drawn.look
    if form.adding is not None:
        return [*draw_house(form.adding, cells, look), *_said(form, cells, look)]
    ink, more = look.ink, look.glyphs.more
    title = Row().add(" Settings", ink.strong).add("   ")
    lines = [title.add(cut(form.file.source, max(4, cells - title.length - 1), more)).segments, []]
    beside, last = _columns(form)
    for number, row in enumerate(form.file.values):
        value, style = row.value, ink.text
        if row.key in form.values:
            value, style = form.values[row.key], ink.accent
        if not value:
            value, style = row.default or look.glyphs.dash, ink.dim
        line = _begin(form, number, look).add(cut(row.key, _LONGEST_KEY, more)).to(beside)
        line.add(cut(value, last - beside - 2, more), style).to(last)
        lines.append(line.add(cut(row.help, max(0, cells - last - 1), more), ink.dim).segments)
    new = _begin(form, len(form.file.values), look).add(_NEW_HOUSE).to(beside)
    if form.house is None:
        new.add(f"{len(form.file.houses)} so far", ink.dim)
    else:
        house = form.house
        said = " ".join(filter(None, (house.id, house.name, house.profile, house.url)))
        new.add(cut(said, max(0, cells - beside - 1), more), ink.accent)
    other = _begin(form, len(form.file.values) + 1, look).add(_WORDS).to(beside)
    if form.words is not None:
        given = " ".join(filter(None, (form.words.id, form.words.name, form.words.secret)))
        other.add(cut(given, max(0, cells - beside - 1), more), ink.accent)
    lines += [[], new.segments, other.segments, []]
    return [*lines, *_said(form, cells, look)]


def _said(form: Form, cells: int, look: Look) -> list[Line]:
    said = form.said or (
        "w shows the difference and asks." if form.changed else "Nothing is changed yet."
    )
    room = max(4, cells - 2)
    parts = (line for part in said.split("\n") for line in textwrap.wrap(part, room) or [""])
    return [Row().add(" ").add(cut(part, room, look.glyphs.more)).segments for part in parts]


def _columns(form: Form) -> tuple[int, int]:
    """Where the values and their meanings begin, as the longest of each wants it."""
    rows = form.file.values
    keys = max(width(one) for one in (_NEW_HOUSE, _WORDS, *(row.key for row in rows)))
    values = max((width(one) for row in rows for one in _values(form, row)), default=0)
    beside = _KEY + min(keys, _LONGEST_KEY) + 2
    return beside, beside + min(max(values, 8), _LONGEST_VALUE) + 2


def _values(form: Form, row: ConfigValue) -> tuple[str, ...]:
    return form.values.get(row.key, row.value), row.default


def _begin(form: Form, number: int, look: Look) -> Row:
    mark = look.glyphs.chosen if form.chosen == number else " "
    return Row().add(f" {mark}", look.ink.accent).to(_KEY - 1)
