"""The check: what must hold of every plan, looked at once more before it is frozen."""

from __future__ import annotations

from collections import Counter

from console.errors import invariant
from console.model.reading import Quality
from console.model.settlement import Plan, Share


def check(plan: Plan) -> None:
    """Stop where a plan would mint, sell, send or bill anything but what was shared.

    Raises:
        InvariantBroken: it would; the message names the interval and the house.
    """
    name = plan.interval.name
    houses = [share.house for share in plan.shares]
    invariant(houses == sorted(set(houses)), f"{name}: the shares are not one a house, in order")
    for share in plan.shares:
        _check_share(share, f"{name}: {share.house}")
    _check_sums(plan, name)
    _check_trades(plan, name)
    left_out = {missing.house for missing in plan.left_out}
    for share in plan.shares:
        known = share.quality is not Quality.MISSING or share.house in left_out
        invariant(known, f"{name}: {share.house} is missing and not left out")


def _check_share(share: Share, who: str) -> None:
    invariant(0 <= share.bought_wh <= share.demand_wh, f"{who} buys more than its demand")
    invariant(0 <= share.sold_wh <= share.surplus_wh, f"{who} sells more than its surplus")
    invariant(share.demand_wh <= share.imported_wh, f"{who} has more demand than it imported")
    invariant(share.surplus_wh <= share.exported_wh, f"{who} has more surplus than it exported")


def _check_sums(plan: Plan, name: str) -> None:
    shares = plan.shares
    invariant(sum(share.surplus_wh for share in shares) == plan.surplus_wh, f"{name}: S is wrong")
    invariant(sum(share.demand_wh for share in shares) == plan.demand_wh, f"{name}: D is wrong")
    invariant(
        sum(share.bought_wh for share in shares) == plan.shared_wh, f"{name}: bought is not A"
    )
    invariant(sum(share.sold_wh for share in shares) == plan.shared_wh, f"{name}: sold is not A")
    limit = min(plan.surplus_wh, plan.demand_wh)
    invariant(plan.shared_wh <= limit, f"{name}: more is shared than there is")
    drift = sum(share.sold_carry_out_nwh - share.sold_carry_in_nwh for share in shares)
    invariant(drift == 0, f"{name}: the selling side's carry does not balance")


def _check_trades(plan: Plan, name: str) -> None:
    keys = [(trade.producer, trade.consumer) for trade in plan.trades]
    invariant(keys == sorted(set(keys)), f"{name}: the trades are not one a pair, in order")
    invariant(all(trade.wh > 0 for trade in plan.trades), f"{name}: a trade of nothing")
    priced = (plan.prices.get(trade.producer) == trade.price_micro_per_kwh for trade in plan.trades)
    invariant(all(priced), f"{name}: a producer has two prices")
    sent: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for trade in plan.trades:
        sent[trade.producer] += trade.wh
        received[trade.consumer] += trade.wh
    sold = {share.house: share.sold_wh for share in plan.shares if share.sold_wh}
    bought = {share.house: share.bought_wh for share in plan.shares if share.bought_wh}
    invariant(sold == sent, f"{name}: what is sent is not what was sold")
    invariant(bought == received, f"{name}: what is sent is not what was bought")
    invariant(set(plan.prices) == set(sold), f"{name}: the prices are not one a seller")
