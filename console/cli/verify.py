"""The proof that all agrees: what was recomputed, and each difference with both its values."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer

from console.cli import asking
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.printing import print_json
from console.model.finding import Finding, Kind
from console.model.verification import Progress, Verification
from console.safe_text import safe_text

_TITLES = ("kind", "interval", "house", "what", "was to be", "is")
_WIDEST = (8, 17, 16, 34, 24, 24)
_LONGEST = 300


def verify(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Recompute meters, plans, chain, ledger, bills and payouts, and print the differences."""
    settings = settings_of(context, config)
    found = asking.read(settings, lambda client: client.verify(_shown()))
    if as_json:
        print_json(found)
    else:
        for line in verification_lines(found):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 1 if found.differences else 0


def verification_lines(found: Verification) -> Iterator[str]:
    """Yield one line of differences, then a table of the first hundred, then what they touch."""
    yield (
        f"{found.intervals} intervals: readings {found.readings_wh} Wh, plans {found.plans_wh} Wh, "
        f"ledger {found.ledger_wh} Wh, mosaics {found.mosaics_wh} Wh, roots {found.roots}, "
        f"rows {found.rows}, values {found.values}, audit {found.audit}, store {found.store}, "
        f"chain {found.chain}, bills {found.bills}"
    )
    if found.retirements or found.payouts:
        yield f"on the chain: retirements {found.retirements}, payouts {found.payouts}"
    named = [one for one in found.named if one.kind is not Kind.NOTE]
    if named:
        yield from _table(named)
        yield _touched(named)
    # a line of its own where a table would cut it, and all of them of an engine that names none
    told = {one.text for one in named if _fits(one)}
    for text in found.findings:
        if text not in told:
            yield safe_text(text, _LONGEST)


def _table(named: list[Finding]) -> Iterator[str]:
    rows = [_TITLES, *(_cells(one) for one in named)]
    widths = [
        min(max(len(row[column]) for row in rows), widest) for column, widest in enumerate(_WIDEST)
    ]
    for row in rows:
        cells = (_cut(cell, width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(
            f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)
        ).rstrip()


def _cells(one: Finding) -> tuple[str, ...]:
    cells = (one.kind.value, one.interval, one.house, one.what, one.expected, one.found)
    return tuple(safe_text(cell, _LONGEST) or "--" for cell in cells)


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 2]}.."


def _fits(one: Finding) -> bool:
    """Whether a finding's row in the table says all that its sentence does."""
    cells = _cells(one)
    whole = all(len(cell) <= widest for cell, widest in zip(cells, _WIDEST, strict=True))
    return whole and bool(one.expected) and bool(one.found)


def _touched(named: list[Finding]) -> str:
    intervals = {one.interval for one in named if one.interval}
    houses = {one.house for one in named if one.house}
    return f"{len(named)} findings: {len(intervals)} intervals, {len(houses)} houses"


def _shown() -> Progress | None:
    """Return what shows on standard error how far it is; None where that is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(what: str, done: int, of: int) -> None:
        whole = f" of {of:,}" if of > done else ""
        sys.stderr.write(f"\r\x1b[K{done:,}{whole} {safe_text(what, 40)}")
        sys.stderr.flush()

    return show
