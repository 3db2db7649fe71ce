"""The failure: an engine's error in the parts by which its answers tell it."""

from __future__ import annotations

import msgspec

from console.errors import MosaicError


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error as it stands in an answer."""

    title: str
    """The class of the error, in words."""
    message: str
    """What is wrong."""
    advice: str = ""
    """What to do."""
    exit_status: int = 1
    """The exit status of a command that it ends."""

    @classmethod
    def of(cls, error: MosaicError) -> Failure:
        """Return what an answer tells of an error."""
        return cls(
            title=error.title,
            message=error.message,
            advice=error.advice,
            exit_status=error.exit_status,
        )
