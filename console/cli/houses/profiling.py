"""The profiling: by which profile a new meter is read, and what that asks of its house."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.cli.houses.expressions import expressions
from console.cli.meters.traits import APART, NO_EXPORT
from console.cli.questions import Questions, say
from console.config import values
from console.config.metering import GENERIC, WITHOUT_ADDRESS
from console.config.values import Wrong
from console.safe_text import safe_text
from console.settings import MeterSettings, Settings

if TYPE_CHECKING:
    from console.cli.meters.probing import Probe

_WIDTH = 78


def with_params(
    settings: Settings, questions: Questions, house: str, meter: MeterSettings
) -> MeterSettings:
    """Return a meter with what its profile asks of each house; asked where nothing says it.

    Args:
        settings: the community's settings.
        questions: what asks.
        house: the house's id.
        meter: what is said of the meter so far; one without a profile stays as it is.

    Raises:
        ConfigError: there is no such profile.
        UsageError: a parameter is missing, or cannot be.
    """
    from console.meters.catalogue import load_table

    if meter.profile == GENERIC and questions.asks and not meter.described:
        return msgspec.structs.replace(meter, described=expressions(questions))
    if meter.profile in ("", GENERIC):
        return meter
    table = load_table(meter.profile, settings.profiles)
    params = dict(meter.params)
    for name in table.params:
        params[name] = questions.take(
            f"--param {name}", params.get(name), f"{name} of {house}'s meter", _take(name), None
        )
    for name in table.params_optional:
        value = questions.take(
            f"--param {name}", params.get(name), f"{name}, or enter where it has none",
            _take(name, needed=False),
        )  # fmt: skip
        if value:
            params[name] = value
    return msgspec.structs.replace(meter, params=params)


def with_choice(
    settings: Settings, questions: Questions, house: str, meter: MeterSettings, *, needed: bool
) -> MeterSettings:
    """Return a meter with a profile that the operator names, although none has read it yet.

    Args:
        settings: the community's settings.
        questions: what asks.
        house: the house's id.
        meter: what is said of the meter so far.
        needed: whether it cannot stay without one.

    Raises:
        UsageError: there is nobody to ask, or an answer cannot be.
    """
    from console.meters.catalogue import offered, profile_names

    names = (*profile_names(settings.profiles), GENERIC)
    if questions.asks:
        say("\n".join(textwrap.wrap(f"Profiles: {offered(settings.profiles)}", _WIDTH)))
    name = questions.take(
        "--profile", None, "Its profile" if needed else "Its profile, or enter: none of these",
        values.choice(*names) if needed else values.choice("", *names), None if needed else "",
    )  # fmt: skip
    return with_params(settings, questions, house, msgspec.structs.replace(meter, profile=name))


def known_params(meter: MeterSettings, folder: Path | None) -> dict[str, str]:
    """Return the parameters that a meter's profile knows: others were said for another one.

    Args:
        meter: the meter, whose profile is found.
        folder: a folder of profiles besides the program's own.
    """
    from console.meters.catalogue import load_table

    if meter.profile in (GENERIC, *WITHOUT_ADDRESS):
        return meter.params
    table = load_table(meter.profile, folder)
    known = (*table.params, *table.params_optional)
    return {name: value for name, value in meter.params.items() if name in known}


def met_lines(found: Probe, folder: Path | None) -> list[str]:
    """Return what an answer says of a meter, as lines for the operator.

    Args:
        found: the answer.
        folder: a folder of profiles besides the program's own.
    """
    from console.cli.meters.probing import reading_line
    from console.meters.catalogue import marked

    if found.said is None:
        return []
    lines = [f"It answers as {marked(found.profile, folder)}: {reading_line(found.said)}"]
    told = ((found.balancing == "per-phase", APART), (found.said.export_wh is None, NO_EXPORT))
    return [*lines, *(f"Note: {trait.sentence}." for holds, trait in told if holds)]


def _take(name: str, *, needed: bool = True) -> Callable[[str], str]:
    """Return what takes a parameter's value."""

    def take(text: str) -> str:
        from console.meters.profile_schema import PARAM

        if not text and needed:
            raise Wrong("is needed")
        if text and not PARAM.match(text):
            raise Wrong(
                f"cannot be {safe_text(text, 40)!r}: {name} is at most 64 letters, digits and . _ -"
            )
        return text

    return take
