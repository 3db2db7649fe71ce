"""The proof that all agrees: what was recomputed, and each difference with both its values."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import counted, print_json
from console.model.finding import Finding, Kind
from console.model.verification import Progress, Verification
from console.safe_text import safe_text

_TITLES = ("kind", "interval", "house", "what", "was to be", "is")
_LONGEST = 300
_GAP = "  "

WIDEST = 120
"""The most cells of the table."""
_NARROWEST = 80
_CUT = (2, 3, 4, 5)
"""The columns that are cut where there is no room for all; the others never are."""

_Cells = tuple[str, ...]


def verify(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Recompute meters, plans, chain, ledger, bills and payouts, and print the differences."""
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.verify(_shown()))
    if as_json:
        print_json(found)
    else:
        for line in verification_lines(found, _room()):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 1 if found.differences else 0


def verification_lines(found: Verification, room: int = WIDEST) -> Iterator[str]:
    """Yield one line of differences, then a table of the first hundred, then what they touch.

    Args:
        found: what was found.
        room: the cells of a line of the table.
    """
    yield (
        f"{found.intervals} intervals: readings {found.readings_wh} Wh, plans {found.plans_wh} Wh, "
        f"ledger {found.ledger_wh} Wh, mosaics {found.mosaics_wh} Wh, roots {found.roots}, "
        f"rows {found.rows}, values {found.values}, audit {found.audit}, store {found.store}, "
        f"chain {found.chain}, bills {found.bills}"
    )
    if found.retirements or found.payouts:
        yield f"on the chain: retirements {found.retirements}, payouts {found.payouts}"
    named = [one for one in found.named if one.kind is not Kind.NOTE]
    rows = [_cells(one) for one in named]
    widths = _widths([_TITLES, *rows], room)
    if named:
        yield from (_row(cells, widths) for cells in (_TITLES, *rows))
        yield _touched(named)
    # a line of its own where the table cuts it, and all of them of an engine that names none
    told = {one.text for one, cells in zip(named, rows, strict=True) if _fits(one, cells, widths)}
    for text in found.findings:
        if text not in told:
            yield safe_text(text, _LONGEST)


def _widths(rows: Sequence[_Cells], room: int) -> list[int]:
    """Return the columns' widths: what each needs, the widest cut first where room is short."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    room -= len(_GAP) * (len(_TITLES) - 1)
    while sum(widths) > room:
        widest = max(_CUT, key=lambda column: widths[column])
        widths[widest] -= 1
    return widths


def _row(cells: _Cells, widths: Sequence[int]) -> str:
    shown = (_cut(cell, width) for cell, width in zip(cells, widths, strict=True))
    return _GAP.join(f"{cell:<{width}}" for cell, width in zip(shown, widths, strict=True)).rstrip()


def _cells(one: Finding) -> _Cells:
    cells = (one.kind.value, one.interval, one.house, one.what, one.expected, one.found)
    return tuple(safe_text(cell, _LONGEST) or "--" for cell in cells)


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 2]}.."


def _fits(one: Finding, cells: _Cells, widths: Sequence[int]) -> bool:
    """Whether a finding's row in the table says all that its sentence does."""
    whole = all(len(cell) <= width for cell, width in zip(cells, widths, strict=True))
    return whole and bool(one.expected) and bool(one.found)


def _touched(named: list[Finding]) -> str:
    intervals = {one.interval for one in named if one.interval}
    houses = {one.house for one in named if one.house}
    touched = f"{counted(len(intervals), 'interval')}, {counted(len(houses), 'house')}"
    return f"{counted(len(named), 'finding')}: {touched}"


def _room() -> int:
    """Return how wide the table may be: the terminal's width within bounds."""
    if not sys.stdout.isatty():
        return WIDEST
    return min(WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))


def _shown() -> Progress | None:
    """Return what shows on standard error how far it is; None where that is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(what: str, done: int, of: int) -> None:
        whole = f" of {of:,}" if of > done else ""
        sys.stderr.write(f"\r\x1b[K{done:,}{whole} {safe_text(what, 40)}")
        sys.stderr.flush()

    return show
