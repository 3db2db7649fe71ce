"""The expressions: what a meter without a profile is read by, asked one after the other."""

from __future__ import annotations

from collections.abc import Callable

from console.cli.questions import Questions
from console.config import values
from console.config.values import Wrong, shown
from console.safe_text import safe_text


def expressions(questions: Questions) -> dict[str, object]:
    """Return what the operator says of a meter, as the profile `generic` takes it.

    Args:
        questions: what asks.

    Raises:
        UsageError: an answer cannot be.
    """
    option = "--generic"
    path = questions.take(option, None, "Path of its answer, such as /status.json", _path, None)
    read = {
        name: questions.take(option, None, question, _terms(needed=name != "export"), default)
        for name, question, default in (
            (
                "import",
                "Import register, a JMESPath expression; sums with +, as in a.in + b.in",
                None,
            ),
            ("export", "Export register, or enter where it has none", ""),
            ("power", "Power, positive while it takes", None),
        )
    }
    energy = questions.take(
        option, None, "Unit of the registers: Wh, kWh or MWh", values.choice("Wh", "kWh", "MWh"),
        "kWh",
    )  # fmt: skip
    power = questions.take(
        option, None, "Unit of the power: W or kW", values.choice("W", "kW"), "W"
    )
    register = questions.take(
        option, None, "Is it the utility's own register (revenue) or its own (device)?",
        values.choice("revenue", "device"), "device",
    )  # fmt: skip
    balancing = questions.take(
        option, None, "Are phases balanced before they are counted: meter, per-phase or single?",
        values.choice("meter", "per-phase", "single"), "meter",
    )  # fmt: skip
    return {
        "path": path,
        **read,
        "units": {"energy": energy, "power": power},
        "register": register,
        "balancing": balancing,
    }


def _path(text: str) -> str:
    if not text.startswith("/") or not text.isascii() or " " in text or len(text) > 200:
        raise Wrong(f"must be a path such as /status.json, not {shown(text)}")
    return text


def _terms(*, needed: bool) -> Callable[[str], list[str]]:
    """Return what takes the terms of a sum; JMESPath itself knows no plus."""

    def take(text: str) -> list[str]:
        from console.meters.expression import compiled

        terms = [term.strip() for term in text.split("+") if term.strip()]
        if not terms and needed:
            raise Wrong("is needed")
        for term in terms:
            try:
                compiled(term, {})
            except ValueError as error:
                raise Wrong(f"is none: {safe_text(error, 200)}") from None
        return terms

    return take
