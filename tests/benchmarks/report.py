"""The report: what one benchmark measured, as a table that reads alike on a screen and a page."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.rounds import Costs, ratios

Row = tuple[str, ...]

WIDTH = 100
"""Columns of running text; tables are as wide as they are."""
UNITS = {"ms": 1e3, "us": 1e6}
"""How many of a unit make a second."""


class Report(NamedTuple):
    """One benchmark's section."""

    title: str
    """Its heading."""
    about: str
    """What was done, in a few sentences."""
    tables: tuple[Sequence[Row], ...]
    """Each with its header row first."""
    notes: tuple[str, ...] = ()
    """Sentences below: goals with their figures, and what was left out."""

    @property
    def text(self) -> str:
        """The whole section as Markdown."""
        notes = "\n".join(_filled(f"- {note}", indent="  ") for note in self.notes)
        parts = [f"## {self.title}", _filled(self.about), *map(_drawn, self.tables), notes]
        return "\n\n".join(part for part in parts if part)


def compared(costs: Costs, base: str, unit: str, what: str) -> list[Row]:
    """Return a table of medians and ranges, and of the ratios to one candidate.

    Args:
        costs: the costs of the rounds by candidate, s.
        base: the candidate that counts as 1.
        unit: one of `UNITS`.
        what: the heading of the candidates' column.
    """
    scale = UNITS[unit]
    header = (what, f"median, {unit}", f"range, {unit}", f"times “{base}”", "range")
    rows: list[Row] = [header]
    for name, measured in costs.items():
        scaled = [cost * scale for cost in measured]
        relative = middle_and_range(ratios(measured, costs[base])) if name != base else ("1", "")
        rows.append((name, *middle_and_range(scaled), *relative))
    return rows


def goal(what: str, value: float, most: float, unit: str = "") -> str:
    """Return a sentence on a goal: what is asked, what came out, whether it is met."""
    outcome = "met" if value <= most else "missed"
    return f"Goal: {what}, at most {most:g}{unit}. Measured: {shown(value)}{unit}; {outcome}."


def shown(value: float) -> str:
    """Return a figure with three digits that count, at least."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def middle_and_range(values: Sequence[float]) -> tuple[str, str]:
    """Return the median and the range of what the rounds gave."""
    return shown(statistics.median(values)), f"{shown(min(values))}–{shown(max(values))}"


def _filled(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _drawn(rows: Sequence[Row]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    header, *rest = [_line(row, widths) for row in rows]
    rule = "|".join(
        "-" * (width + 2) if place == 0 else "-" * (width + 1) + ":"
        for place, width in enumerate(widths)
    )
    return "\n".join([header, f"|{rule}|", *rest])


def _line(row: Row, widths: Sequence[int]) -> str:
    name, *figures = row
    cells = [name.ljust(widths[0])]
    cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
    return f"| {' | '.join(cells)} |"
