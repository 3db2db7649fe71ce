"""The profile: how one kind of meter is asked, and how its answer is read.

A profile is a table in TOML. Its expressions (JMESPath) only select; values are added and scaled
here, in Decimal, and whatever is missing refuses the whole answer: nothing ever counts as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import jmespath
import msgspec
import tomli
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from console.errors import ConfigError, MeterError
from console.meters.measurement import Measurement, number, power_w, register_wh, total
from console.meters.profile_schema import NAME, ProfileTable, Scaled, Term
from console.safe_text import safe_text

FOLDER = Path(__file__).with_name("profiles")
"""Where the profiles that come with the program lie."""

_ENERGY = {
    "Wh": Decimal(1),
    "kWh": Decimal(1000),
    "MWh": Decimal(10**6),
    "1e-10 kWh": Decimal("1e-7"),
}
_POWER = {"W": Decimal(1), "kW": Decimal(1000), "mW": Decimal("0.001")}
# sum drops what is null, to_number cuts a Decimal, the others compare as floats
_FUNCTIONS = frozenset({"contains", "ends_with", "length", "not_null", "starts_with"})
_DECODER = msgspec.json.Decoder(float_hook=Decimal)

_Compiled = tuple[ParsedResult, Decimal, str]
"""An expression, its scale with the unit in it, and its text."""


class Profile:
    """One kind of meter, its expressions compiled."""

    def __init__(self, name: str, table: ProfileTable) -> None:
        """Compile a profile's table.

        Args:
            name: the profile's name, as the configuration gives it.
            table: what its file says.

        Raises:
            ValueError: an expression does not parse or uses a function that is not exact.
        """
        self.name = name
        """Its name, as in `homewizard-v1`."""
        self.table = table
        """What its file says."""
        energy, power = _ENERGY[table.units.energy], _POWER[table.units.power]
        sign = 1 if table.power_sign == "import" else -1
        self._valid = _compile(table.valid) if table.valid else None
        self._serial = _compile(table.serial) if table.serial else None
        self._import = _Sum("import", table.import_, table.import_alt, energy)
        self._export = _Sum("export", table.export, table.export_alt, energy)
        self._power = _Sum("power", table.power, table.power_alt, power * sign)

    def read(self, document: bytes) -> Measurement:
        """Return what a meter's answer says.

        Raises:
            MeterError: it is not JSON, says itself that it is not valid, or a value is missing, no
                number or out of bounds.
        """
        try:
            answer = _DECODER.decode(document)
            if self._valid is not None and self._valid.search(answer) is not True:
                raise MeterError("the meter says itself that its values are not valid")
            return Measurement(
                import_wh=register_wh(self._import.of(answer), "import"),
                export_wh=register_wh(self._export.of(answer), "export"),
                power_w=power_w(self._power.of(answer)),
                serial=self._serial_of(answer),
            )
        except RecursionError:
            raise MeterError("the answer is nested too deeply") from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise MeterError(f"the answer is not JSON: {safe_text(error, 80)}") from None
        except (JMESPathError, TypeError, ValueError, ArithmeticError) as error:
            raise MeterError(f"the answer has another shape: {safe_text(error, 80)}") from None

    def _serial_of(self, answer: object) -> str:
        found = self._serial.search(answer) if self._serial is not None else None
        return safe_text(found, 64) if isinstance(found, str | int) else ""


class _Sum:
    """A value that is the sum of terms, or of other terms where one of the first is missing."""

    def __init__(
        self, what: str, terms: Sequence[Term], otherwise: Sequence[Term], unit: Decimal
    ) -> None:
        self._what = what
        self._terms = [_term(term, unit) for term in terms]
        self._otherwise = [_term(term, unit) for term in otherwise]

    def of(self, answer: object) -> Decimal:
        found = [(expression.search(answer), scale) for expression, scale, _ in self._terms]
        terms = self._terms
        if self._otherwise and any(value is None for value, _ in found):
            terms = self._otherwise
            found = [(expression.search(answer), scale) for expression, scale, _ in terms]
        return total(
            (number(value, f"{self._what} ({terms[index][2]})"), scale)
            for index, (value, scale) in enumerate(found)
        )


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """Return the profile of a name.

    Args:
        name: the file's name without `.toml`.
        folder: a folder that is looked in before the program's own.

    Raises:
        ConfigError: there is none, or its file says what cannot be.
    """
    file = _file(name, folder)
    try:
        content = tomli.loads(file.read_text("utf-8"), parse_float=Decimal)
        return Profile(name, msgspec.convert(content, ProfileTable))
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"{file}: {safe_text(error, 160)}",
            advice="Compare it with homewizard-v1.toml, which comes with the program.",
        ) from None


def profile_names(folder: Path | None = None) -> list[str]:
    """Return the names of all profiles, in order of the alphabet."""
    folders = [FOLDER] if folder is None else [folder, FOLDER]
    return sorted({file.stem for place in folders for file in place.glob("*.toml")})


def _file(name: str, folder: Path | None) -> Path:
    if NAME.match(name):
        for place in [FOLDER] if folder is None else [folder, FOLDER]:
            file = place / f"{name}.toml"
            if file.is_file():
                return file
    known = ", ".join(profile_names(folder))
    raise ConfigError(
        f"there is no meter profile named {safe_text(name, 64)!r}",
        advice=f"The profiles are: {known}.",
    )


def _term(term: Term, unit: Decimal) -> _Compiled:
    text, scale = (term.expr, term.scale) if isinstance(term, Scaled) else (term, 1)
    return _compile(text), unit * Decimal(scale), text


def _compile(text: str) -> ParsedResult:
    try:
        compiled = jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"the expression {text!r} does not parse: {error}") from None
    for function in _functions(dict(compiled.parsed)):
        if function not in _FUNCTIONS:
            raise ValueError(f"the expression {text!r} uses {function}(), which is not exact")
    return compiled


def _functions(node: dict[str, Any]) -> list[str]:
    here = [node["value"]] if node["type"] == "function_expression" else []
    inner = [child for child in node["children"] if isinstance(child, dict)]
    return here + [name for child in inner for name in _functions(child)]
