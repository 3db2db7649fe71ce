"""The compared: what a change would have meant on the last days, in a few lines of a dialog."""

from __future__ import annotations

from textwrap import wrap

from console.model.comparison import Comparison, Outcome
from console.safe_text import safe_text
from console.tui import format as written
from console.tui.cells import cut

_CELLS = 62
_NOW, _THEN = 46, 60
_MOST_NAMED = 3


def comparison_facts(found: Comparison) -> tuple[str, ...]:
    """Return what is in force beside a change; nothing where both decide alike.

    Args:
        found: the comparison, with no outcome, or what is in force and then the change.
    """
    if not found.outcomes:
        return ()
    before, after = found.outcomes
    days = f"On the last {(found.end - found.first).days} days"
    if not found.intervals:
        return (f"{days} no interval was over: nothing to compare.",)
    currency = cut(found.currency, 6)
    return (
        _row(f"{days}, {found.intervals:,} intervals", "now", "then"),
        _row("rule", before.case.rule, after.case.rule),
        _row(f"price, {currency}/kWh", before.case.price, after.case.price),
        *_figures(before, after, currency),
    )


def _figures(before: Outcome, after: Outcome, currency: str) -> tuple[str, ...]:
    for word, one in (("What is in force", before), ("The change", after)):
        if one.refused:
            said = safe_text(f"{word} could not be played: {one.refused}", 3 * _CELLS)
            return tuple(cut(line, _CELLS) for line in wrap(said, _CELLS))
    rows = (
        _row("shared, kWh", written.kwh(before.shared_wh), written.kwh(after.shared_wh)),
        _amounts(f"paid among neighbours, {currency}", before.paid_nano, after.paid_nano),
    )
    if before.spread_nano is None or after.spread_nano is None:
        return (*rows, "The grid's prices are not known: no savings are told.")
    saved = [sum(one.saved.values()) for one in (before, after)]
    gains = sorted(after.gains(before.saved).items(), key=lambda one: (-one[1], one[0]))
    return (
        *rows,
        _amounts(f"saved by all, {currency}", *saved),
        _amounts(f"savings apart, {currency}", before.spread_nano, after.spread_nano),
        _named("gain", [(house, nano) for house, nano in gains if nano > 0]),
        _named("lose", [(house, nano) for house, nano in reversed(gains) if nano < 0]),
    )


def _amounts(name: str, now_nano: int, then_nano: int) -> str:
    return _row(name, written.money(now_nano, 2), written.money(then_nano, 2))


def _row(name: str, now: str, then: str) -> str:
    left = cut(name, _NOW - len(now) - 1).ljust(_NOW - len(now)) + now
    return left + then.rjust(_THEN - _NOW)


def _named(verb: str, gains: list[tuple[str, int]]) -> str:
    if not gains:
        return f"none {verb}s"
    shown = ", ".join(
        f"{cut(house, 10)} {written.money(nano, 2, signed=True)}"
        for house, nano in gains[:_MOST_NAMED]
    )
    houses = f"{len(gains)} house{'' if len(gains) == 1 else 's'}"
    return cut(f"{houses} {verb}{'s' if len(gains) == 1 else ''}: {shown}", _CELLS)
