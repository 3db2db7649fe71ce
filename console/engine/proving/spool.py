"""The spool: the chain read once, put down in a file and found again by interval.

So a verification holds a place for each transaction in memory, never the ledger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from os import SEEK_END
from tempfile import TemporaryFile

import msgspec

from console.chain.clearing import clearing_key
from console.chain.seal import key_in
from console.engine.parts import Parts
from console.engine.posting.records import pages_of_records
from console.ledger.clearings import find_clearings
from console.ledger.seals import SealedInterval, SealKey, find_seals
from console.model.clearing import Cleared, ClearingName
from console.model.interval import Interval
from console.model.observed import Delivered, Observed, Revoked, Supplied

_SIZE = 4
"""The bytes of a transaction's length before its records."""

_decoder = msgspec.msgpack.Decoder(list[Observed])


class Spool:
    """What the operators' accounts did up to a height."""

    def __init__(self) -> None:
        """Begin empty."""
        self.final_height = 0
        """Up to here the chain was final when it was read; what stands above is left out."""
        self.balance: Counter[int] = Counter()
        """Minted − delivered + taken back, by mosaic."""
        self.sealed: dict[tuple[Interval, int], SealedInterval] = {}
        """What is sealed, by interval and revision."""
        self.cleared: dict[ClearingName, Cleared] = {}
        """What was retired and paid out."""
        self._file = TemporaryFile()  # noqa: SIM115
        self._places: defaultdict[Interval, list[int]] = defaultdict(list)

    async def fill(self, parts: Parts) -> None:
        """Read the chain from its first block on, as far as it is final now.

        Raises:
            ChainError: the node does not answer, or holds what it cannot read.
        """
        self.final_height = (await parts.chain.tip()).final_height
        key_of = key_in(parts.settings.community.id)
        async for page in pages_of_records(parts, 1):
            final = (one for one in page if one.place.height <= self.final_height)
            for _, records in groupby(final, key=lambda one: one.place.transaction):
                aggregate = [*records]
                self._take(aggregate, key_of)
                self._clear(aggregate, parts)

    def intervals(self) -> list[Interval]:
        """Return the intervals that the chain knows, in order."""
        return sorted(self._places.keys() | {interval for interval, _ in self.sealed})

    def records_of(self, intervals: Iterable[Interval]) -> list[Observed]:
        """Return all that was done for some intervals."""
        places = {place for interval in intervals for place in self._places.get(interval, ())}
        records: list[Observed] = []
        for place in sorted(places):
            self._file.seek(place)
            size = int.from_bytes(self._file.read(_SIZE))
            records += _decoder.decode(self._file.read(size))
        return records

    def _take(self, records: list[Observed], key_of: SealKey) -> None:
        for sealed in find_seals(records, key_of).intervals:
            key = (sealed.interval, sealed.revision)
            before = self.sealed[key].seen if key in self.sealed else ()
            parts = sorted((*before, *sealed.seen), key=lambda part: (part.part, part.place))
            self.sealed[key] = msgspec.structs.replace(sealed, seen=tuple(parts))
        for record in records:
            match record:
                case Supplied():
                    self.balance[record.mosaic] += record.delta
                case Revoked():
                    self.balance[record.mosaic] += record.amount
                case Delivered():
                    for mosaic, amount in record.mosaics:
                        self.balance[mosaic] -= amount
                case _:
                    pass
        tags = (one.tag for one in records if isinstance(one, Delivered))
        intervals = {tag.interval for tag in tags if tag is not None}
        if intervals:
            self._put(records, intervals)

    def _clear(self, records: list[Observed], parts: Parts) -> None:
        key_of = partial(clearing_key, parts.settings.community.id)
        for cleared in find_clearings(records, parts.members, key_of).cleared:
            before = self.cleared.get(cleared.name)
            seen = (*(before.parts if before else ()), *cleared.parts)
            together = tuple(sorted(seen, key=lambda part: part.part))
            self.cleared[cleared.name] = msgspec.structs.replace(cleared, parts=together)

    def _put(self, records: list[Observed], intervals: Iterable[Interval]) -> None:
        place = self._file.seek(0, SEEK_END)
        content = msgspec.msgpack.encode(records)
        self._file.write(len(content).to_bytes(_SIZE) + content)
        for interval in intervals:
            self._places[interval].append(place)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
