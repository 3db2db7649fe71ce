"""The chain: finds a meter among the models that follow one another in a device's registers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from console.errors import MeterError
from console.meters.sunspec.models import (
    BASES,
    COMMON,
    COMMON_LENGTH,
    ENDS,
    MARK,
    METERS,
    length_of,
    maker_and_serial,
)

MOST_MODELS = 64
"""The longest chain that is followed."""

_LAST_REGISTER = 0xFFFF

Read = Callable[[int, int], Awaitable[Sequence[int] | None]]
"""Reads so many registers from an address on; None where the device has none there."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where a meter stands."""

    address: int
    """The register of its model's number."""
    model: int
    """Its model's number."""
    length: int
    """Its model's length, without number and length."""
    maker: str
    """Who made the device, as its first common model tells; empty where it does not."""
    serial: str
    """The serial number in the common model before it; empty where there is none."""


async def find_meter(read: Read, who: str, number: int = 1) -> Found:
    """Return where a device's meter stands.

    Args:
        read: reads its registers.
        who: what sentences call it.
        number: which one, where there are several, from 1.

    Raises:
        MeterError: there is no map, or no such meter in it; raises as `read`, too.
    """
    address = await _begin(read, who)
    maker, serial, models, meters = "", "", list[int](), 0
    while len(models) < MOST_MODELS and address < _LAST_REGISTER:
        head = await read(address, 2)
        if head is None or head[0] in ENDS:
            break
        model, length = head
        models.append(model)
        if model == COMMON:
            words = await read(address, COMMON_LENGTH)
            named, serial = maker_and_serial(words) if words else ("", "")
            # what stands before its meters is the device; they may be of another maker
            maker = maker or named
        meters += model in METERS
        if model in METERS and meters == number:
            if length + 2 < length_of(model):
                raise MeterError(f"{who}: its model {model} is too short")
            return Found(address=address, model=model, length=length, maker=maker, serial=serial)
        address += 2 + length
    if meters:
        raise MeterError(f"{who}: it has no meter number {number}, the last is {meters}")
    shown = ", ".join(str(model) for model in models) or "none"
    raise MeterError(
        f"{who}: none of its models is a meter (201 to 204, 211 to 214): {shown}",
        advice='A meter may be another unit than its inverter: params = { unit = "240" }',
    )


async def _begin(read: Read, who: str) -> int:
    for base in BASES:
        words = await read(base, 2)
        if words is not None and tuple(words) == MARK:
            return base + 2
    raise MeterError(f"{who}: no SunSpec map begins at register 40000, 50000 or 0")
