"""The sky: passing clouds as smooth noise, the same for the same seed and minute."""

from __future__ import annotations

from hashlib import blake2b

_BANKS = 47
_PUFFS = 7
_THICKEST = 0.55
_CLEAR_BELOW = 0.45
_FULL_ABOVE = 0.95


def sky_between(seed: int, start: int, minutes: int) -> list[float]:
    """Return what the clouds let through in each minute, 0 to 1.

    Banks of clouds take three quarters of an hour to pass, single ones some minutes.

    Args:
        seed: the street's seed.
        start: the first minute, counted since 1970.
        minutes: how many.
    """
    banks = _noise(f"{seed}|banks", _BANKS, start, minutes)
    puffs = _noise(f"{seed}|puffs", _PUFFS, start, minutes)
    return [
        1 - _THICKEST * _ramp(0.6 * bank + 0.4 * puff)
        for bank, puff in zip(banks, puffs, strict=True)
    ]


def _ramp(cover: float) -> float:
    return min(1.0, max(0.0, (cover - _CLEAR_BELOW) / (_FULL_ABOVE - _CLEAR_BELOW)))


def _noise(name: str, width: int, start: int, minutes: int) -> list[float]:
    """Return random values at every `width` minutes, joined smoothly, for each minute."""
    first = start // width
    knots = [_draw(name, first + knot) for knot in range(minutes // width + 3)]
    values = []
    for minute in range(start, start + minutes):
        knot, inside = divmod(minute, width)
        way = inside / width
        eased = way * way * (3 - 2 * way)
        left, right = knots[knot - first], knots[knot - first + 1]
        values.append(left + (right - left) * eased)
    return values


def _draw(name: str, knot: int) -> float:
    return int.from_bytes(blake2b(f"{name}|{knot}".encode(), digest_size=6).digest()) / 2**48
