"""The expressions of a profile: what they may use, and sums of them in Decimal."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import jmespath
from jmespath.exceptions import JMESPathError

from console.errors import MeterError
from console.meters.measurement import number, total
from console.meters.profile_schema import Scaled, Term
from console.safe_text import safe_text

# sum drops what is null, to_number cuts a Decimal, the others compare as floats
_FUNCTIONS = frozenset({"contains", "ends_with", "length", "not_null", "starts_with"})
_GAP = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")


class Expression(Protocol):
    """What selects a value in an answer."""

    def search(self, value: object) -> object:
        """Return what it selects; None where there is nothing."""


_Compiled = tuple[Expression, Decimal, str]
"""An expression, its scale with the unit in it, and its text."""


class Sum:
    """A value that is the sum of terms, or of other terms where one of the first is missing."""

    def __init__(
        self,
        what: str,
        terms: Sequence[Term],
        otherwise: Sequence[Term],
        unit: Decimal,
        words: Mapping[str, str],
    ) -> None:
        """Compile the terms.

        Args:
            what: what messages call the value.
            terms: what is added.
            otherwise: what is added instead where one of them is missing.
            unit: what each is multiplied by.
            words: what stands for `{name}`.

        Raises:
            ValueError: an expression does not parse or uses a function that is not exact.
        """
        self._what = what
        self._terms = [_term(term, unit, words) for term in terms]
        self._otherwise = [_term(term, unit, words) for term in otherwise]

    def of(self, answer: object) -> Decimal:
        """Return the sum in an answer.

        Raises:
            MeterError: a term is missing or no number.
        """
        terms = self._terms
        found = [(expression.search(answer), scale) for expression, scale, _ in terms]
        if self._otherwise and any(value is None for value, _ in found):
            terms = self._otherwise
            found = [(expression.search(answer), scale) for expression, scale, _ in terms]
        return total(
            (number(value, f"{self._what} ({terms[index][2]})"), scale)
            for index, (value, scale) in enumerate(found)
        )


class _Path(tuple[str, ...]):
    """Names that lead inwards: most expressions are no more, and need no interpreter."""

    def search(self, value: object) -> object:
        for name in self:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def compiled(text: str, words: Mapping[str, str]) -> Expression:
    """Return an expression with its words put in.

    Raises:
        ValueError: it does not parse or uses a function that is not exact.
    """
    return _compile(filled(text, words))


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with each `{name}` of a known word replaced."""
    return _GAP.sub(lambda gap: words.get(gap[1], gap[0]), text)


def gaps(text: str) -> frozenset[str]:
    """Return the names that stand in a text as `{name}`."""
    return frozenset(_GAP.findall(text))


def text_of(term: Term) -> str:
    """Return a term's expression."""
    return term.expr if isinstance(term, Scaled) else term


def word_of(value: object, what: str) -> str:
    """Return a value of an answer that may stand in an expression: a whole number alone.

    Raises:
        MeterError: it is missing or has another shape.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**20:
        return str(value)
    raise MeterError(f"{what} is not found in the answer, or is none: {safe_text(value, 30)!r}")


def _term(term: Term, unit: Decimal, words: Mapping[str, str]) -> _Compiled:
    text = filled(text_of(term), words)
    scale = Decimal(term.scale) if isinstance(term, Scaled) else Decimal(1)
    return _compile(text), unit * scale, text


@functools.lru_cache(maxsize=1024)
def _compile(text: str) -> Expression:
    try:
        result = jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(
            f"the expression {text!r} does not parse: {safe_text(error, 200)}"
        ) from None
    for function in _functions(dict(result.parsed)):
        if function not in _FUNCTIONS:
            raise ValueError(f"the expression {text!r} uses {function}(), which is not exact")
    names = _names(dict(result.parsed))
    return result if names is None else _Path(names)


def _names(node: dict[str, Any]) -> list[str] | None:
    """Return the names of which an expression consists; None where it is more than names."""
    if node["type"] == "field":
        return [node["value"]]
    if node["type"] != "subexpression":
        return None
    found: list[str] = []
    for child in node["children"]:
        names = _names(child)
        if names is None:
            return None
        found += names
    return found


def _functions(node: dict[str, Any]) -> list[str]:
    here = [node["value"]] if node["type"] == "function_expression" else []
    inner = [child for child in node["children"] if isinstance(child, dict)]
    return here + [name for child in inner for name in _functions(child)]
