"""The consequences: what settling an interval would do, or did, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from console.model.balance import Missing
from console.model.settlement import Plan, State
from console.model.view import Preview
from console.tui import format as written
from console.tui.cells import Line, Row, cut, width
from console.tui.look import Look
from console.tui.widgets.flows.flow import Flow, flow_of, flow_of_pairs, shades
from console.tui.widgets.flows.matrix import Frame, draw_matrix
from console.tui.widgets.settlement.differences import (
    draw_differences,
    draw_revisions,
    posting_words,
)

_WIDE = 120
_MATRIX = Frame(indent=2, column=10, marks=False, grid=False)
_DONE = (State.FROZEN, State.SIGNED, State.SEALED, State.FINAL)


def draw_consequences(preview: Preview, room: int, height: int, look: Look) -> list[Line]:
    """Draw a preview: its heading, who sells to whom, and what it costs.

    Args:
        preview: the engine's answer.
        room: the cells of a line.
        height: the most lines.
        look: glyphs and styles.
    """
    dim = look.ink.dim
    rule = look.glyphs.rule * 2
    heading = f"{look.span(preview.settlement.interval)}, {_mood(preview)}"
    lines = [Row().add(f" {rule} ", dim).add(heading).add(f" {rule}", dim).segments]
    plan, revision = preview.plan, preview.settlement.revision
    if preview.revisions:
        if preview.differences:
            lines += draw_differences(preview.differences, revision, room, height - 2, look)
        return [*lines, draw_revisions(preview.revisions, look.currency, room, look)]
    if preview.pairs:
        return [*lines, *_by_ledger(preview, room, height - 1, look)]
    if plan is not None and preview.settlement.late and preview.differences:
        lines += draw_differences(preview.differences, 0, room, height - 2, look)
        return [*lines, _sum(preview, plan, room, look)]
    if plan is None or not plan.trades:
        text = _no_plan(preview, plan)
        return [*lines, Row().to(2).add(cut(text, room - 3)).segments]
    if preview.differences:
        lines += draw_differences(preview.differences, revision, room, height - 2, look)
        return [*lines, _sum(preview, plan, room, look)]
    flow = flow_of(plan, shades((), plan))
    if room >= _WIDE and height >= len(flow.givers) + 4:
        lines += draw_matrix(flow, room, height - 2, look, _MATRIX)
    elif height >= 3:
        lines.append(_sellers(flow, room))
    return [*lines, _sum(preview, plan, room, look)]


def _by_ledger(preview: Preview, room: int, height: int, look: Look) -> list[Line]:
    """An interval that only the chain knows: who sold to whom, by the ledger's rows."""
    settlement, flow = preview.settlement, flow_of_pairs(preview.pairs, {})
    lines: list[Line] = []
    if room >= _WIDE and height >= len(flow.givers) + 3:
        lines = draw_matrix(flow, room, height - 1, look, _MATRIX)
    elif height >= 2:
        lines = [_sellers(flow, room)]
    row = Row().to(2).add(f"{settlement.rows:,} row{_s(settlement.rows)}")
    row.add(f"   {written.kwh(settlement.shared_wh)} kWh")
    row.add(f"   {written.money(settlement.amount_nano)} {cut(look.currency, 6)}")
    note = f"   {preview.note}" if preview.note else ""
    row.add(cut(note, room - row.length - 1, look.glyphs.more), look.ink.dim)
    return [*lines, row.segments]


def _mood(preview: Preview) -> str:
    state, revision = preview.settlement.state, preview.settlement.revision
    if preview.settlement.late:
        return f"as revision {revision + 1} if settled now"
    if revision and preview.revisions:
        return f"revision {revision} beside revision {revision - 1}, as the chain has them"
    if state is State.HALTED:
        return "halted: enter compares its parts"
    if state in _DONE:
        return "settled provisionally" if _left_out(preview) else "as settled"
    if state is State.OPEN:
        return "still open"
    if state is State.IDLE:
        return "nothing to share"
    return "if settled provisionally now" if _left_out(preview) else "if settled now"


def _no_plan(preview: Preview, plan: Plan | None) -> str:
    settlement = preview.settlement
    if settlement.state is State.OPEN:
        return "Its plan is made once it has closed and every house was read."
    if preview.note:
        return preview.note
    if not settlement.plan_known:
        return "Its seal was found on the chain; the plan behind it is not known here."
    if plan is not None or settlement.state is State.IDLE:
        return "Nothing to share: no transaction was needed."
    return "No plan can be made yet."


def _left_out(preview: Preview) -> Sequence[Missing]:
    return preview.plan.left_out if preview.plan is not None else ()


def _names(missing: Sequence[Missing]) -> str:
    names = [house.house for house in missing]
    if len(names) <= 3:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{names[0]}, {names[1]} and {len(names) - 2} others"


def _sellers(flow: Flow, room: int) -> Line:
    """Who sells how much, as many as fit, and to how many."""
    end = f"to {len(flow.buyers)} house{_s(len(flow.buyers))}"
    parts: list[str] = []
    sellers = sorted((g for g in flow.givers if g.sold_wh), key=lambda giver: -giver.sold_wh)
    fitting = {giver.house for giver in sellers}
    while fitting:
        parts = [
            f"{giver.house} sells {written.kwh(giver.sold_wh)}"
            for giver in flow.givers
            if giver.house in fitting
        ]
        if rest := len(sellers) - len(fitting):
            parts.append(f"and {rest} more")
        if width("   ".join((*parts, end))) <= room - 3:
            break
        fitting.discard(sellers[len(fitting) - 1].house)
    return Row().to(2).add(cut("   ".join((*parts, end)), room - 3)).segments


def _sum(preview: Preview, plan: Plan, room: int, look: Look) -> Line:
    row = Row().to(2).add(f"{preview.rows:,} row{_s(preview.rows)}")
    if preview.posting is not None:
        row.add(f"   {posting_words(preview.posting, plan.currency)}   {_size(preview)}")
    else:
        row.add(f"   {written.kwh(plan.shared_wh)} kWh")
        row.add(f"   {written.money(plan.amount_nano)} {cut(plan.currency, 6)}   {_size(preview)}")
    note = preview.note
    if missing := _left_out(preview):
        verb = "waits" if len(missing) == 1 else "wait"
        note = f"{_names(missing)} {verb}; late data posts the rest"
    if note and room - row.length > 20 and room >= _WIDE:
        row.add(" " * 6).add(cut(note, room - row.length - 1), look.ink.dim)
    return row.segments


def _size(preview: Preview) -> str:
    count = preview.transactions
    size = f"{count:,} transaction{_s(count)}, {preview.size:,} bytes"
    return size + (f", fee {preview.fee_micro / 1e6:.6f} XYM" if preview.fee_micro else "")


def _s(count: int) -> str:
    return "" if count == 1 else "s"
