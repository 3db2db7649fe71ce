"""The message of a delivery: `E1|start|minutes|currency|prices|revision|part/parts`."""

from __future__ import annotations

import re
from typing import Final

from console.errors import invariant
from console.model.figures import MICRO, shortest_decimal
from console.model.interval import Interval
from console.model.observed import IntervalTag

MOST_BYTES: Final = 1024
"""The longest message that public networks take, bytes."""
MARKER: Final = b"\0"
"""The first byte of a plain message."""

_PLACES = 6
_COUNT = r"0|[1-9][0-9]{0,8}"
_DECIMAL = rf"-?(?:{_COUNT})(?:\.[0-9]{{0,5}}[1-9])?"
_FORM = re.compile(
    r"E1"
    r"\|(?P<start>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)"
    r"\|(?P<minutes>5|15|30|60)"
    r"\|(?P<currency>[A-Z][A-Z0-9]{0,7})"
    rf"\|(?P<prices>{_DECIMAL}(?:,{_DECIMAL})*)"
    rf"\|(?P<revision>{_COUNT})"
    rf"\|(?P<part>{_COUNT})/(?P<parts>{_COUNT})"
)


def format_message(tag: IntervalTag) -> bytes:
    """Return a tag as the bytes of a message.

    Raises:
        InvariantBroken: the tag cannot be told in a message, or not in one so short.
    """
    raw = MARKER + b"|".join(
        part.encode()
        for part in (
            "E1",
            tag.interval.name,
            str(tag.interval.minutes),
            tag.currency,
            ",".join(shortest_decimal(price, MICRO) for price in tag.prices_micro_per_kwh),
            str(tag.revision),
            f"{tag.part}/{tag.parts}",
        )
    )
    invariant(parse_message(raw) == tag, f"{tag} cannot be told in a message")
    return raw


def parse_message(raw: bytes) -> IntervalTag | None:
    """Return the tag of a message; None for whatever is not the one form of one."""
    if len(raw) > MOST_BYTES or raw[:1] != MARKER or not raw.isascii():
        return None
    form = _FORM.fullmatch(raw[1:].decode())
    if form is None or not 1 <= int(form["part"]) <= int(form["parts"]):
        return None
    prices = tuple(_micro(price) for price in form["prices"].split(","))
    if None in prices:
        return None
    try:
        interval = Interval.parse(form["start"], int(form["minutes"]))
    except ValueError:
        return None
    return IntervalTag(
        interval=interval,
        currency=form["currency"],
        prices_micro_per_kwh=tuple(price for price in prices if price is not None),
        revision=int(form["revision"]),
        part=int(form["part"]),
        parts=int(form["parts"]),
    )


def _micro(price: str) -> int | None:
    """Return a canonical decimal in micro-units; None for a negative zero."""
    whole, _, places = price.lstrip("-").partition(".")
    micro = int(whole) * MICRO + int(places.ljust(_PLACES, "0"))
    if not price.startswith("-"):
        return micro
    return -micro or None
