"""The profile: how one kind of meter is asked, and how its answer is read.

A profile is a table in TOML. Its expressions (JMESPath) only select; values are added and scaled
here, in Decimal, and whatever is missing refuses the whole answer: nothing ever counts as 0.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from jmespath.exceptions import JMESPathError

from console.errors import ConfigError, MeterError
from console.meters.expression import Sum, compiled, filled, gaps, text_of, word_of
from console.meters.measurement import Measurement, power_w, register_wh
from console.meters.meter_time import age_of, time_of
from console.meters.p1.telegram import TelegramReader
from console.meters.profile_schema import MOST_BYTES, PARAM, Http, ProfileTable, SunSpec, Term
from console.model.meter import Plate
from console.safe_text import safe_text

_ENERGY = {
    "Wh": Decimal(1),
    "kWh": Decimal(1000),
    "MWh": Decimal(10**6),
    "1e-10 kWh": Decimal("1e-7"),
}
_POWER = {"W": Decimal(1), "kW": Decimal(1000), "mW": Decimal("0.001")}
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Profile:
    """One kind of meter, its expressions compiled for one house."""

    def __init__(
        self, name: str, table: ProfileTable, params: Mapping[str, str] | None = None
    ) -> None:
        """Compile a profile's table.

        Args:
            name: the profile's name, as the configuration gives it.
            table: what its file says.
            params: the house's parameters by name.

        Raises:
            ConfigError: a parameter is missing, not known or has another shape.
            ValueError: an expression does not parse or uses a function that is not exact.
        """
        self.name = name
        """Its name, as in `homewizard-v1`."""
        self.table = table
        """What its file says."""
        self._params = _checked(name, table, params or {})
        absent = frozenset(table.params_optional) - self._params.keys()
        self.paths = _paths(table, self._params, absent)
        """What is asked, by the request's name; the name is empty where there is but one."""
        self.topics = _topics(table, self.paths, self._params, absent)
        """What is added to the topic of a house's address, by its message's name, over MQTT.

        A profile that says nothing of MQTT has one message on that topic itself, or one below it
        for each of its requests, by their names.
        """
        asked = {*_requests(table), *(table.mqtt.topics if table.mqtt else {})}
        no_export = "export" in asked - self.paths.keys() - self.topics.keys()
        self._export = (
            [] if no_export else [term for term in table.export if not gaps(text_of(term)) & absent]
        )
        self._bind = {name: compiled(text, self._params) for name, text in table.bind.items()}
        # what is bound is known only with an answer; until then any word shows that it parses
        self._bound = dict.fromkeys(self._bind, "0")
        self._reader = _Reader(table, self._export, self._params | self._bound)

    @property
    def http(self) -> Http:
        """How it is asked over HTTP.

        Raises:
            ConfigError: it is not.
        """
        if self.table.http is None:
            raise ConfigError(
                f"a meter of the profile {self.name} is not asked over HTTP: it has no path",
                advice="Give it one, or an address that begins with mqtt://.",
            )
        return self.table.http

    @property
    def most_bytes(self) -> int:
        """The most bytes of its answers together; more is no meter's of this kind."""
        if self.table.http is None:
            return MOST_BYTES
        return self.table.http.max_bytes * len(self.paths)

    @property
    def on_change(self) -> bool:
        """Whether its topics are silent while their values stay."""
        return self.table.mqtt is not None and self.table.mqtt.on_change

    def plate(self, address: str = "", *, listens: bool = False) -> Plate:
        """Return what stands on a meter that is read by it.

        Args:
            address: where it answers, cleaned; empty for nowhere that is to be told.
            listens: whether it is listened to, and not asked.
        """
        return Plate(
            kind=safe_text(self.table.name, 80),
            register=self.table.register,
            balancing=self.table.balancing,
            exports=bool(self._export),
            verified=self.table.verified,
            least_seconds=self.table.http.min_interval if self.table.http else 1,
            every_seconds=self.table.every if listens else 0,
            address=address,
        )

    @property
    def sunspec(self) -> SunSpec:
        """How it is asked over Modbus.

        Raises:
            ConfigError: it is not.
        """
        if self.table.sunspec is None:
            raise ConfigError(f"a meter of the profile {self.name} is not asked over Modbus")
        return self.table.sunspec

    def read(self, document: bytes) -> Measurement:
        """Return what a meter's answer says; that of several requests is one object by their names.

        Args:
            document: JSON, or an opened telegram where the profile is of a P1 port.

        Raises:
            ConfigError: the extra for telegrams is missing.
            MeterError: it is not what it must be, says itself that it is not valid, or a value is
                missing, no number or out of bounds.
        """
        if self.table.p1 is not None:
            opened = msgspec.structs.replace(self.table.p1, encrypted=False)
            return self.read_answer(TelegramReader(opened).stored(document))
        return self.read_answer(_decoded(document))

    def read_all(self, documents: Mapping[str, bytes]) -> Measurement:
        """Return what the answers to all of its requests say; raises as `read`.

        Args:
            documents: the answers by the names in `paths`.
        """
        if "" in documents:
            return self.read(documents[""])
        return self.read_answer({name: _decoded(one) for name, one in documents.items()})

    def read_answer(self, answer: object) -> Measurement:
        """Return what a decoded answer says; raises as `read`."""
        try:
            return self._reader_of(answer).read(answer)
        except RecursionError:
            raise MeterError("the answer is nested too deeply") from None
        except (JMESPathError, TypeError, ValueError, ArithmeticError) as error:
            raise MeterError(f"the answer has another shape: {safe_text(error, 80)}") from None

    def _reader_of(self, answer: object) -> _Reader:
        if self._bind:
            bound = {
                name: word_of(expression.search(answer), name)
                for name, expression in self._bind.items()
            }
            if bound != self._bound:
                self._reader = _Reader(self.table, self._export, self._params | bound)
                self._bound = bound
        return self._reader


