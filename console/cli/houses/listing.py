"""The listing: the houses with their meters and wallets, and what must be known of each meter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from console.cli.meters.traits import in_words
from console.errors import ConfigError
from console.model.meter import Plate
from console.safe_text import safe_text
from console.settings import SIMULATED, Member

FROM_FILES = "not polled: mosaic import brings its readings"
"""What must be known of a house whose readings come from files alone."""

_BROKEN = "its profile cannot be read: mosaic doctor"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A house as `houses list --json` prints it."""

    id: str
    """Its id."""
    name: str
    """What screens call it; may be empty."""
    wallet: str
    """Its address; empty where the private chain makes one."""
    profile: str
    """Its meter's profile."""
    url: str
    """Where its meter answers; empty for a simulated one, and for readings from files."""
    register: str = ""
    """Whose register it tells: `device` or `revenue`; empty where nobody knows."""
    balancing: str = ""
    """Whether phases are balanced: `meter`, `per-phase` or `single`; empty where nobody knows."""
    exports: bool | None = None
    """Whether it has an export register; null where nobody knows."""
    verified: bool | None = None
    """Whether a real meter's answer proves its profile; null where nobody knows."""
    note: str = ""
    """What must be known of it, in a few words."""


def listed(member: Member, folder: Path | None) -> Listed:
    """Return a house as it is listed; its meter is not asked.

    Args:
        member: the house with its meter.
        folder: a folder of profiles besides the program's own.
    """
    plain = Listed(
        id=member.house.id,
        name=member.house.name,
        wallet=member.house.wallet,
        profile=member.meter.profile,
        url=member.meter.url,
    )
    if member.meter.profile == SIMULATED:
        return plain
    if member.meter.from_files:
        return msgspec.structs.replace(plain, note=FROM_FILES)
    plate = _plate(member, folder)
    if plate is None:
        return msgspec.structs.replace(plain, note=_BROKEN)
    return msgspec.structs.replace(
        plain,
        register=plate.register,
        balancing=plate.balancing,
        exports=plate.exports,
        verified=plate.verified,
        note=in_words(plate),
    )


def table_lines(houses: Sequence[Listed]) -> list[str]:
    """Return a line a house under a head."""
    head = ("house", "name", "meter", "wallet", "note" if any(one.note for one in houses) else "")
    rows = [
        (
            house.id,
            safe_text(house.name, 30) or "-",
            safe_text(f"{house.profile} {house.url}".strip(), 60),
            house.wallet or "kept by the operator",
            house.note,
        )
        for house in houses
    ]
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(4)]
    return ["  ".join([*map(str.ljust, row, widths), row[4]]).rstrip() for row in (head, *rows)]


def _plate(member: Member, folder: Path | None) -> Plate | None:
    from console.meters.configured import plate_of

    try:
        return plate_of(member.meter, folder)
    except ConfigError:
        # what is wrong with it is the doctor's to tell; here the others are listed all the same
        return None
