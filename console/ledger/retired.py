"""The retired: what paid bills' mosaics were to be retired, apart from how that is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from console.model.clearing import Cell, Cleared, Clearing, ClearingKind, ClearingName, ClearingRow
from console.model.finding import Finding, Kind

_clearing = msgspec.json.Decoder(Clearing)
_cleared = msgspec.json.Decoder(Cleared)
Read = TypeVar("Read")

Got = Mapping[int, int]
"""What a house got up to a bill's block, Wh by mosaic id."""


class Retired:
    """The store's retirements, held against what the houses got."""

    def __init__(self, rows: Iterable[ClearingRow]) -> None:
        """Take the rows; what does not read is named by `decisions`."""
        self._decided: dict[ClearingName, Clearing] = {}
        self._due: dict[ClearingName, Counter[int]] = {}
        for row in rows:
            clearing = _read(row.body, _clearing)
            if clearing is None or clearing.name.kind is not ClearingKind.RETIREMENT:
                continue
            cells = [cell for part in clearing.cells for cell in part]
            if clearing.bills:
                self._decided[clearing.name] = clearing
            elif row.cleared and (cleared := _read(row.cleared, _cleared)):
                # taken from the chain: what was moved is all that is known
                cells = [cell for part in cleared.parts for cell in part.cells]
            self._due[clearing.name] = _by_mosaic(cells)

    def differences(self, name: ClearingName, got: Got) -> Iterator[Finding]:
        """Yield in what a retirement that was decided here is not what it was to be.

        Args:
            name: the retirement.
            got: what its house got in the period, up to the block on which its bill rests.
        """
        clearing = self._decided.get(name)
        if clearing is None:
            return
        before: Counter[int] = Counter()
        for revision in range(name.revision):
            before += self._due.get(msgspec.structs.replace(name, revision=revision), Counter())
        found = self._due[name]
        for mosaic in sorted(got.keys() | found.keys()):
            due = max(0, got.get(mosaic, 0) - before[mosaic])
            if found[mosaic] != due:
                yield _differs(clearing, mosaic, due, found[mosaic])


def _differs(clearing: Clearing, mosaic: int, due: int, found: int) -> Finding:
    name = clearing.name
    return Finding(
        kind=Kind.STORE,
        house=name.house,
        what=f"{name.kind.value} {name.period}{name.counted}",
        expected=str(due),
        found=str(found),
        text=f"{name.told} is of {found} Wh of mosaic {mosaic:016X}; its bill's rows make {due}",
    )


def _by_mosaic(cells: Iterable[Cell]) -> Counter[int]:
    amounts: Counter[int] = Counter()
    for cell in cells:
        amounts[cell.mosaic] += cell.amount
    return amounts


def _read(body: bytes, decoder: msgspec.json.Decoder[Read]) -> Read | None:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
