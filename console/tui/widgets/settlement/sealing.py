"""The sealing: a halted interval's parts side by side; what differs or is missing stands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from console.model.sealing import Sealing, SealingPart
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_LABEL = 15
_WIDE_COLUMN = 34
_NARROW_COLUMN = 21
_WIDE = 120
_MISSING = "missing"
_ROOT = 8

Value = Callable[[SealingPart, Look], str]


class _Fact(msgspec.Struct, frozen=True):
    label: str
    value: Value
    alike: bool = False
    """Whether the parts of one interval must have the same."""


def draw_sealing(sealing: Sealing, first: int, room: int, height: int, look: Look) -> list[Line]:
    """Draw the comparison.

    Args:
        sealing: what the engine read from the chain.
        first: the number of the first part in sight, from 0.
        room: the cells of a line.
        height: the most lines.
        look: glyphs and styles.
    """
    settlement = sealing.settlement
    glyph, word, ink = look.state(settlement.state, settlement.height)
    title = Row().to(1).add("3 Settlement", look.ink.strong)
    title.add(f"   {look.span(settlement.interval)}  ").add(f"{glyph} {word}", ink)
    if len(sealing.parts) > fitting(room):
        last = min(len(sealing.parts), first + fitting(room))
        span = f"parts {first + 1}{look.glyphs.dash}{last} of {len(sealing.parts)}"
        span += f"   {look.glyphs.arrows[2:]} more"
        title.end(span, room - 1, look.ink.dim)
    why = Row().to(3).add(cut(_sentence(settlement.reason), room - 4, look.glyphs.more), ink)
    shown = sealing.parts[first : first + fitting(room)]
    lines = [title.segments, why.segments, [], *_table(sealing, shown, room, look)]
    if sealing.planned_root:
        root = _hex(sealing.planned_root, look)
        lines.append(Row().to(3).add(f"This engine's own plan has the root {root}.").segments)
    return [*lines[: height - 4], [], *_ways(sealing, room, look)]


def fitting(room: int) -> int:
    """Return how many parts stand side by side."""
    return max(1, (room - _LABEL - 3) // (_WIDE_COLUMN if room >= _WIDE else _NARROW_COLUMN))


def turned(sealing: Sealing, first: int, way: str, room: int) -> int:
    """Return the number of the first part in sight after a move.

    Args:
        sealing: what is compared.
        first: the first part in sight before.
        way: `left` or `right`; others change nothing.
        room: the cells of a line.
    """
    step = {"left": -1, "right": 1}.get(way, 0)
    return min(max(0, first + step), max(0, len(sealing.parts) - fitting(room)))


def _sentence(reason: str) -> str:
    reason = reason.rstrip(".")
    return f"{reason[:1].upper()}{reason[1:]}. Nothing more is signed." if reason else ""


def _table(sealing: Sealing, shown: Sequence[SealingPart], room: int, look: Look) -> list[Line]:
    column = _WIDE_COLUMN if room >= _WIDE else _NARROW_COLUMN
    if not shown:
        none = "The chain holds nothing of it."
        return [Row().to(3).add(none, look.ink.alarm).segments]
    return [_fact(fact, sealing, shown, column, look) for fact in _FACTS]


def _fact(
    fact: _Fact, sealing: Sealing, shown: Sequence[SealingPart], column: int, look: Look
) -> Line:
    row = Row().to(3).add(fact.label, look.ink.dim)
    differs = fact.alike and len({fact.value(part, look) for part in sealing.parts} - {""}) > 1
    for number, part in enumerate(shown):
        row.to(_LABEL + 3 + number * column)
        value = fact.value(part, look)
        lacks = not value
        ink = look.ink.alarm if differs or lacks else None
        row.add(cut(value or _MISSING, column - 2, look.glyphs.more), ink)
        if differs and not lacks:
            row.add(f" {look.glyphs.unknown}", look.ink.alarm)
    return row.segments


def _ways(sealing: Sealing, room: int, look: Look) -> list[Line]:
    """How to go on."""
    name = sealing.settlement.interval.name
    what = "What the chain holds then counts as all of it; who decided is recorded."
    if not sealing.seen:
        what = "The interval is closed again and decided anew; who did it is recorded."
    command = (
        Row().to(3).add("To go on: ").add(f"mosaic settle --accept-partial {name}", look.ink.accent)
    )
    return [command.segments, Row().to(3).add(cut(what, room - 4, look.glyphs.more)).segments]


def _hex(raw: bytes, look: Look) -> str:
    """Bytes short: enough of both ends to compare."""
    text = raw.hex().upper()
    return f"{text[:_ROOT]}{look.glyphs.more}{text[-_ROOT:]}" if text else ""


def _number(part: SealingPart, _look: Look) -> str:
    return str(part.part)


def _interval(part: SealingPart, look: Look) -> str:
    revision = f", revision {part.revision}" if part.revision else ""
    return f"{look.span(part.interval)}{revision}"


def _block(part: SealingPart, look: Look) -> str:
    if part.height is None:
        return ""
    final = part.height <= look.final_height
    return f"{part.height} {'final' if final else 'not final yet'}"


def _signer(part: SealingPart, look: Look) -> str:
    return written.address(part.signer, look.glyphs.more) if part.signer else ""


_FACTS = (
    _Fact("part", _number),
    _Fact("of", lambda part, _: f"{part.parts} part{'s' * (part.parts != 1)}", alike=True),
    _Fact("interval", _interval, alike=True),
    _Fact("inputs root", lambda part, look: _hex(part.inputs_root, look), alike=True),
    _Fact("audit head", lambda part, look: _hex(part.audit_head, look), alike=True),
    _Fact("block", _block),
    _Fact("transaction", lambda part, look: _hex(part.transaction, look)),
    _Fact("signed by", _signer, alike=True),
    _Fact("rows", lambda part, _: f"{part.rows:,}" if part.seen else ""),
    _Fact("energy", lambda part, _: f"{written.kwh(part.wh)} kWh" if part.seen else ""),
    _Fact("bytes", lambda part, _: f"{part.size:,}" if part.seen else ""),
)
