"""The answering: what a profile reads from a stored answer, and which profiles there are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from console.cli.meters.traits import traits
from console.cli.meters.words import described_of, params_of
from console.errors import ConfigError, MeterError, UsageError
from console.files import opened
from console.meters.catalogue import GENERIC, UNVERIFIED, Shelf, load_profile
from console.meters.profile_schema import ProfileTable
from console.model.meter import Plate
from console.safe_text import safe_text


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What `meters test --json` prints."""

    import_wh: int
    """The import register, whole Wh."""
    export_wh: int | None
    """The export register, whole Wh; null where the meter has none."""
    power_w: int | float
    """The power, W, import positive."""
    register: str
    """Whose register it tells."""
    balancing: str
    """Whether phases are balanced before they are counted."""


def judge(
    file: Path,
    name: str,
    params: Sequence[str],
    folder: Path | None,
    generic: Sequence[str] = (),
) -> tuple[Judged, Plate]:
    """Return what a profile reads from a stored answer, and what it is; no age is judged.

    Args:
        file: the answer.
        name: the profile's name, or its file's path.
        params: the house's parameters, each `NAME=VALUE`.
        folder: a folder of profiles besides the program's own.
        generic: what the profile generic is read by, each `KEY=VALUE`.

    Raises:
        ConfigError: there is no such profile, or it needs other parameters.
        MeterError: the answer must be refused.
        UsageError: the file cannot be read, or a parameter has no value.
    """
    described = described_of(generic)
    if described and name != GENERIC:
        raise UsageError(f"--generic belongs to --profile {GENERIC}.")
    profile = load_profile(name, folder, params_of(params), described)
    try:
        said = profile.read(_content(file, profile.most_bytes))
    except MeterError as error:
        raise MeterError(
            f"{safe_text(file, 200)} as {profile.name}: {error.message}",
            advice="Is it stored as it came, and this meter's? mosaic meters profiles lists them.",
        ) from None
    judged = Judged(
        import_wh=said.whole_import_wh,
        export_wh=None if said.export_wh is None else said.whole_export_wh,
        power_w=plain(said.power_w),
        register=profile.table.register,
        balancing=profile.table.balancing,
    )
    return judged, profile.plate()


def judged_lines(judged: Judged, plate: Plate) -> list[str]:
    """Return what was read, and what must be known of such a meter, as lines for the operator."""
    given = "no such register" if judged.export_wh is None else f"{judged.export_wh} Wh"
    return [
        f"import  {judged.import_wh} Wh",
        f"export  {given}",
        f"power   {judged.power_w} W (import positive)",
        f"register {judged.register}, balancing {judged.balancing}",
        *(f"Note: {trait.sentence}." for trait in traits(plate)),
    ]


def profile_lines(known: Shelf) -> list[str]:
    """Return a line a sound profile: name, whether it is verified, register, balancing, kind."""
    lines = []
    for name, table in known.tables.items():
        proven = "" if table.verified else UNVERIFIED
        lines.append(
            f"{name:<17} {proven:<11} {table.register:<8} {table.balancing:<10} "
            f"{safe_text(table.name, 60)}{_needs(table)}"
        )
    lines.append(f"{'generic':<17} {UNVERIFIED:<11} its expressions stand in the configuration")
    return lines


def require_all(known: Shelf) -> None:
    """Refuse a folder with files that are no profiles.

    Raises:
        ConfigError: some are broken; it says what is wrong with each.
    """
    if errors := [*known.broken.values()]:
        raise ConfigError("; ".join(error.message for error in errors), advice=errors[0].advice)


def _needs(table: ProfileTable) -> str:
    """What such a meter asks of each house."""
    needed, more = ", ".join(table.params), ", ".join(table.params_optional)
    if not needed:
        return f"; may take --param {more}" if more else ""
    return f"; --param {needed}" + (f" (or {more})" if more else "")


def _content(file: Path, most: int) -> bytes:
    try:
        with opened(file) as answer:
            content = answer.read(most + 1)
    except OSError as error:
        raise UsageError(f"{safe_text(file, 200)} cannot be read: {error.strerror}.") from None
    if len(content) > most:
        raise MeterError(f"the answer is larger than {most} bytes")
    return content


def plain(value: Decimal) -> int | float:
    """Return a number as JSON writes it: whole where it is whole."""
    whole = int(value)
    return whole if whole == value else float(value)
