"""The ledger filter: which rows of the ledger somebody wants to see."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from console.model.entry import EntryState

_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Digits = Annotated[str, msgspec.Meta(max_length=64, pattern="^[0-9A-Fa-f]*$")]
_Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]


class LedgerFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions on a row that hold together; an empty one holds for every row."""

    producer: _Name = ""
    """Only this producer."""
    consumer: _Name = ""
    """Only this consumer."""
    house: _Name = ""
    """Only rows in which this house is either."""
    text: _Name = ""
    """Only rows in whose producer's or consumer's id this stands, in small letters or capitals."""
    start: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Only intervals that start at or after it."""
    end: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Only intervals that start before it."""
    block: _Number | None = None
    """Only rows of this block."""
    transaction: _Digits = ""
    """Only rows whose transaction's hash begins with these hexadecimal digits."""
    state: EntryState | None = None
    """Only rows that are as sure as this."""
    price_micro: _Number | None = None
    """Only rows of this price, micro-units of the currency per kWh."""
    revision: _Number | None = None
    """Only rows of this revision of their interval."""
