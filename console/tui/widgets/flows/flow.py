"""The flow: an interval's plan as who gave, who bought, and what the grid took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from console.model.difference import Pair
from console.model.natural import natural
from console.model.settlement import Plan
from console.model.snapshot import HouseNow
from console.model.trade import Trade

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip

GRID = ""
"""The grid's place among the buyers; no house has an empty id."""


class Giver(msgspec.Struct, frozen=True, kw_only=True):
    """A producer of an interval."""

    house: str
    """Its id."""
    shade: int
    """Which shade or hue is its own, from 0."""
    exported_wh: int
    """All its surplus, Wh."""
    sold_wh: int
    """What neighbours bought of it, Wh."""

    @property
    def to_grid_wh(self) -> int:
        """What the grid took of it, Wh."""
        return self.exported_wh - self.sold_wh


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who took energy: a house, several folded together, or the grid."""

    name: str
    """The house's id, `GRID`, or words such as `five more`."""
    wh: int
    """What it took, Wh."""
    parts: tuple[int, ...]
    """How much of it from each giver, in the givers' order, Wh."""
    several: bool = False
    """Whether it stands for several houses folded together."""


class Flow(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Who gave and who took in one interval.

    It is itself alone, and so its foldings are kept: a large street is drawn five times a second.
    """

    givers: tuple[Giver, ...]
    """The producers, in natural order of their ids."""
    buyers: tuple[Buyer, ...]
    """The houses that bought, in natural order of their ids."""
    exported_wh: int
    """S, Wh."""
    imported_wh: int
    """D, Wh."""
    shared_wh: int
    """A, Wh."""
    metered: bool = True
    """Whether S and D are known; by the ledger alone only A is, and stands in their place."""

    @property
    def to_grid_wh(self) -> int:
        """Surplus that nobody next door used, Wh."""
        return self.exported_wh - self.shared_wh

    @property
    def from_grid_wh(self) -> int:
        """Demand that nobody next door met, Wh."""
        return self.imported_wh - self.shared_wh

    @property
    def grid(self) -> Buyer:
        """The grid as a buyer of the rest."""
        parts = tuple(giver.to_grid_wh for giver in self.givers)
        return Buyer(name=GRID, wh=sum(parts), parts=parts)

    @property
    def ranked(self) -> tuple[Buyer, ...]:
        """The houses that bought, the greatest first."""
        return _ranked(self)


def shades(houses: Iterable[HouseNow], plan: Plan | None = None) -> dict[str, int]:
    """Return each producer's shade, the same for all intervals of a day.

    Args:
        houses: the snapshot's houses; those that exported today come first.
        plan: a plan whose producers follow where the houses do not name them.
    """
    names = sorted((house.id for house in houses if house.exported_wh > 0), key=natural)
    if plan is not None:
        sold = {share.house for share in plan.shares if share.surplus_wh > 0}
        names += sorted(sold - set(names), key=natural)
    return {name: index for index, name in enumerate(names)}


def flow_of(plan: Plan, shade: Mapping[str, int]) -> Flow:
    """Return the flow of a plan.

    Args:
        plan: the interval's plan, stored or as it would be frozen.
        shade: each producer's shade.
    """
    givers = tuple(
        Giver(
            house=share.house,
            shade=shade.get(share.house, 0),
            exported_wh=share.surplus_wh,
            sold_wh=share.sold_wh,
        )
        for share in sorted(plan.shares, key=lambda share: natural(share.house))
        if share.surplus_wh > 0
    )
    return Flow(
        givers=givers,
        buyers=_buyers(givers, plan.trades),
        exported_wh=plan.surplus_wh,
        imported_wh=plan.demand_wh,
        shared_wh=plan.shared_wh,
    )


def flow_of_pairs(pairs: Sequence[Pair], shade: Mapping[str, int]) -> Flow:
    """Return the flow of an interval whose plan is not known, by the ledger's rows.

    Args:
        pairs: what each pair comes to, all revisions added up.
        shade: each producer's shade; its place among them where it has none.
    """
    sold_wh: dict[str, int] = {}
    for pair in pairs:
        sold_wh[pair.producer] = sold_wh.get(pair.producer, 0) + pair.wh
    givers = tuple(
        Giver(
            house=house,
            shade=shade.get(house, place),
            exported_wh=sold_wh[house],
            sold_wh=sold_wh[house],
        )
        for place, house in enumerate(sorted(sold_wh, key=natural))
    )
    shared = sum(sold_wh.values())
    return Flow(
        givers=givers,
        buyers=_buyers(givers, pairs),
        exported_wh=shared,
        imported_wh=shared,
        shared_wh=shared,
        metered=False,
    )


@lru_cache(maxsize=8)
def fold_givers(flow: Flow, most: int, keep: str = "") -> Flow:
    """Return a flow with at most so many givers, the smallest folded into `N more`.

    Args:
        flow: the flow.
        most: how many givers it may have.
        keep: the house that is not folded away, where it gives.
    """
    if len(flow.givers) <= most:
        return flow
    ranked = sorted(flow.givers, key=lambda giver: (giver.house != keep, -giver.exported_wh))
    kept_names = {giver.house for giver in ranked[: most - 1]}
    kept = [giver for giver in flow.givers if giver.house in kept_names]
    rest = [giver for giver in flow.givers if giver.house not in kept_names]
    fold = Giver(
        house=f"{spelled(len(rest))} more",
        shade=-1,
        exported_wh=sum(giver.exported_wh for giver in rest),
        sold_wh=sum(giver.sold_wh for giver in rest),
    )
    stay = [place for place, giver in enumerate(flow.givers) if giver.house in kept_names]
    buyers = tuple(
        msgspec.structs.replace(buyer, parts=_merged(buyer.parts, stay)) for buyer in flow.buyers
    )
    return msgspec.structs.replace(flow, givers=(*kept, fold), buyers=buyers)


@lru_cache(maxsize=8)
def fold_buyers(flow: Flow, most: int, keep: str = "") -> tuple[Buyer, ...]:
    """Return at most so many buyers, the greatest first, the last ones folded into `N more`.

    Args:
        flow: the flow.
        most: how many buyers there may be.
        keep: the house that is not folded away, where it bought.
    """
    ranked = flow.ranked
    if len(ranked) <= most:
        return ranked
    last = max(0, most - 1)
    kept, rest = ranked[:last], ranked[last:]
    asked = [buyer for buyer in rest if buyer.name == keep]
    if asked and kept:
        rest = (*(buyer for buyer in rest if buyer.name != keep), kept[-1])
        kept = (*kept[:-1], asked[0])
    columns = zip(*(buyer.parts for buyer in rest), strict=True)
    fold = Buyer(
        name=f"{spelled(len(rest))} more",
        wh=sum(buyer.wh for buyer in rest),
        parts=tuple(sum(column) for column in columns),
        several=True,
    )
    return (*kept, fold)


def spelled(number: int) -> str:
    """Return a number as a plain sentence says it, spelled out up to twelve."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


@lru_cache(maxsize=8)
def _ranked(flow: Flow) -> tuple[Buyer, ...]:
    return tuple(sorted(flow.buyers, key=lambda buyer: (-buyer.wh, natural(buyer.name))))


def _merged(parts: tuple[int, ...], stay: Sequence[int]) -> tuple[int, ...]:
    kept = tuple([parts[place] for place in stay])
    return (*kept, sum(parts) - sum(kept))


def _buyers(givers: Sequence[Giver], pairs: Sequence[Trade | Pair]) -> tuple[Buyer, ...]:
    """Who bought how much of each giver, in natural order of the ids."""
    place = {giver.house: number for number, giver in enumerate(givers)}
    parts: dict[str, list[int]] = {}
    for pair in pairs:
        own = parts.get(pair.consumer)
        if own is None:
            own = parts[pair.consumer] = [0] * len(givers)
        if (giver := place.get(pair.producer)) is not None:
            own[giver] += pair.wh
    return tuple(
        Buyer(name=house, wh=sum(parts[house]), parts=tuple(parts[house]))
        for house in sorted(parts, key=natural)
    )
