"""The limits: how much an interval and a day may settle before somebody looks."""

from __future__ import annotations

from console.engine.parts import Parts
from console.errors import Refused
from console.model.settlement import Plan

OVER_A_LIMIT = (
    "Look at its preview. Where it is right, raise the limit under [settlement] and settle the "
    "interval once that is in force."
)
"""What an operator does about an interval that passes a limit."""


async def keep_limits(parts: Parts, plan: Plan) -> None:
    """Let a plan pass only within the limits of its interval and its day.

    Raises:
        Refused: it would go over one.
    """
    settings = parts.agreements.at(plan.interval.start).settlement
    name = plan.interval.name
    if (most := settings.max_wh_per_interval) is not None and plan.shared_wh > most:
        raise Refused(
            f"{name} would settle {plan.shared_wh} Wh, over max_wh_per_interval = {most}.",
            advice=OVER_A_LIMIT,
        )
    if (most := settings.max_wh_per_day) is None:
        return
    day = plan.interval.start.astimezone(parts.zone).date()
    that_day = await parts.store.settlements.between(*parts.day_span(day))
    settled = sum(other.shared_wh for other in that_day if other.interval != plan.interval)
    if settled + plan.shared_wh > most:
        raise Refused(
            f"{name} would settle {plan.shared_wh} Wh and bring {day} from {settled} Wh over "
            f"max_wh_per_day = {most}.",
            advice=OVER_A_LIMIT,
        )
