"""The profile's schema: what a profile's TOML may say, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}\Z")
"""What a profile's name may look like."""

MOST_BYTES = 256 * 1024
"""The largest answer that a profile may ask for."""

Expression = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
"""A JMESPath expression."""


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in which an unknown key is an error."""


class Scaled(Strict, frozen=True):
    """A term that is multiplied before it is added."""

    expr: Expression
    """What to select."""
    scale: int | Decimal
    """What to multiply it by, as in -1."""

    def __post_init__(self) -> None:
        """Refuse what is no finite number."""
        if not Decimal(self.scale).is_finite():
            raise ValueError("scale must be a finite number")


Term = Expression | Scaled
Terms = Annotated[tuple[Term, ...], msgspec.Meta(min_length=1, max_length=16)]
OtherTerms = Annotated[tuple[Term, ...], msgspec.Meta(max_length=16)]


class Units(Strict, frozen=True, kw_only=True):
    """The units in which a meter tells its values."""

    energy: Literal["Wh", "kWh", "MWh", "1e-10 kWh"]
    """Of the registers."""
    power: Literal["W", "kW", "mW"]
    """Of the power."""


class Http(Strict, frozen=True, kw_only=True):
    """How a meter is asked."""

    path: Annotated[str, msgspec.Meta(pattern=r"\A/[!-~]{0,200}\Z")]
    """The path with its query, beginning with a slash."""
    timeout: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    """The most that a whole request may take, s."""
    max_bytes: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)] = 64 * 1024
    """The most bytes of an answer."""
    min_interval: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 1
    """The shortest time between two requests, s."""


class Sample(Strict, frozen=True, kw_only=True):
    """A captured answer and what must be read from it."""

    sample: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
    """The captured answer's file name without `.json`."""
    import_wh: int | Decimal
    """Its import register, Wh."""
    export_wh: int | Decimal
    """Its export register, Wh."""
    power_w: int | Decimal
    """Its power, W, import positive."""


class ProfileTable(Strict, frozen=True, kw_only=True, rename={"import_": "import"}):
    """A profile's file."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    """What screens call this kind of meter."""
    import_: Terms
    """The terms of the import register."""
    export: Terms
    """The terms of the export register."""
    power: Terms
    """The terms of the power."""
    import_alt: OtherTerms = ()
    """What is added instead where one of the import's terms is missing."""
    export_alt: OtherTerms = ()
    """The same for the export."""
    power_alt: OtherTerms = ()
    """The same for the power."""
    power_sign: Literal["import", "export"] = "import"
    """Which direction the meter tells as positive power."""
    units: Units
    """The units of the values."""
    valid: Expression | None = None
    """An expression that must be exactly true."""
    serial: Expression | None = None
    """Where the meter's own id stands."""
    register: Literal["device", "revenue"]
    """Whether it counts itself or reads the utility's own meter."""
    balancing: Literal["meter", "per-phase", "single"]
    """Whether phases are balanced before they are counted."""
    http: Http
    """How it is asked."""
    tests: Annotated[tuple[Sample, ...], msgspec.Meta(min_length=1, max_length=16)]
    """The answers that prove it."""
