"""The extras: packages that only some kinds of meter need."""

from __future__ import annotations

from console.errors import ConfigError


def missing(extra: str, what: str) -> ConfigError:
    """Return the error of an extra that is not installed.

    Args:
        extra: its name, as in `p1`.
        what: what needs it, one clause.
    """
    return ConfigError(
        f"{what} needs the extra {extra}, which is not installed",
        advice=f"Install it beside the program: pip install 'mosaic-console[{extra}]'",
    )
