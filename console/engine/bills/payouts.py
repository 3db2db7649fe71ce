"""The payouts: what producers are due of a period's paid bills, shown, then paid once."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from console.chain.clearing import currency_mosaic
from console.chain.clearing_posting import cut_payout
from console.chain.codec import address_of
from console.engine.bills.clearer import Clearer
from console.engine.bills.statements import statements
from console.engine.parts import Parts
from console.engine.settling.books import Books
from console.engine.settling.settler import RETRY, Settler
from console.errors import ChainError, Refused
from console.model.bill import Bill, Bills, BillState
from console.model.clearing import (
    CENT,
    Cell,
    Clearing,
    ClearingKind,
    ClearingName,
    KeptClearing,
    root_of,
)
from console.model.event import EventKind
from console.model.money import in_units
from console.model.payout import Payee, Payout, PayoutState
from console.model.period import Period

NAMED = 4
"""How many houses that stand in the way are named."""


class Payouts:
    """Shows and decides payouts; the clearer posts them."""

    def __init__(
        self, parts: Parts, books: Books, clearer: Clearer, settler: Settler, turn: asyncio.Lock
    ) -> None:
        """Pay by the parts' store and chain.

        Args:
            parts: the engine's parts.
            books: its books.
            clearer: signs what is decided.
            settler: whose turn comes again where the node is silent.
            turn: held while anything is decided.
        """
        self._parts = parts
        self._books = books
        self._clearer = clearer
        self._settler = settler
        self._turn = turn

    async def preview(self, period: Period) -> Payout:
        """Return what a period's next payout would be, or what its last one was.

        Raises:
            Refused: a bill that it rests on is not paid, or nobody is due anything.
        """
        payout, _ = await self._look(period)
        return payout

    async def pay(self, period: Period, token: str, actor: str) -> Payout:
        """Pay out a period; what was paid out already is only told.

        Args:
            period: the period.
            token: the payout that was agreed to; empty for whatever it is now.
            actor: who asks.

        Raises:
            Refused: it cannot be, or it is not the one that was shown.
        """
        parts = self._parts
        async with self._turn:
            payout, clearing = await self._look(period)
            if clearing is None:
                return payout
            self._require_signer()
            if token not in ("", payout.token):
                raise Refused("the payout has changed since it was shown: look again.")
            clearing = await parts.store.clearings.decide(clearing, actor, parts.clock.now())
            text = f"{period.name}: {in_units(payout.cents)} {payout.currency} are paid out"
            await parts.log.say(EventKind.OPERATOR, text, period.name, actor)
            await self._post(clearing)
            return msgspec.structs.replace(payout, state=PayoutState.ON_ITS_WAY, token="")

    async def _look(self, period: Period) -> tuple[Payout, Clearing | None]:
        """Return a payout with what is to be decided for it; None where it was decided before."""
        found = await statements(self._parts, self._books, period)
        earlier = [one for one in found.clearings if one.clearing.name.kind is ClearingKind.PAYOUT]
        due = _not_covered(found, earlier)
        unexplained = _unexplained(found, earlier)
        before = unexplained.total()
        cents = _set_off(due, unexplained)
        last = earlier[-1] if earlier else None
        nothing_due = not any(cents.values())
        if last is not None and (last.cleared is None or nothing_due):
            return self._made(last, found), None
        _require_paid(found, due)
        clearing = self._decided(found, due, cents, len(earlier))
        if not clearing.cells:
            raise Refused(f"no house is due anything for {period.name}: nothing is paid out.")
        shown = self._shown(clearing, found, PayoutState.READY)
        set_off = before - unexplained.total()
        return msgspec.structs.replace(shown, set_off_cents=set_off), clearing

    async def _post(self, clearing: Clearing) -> None:
        try:
            done = await self._clearer.post(clearing)
        except ChainError:
            # it is decided and stored: the clearer's next turn signs it
            done = False
        if not done:
            self._settler.due = min(self._settler.due, self._parts.clock.now() + RETRY)

    def _require_signer(self) -> None:
        if self._parts.key is None:
            raise Refused("the operator's key is locked.", advice="Unlock it with: mosaic unlock")
        if self._settler.halted:
            raise Refused(f"nothing is signed: {self._settler.halted}.")
        own = self._parts.settings.community.currency
        if (wanted := self._parts.settings.chain.payout_mosaic) not in ("", own):
            raise Refused(
                f"[chain] payout_mosaic = {wanted!r} is no mosaic of the embedded chain.",
                advice=f"Leave it empty: payouts are made in the operator's own {own} mosaic.",
            )

    def _decided(
        self, found: Bills, due: Sequence[Bill], cents: Mapping[str, int], revision: int
    ) -> Clearing:
        parts = self._parts
        operator = parts.operator.public_key
        owner = address_of(operator, parts.network.identifier)
        mosaic = currency_mosaic(parts.settings.community.id, found.currency, owner)
        cells = [
            Cell(house=house, wallet=self._wallet(house), mosaic=mosaic, amount=amount * CENT)
            for house, amount in sorted(cents.items())
            if amount > 0
        ]
        pieces = cut_payout(cells, parts.network.most_inner)
        return Clearing(
            name=ClearingName(
                kind=ClearingKind.PAYOUT, period=found.period.name, revision=revision
            ),
            currency=found.currency,
            bills=tuple(sorted((bill.house, bill.number, bill.digest) for bill in due)),
            cells=tuple(pieces),
            signers=(operator,) * len(pieces),
        )

    def _wallet(self, house: str) -> str:
        """Return a house's wallet.

        Raises:
            Refused: it is not known.
        """
        wallet = self._parts.members.wallets.get(house, "")
        if not wallet:
            raise Refused(f"the wallet of house {house} is not known.")
        return wallet

    def _made(self, kept: KeptClearing, found: Bills) -> Payout:
        state = PayoutState.ON_ITS_WAY if kept.cleared is None else PayoutState.PAID
        clearing = kept.clearing
        if kept.cleared is not None and not clearing.cells:
            told = tuple(part.cells for part in kept.cleared.parts)
            clearing = msgspec.structs.replace(clearing, cells=told)
        payout = self._shown(clearing, found, state)
        parts = kept.cleared.parts if kept.cleared else ()
        return msgspec.structs.replace(payout, parts=parts, token="")

    def _shown(self, clearing: Clearing, found: Bills, state: PayoutState) -> Payout:
        names = {bill.house: bill.name for bill in found.bills}
        cells = sorted((cell for part in clearing.cells for cell in part), key=_house)
        token = hashlib.sha256(msgspec.json.encode((clearing.bills, cells))).hexdigest()[:16]
        return Payout(
            period=clearing.name.period,
            currency=clearing.currency,
            revision=clearing.name.revision,
            state=state,
            mosaic=f"{cells[0].mosaic:016X}" if cells else "",
            payees=tuple(
                Payee(
                    house=cell.house,
                    name=names.get(cell.house, ""),
                    wallet=cell.wallet,
                    cents=cell.amount // CENT,
                )
                for cell in cells
            ),
            bills=len(clearing.bills),
            sha256=root_of(clearing.bills).hex() if clearing.bills else "",
            transactions=len(clearing.cells),
            token=token,
        )


def _house(cell: Cell) -> str:
    return cell.house


def _not_covered(found: Bills, earlier: Sequence[KeptClearing]) -> list[Bill]:
    """Return the bills, drafts among them, on which no earlier payout rests."""
    covered = {(house, number) for one in earlier for house, number, _ in one.clearing.bills}
    return [bill for bill in found.bills if (bill.house, bill.number) not in covered]


def _unexplained(found: Bills, earlier: Sequence[KeptClearing]) -> Counter[str]:
    """Return what payouts paid of which only the chain is known and no bill explains, cents.

    The bills on which they rested went with the store; those that stand now are the same energy.
    """
    left: Counter[str] = Counter()
    for one in earlier:
        rests = {(house, number) for house, number, _ in one.clearing.bills}
        if rests:
            _set_off([bill for bill in found.bills if (bill.house, bill.number) in rests], left)
        else:
            left.update({house: cents for house, cents in _paid(one).items() if house})
    return left


def _paid(kept: KeptClearing) -> Counter[str]:
    paid: Counter[str] = Counter()
    for cell in kept.cells:
        paid[cell.house] += cell.amount // CENT
    return paid


def _set_off(bills: Sequence[Bill], left: Counter[str]) -> Counter[str]:
    """Return what houses are due of bills, cents, bill by bill less what they were paid before.

    A bill below zero takes nothing from the others: it is paid by the house, as all bills are that
    a payout rests on, so that what came in goes out.

    Args:
        bills: the bills.
        left: what each house was paid and no bill explains; what is set off is taken from it.
    """
    due: Counter[str] = Counter()
    for bill in bills:
        earned = max(0, bill.net_cents)
        before = min(left[bill.house], earned)
        left[bill.house] -= before
        due[bill.house] += earned - before
    return due


def _require_paid(found: Bills, due: Sequence[Bill]) -> None:
    """Let only a period be paid out all of whose bills are paid.

    Raises:
        Refused: one is not, or there is none.
    """
    name = found.period.name
    waiting = [bill for bill in due if bill.state is not BillState.PAID]
    if not due:
        raise Refused(f"there is no bill for {name}: nothing is paid out.")
    if not waiting:
        return
    houses = list(dict.fromkeys(bill.house for bill in waiting))
    more = f" and {len(houses) - NAMED} more" if len(houses) > NAMED else ""
    told = ", ".join(houses[:NAMED]) + more
    drafts = any(bill.state is BillState.DRAFT for bill in waiting)
    raise Refused(
        f"{name} cannot be paid out before all its bills are paid: not those of {told}.",
        advice=f"mosaic bills {'approve' if drafts else 'paid'} {name}",
    )
