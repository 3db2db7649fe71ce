"""The completing: what a shell offers where a kind of meter is typed."""

from __future__ import annotations

import typer

from console.cli.options import folder_of
from console.config.metering import SIMULATED
from console.errors import MosaicError


def profiles(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the profiles that begin so, each with what it is; one that nothing proves says so."""
    from console.meters.catalogue import described_profiles

    try:
        known = described_profiles(folder_of(context, context.params.get("config")))
    except MosaicError:
        # a shell that completes has no place for what is wrong; the command will tell
        return []
    return [(name, kind) for name, kind in known if name.startswith(incomplete)]


def profiles_or_simulated(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the same, and the meter whose energy is made up."""
    made_up = [(SIMULATED, "energy that is made up")] if SIMULATED.startswith(incomplete) else []
    return [*profiles(context, incomplete), *made_up]
