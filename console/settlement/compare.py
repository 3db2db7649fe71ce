"""The compare: past intervals played through a rule and a price, for show and from zero carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from console.errors import Refused
from console.model.balance import IntervalBalances
from console.model.comparison import Case, HouseOutcome, Outcome
from console.model.settlement import Carry, Plan, Share
from console.model.tariff import Tariff
from console.settlement.plan import decide
from console.settlement.terms import Terms

_NO_SALT = bytes(32)


class Past(msgspec.Struct, frozen=True):
    """A past interval as it was measured."""

    balances: IntervalBalances
    """What is known of its members."""
    tariff: Tariff
    """What the grid charged and paid then."""


class Player:
    """Plays intervals one after the other, as settlement would have decided them.

    A house without data buys and sells nothing, as if it had been settled provisionally.
    """

    def __init__(self, case: Case, refused: str = "") -> None:
        """Begin with zero carry.

        Args:
            case: what is played.
            refused: why it cannot be played; empty where it can.
        """
        self._case = case
        self._refused = refused
        self._carry: dict[str, Carry] = {}
        self._pairs: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._shared_wh = 0
        self._houses: defaultdict[str, _Tally] = defaultdict(_Tally)

    def play(self, past: Iterable[Past], terms: Terms) -> None:
        """Play some more intervals; one that cannot be decided ends the case.

        Args:
            past: the intervals, in order of time.
            terms: the case's rule and price, with the grid's prices on which it rests.
        """
        for one in past:
            if self._refused:
                return
            try:
                plan = decide(
                    one.balances,
                    terms,
                    self._carry,
                    lambda _house: _NO_SALT,
                    provisional=True,
                    pair_carries=self._pairs,
                )
            except Refused as refused:
                self._refused = refused.message
                return
            self._carry |= plan.carry_out
            for producer, row in plan.pair_carries_uwh.items():
                self._pairs[producer] |= row
            self._add(plan, one.tariff)

    def outcome(self) -> Outcome:
        """Return what all intervals so far brought together; nothing of a refused case."""
        if self._refused:
            return Outcome(case=self._case, refused=self._refused)
        houses = (tally.outcome(house) for house, tally in sorted(self._houses.items()))
        return Outcome(case=self._case, houses=tuple(houses), shared_wh=self._shared_wh)

    def _add(self, plan: Plan, tariff: Tariff) -> None:
        self._shared_wh += plan.shared_wh
        for share in plan.shares:
            self._houses[share.house].add_share(share, tariff)
        for trade in plan.trades:
            if trade.producer == trade.consumer:
                self._houses[trade.producer].own_wh += trade.wh
                continue
            self._houses[trade.consumer].paid_nano += trade.amount_nano
            self._houses[trade.producer].earned_nano += trade.amount_nano


def play(past: Iterable[Past], case: Case, terms: Terms) -> Outcome:
    """Return what past intervals, in order of time, would have brought by some terms."""
    player = Player(case)
    player.play(past, terms)
    return player.outcome()


class _Tally:
    """One house's sums, Wh and nano-units."""

    def __init__(self) -> None:
        self.own_wh = self.paid_nano = self.earned_nano = 0
        self._bought = self._sold = self._from_grid = self._to_grid = 0
        self._grid: int | None = 0
        self._alone: int | None = 0

    def add_share(self, share: Share, tariff: Tariff) -> None:
        netted = share.imported_wh - share.demand_wh
        taken = share.demand_wh - share.bought_wh
        given = share.exported_wh - netted - share.sold_wh
        self._bought += share.bought_wh
        self._sold += share.sold_wh
        self._from_grid += taken
        self._to_grid += given
        self._grid = _sum(self._grid, _worth(taken, given, tariff))
        self._alone = _sum(self._alone, _worth(share.imported_wh, share.exported_wh, tariff))

    def outcome(self, house: str) -> HouseOutcome:
        return HouseOutcome(
            house=house,
            bought_wh=self._bought - self.own_wh,
            sold_wh=self._sold - self.own_wh,
            own_wh=self.own_wh,
            from_grid_wh=self._from_grid,
            to_grid_wh=self._to_grid,
            paid_nano=self.paid_nano,
            earned_nano=self.earned_nano,
            grid_nano=self._grid,
            alone_nano=self._alone,
        )


def _worth(taken_wh: int, given_wh: int, tariff: Tariff) -> int | None:
    """Return what the grid pays for energy less what it charges, nano-units; None if unknown."""
    if (taken_wh and tariff.retail is None) or (given_wh and tariff.feed_in is None):
        return None
    return given_wh * (tariff.feed_in or 0) - taken_wh * (tariff.retail or 0)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