class _Reader:
    """A profile's expressions with all words put in."""

    def __init__(self, table: ProfileTable, export: list[Term], words: Mapping[str, str]) -> None:
        self._table = table
        energy, power = _ENERGY[table.units.energy], _POWER[table.units.power]
        sign = 1 if table.power_sign == "import" else -1
        self._conditions = [(compiled(text, words), text) for text in table.conditions]
        self._serial = compiled(table.serial, words) if table.serial else None
        self._time = compiled(table.time.expr, words) if table.time else None
        self._age = compiled(table.age.expr, words) if table.age else None
        self._import = Sum("import", table.import_, table.import_alt, energy, words)
        self._power = Sum("power", table.power, table.power_alt, power * sign, words)
        self._export = Sum("export", export, table.export_alt, energy, words) if export else None

    def read(self, answer: object) -> Measurement:
        for condition, text in self._conditions:
            if condition.search(answer) is not True:
                wanted = safe_text(text, 120)
                raise MeterError(f"the answer is not valid: {wanted} is not true")
        given = None
        if self._export is not None:
            given = register_wh(self._export.of(answer), "export")
        table = self._table
        return Measurement(
            import_wh=register_wh(self._import.of(answer), "import"),
            export_wh=given,
            power_w=power_w(self._power.of(answer)),
            serial=self._serial_of(answer),
            time=time_of(self._time.search(answer), table.time)
            if self._time is not None and table.time
            else None,
            age_seconds=age_of(self._age.search(answer), table.age)
            if self._age is not None and table.age
            else None,
        )

    def _serial_of(self, answer: object) -> str:
        found = self._serial.search(answer) if self._serial is not None else None
        return safe_text(found, 64) if isinstance(found, str | int) else ""


def _decoded(document: bytes) -> object:
    try:
        return _DECODER.decode(document)
    except RecursionError:
        raise MeterError("the answer is nested too deeply") from None
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        raise MeterError(f"the answer is not JSON: {_why(document, error)}") from None


def _why(document: bytes, error: Exception) -> str:
    """Say what a document is that is no JSON, where that is plain."""
    if not document.strip():
        return "it is empty"
    if document.startswith(_MARKS):
        return "it begins with a byte order mark; JSON is UTF-8 without one"
    return safe_text(error, 80)


def _checked(name: str, table: ProfileTable, params: Mapping[str, str]) -> dict[str, str]:
    known = (*table.params, *table.params_optional)
    missing = [key for key in table.params if key not in params]
    strange = [key for key in params if key not in known]
    wrong = [key for key, value in params.items() if not PARAM.match(value)]
    if not (missing or strange or wrong):
        return dict(params)
    parts = [
        f"{what} {', '.join(safe_text(key, 40) for key in keys)}"
        for what, keys in (
            ("lacks", missing),
            ("does not know", strange),
            ("cannot take the value of", wrong),
        )
        if keys
    ]
    raise ConfigError(
        f"the meter profile {name} {' and '.join(parts)}",
        advice=f"Its parameters: {', '.join(known) or 'none'}; each of at most 64 letters, digits "
        "and . _ -, as in params = { " + f'{(known or ("name",))[0]} = "..." }}',
    )


def _requests(table: ProfileTable) -> dict[str, str]:
    if table.http is None:
        return {}
    return table.http.requests or {"": table.http.path or "/"}


def _paths(
    table: ProfileTable, params: Mapping[str, str], absent: frozenset[str]
) -> dict[str, str]:
    paths = _requests(table)
    asked = {name: filled(path, params) for name, path in paths.items() if not gaps(path) & absent}
    for path in asked.values():
        if unknown := gaps(path):
            raise ValueError(f"the path {path!r} names {sorted(unknown)}, no parameter")
    return asked


def _topics(
    table: ProfileTable,
    paths: Mapping[str, str],
    params: Mapping[str, str],
    absent: frozenset[str],
) -> dict[str, str]:
    if table.mqtt is None:
        return {name: f"/{name}" if name else "" for name in paths}
    heard = {
        name: filled(suffix, params)
        for name, suffix in table.mqtt.topics.items()
        if not gaps(suffix) & absent
    }
    for suffix in heard.values():
        if unknown := gaps(suffix):
            raise ValueError(f"the topic {suffix!r} names {sorted(unknown)}, no parameter")
    return heard
