"""The money: exact nano-units of a currency, and the cents of a bill."""

from __future__ import annotations

NANO_PER_CENT = 10**7
"""Nano-units in a hundredth of the currency."""


def round_half_even(numerator: int, denominator: int) -> int:
    """Return a quotient as a whole number, halves to the even one.

    Args:
        numerator: of either sign.
        denominator: more than 0.
    """
    whole, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return whole


def cents(amount_nano: int) -> int:
    """Return an amount in hundredths of the currency, rounded once, halves to the even one."""
    return round_half_even(amount_nano, NANO_PER_CENT)


def in_units(amount_cents: int) -> str:
    """Return an amount of cents in whole units with two decimals, as in `-1.10`."""
    sign = "-" if amount_cents < 0 else ""
    return f"{sign}{abs(amount_cents) // 100}.{abs(amount_cents) % 100:02d}"
