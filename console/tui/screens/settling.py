"""Settling: preview, question, command, and what came of it, for every screen with `s`."""

from __future__ import annotations

from console.model.apart import apart_facts
from console.model.interval import Interval
from console.model.settlement import State
from console.model.snapshot import Snapshot
from console.model.view import Preview, Receipt, Settle
from console.tui import format
from console.tui.look import Look
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from console.tui.screens.screen import ConsoleScreen
from console.tui.widgets.settlement.differences import posting_words


def due(snapshot: Snapshot) -> Interval | None:
    """Return the oldest interval of the day that is closed and waits to be settled."""
    for interval in snapshot.day:
        if interval.state is State.CLOSED:
            return Interval(interval.start, snapshot.place.minutes)
    return None


def nothing_due(snapshot: Snapshot, look: Look) -> str:
    """Return the sentence where no interval waits to be settled."""
    head = snapshot.head
    left = format.left(head.open.end - head.now)
    return (
        f"Nothing to settle: {look.clock(head.open.start)} is open for {left} more"
        f" and is settled at {look.clock(head.settles)}."
    )


def question(preview: Preview, snapshot: Snapshot, look: Look, *, provisional: bool) -> Question:
    """Return what to ask before an interval is settled.

    Args:
        preview: the engine's plan.
        snapshot: for the chain's words and the currency.
        look: how to write numbers and times.
        provisional: whether houses would be left out.
    """
    plan, interval = preview.plan, preview.settlement.interval
    trades = plan.trades if plan else ()
    span = (
        f"{look.clock(interval.start)}{look.glyphs.dash}{look.clock(interval.end)}"
        f"{' provisionally' if provisional else ''}"
    )
    posted = (
        posting_words(preview.posting, look.currency)
        if preview.posting is not None
        else f"{counted(len({t.producer for t in trades}), 'producer')} {look.glyphs.arrow}"
        f" {counted(len({t.consumer for t in trades}), 'consumer')}"
        f"   {format.kwh(plan.shared_wh if plan else None)} kWh"
        f"   {format.money(plan.amount_nano if plan else None)} {look.currency}"
    )
    facts = [
        f"{counted(preview.rows, 'row')}   {posted}",
        f"{counted(preview.transactions, 'transaction')}, {preview.size:,} bytes,"
        f" chain: {snapshot.place.chain}",
    ]
    if preview.fee_micro:
        facts.append(f"fee {format.scaled(preview.fee_micro, 10**6, 6)} XYM")
    if plan and plan.left_out:
        facts.append(_left_out([missing.house for missing in plan.left_out]))
    if preview.settlement.late:
        facts += _changed([one.house for one in preview.differences])
    if preview.posting is not None and preview.posting.left:
        left = format.kwh(preview.posting.left_wh)
        facts.append(f"{left} kWh more are not in the wallets: they stay open items.")
    facts += apart_facts(preview.apart)
    verb = "Revise" if preview.settlement.late else "Settle"
    return Question(f"{verb} {span}?", (*facts, "This cannot be taken back."), verb)


def counted(number: int, word: str) -> str:
    """Return how many there are of something, in the singular where it is one."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _changed(houses: list[str]) -> list[str]:
    """Return whose energy a revision changes; nothing else is posted."""
    if not houses:
        return ["Only the difference is posted; no house's energy is changed."]
    verb = "is" if len(houses) == 1 else "are"
    told = f"Only the difference is posted; {counted(len(houses), 'house')} {verb} changed:"
    return [told, _named(houses, ", ")]


def _named(houses: list[str], between: str) -> str:
    more = f" and {len(houses) - 3} more" if len(houses) > 3 else ""
    return between.join(houses[:3]) + more


def _left_out(houses: list[str]) -> str:
    named = _named(houses, " ")
    verb = "is" if len(houses) == 1 else "are"
    return f"{named} {verb} left out. Late data posts the difference only."


def ask_to_settle(screen: ConsoleScreen, interval: str, *, provisional: bool = False) -> None:
    """Preview an interval, ask, settle it, and tell what came of it.

    Args:
        screen: where to ask and to tell.
        interval: the interval's name.
        provisional: whether to leave out the houses that are not known.
    """
    engine = screen.mosaic.engine

    def settle(preview: Preview, agreed: bool | None) -> None:
        if not agreed:
            screen.notice("Nothing was settled.")
            return
        command = Settle(interval=interval, provisional=provisional, token=preview.token)
        screen.ask(lambda: engine.settle(command), told, group="settle")

    def told(receipt: Receipt) -> None:
        screen.notice(receipt.text)

    def shown(preview: Preview) -> None:
        snapshot = screen.snapshot
        if preview.plan is None or snapshot is None:
            screen.notice(preview.note or "There is no plan for this interval.")
            return
        asked = question(preview, snapshot, screen.look, provisional=provisional)
        screen.app.push_screen(ConfirmScreen(asked), lambda agreed: settle(preview, agreed))

    screen.ask(lambda: engine.preview(interval, provisional=provisional), shown, group="settle")


def switch_auto(screen: ConsoleScreen) -> None:
    """Switch automatic settlement to the other state, and tell it."""
    snapshot = screen.snapshot
    if snapshot is None:
        return
    wanted = not snapshot.head.auto
    words = "on: closed intervals settle by themselves" if wanted else "off: s settles by hand"
    engine = screen.mosaic.engine

    def switch(agreed: bool | None) -> None:
        if not agreed:
            screen.notice("Automatic settlement stays off.")
            return
        screen.ask(
            lambda: engine.auto(wanted),
            lambda _status: screen.notice(f"Automatic settlement is {words}."),
            group="auto",
        )

    apart = apart_facts([house.id for house in snapshot.houses if house.per_phase])
    if wanted and apart:
        facts = (*apart, "Closed intervals are settled by them all the same.")
        asked = Question("Let intervals settle by themselves?", facts, "Auto on")
        screen.app.push_screen(ConfirmScreen(asked), switch)
    else:
        switch(True)
