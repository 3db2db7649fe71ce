"""The settlement: an interval's state, its plan, and what each house got from it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from console.model.balance import Balance, IntervalBalances, Missing
from console.model.interval import Interval
from console.model.reading import Quality
from console.model.trade import Trade


class State(StrEnum):
    """The states of an interval (design section 6); the store keeps no others."""

    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    SIGNED = "signed"
    SEALED = "sealed"
    FINAL = "final"
    IDLE = "idle"
    HELD = "held"
    HALTED = "halted"


UNDECIDED = (State.OPEN, State.CLOSED, State.HELD)
"""The states of an interval that has no plan yet."""
SETTLED = (State.SIGNED, State.SEALED, State.FINAL, State.IDLE)
"""The states of an interval that is settled, as far as this program can bring it."""
DONE = (State.FINAL, State.IDLE)
"""The states of an interval whose plan is posted and final, or had nothing to post."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one house brought into an interval's plan and what it got out of it."""

    house: str
    """The house's id."""
    import_start_wh: int
    """The import register at the start edge, Wh."""
    import_end_wh: int
    """The import register at the end edge, Wh."""
    export_start_wh: int
    """The export register at the start edge, Wh."""
    export_end_wh: int
    """The export register at the end edge, Wh."""
    quality: Quality
    """How the two edges are known."""
    demand_wh: int
    """What it may buy, Wh, netted first under `self_netting`."""
    surplus_wh: int
    """What it may sell, Wh, netted first under `self_netting`."""
    bought_wh: int
    """What it bought from its neighbours, Wh."""
    sold_wh: int
    """What it sold to its neighbours, Wh."""
    bought_carry_in_nwh: int
    """Its fraction on the buying side before, nano-Wh."""
    sold_carry_in_nwh: int
    """Its fraction on the selling side before, nano-Wh."""
    bought_carry_out_nwh: int
    """Its fraction on the buying side after, nano-Wh."""
    sold_carry_out_nwh: int
    """Its fraction on the selling side after, nano-Wh."""

    @property
    def imported_wh(self) -> int:
        """What the meter says the house took, Wh."""
        return self.import_end_wh - self.import_start_wh

    @property
    def exported_wh(self) -> int:
        """What the meter says the house gave, Wh."""
        return self.export_end_wh - self.export_start_wh

    @property
    def balance(self) -> Balance:
        """The registers alone, as they were measured."""
        return Balance(
            house=self.house,
            import_start_wh=self.import_start_wh,
            import_end_wh=self.import_end_wh,
            export_start_wh=self.export_start_wh,
            export_end_wh=self.export_end_wh,
            quality=self.quality,
        )


class Carry(msgspec.Struct, frozen=True):
    """A house's fractions of a Wh that wait for the next interval, in nano-Wh."""

    bought_nwh: int = 0
    """The buying side."""
    sold_nwh: int = 0
    """The selling side."""


PairCarries = dict[str, dict[str, int]]
"""Fractions of a Wh that pairs carry, by producer and consumer, micro-Wh."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A decided interval: who gets what from whom at which price, and the root of its inputs.

    It is a pure function of readings, members, rules and carry-in, and holds all that it used,
    so that later changes of the configuration never change the past.
    """

    community: str
    """The community's id."""
    interval: Interval
    """The interval."""
    revision: int
    """0 at first; each later one posts only the difference to the one before."""
    currency: str
    """The currency's code, as in the chain message."""
    rule: str
    """The allocation rule's name."""
    keys: dict[str, int] = {}
    """What the rule knew of each house: its share in billionths, or its place from 1."""
    matching: str
    """`pairs` or `compact`, as applied."""
    self_netting: bool
    """Whether each house's own import and export were netted first."""
    prices: dict[str, int]
    """Micro-units per kWh of each producer that sold, by house id."""
    surplus_wh: int
    """S: all surplus, Wh."""
    demand_wh: int
    """D: all demand, Wh."""
    shared_wh: int
    """A: what was shared, Wh."""
    shares: tuple[Share, ...]
    """Each member's share, by house id."""
    trades: tuple[Trade, ...]
    """The pairs, by producer and consumer."""
    left_out: tuple[Missing, ...] = ()
    """The houses that wait for data, where the plan is provisional."""
    pair_carries_uwh: PairCarries = {}
    """Where prices differ, each pair's fraction after this interval; empty elsewhere."""
    inputs_root: bytes
    """The Merkle root of all inputs (32 bytes)."""

    @property
    def provisional(self) -> bool:
        """Whether houses were left out."""
        return bool(self.left_out)

    @property
    def balances(self) -> IntervalBalances:
        """What was known of the members, as it was measured."""
        known = [share.balance for share in self.shares if share.quality is not Quality.MISSING]
        houses = {one.house for one in known}
        return IntervalBalances(
            interval=self.interval,
            balances=tuple(known),
            missing=tuple(gone for gone in self.left_out if gone.house not in houses),
        )

    @property
    def amount_nano(self) -> int:
        """What all trades cost together, nano-units of the currency."""
        return sum(trade.amount_nano for trade in self.trades)

    @property
    def carry_out(self) -> dict[str, Carry]:
        """Each member's fractions after this interval."""
        return {
            share.house: Carry(share.bought_carry_out_nwh, share.sold_carry_out_nwh)
            for share in self.shares
        }


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """An interval's life so far, as lists and timelines show it (without the plan itself)."""

    interval: Interval
    """The interval."""
    revision: int = 0
    """Which revision of it."""
    state: State
    """Where it stands."""
    reason: str = ""
    """Why it is held or halted; one sentence."""
    changed: datetime
    """When it came into this state, aware UTC business time."""
    houses: int = 0
    """How many members it needs."""
    known: int = 0
    """How many of them are known."""
    exported_wh: int = 0
    """S: all surplus, Wh."""
    imported_wh: int = 0
    """D: all demand, Wh."""
    shared_wh: int = 0
    """A: what was shared, Wh."""
    amount_nano: int = 0
    """What it cost together, nano-units."""
    rows: int = 0
    """How many ledger rows it makes."""
    parts: int = 0
    """How many transactions."""
    size: int = 0
    """Their bytes together."""
    height: int | None = None
    """The block of its last part, once confirmed."""
    provisional: bool = False
    """Whether houses were left out."""
    late: str = ""
    """Why a revision of it is due, one clause; empty where none is."""
    open_items: tuple[Trade, ...] = ()
    """What its newest revision could not take back: the wallets no longer held it."""
    inputs_root: bytes = b""
    """The Merkle root of all inputs; empty before the freeze."""
    audit_head: bytes = b""
    """The head of the audit log at the freeze (32 bytes); empty before."""
    plan_known: bool = True
    """False where the seal was adopted from the chain."""
    waits_by: str = ""
    """Who decided that it waits on while it is held; empty where nobody has."""
    waits_since: datetime | None = None
    """When that was decided, aware UTC business time."""
