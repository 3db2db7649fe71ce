"""The models: where a SunSpec meter's values stand in its registers.

SunSpec Alliance, information models 1 (common), 201 to 204 (whole numbers with scale factors) and
211 to 214 (floating point), as in sunspec/models:json/model_201.json and so on. A value that a
device does not have holds a number that means so; it is left out, so that a profile refuses it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from decimal import Decimal

from console.errors import MeterError

MARK = (0x5375, 0x6E53)
"""`SunS`, with which a map begins."""
BASES = (40000, 50000, 0)
"""Where a map may begin, in the order in which they are tried."""
COMMON = 1
"""The model that names a device."""
ENDS = (0xFFFF, 0)
"""What stands where the next model's number would: the end of the chain."""

COMMON_LENGTH = 66
"""How many registers of the common model are read, its number and length included."""

_WHOLE = range(201, 205)
_FLOATING = range(211, 215)
METERS = (*_WHOLE, *_FLOATING)
"""The models of meters."""

_ABSENT_INT16 = 0x8000
_LARGEST_SCALE = 10
_LARGEST_FLOAT = 1e15
_DECIMALS = 3


def length_of(model: int) -> int:
    """Return how many registers of a meter's model are read, its number and length included."""
    return 55 if model in _WHOLE else 70


def document(model: int, words: Sequence[int]) -> dict[str, object]:
    """Return what a meter's model says, by the names of SunSpec: Wh and W.

    Args:
        model: its number.
        words: its first registers, its number and length included.

    Raises:
        MeterError: a scale factor or a value cannot be.
    """
    if model in _WHOLE:
        found = {
            "W": _scaled(_int16(words[18]), words[22], "W_SF"),
            "TotWhExp": _scaled(_uint32(words[38:40]), words[54], "TotWh_SF"),
            "TotWhImp": _scaled(_uint32(words[46:48]), words[54], "TotWh_SF"),
        }
    else:
        found = {
            "W": _float32(words[28:30], "W"),
            "TotWhExp": _float32(words[60:62], "TotWhExp"),
            "TotWhImp": _float32(words[68:70], "TotWhImp"),
        }
    return {name: value for name, value in found.items() if value is not None}


def maker_and_serial(words: Sequence[int]) -> tuple[str, str]:
    """Return who made a device and its serial number, from the common model's registers."""
    return _text(words[2:18]), _text(words[50:66])


def _int16(word: int) -> int | None:
    if word == _ABSENT_INT16:
        return None
    return word - 0x10000 if word > _ABSENT_INT16 else word


def _uint32(words: Sequence[int]) -> int:
    return words[0] << 16 | words[1]


def _scaled(value: int | None, scale: int, what: str) -> Decimal | None:
    exponent = _int16(scale)
    if value is None or exponent is None:
        return None
    if abs(exponent) > _LARGEST_SCALE:
        raise MeterError(f"the scale factor {what} is {exponent}, beyond any")
    return Decimal(value).scaleb(exponent)


def _float32(words: Sequence[int], what: str) -> Decimal | None:
    value: float = struct.unpack(">f", struct.pack(">2H", *words))[0]
    if math.isnan(value):
        return None
    if abs(value) > _LARGEST_FLOAT:
        raise MeterError(f"{what} is beyond any meter's")
    return Decimal(repr(round(value, _DECIMALS)))


def _text(words: Sequence[int]) -> str:
    raw = struct.pack(f">{len(words)}H", *words).partition(b"\0")[0]
    return raw.decode("ascii", "replace").strip()
