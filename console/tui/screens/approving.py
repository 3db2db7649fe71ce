"""The approving: which bills are meant, the question, the command, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.model.apart import apart_facts
from console.model.bill import Bill, Bills, BillState, Chosen, token_of
from console.model.money import in_units
from console.model.statement import label, spoken
from console.model.tending import Told
from console.tui.screens.confirm import ConfirmScreen
from console.tui.screens.dialog import Question
from console.tui.screens.screen import ConsoleScreen

Command = Callable[[], Awaitable[Told]]
"""What the engine is told to do."""


def ask_to_approve(
    screen: ConsoleScreen, bills: Bills, house: str, done: Callable[[], None]
) -> None:
    """Ask whether the drafts of a house, or of all, are approved, and have it done.

    Args:
        screen: where to ask and to tell.
        bills: the period's bills.
        house: the house; empty for all.
        done: what comes after.
    """
    drafts = bills.in_state(BillState.DRAFT, house)
    if not drafts:
        every = f"The bill of {house}" if house else "Every bill of this period"
        screen.notice(f"{every} is approved.")
        return
    if bills.blocked:
        screen.notice(f"No bill can be approved: {bills.blocked}.")
        return
    asked = Question(
        f"Approve {_named(drafts) if house else _counted(drafts)} for {spoken(bills.period)}?",
        (
            *_sums(drafts, bills),
            *apart_facts(bills.apart_in(drafts)),
            f"{'It never changes' if house else 'They never change'} again; "
            "what comes later is a correction.",
        ),
        "Approve",
    )
    chosen, engine = Chosen(house=house, token=token_of(drafts)), screen.mosaic.engine
    _ask(screen, asked, lambda: engine.approve_bills(bills.period.name, chosen), done)


def ask_whether_paid(
    screen: ConsoleScreen, bills: Bills, house: str, done: Callable[[], None]
) -> None:
    """Ask whether a house's approved bills are paid, and have it kept.

    Args:
        screen: where to ask and to tell.
        bills: the period's bills.
        house: the house.
        done: what comes after.
    """
    approved = bills.in_state(BillState.APPROVED, house)
    if not approved:
        paid = bills.in_state(BillState.PAID, house)
        told = "is paid already" if paid else "is not approved yet: a approves it, A all"
        screen.notice(f"The bill of {house} {told}.")
        return
    asked = Question(
        f"{'Is' if len(approved) == 1 else 'Are'} {_named(approved)} for "
        f"{spoken(bills.period)} paid?",
        (*_sums(approved, bills), "Who said so, and when, is kept."),
        "Paid",
    )
    chosen, engine = Chosen(house=house, token=token_of(approved)), screen.mosaic.engine
    _ask(screen, asked, lambda: engine.bills_paid(bills.period.name, chosen), done)


def _ask(
    screen: ConsoleScreen, asked: Question, command: Command, done: Callable[[], None]
) -> None:
    def told(answer: Told) -> None:
        screen.notice(answer.text)
        done()

    def decided(agreed: bool | None) -> None:
        if agreed:
            screen.ask(command, told, group="bills")

    screen.app.push_screen(ConfirmScreen(asked), decided)


def _sums(bills: tuple[Bill, ...], within: Bills) -> tuple[str, ...]:
    pay = -sum(bill.net_cents for bill in bills if bill.net_cents < 0)
    out = sum(bill.net_cents for bill in bills if bill.net_cents > 0)
    return (f"{in_units(pay)} {within.currency} to pay, {in_units(out)} paid out.",)


def _named(bills: tuple[Bill, ...]) -> str:
    """Return one house's bills: `the bill of test3`, `the correction test3 no. 2`."""
    named = [f"{'bill of ' if one.number == 1 else 'correction '}{label(one)}" for one in bills]
    return f"the {' and the '.join(named)}"


def _counted(bills: tuple[Bill, ...]) -> str:
    return "one bill" if len(bills) == 1 else f"{len(bills)} bills"
