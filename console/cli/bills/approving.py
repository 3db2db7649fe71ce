"""The approving: shows which bills are meant, asks, and has them approved or marked as paid."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import typer

from console.cli import asking
from console.cli.attaching import is_plain
from console.cli.questions import Questions
from console.errors import UsageError
from console.ledger import bill_table
from console.model.bill import Bills, BillState, Chosen, token_of
from console.model.period import Period
from console.safe_text import safe_text
from console.settings import Settings

DECISIONS = {"approve": BillState.DRAFT, "paid": BillState.APPROVED}
"""The words that decide, each with the state of the bills it is about."""

_QUESTIONS = {
    "approve": "They never change again. Approve them?",
    "apart": "They never change again. Approve them, with phases that were counted apart?",
    "paid": "Are they paid?",
}


def decide(settings: Settings, words: Sequence[str], house: str, *, yes: bool) -> int:
    """Approve bills or mark them as paid.

    Args:
        settings: the engine's configuration.
        words: `approve` or `paid`, the period, and a house where only one is meant.
        house: the house that an option names; empty where none does.
        yes: whether nothing is asked.

    Returns:
        The exit status: 1 where the operator does not agree.

    Raises:
        UsageError: the words cannot be.
        EngineError: the engine refuses.
    """
    word, period, house = _meant(words, house)
    found = only(asking.command(settings, lambda client: client.bills(period)), house)
    bills = found.in_state(DECISIONS[word])
    if bills:
        shown = msgspec.structs.replace(found, bills=bills)
        none = "-" if is_plain() else bill_table.NONE
        for line in bill_table.table_lines(shown, none=none):
            typer.echo(line)
    if bills and not found.blocked and not yes:
        questions = Questions(yes=yes, otherwise=f"mosaic bills {' '.join(words)} --yes")
        questions.require_answers()
        asked = _QUESTIONS[word]
        if word == "approve" and found.apart_in(bills):
            asked = _QUESTIONS["apart"]
        if not questions.agree(asked, default=False):
            typer.echo("Nothing was changed.")
            return 1
    chosen = Chosen(house=house, token=token_of(bills) if bills else "")
    told = asking.command(
        settings,
        lambda client: (
            client.approve_bills(period, chosen)
            if word == "approve"
            else client.bills_paid(period, chosen)
        ),
    )
    typer.echo(safe_text(told.text, 300))
    return 0


def period_of(text: str) -> str:
    """Return a period's name.

    Raises:
        UsageError: it is none.
    """
    try:
        return Period.parse(text).name
    except ValueError as error:
        raise UsageError(f'"{safe_text(text, 40)}": {error}.') from None


def only(bills: Bills, house: str) -> Bills:
    """Return the bills of one house, or all where none is named.

    Raises:
        UsageError: there is no such house.
    """
    if not house:
        return bills
    mine = tuple(bill for bill in bills.bills if bill.house == house)
    if not mine:
        raise UsageError(
            f'there is no house "{safe_text(house, 40)}".', advice="mosaic houses list names them."
        )
    return msgspec.structs.replace(bills, bills=mine)


def _meant(words: Sequence[str], house: str) -> tuple[str, str, str]:
    word, *rest = words
    if not rest:
        raise UsageError(f"{word} needs a period.", advice=f"Such as: mosaic bills {word} 2026-06")
    if len(rest) > 2 or (house and len(rest) == 2):
        raise UsageError("name one house, or none for all.")
    return word, period_of(rest[0]), house or "".join(rest[1:])
