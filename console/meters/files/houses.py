"""The houses: by which names a file calls the community's houses, and which it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from console.errors import RecordingError, UsageError
from console.safe_text import safe_text

LEFT_OUT = "-"
"""What stands for no house."""
LONGEST_NAME = 120
"""The longest name that a file may give a house, characters."""


class Houses:
    """Finds the house that a file means."""

    def __init__(self, file: str, wanted: Sequence[str], known: Collection[str]) -> None:
        """Take what the operator says.

        Args:
            file: the file's name, with which every refusal begins.
            wanted: `NAME=ID`, `NAME=-` to leave a house out, or one `ID` for a file of one house.
            known: the community's houses.

        Raises:
            UsageError: one of them names no house of the community, or two say different things.
        """
        self._file = file
        self._known = known
        self._ids: dict[str, str] = {}
        self._only = ""
        self._name: str | None = None
        for text in wanted:
            name, sign, house = text.rpartition("=")
            if house not in known and not (sign and house == LEFT_OUT):
                raise UsageError(
                    f"--house {safe_text(text, 80)}: there is no house {safe_text(house, 40)}.",
                    advice=f"The houses: {_listed(known)}",
                )
            if not sign:
                self._only = house
            elif self._ids.setdefault(name, house) != house:
                raise UsageError(f"--house names {safe_text(name, 80)} twice.")
        if self._only and len(wanted) > 1:
            raise UsageError(
                "--house ID alone is for a file of one house; of several each is NAME=ID."
            )

    def find(self, name: str, line: int) -> str | None:
        """Return the house that a file's name means; None where it is left out.

        Raises:
            RecordingError: it means none; the message names the line.
            UsageError: the file has no name.
        """
        if self._only:
            self._is_only(name, line)
            return self._only
        found = self._ids.get(name, name if name in self._known else None)
        if found is None:
            shown = safe_text(name, 60)
            if not shown:
                raise UsageError(
                    "the file does not say whose it is.",
                    advice=f"Say so with --house ID. The houses: {_listed(self._known)}",
                )
            if len(name) > LONGEST_NAME:
                raise RecordingError(f"{self._file}:{line}: the name of a house is too long.")
            raise RecordingError(
                f"{self._file}:{line}: there is no house {shown} in the community.",
                advice=f"Say which it is with --house '{shown}=ID', or leave it out with "
                f"--house '{shown}={LEFT_OUT}'. The houses: {_listed(self._known)}",
            )
        return None if found == LEFT_OUT else found

    def _is_only(self, name: str, line: int) -> None:
        if self._name is None:
            self._name = name
        elif name != self._name:
            raise RecordingError(
                f"{self._file}:{line}: {safe_text(name, 60)} is a second house, after "
                f"{safe_text(self._name, 60)}.",
                advice="Say which each is: --house NAME=ID, once a house.",
            )


def _listed(known: Collection[str]) -> str:
    return safe_text(", ".join(known), 300) or "none yet"
