"""The figures: exact counts as decimals, the same in shell, files and screens."""

from __future__ import annotations

from decimal import Decimal

from console.model.money import round_half_even

MICRO = 10**6
NANO = 10**9
UNKNOWN = "--"
"""What stands for a value that is not known; never 0."""


def shortest_decimal(units: int, scale: int) -> str:
    """Return `units / scale` as the shortest plain decimal, as in `0.1`, `-0.75`, `3`."""
    text = format(Decimal(units) / Decimal(scale), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(units: int, scale: int, places: int) -> str:
    """Return `units / scale` with a fixed number of decimals, halves to even.

    Args:
        units: an exact count of either sign.
        scale: how many units make one.
        places: decimals, 1 or more.
    """
    steps = round_half_even(units * 10**places, scale)
    whole, rest = divmod(abs(steps), 10**places)
    return f"{'-' if steps < 0 else ''}{whole}.{rest:0{places}d}"


def kwh(wh: int) -> str:
    """Return energy in kWh with three decimals.

    Args:
        wh: energy, Wh.
    """
    return rounded(wh, 1000, 3)


def kilowatts(watts: int | None) -> str:
    """Return power in kW with two decimals and its unit.

    Args:
        watts: power, W; None where unknown.
    """
    return UNKNOWN if watts is None else f"{rounded(watts, 1000, 2)} kW"


def money(nano: int, places: int = 4) -> str:
    """Return an amount with a fixed number of decimals.

    Args:
        nano: the amount, nano-units of the currency.
        places: decimals.
    """
    return rounded(nano, NANO, places)


def price(micro_per_kwh: int) -> str:
    """Return a price per kWh with two decimals, more where it needs them.

    Args:
        micro_per_kwh: the price, micro-units of the currency per kWh.
    """
    whole, _, decimals = shortest_decimal(micro_per_kwh, MICRO).partition(".")
    return f"{whole}.{decimals:0<2}"
