"""The profile's schema: what a profile's TOML may say, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}\Z")
"""What a profile's name may look like."""

PARAM = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
"""What a house's parameter, or a value bound from an answer, may look like."""

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


Word = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]{0,31}\Z")]
"""The name of a parameter, a request or a bound value."""
PathText = Annotated[str, msgspec.Meta(pattern=r"\A/[!-~]{0,200}\Z")]
"""A path with its query, beginning with a slash."""
Part = Annotated[str, msgspec.Meta(pattern=r"\A([A-Za-z][A-Za-z0-9_:-]{0,31})?\Z")]
"""The name under which one of several messages stands; empty where it is the only one."""
Suffix = Annotated[str, msgspec.Meta(pattern=r"\A(/[!\"$-*,-~]{1,200})?\Z")]
"""A topic below another, beginning with a slash, without + and #; empty for that one itself."""
Header = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]([ -~]{0,126}[!-~])?\Z")]
Token = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9-]{1,64}\Z")]


class Http(Strict, frozen=True, kw_only=True):
    """How a meter is asked: one request, or several by name whose answers are one document."""

    path: PathText | None = None
    """The path of the one request."""
    requests: dict[Word, PathText] = {}
    """The paths of several, by the names under which their answers stand."""
    headers: dict[Token, Header] = {}
    """What is sent besides."""
    auth: Annotated[
        str,
        msgspec.Meta(pattern=r"\A(none|basic|digest|bearer|(header|query):[A-Za-z0-9_-]{1,64})\Z"),
    ] = "none"
    """How the house's secret is shown."""
    user: Annotated[str, msgspec.Meta(pattern=r"\A[!-9;-~]{1,64}\Z")] | None = None
    """The user where the secret is a password alone."""
    timeout: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    """The most that a whole request may take, s."""
    max_bytes: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)] = 64 * 1024
    """The most bytes of an answer."""
    min_interval: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 1
    """The shortest time between two requests, s."""

    def __post_init__(self) -> None:
        """Refuse what asks nothing, or in two ways."""
        if (self.path is None) is (not self.requests) or len(self.requests) > 8:
            raise ValueError("http needs either a path or requests, at most 8")


class Mqtt(Strict, frozen=True, kw_only=True):
    """How a meter speaks through a broker."""

    topics: Annotated[dict[Part, Suffix], msgspec.Meta(min_length=1, max_length=8)] = msgspec.field(
        default_factory=lambda: {"": ""}
    )
    """What is added to the topic of the house's address, by the names under which the messages
    stand; one without a name is the whole document."""
    on_change: bool = False
    """Whether a topic is silent while its value stays."""

    def __post_init__(self) -> None:
        """Refuse a whole document beside parts of one."""
        if "" in self.topics and len(self.topics) > 1:
            raise ValueError("mqtt topics need names where there are several")


class P1(Strict, frozen=True, kw_only=True):
    """How a meter speaks at its P1 port, passed on over TCP."""

    checksum: bool = True
    """Whether its telegrams end with a checksum; those before DSMR 4 have none."""
    encrypted: bool = False
    """Whether its telegrams are encrypted; the house's secret is their key."""
    keep_alive: Annotated[int, msgspec.Meta(ge=5, le=300)] = 30
    """Without a whole telegram for so long the connection is made anew, s."""


class SunSpec(Strict, frozen=True, kw_only=True):
    """How a SunSpec meter is asked over Modbus TCP."""

    timeout: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    """The most that an answer may take, s."""


class Time(Strict, frozen=True, kw_only=True):
    """When the meter took its values, by its own clock."""

    expr: Expression
    """Where it stands; an absent one is not judged."""
    format: Literal["unix", "unix-ms", "iso", "iso-local"]
    """How it is written."""


class Age(Strict, frozen=True, kw_only=True):
    """How old the meter says that its values are."""

    expr: Expression
    """Where it stands; an absent one is not judged."""
    unit: Literal["s", "ms"]
    """Its unit."""


class Sample(Strict, frozen=True, kw_only=True):
    """An answer and what must be read from it."""

    sample: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")] | None = (
        None
    )
    """A captured answer's file name without `.json`."""
    answer: Annotated[str, msgspec.Meta(min_length=2, max_length=4000)] | None = None
    """An answer made by hand, as JSON; of several requests one object by their names."""
    params: dict[Word, str] = {}
    """The parameters of the house that it was taken from."""
    import_wh: int | Decimal
    """Its import register, Wh."""
    export_wh: int | Decimal | None = None
    """Its export register, Wh; left out where there is none."""
    power_w: int | Decimal
    """Its power, W, import positive."""

    def __post_init__(self) -> None:
        """Refuse what has no answer, or two."""
        if (self.sample is None) is (self.answer is None):
            raise ValueError("a test needs either a sample or an answer")


class ProfileTable(Strict, frozen=True, kw_only=True, rename={"import_": "import"}):
    """A profile's file."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    """What screens call this kind of meter."""
    verified: bool = False
    """Whether a real meter's answer proves it."""
    params: Annotated[tuple[Word, ...], msgspec.Meta(max_length=8)] = ()
    """What is asked of each house, put in for `{name}` in paths and expressions."""
    params_optional: Annotated[tuple[Word, ...], msgspec.Meta(max_length=8)] = ()
    """The same where a house may have none: requests and export terms that need it fall away."""
    bind: dict[Word, Expression] = {}
    """Values of the answer that stand in other expressions as `{name}`."""
    import_: Terms
    """The terms of the import register."""
    export: OtherTerms
    """The terms of the export register; none where the meter has no such register."""
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
    valid: Expression | Annotated[tuple[Expression, ...], msgspec.Meta(max_length=8)] = ()
    """What must be exactly true: an expression, or several of which each must be."""
    time: Time | None = None
    """When the values were taken."""
    age: Age | None = None
    """How old they are."""
    serial: Expression | None = None
    """Where the meter's own id stands."""
    register: Literal["device", "revenue"]
    """Whether it counts itself or reads the utility's own meter."""
    balancing: Literal["meter", "per-phase", "single"]
    """Whether phases are balanced before they are counted."""
    http: Http | None = None
    """How it is asked over HTTP; read through `Profile.http`."""
    mqtt: Mqtt | None = None
    """How it speaks through a broker; where left out, as `Profile.topics` says."""
    p1: P1 | None = None
    """How it speaks at a P1 port."""
    sunspec: SunSpec | None = None
    """How it is asked over Modbus."""
    silence: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 300
    """How long one that speaks by itself may be silent before it is missed, s."""
    every: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 10
    """How far apart the messages of one that speaks by itself usually are, s."""
    tests: Annotated[tuple[Sample, ...], msgspec.Meta(max_length=16)] = ()
    """The answers that prove it; a file needs one at least."""

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, and a claim that nothing stands behind."""
        json = self.http is not None or self.mqtt is not None
        if json + (self.p1 is not None) + (self.sunspec is not None) != 1:
            raise ValueError("it needs [http] or [mqtt], or [p1] or [sunspec] alone")
        if self.verified and not any(test.sample for test in self.tests):
            raise ValueError("verified needs a test with a real sample")

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must be exactly true in an answer, each of them."""
        return (self.valid,) if isinstance(self.valid, str) else self.valid

    @property
    def ways(self) -> tuple[str, ...]:
        """How it is reached, by the names of its tables; what is asked may be pushed as well."""
        if self.p1 is not None:
            return ("p1",)
        if self.sunspec is not None:
            return ("sunspec",)
        return ("mqtt",) if self.http is None else ("http", "mqtt")
