"""The bill as a page: one printable HTML page a house, with its plot, and nothing loaded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from console.model.bill import Bill, BillDay, Bills
from console.model.money import in_units
from console.model.statement import heading, line_cells, sentences
from console.safe_text import safe_text

_STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #1b1b1b; max-width: 44rem; margin: 2rem auto; }
article { page-break-after: always; } article:last-child { page-break-after: auto; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1rem; font-weight: 400; margin: 0 0 1.5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
td { padding: .2rem 0; border-bottom: 1px solid #ddd; } td + td { text-align: right; }
td { font-variant-numeric: tabular-nums; } tr.sum td { border: 0; font-weight: 600; }
figure { margin: 1.5rem 0; } figcaption, footer { font-size: .85rem; color: #555; }
@page { margin: 18mm; }
"""
_WIDTH, _HEIGHT, _ROOM = 640, 150, 14
_NEAR, _GRID = "#2a7f62", "#b9c2c0"


def page(bills: Bills, houses: tuple[Bill, ...]) -> str:
    """Return an HTML document with a printable page for each house.

    Args:
        bills: the period's bills.
        houses: those of them to print.
    """
    articles = "\n".join(_article(bill, bills) for bill in houses)
    title = f"{_text(bills.community)} {_text(bills.period.name)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{articles}\n</body>\n</html>\n"
    )


def _article(bill: Bill, bills: Bills) -> str:
    name = f"{_text(bill.name)} ({_text(bill.house)})" if bill.name else _text(bill.house)
    rows = "\n".join(
        f"<tr><td>{_text(about)}</td><td>{_text(wh)}</td><td>{_text(amount)}</td></tr>"
        for about, wh, amount in map(line_cells, bill.lines)
    )
    net = bill.net_cents
    word = "to pay" if net < 0 else "paid out"
    total = f"{in_units(abs(net))} {_text(bills.currency)}"
    notes = "\n".join(f"<p>{_text(sentence)}</p>" for sentence in sentences(bill, bills))
    return (
        f"<article>\n<h1>{name}</h1>\n"
        f"<h2>{_text(bills.community)}, {heading(bill, bills.period)}</h2>\n"
        f"<table>\n{rows}\n"
        f'<tr class="sum"><td>{word}</td><td></td><td>{total}</td></tr>\n</table>\n'
        f"{_plot(bill)}\n<footer>\n{notes}\n</footer>\n</article>"
    )


def _plot(bill: Bill) -> str:
    """Return the days as bars: up what was taken, down what was given, the near part darker."""
    if not bill.days:
        return ""
    most = max(max(_taken(day), _given(day)) for day in bill.days) or 1
    half = (_HEIGHT - _ROOM) / 2
    step = _WIDTH / len(bill.days)
    bars = "".join(
        bar
        for number, day in enumerate(bill.days)
        for bar in _bars(day, number * step, step * 0.8, half, half / most)
    )
    first, last = bill.days[0].day, bill.days[-1].day
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Energy by day">'
        f'{bars}<line x1="0" y1="{half:.1f}" x2="{_WIDTH}" y2="{half:.1f}" stroke="#555"/>'
        f'<text x="0" y="{_HEIGHT - 2}" font-size="11">{first}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT - 2}" font-size="11" text-anchor="end">{last}</text></svg>'
        "<figcaption>By day: up what was taken, down what was given; dark with neighbours, "
        f"light with the grid. The highest bar is {most / 1000:.3f} kWh.</figcaption></figure>"
    )


def _bars(day: BillDay, x: float, width: float, zero: float, scale: float) -> Iterator[str]:
    top = zero
    for wh, colour in ((day.bought_wh, _NEAR), (day.from_grid_wh, _GRID)):
        height = max(wh, 0) * scale
        top -= height
        yield _rectangle(x, top, width, height, colour)
    top = zero
    for wh, colour in ((day.sold_wh, _NEAR), (day.to_grid_wh, _GRID)):
        height = max(wh, 0) * scale
        yield _rectangle(x, top, width, height, colour)
        top += height


def _rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    if not height:
        return ""
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"/>'


def _taken(day: BillDay) -> int:
    return max(day.bought_wh, 0) + max(day.from_grid_wh, 0)


def _given(day: BillDay) -> int:
    return max(day.sold_wh, 0) + max(day.to_grid_wh, 0)


def _text(text: str) -> str:
    return escape(safe_text(text, 200))
