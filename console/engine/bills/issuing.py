"""The issuing: an operator's word that bills are approved, and that they are paid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from console.engine.bills.statements import statements
from console.engine.parts import Parts
from console.engine.settling.books import Books
from console.engine.settling.calendar import ended
from console.errors import Refused
from console.model.bill import Approval, Bill, Bills, BillState, Chosen, token_of
from console.model.event import EventKind
from console.model.money import in_units
from console.model.period import Period
from console.model.statement import label
from console.model.tending import Told


class Issuing:
    """Approves bills and marks them as paid."""

    def __init__(
        self, parts: Parts, books: Books, turn: asyncio.Lock, hurry: Callable[[], None]
    ) -> None:
        """Keep bills in the parts' store.

        Args:
            parts: the engine's parts.
            books: its books.
            turn: held while intervals are changed, so that no bill is approved half way.
            hurry: called when bills are paid, so that their mosaics are retired soon.
        """
        self._parts = parts
        self._books = books
        self._turn = turn
        self._hurry = hurry

    async def approve(self, period: Period, chosen: Chosen, actor: str) -> Told:
        """Keep the drafts of a period as they are; they never change again.

        Args:
            period: the period.
            chosen: whose, and what was shown.
            actor: who approves.

        Raises:
            Refused: there is no such draft, something of the period is still to come, or the
                drafts are not the shown ones.
        """
        async with self._turn:
            found = await statements(self._parts, self._books, period)
            house = chosen.house
            drafts = _of_house(found, house, BillState.DRAFT)
            if not drafts:
                raise Refused(f"{_all(house)} for {period.name} {_are(house)} approved already.")
            if found.ended:
                await self._check_closed(period)
            if found.blocked:
                raise Refused(
                    f"no bill of {period.name} can be approved: {found.blocked}.",
                    advice="mosaic settle and mosaic status tell what waits.",
                )
            _check_shown(drafts, chosen)
            approvals = [_approval(found, draft) for draft in drafts]
            await self._parts.store.bills.approve(approvals, actor, self._parts.clock.now())
            return await self._tell("approved", period, found.currency, drafts, actor)

    async def paid(self, period: Period, chosen: Chosen, actor: str) -> Told:
        """Mark the approved bills of a period as paid; what is paid already stays as it is.

        Args:
            period: the period.
            chosen: whose, and what was shown.
            actor: who says so.

        Raises:
            Refused: none of them is approved, or they are not the shown ones.
        """
        async with self._turn:
            found = await statements(self._parts, self._books, period)
            house = chosen.house
            if not (unpaid := _of_house(found, house, BillState.APPROVED)):
                if _of_house(found, house, BillState.PAID):
                    already = f"{_all(house)} for {period.name} {_are(house)} paid already."
                    return Told(text=f"{already[0].upper()}{already[1:]}")
                raise Refused(
                    f"no bill of {period.name}{_for(house)} is approved, so none can be paid.",
                    advice=f"mosaic bills approve {period.name} {house}".rstrip(),
                )
            _check_shown(unpaid, chosen)
            issued = [
                one
                for one in await self._parts.store.bills.of(period.name)
                if one.paid is None and house in ("", one.approval.bill.house)
            ]
            await self._parts.store.bills.pay(issued, actor, self._parts.clock.now())
            self._hurry()
            return await self._tell("marked as paid", period, found.currency, unpaid, actor)

    async def _check_closed(self, period: Period) -> None:
        missing = next(await ended(self._parts), None)
        if missing is not None and missing.start < self._parts.day_span(period.end)[0]:
            raise Refused(
                f"no bill of {period.name} can be approved: {missing.name} is not closed yet.",
                advice="The engine closes what has ended by itself: try again.",
            )

    async def _tell(
        self, done: str, period: Period, currency: str, bills: Sequence[Bill], actor: str
    ) -> Told:
        payable = -sum(bill.net_cents for bill in bills if bill.net_cents < 0)
        due = sum(bill.net_cents for bill in bills if bill.net_cents > 0)
        which = f"{len(bills)} bills"
        if len(bills) == 1:
            [bill] = bills
            which = f"the {'bill of ' if bill.number == 1 else 'correction '}{label(bill)}"
        text = (
            f"{which} for {period.name} {done}: {in_units(payable)} {currency} to pay, "
            f"{in_units(due)} paid out"
        )
        subject = bills[0].house if len(bills) == 1 else period.name
        await self._parts.log.say(EventKind.OPERATOR, text, subject=subject, actor=actor)
        return Told(text=f"{text[0].upper()}{text[1:]}.")


def _check_shown(bills: Sequence[Bill], chosen: Chosen) -> None:
    if chosen.token not in ("", token_of(bills)):
        raise Refused("the bills have changed since they were shown: look again.")


def _of_house(bills: Bills, house: str, state: BillState) -> tuple[Bill, ...]:
    """Return the bills of a house, or of all, that stand somewhere.

    Raises:
        Refused: there is no such house.
    """
    if house and not any(bill.house == house for bill in bills.bills):
        raise Refused(f"there is no house {house!r}.", advice="mosaic houses list names them.")
    return bills.in_state(state, house)


def _approval(bills: Bills, draft: Bill) -> Approval:
    kept = msgspec.structs.replace(draft, final_height=bills.final_height)
    return Approval(period=bills.period, currency=bills.currency, bill=kept)


def _all(house: str) -> str:
    return f"the bill of {house}" if house else "all bills"


def _for(house: str) -> str:
    return f" for {house}" if house else ""


def _are(house: str) -> str:
    return "is" if house else "are"
