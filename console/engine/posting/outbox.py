"""The outbox: sign, persist, announce; the same bytes again until the chain holds them.

Nothing is announced that is not stored. Whatever a node answers to an announcement proves nothing.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.chain.codec import Transaction, address_of, address_text
from console.chain.posting import compose_setup
from console.chain.seal import COMMUNITY_KEY, seal_text
from console.engine.parts import Parts
from console.engine.posting.signing import Signing
from console.engine.settling.books import Books
from console.engine.settling.takeback import Takeback
from console.errors import ChainError, WrongNetwork
from console.model.operator import Operator
from console.model.settlement import Plan, Settlement, State
from console.model.trade import Trade
from console.model.transaction import Outgoing, TransactionState

COMMUNITY = "*"
"""Stands for the community's own entry in the leg of a registration; no house can be named so."""


class Outbox:
    """Turns plans into signed, stored and announced transactions."""

    def __init__(self, parts: Parts, books: Books) -> None:
        """Sign with the parts' key and announce to the parts' chain."""
        self._parts = parts
        self._books = books
        self._signing = Signing(parts)
        self._takeback = Takeback(parts)
        self._defined: set[int] = set()
        self._entered: set[Operator] = set()

    async def post(self, settlement: Settlement, plan: Plan) -> Settlement:
        """Sign and announce all parts of a frozen interval that have no living transaction.

        Returns:
            The settlement in state signed, as stored.

        Raises:
            Refused: the engine is locked.
            ChainError: the node does not tell its time; nothing was signed.
        """
        signer = self._parts.signer(plan.interval)
        deadline = await self._signing.deadline()
        await self._prepare(signer, plan, deadline)
        legs = await self._parts.store.settlements.legs(plan.interval, plan.revision)
        living = {leg.part for leg in legs if leg.state is not TransactionState.DEAD}
        attempts = {leg.part: leg.attempt for leg in legs}
        transactions, open_items = await self._compose(settlement, plan, deadline, living)
        signed = [
            self._signing.sign(
                signer,
                transaction,
                deadline,
                leg=seal_text(plan.community, plan.interval, plan.revision, part),
                interval=plan.interval,
                revision=plan.revision,
                part=part,
                parts=len(transactions),
                attempt=attempts.get(part, 0) + 1,
            )
            for part, transaction in enumerate(transactions, 1)
            if part not in living
        ]
        settlement = msgspec.structs.replace(
            settlement,
            state=State.SIGNED,
            changed=self._parts.clock.now(),
            parts=len(transactions),
            open_items=open_items,
            size=sum(len(out.payload) for out in signed)
            + sum(len(leg.payload) for leg in legs if leg.state is not TransactionState.DEAD),
        )
        await self._parts.store.settlements.sign(settlement, signed)
        await self.announce(signed)
        return settlement

    async def _compose(
        self, settlement: Settlement, plan: Plan, deadline: datetime, living: set[int]
    ) -> tuple[list[Transaction], tuple[Trade, ...]]:
        """Return all parts unsigned, and what a revision cannot take back."""
        head, deadline_ms = settlement.audit_head, self._signing.milliseconds(deadline)
        if plan.revision == 0:
            return self._books.transactions(plan, head, deadline_ms), ()
        return await self._takeback.transactions(settlement, plan, head, deadline_ms, living)

    async def wants(self, settlement: Settlement) -> bool:
        """Return whether parts of a frozen or signed interval have no living transaction."""
        if settlement.state is State.FROZEN:
            return True
        legs = await self._parts.store.settlements.legs(settlement.interval, settlement.revision)
        living = [leg for leg in legs if leg.state is not TransactionState.DEAD]
        return len(living) < settlement.parts

    async def announce(self, outgoing: list[Outgoing]) -> None:
        """Hand stored bytes to the node, marked as announced first; a silent one is tried later."""
        for out in outgoing:
            if out.state is TransactionState.SIGNED:
                await self._parts.store.settlements.advance(out.hash, TransactionState.ANNOUNCED)
            try:
                await self._parts.chain.announce(out.payload)
            except ChainError:
                # the follower announces again and again, and tells when the node stays away
                return

    async def check_community(self, operator: Operator) -> None:
        """Compare the community's id on an operator's account with the settings'.

        Raises:
            WrongNetwork: the account serves another community.
        """
        parts = self._parts
        address = address_of(operator.public_key, parts.network.identifier)
        noted = await parts.chain.note(address_text(address), COMMUNITY_KEY)
        community = parts.settings.community.id
        if noted is not None and noted != community.encode("ascii"):
            other = noted.decode("ascii", "replace")
            raise WrongNetwork(
                f"the operator's account serves the community {other!r}, not {community!r}.",
                advice="One key serves one community: use another key, or mend [community] id.",
            )
        if noted is not None:
            self._entered.add(operator)

    async def _prepare(self, signer: Operator, plan: Plan, deadline: datetime) -> None:
        """Enter the community and define the mosaics that a plan needs and the chain lacks.

        A definition that is on its way is never sent twice: at supply 0 it would flip the flags.
        """
        setups = await self._setups(signer)
        living = [out for out in setups if out.state is not TransactionState.DEAD]
        coming = {name for out in living for name in out.leg.split("|")[3].split("+")}
        if signer not in self._entered:
            await self.check_community(signer)
        entered = signer in self._entered or COMMUNITY in coming
        wanted = [] if entered else [COMMUNITY]
        mosaics = self._parts.members.mosaics[signer.public_key]
        for house in sorted({trade.producer for trade in plan.trades} - coming):
            if mosaics[house] in self._defined:
                continue
            if await self._parts.chain.mosaic(mosaics[house]) is None:
                wanted.append(house)
            else:
                self._defined.add(mosaics[house])
        most = self._parts.network.most_inner
        signed = [
            self._sign_setup(signer, wanted[first : first + most], deadline, setups)
            for first in range(0, len(wanted), most)
        ]
        await self._parts.store.settlements.sign(None, signed)
        waiting = [out for out in living if out.state is not TransactionState.CONFIRMED]
        await self.announce([*waiting, *signed])

    def _sign_setup(
        self, signer: Operator, names: list[str], deadline: datetime, setups: list[Outgoing]
    ) -> Outgoing:
        parts = self._parts
        community = parts.settings.community.id
        leg = f"E1|{community}|setup|{'+'.join(names)}{self._mark(signer)}"
        [transaction] = compose_setup(
            community,
            [name for name in names if name != COMMUNITY],
            self._signing.frame(signer, deadline),
            register=COMMUNITY in names,
            most_inner=parts.network.most_inner,
        )
        attempt = 1 + sum(out.leg == leg for out in setups)
        return self._signing.sign(signer, transaction, deadline, leg=leg, attempt=attempt)

    async def _setups(self, signer: Operator) -> list[Outgoing]:
        """Return an operator's registrations but the final ones, which nothing can take back."""
        unsure = [state for state in TransactionState if state is not TransactionState.FINAL]
        mark = self._mark(signer)
        return [
            out
            for out in await self._parts.store.settlements.outbox(*unsure)
            if out.interval is None and out.leg.startswith("E1|") and _mark_of(out.leg) == mark
        ]

    def _mark(self, signer: Operator) -> str:
        """Return what tells a later operator's registrations from those of the first."""
        if signer.since is None:
            return ""
        address = address_of(signer.public_key, self._parts.network.identifier)
        return f"|{address_text(address)}"


def _mark_of(leg: str) -> str:
    """Return the mark of a registration's leg."""
    return "".join(f"|{field}" for field in leg.split("|")[4:])
