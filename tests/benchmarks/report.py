"""The report: what one benchmark measured, as a table that reads alike on a screen and a page."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.rounds import Costs, ratios

Row = tuple[str, ...]

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
        notes = "\n".join(f"- {note}" for note in self.notes)
        parts = [f"## {self.title}", self.about, *map(_drawn, self.tables), notes]
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
        relative = ratios(measured, costs[base])
        rows.append((name, *_middle_and_range(scaled), *_middle_and_range(relative)))
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


def _middle_and_range(values: Sequence[float]) -> tuple[str, str]:
    return shown(statistics.median(values)), f"{shown(min(values))}–{shown(max(values))}"


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
