"""No view of screens 2, 3, 4 and the stand shows ✓ for anything above the final height."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.model.entry import Entry, EntryState
from console.model.settlement import Settlement, State
from console.model.view import LedgerPage, Preview
from console.tui.cells import Line, text_of
from console.tui.look import Look, shown_state
from console.tui.widgets.flows.flowing import Flowing, draw_flowing, flow_in
from console.tui.widgets.ledger.book import opened
from console.tui.widgets.ledger.entries import Ledger, draw_ledger
from console.tui.widgets.settlement.settling import Settling, draw_settling
from console.tui.widgets.stand.standing import SCENES, Stand, draw_stand
from tests.tui.chain_data import SEALED, entries, flowing, preview, proof
from tests.tui.widgets.settlement.test_settling import LISTING, SHOWN

HELSINKI = ZoneInfo("Europe/Helsinki")
STATES = st.sampled_from(list(State))
HEIGHTS = st.one_of(st.none(), st.integers(1, 40))


def views(settlement: Settlement, rows: tuple[Entry, ...], look: Look) -> Iterator[list[Line]]:
    """Every view in which an interval or a row has a state, each of them above the final height."""
    shown: Preview = msgspec.structs.replace(preview(SEALED), settlement=settlement)
    listing = msgspec.structs.replace(LISTING, settlements=(settlement,), chosen="")
    page = LedgerPage(entries=rows, next="", rows=1, wh=1, amount_nano=1, all_rows=1)
    for room, height in ((80, 20), (120, 32)):
        yield draw_flowing(Flowing(preview=shown, flow=flow_in(shown, {})), room, height, look)
        settling: Settling = msgspec.structs.replace(SHOWN, listing=listing, preview=shown)
        yield draw_settling(settling, room, height, look)
        ledger = Ledger(book=opened(page), proof=proof(rows[0]))
        yield draw_ledger(ledger, room, height, look)
        for scene in SCENES:
            stand = Stand(snapshot=flowing(), scene=scene, preview=shown, entries=rows, rows=1)
            yield draw_stand(stand, room, height, look)


@given(STATES, HEIGHTS, st.integers(0, 40))
def test_one_function_decides(state: State, height: int | None, final_height: int) -> None:
    shown = shown_state(state, height, final_height)
    if shown is State.FINAL:
        assert height is not None
        assert height <= final_height
    if shown is not state:
        assert (state, shown) == (State.FINAL, State.SEALED)


@given(STATES, HEIGHTS, st.sampled_from(list(EntryState)), st.integers(0, 40))
def test_no_view_shows_a_final_sign_too_early(
    state: State, height: int | None, entry_state: EntryState, final_height: int
) -> None:
    if height is not None and height <= final_height:
        height = final_height + 1
    look = Look(zone=HELSINKI, currency="EUR", final_height=final_height)
    settlement: Settlement = msgspec.structs.replace(
        preview(SEALED).settlement, state=state, height=height
    )
    rows = tuple(
        msgspec.structs.replace(row, height=final_height + 1, state=entry_state)
        for row in entries(SEALED)
        if row.consumer == "test3"
    )
    for lines in views(settlement, rows, look):
        for line in lines:
            assert "✓" not in text_of(line), text_of(line)


def test_final_things_do_show_it() -> None:
    look = Look(zone=HELSINKI, currency="EUR", final_height=1283)
    settlement = msgspec.structs.replace(preview(SEALED).settlement, state=State.FINAL)
    rows = tuple(msgspec.structs.replace(row, state=EntryState.FINAL) for row in entries(SEALED))
    shown = [any("✓" in text_of(line) for line in lines) for lines in views(settlement, rows, look)]
    assert sum(shown) == len(shown) - 2, "all but the street's two"
