"""The completing: what a shell offers where a kind of meter is typed."""

from __future__ import annotations

import os

import typer

from console.cli.options import folder_of
from console.errors import MosaicError
from console.settings import FILE, SIMULATED

_WITHOUT_ADDRESS = (
    (SIMULATED, "energy that is made up"),
    (FILE, "readings from files alone: mosaic import"),
)


_INSTRUCTION = "_MOSAIC_COMPLETE"
_BASH = "complete_bash"


def profiles(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the profiles that begin so, each with what it is; one that nothing proves says so."""
    return _offered(_known(context, incomplete))


def profiles_or_none(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the same, and what a house without any meter to be asked has instead."""
    others = [(name, what) for name, what in _WITHOUT_ADDRESS if name.startswith(incomplete)]
    return _offered([*_known(context, incomplete), *others])


def _known(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from console.meters.catalogue import described_profiles

    try:
        known = described_profiles(folder_of(context, context.params.get("config")))
    except MosaicError:
        # a shell that completes has no place for what is wrong; the command will tell
        return []
    return [(name, kind) for name, kind in known if name.startswith(incomplete)]


def _offered(kinds: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a shell shows; bash shows names alone, and of several inserts what they share."""
    if os.environ.get(_INSTRUCTION) != _BASH or len(kinds) < 2:
        return kinds
    from console.meters.catalogue import UNVERIFIED

    mark = f"({UNVERIFIED})"
    return [(f"{name} {mark}" if mark in kind else name, kind) for name, kind in kinds]
