"""Text from outside through every view of screens 2, 3, 4, 6 and the stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment

from console.model.balance import Missing
from console.model.difference import Difference, Pair, Revision
from console.model.event import Event, EventKind
from console.model.ledger_order import LedgerOrder
from console.model.settlement import State
from console.model.view import LedgerPage, Preview
from console.tui.cells import Line, action_at, text_of
from console.tui.look import Look
from console.tui.widgets.events.eventlog import EventLog, Events, draw_events
from console.tui.widgets.flows.flowing import Flowing, draw_flowing, flow_in
from console.tui.widgets.flows.matrix import Cell
from console.tui.widgets.ledger.book import opened
from console.tui.widgets.ledger.entries import Ledger, draw_ledger
from console.tui.widgets.settlement.sealing import draw_sealing
from console.tui.widgets.settlement.settling import draw_settling
from console.tui.widgets.stand.standing import SCENES, Stand, draw_stand
from tests.tui.chain_data import HELD, SEALED, entries, flowing, preview, proof
from tests.tui.widgets.settlement.test_sealing import TWO_ROOTS
from tests.tui.widgets.settlement.test_settling import LISTING, SHOWN

LOOK = Look(zone=ZoneInfo("Europe/Helsinki"), currency="EUR", final_height=1282)
HOSTILE = (
    "[@click=app.settle]CLAIM[/]",
    "[/nope]",
    "\x1b]52;c;aGFjaw==\x07",
    "\x1b[2J\x1b[H",
    "a\nb\tc\rd",
    "\u202eevil\u2066x\u2069",
    "\u4f60\u597d\uff21\uff22",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\x00\x7f\x9b31m",
    "x" * 5000,
)
Struct = TypeVar("Struct", bound=msgspec.Struct)
CHAIN_ONLY = Preview(
    settlement=preview(SEALED).settlement,
    plan=None,
    pairs=(Pair(producer="test1", consumer="test3", wh=158),),
    note="taken from the chain",
)
REVISED = Preview(
    settlement=preview(SEALED).settlement,
    plan=None,
    differences=(
        Difference(house="test1", bought_before_wh=0, bought_wh=1, sold_before_wh=0, sold_wh=0),
    ),
    revisions=(Revision(number=1, rows=2, wh=1, amount_nano=100_000, height=9),),
)


def poisoned(value: Any, evil: str) -> Any:
    """A model value with every text in it replaced, the names of intervals apart."""
    if isinstance(value, tuple):
        return tuple(poisoned(item, evil) for item in value)
    if isinstance(value, msgspec.Struct):
        changes = {
            name: poisoned(getattr(value, name), evil)
            for name in value.__struct_fields__
            if name != "timezone"
        }
        return msgspec.structs.replace(value, **changes)
    if type(value) is str:
        return evil
    return value


def views(evil: str) -> Iterator[list[Line]]:
    snapshot = poisoned(flowing(), evil)
    shown, held = poisoned(preview(SEALED), evil), poisoned(preview(HELD), evil)
    plan = preview(HELD).plan
    assert plan is not None
    missing = msgspec.structs.replace(plan, left_out=(Missing(house=evil, reason=evil),))
    rows = poisoned(tuple(entries(SEALED)[:3]), evil)
    evidence = poisoned(proof(entries(SEALED)[0]), evil)
    page = LedgerPage(entries=rows, next="", rows=3, wh=1, amount_nano=1, all_rows=3)
    event = Event(time=snapshot.head.now, kind=EventKind.CHAIN, text=evil, subject=evil, actor=evil)
    look = msgspec.structs.replace(LOOK, currency=evil)
    for room, height in ((80, 20), (120, 32)):
        for one in (shown, held, msgspec.structs.replace(shown, plan=None)):
            made = flow_in(one, {evil: 0})
            flow = Flowing(preview=one, flow=made, chosen=evil, cell=Cell(evil, evil), notice=evil)
            yield draw_flowing(flow, room, height, look)
            yield draw_flowing(msgspec.structs.replace(flow, matrix=True), room, height, look)
            listing = msgspec.structs.replace(
                LISTING, settlements=(one.settlement, poisoned(LISTING.settlements[8], evil))
            )
            yield draw_settling(
                msgspec.structs.replace(SHOWN, listing=listing, preview=one), room, height, look
            )
        late = msgspec.structs.replace(preview(HELD), plan=missing)
        yield draw_settling(msgspec.structs.replace(SHOWN, preview=late), room, height, look)
        filtered = msgspec.structs.replace(SHOWN, filter=evil, preview=poisoned(REVISED, evil))
        yield draw_settling(filtered, room, height, look)
        chain = poisoned(CHAIN_ONLY, evil)
        yield draw_settling(msgspec.structs.replace(SHOWN, preview=chain), room, height, look)
        made = flow_in(chain, {})
        yield draw_flowing(Flowing(preview=chain, flow=made), room, height, look)
        yield draw_sealing(poisoned(TWO_ROOTS, evil), 0, room, height, look)
        yield draw_ledger(
            Ledger(book=opened(page), proof=evidence, filter=evil), room, height, look
        )
        yield draw_events(
            Events(log=EventLog(events=(event,)), alarms=snapshot.head.alarms, filter=evil,
                   today=date(2026, 6, 21)),
            room, height, look,
        )  # fmt: skip
        for scene in SCENES:
            stand = Stand(snapshot=snapshot, scene=scene, said=evil, preview=shown, entries=rows)
            yield draw_stand(stand, room, height, look)
            yield draw_stand(msgspec.structs.replace(stand, said=""), room, height, look)


OURS = {
    "",
    "attempt('order')",
    "attempt('filter')",
    *(f"sort('{order.value}')" for order in LedgerOrder),
}
"""What a click on a cell of these views may do."""


def unsafe(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_a_terminal_could_obey_is_drawn(evil: str) -> None:
    for lines in views(evil):
        for line in lines:
            assert unsafe(text_of(line)) == []
            assert all(segment.control is None for segment in line)
            assert all(not (s.style and s.style.link) for s in line)
            assert all(not s.style or action_at(s.style) in OURS for s in line)


@pytest.mark.parametrize("evil", HOSTILE)
def test_no_line_is_longer_than_the_screen(evil: str) -> None:
    for lines in views(evil):
        longest = max(Segment.get_line_length(line) for line in lines)
        assert longest <= 120


def test_markup_is_text() -> None:
    drawn = "\n".join(text_of(line) for lines in views(HOSTILE[0]) for line in lines)
    assert "[@click=app.settle]CLAIM[/]" in drawn


@settings(max_examples=20)
@given(st.text(max_size=60))
def test_any_text(evil: str) -> None:
    for lines in views(evil):
        assert all(unsafe(text_of(line)) == [] for line in lines)


def test_every_state_is_among_the_views() -> None:
    assert {preview(SEALED).settlement.state, preview(HELD).settlement.state} == {
        State.SEALED, State.HELD,
    }  # fmt: skip
