"""The readback: the chain's records added up again, apart from how the ledger derives its rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from console.ledger.members import Members
from console.model.entry import Entry
from console.model.interval import Interval
from console.model.observed import Delivered, IntervalTag, Observed, Revoked, Sealed, Supplied

Row = tuple[str, int, int, str, str, int, int, str, int, int, bytes]
"""An entry's values without its state: interval, minutes, revision, producer, consumer, price,
energy, currency, part, height, transaction."""


def row_of(entry: Entry) -> Row:
    """Return an entry's values."""
    return (
        entry.interval.name,
        entry.interval.minutes,
        entry.revision,
        entry.producer,
        entry.consumer,
        entry.price_micro_per_kwh,
        entry.wh,
        entry.currency,
        entry.part,
        entry.height,
        entry.transaction,
    )


class Readback:
    """What the records up to a height come to."""

    def __init__(self, records: Iterable[Observed], members: Members, up_to: int) -> None:
        """Add records up.

        Args:
            records: all that the operator's account did.
            members: the houses behind mosaics and wallets.
            up_to: the last height that counts.
        """
        self.rows: Counter[Row] = Counter()
        """The rows that the chain proves."""
        self.sold: defaultdict[Interval, Counter[str]] = defaultdict(Counter)
        """Wh by producer, of each interval."""
        self.bought: defaultdict[Interval, Counter[str]] = defaultdict(Counter)
        """Wh by consumer, of each interval."""
        self.amount_nano: Counter[Interval] = Counter()
        """What each interval cost."""
        self.pairs: defaultdict[Interval, Counter[tuple[str, str]]] = defaultdict(Counter)
        """Wh by producer and consumer, of each interval."""
        self.got: defaultdict[str, Counter[int]] = defaultdict(Counter)
        """Wh by mosaic, of each consumer."""
        self.currencies: defaultdict[Interval, set[str]] = defaultdict(set)
        """The currencies in each interval's messages."""
        self.balance: Counter[int] = Counter()
        """Minted − delivered + taken back, by mosaic."""
        self.roots: defaultdict[tuple[Interval, int], set[bytes]] = defaultdict(set)
        """The inputs roots that are sealed, by interval and revision."""
        self._members = members
        within = sorted((one for one in records if one.place.height <= up_to), key=_place)
        self._notes = _notes(within)
        self._revoked = Counter(_source(one) for one in within if isinstance(one, Revoked))
        self._turn: Counter[tuple[bytes, str]] = Counter()
        for record in within:
            self._add(record)
        self._add_seals(within)

    def _add(self, record: Observed) -> None:
        if isinstance(record, Supplied):
            self.balance[record.mosaic] += record.delta
        elif isinstance(record, Delivered):
            for index, (mosaic, amount) in enumerate(record.mosaics):
                self.balance[mosaic] -= amount
                if record.tag is not None:
                    price = _price(record.tag, index, len(record.mosaics))
                    self._add_row(record, record.recipient, mosaic, amount, price, record.tag)
        elif isinstance(record, Revoked):
            self.balance[record.mosaic] += record.amount
            source = _source(record)
            tags = self._notes.get(source, [])
            if len(tags) == 1 and tags[0] is not None:
                price = _price(tags[0], self._turn[source], self._revoked[source])
                self._add_row(record, record.source, record.mosaic, -record.amount, price, tags[0])
            self._turn[source] += 1

    def _add_row(
        self,
        record: Delivered | Revoked,
        wallet: str,
        mosaic: int,
        wh: int,
        price: int | None,
        tag: IntervalTag,
    ) -> None:
        producer = self._members.house_of_mosaic.get(mosaic)
        consumer = self._members.house_of_wallet.get(wallet)
        if producer is None or consumer is None or price is None or wh == 0:
            return
        interval = tag.interval
        height, transaction = record.place.height, record.place.transaction
        self.rows[
            (
                interval.name,
                interval.minutes,
                tag.revision,
                producer,
                consumer,
                price,
                wh,
                tag.currency,
                tag.part,
                height,
                transaction,
            )
        ] += 1
        self.got[consumer][mosaic] += wh
        self.sold[interval][producer] += wh
        self.bought[interval][consumer] += wh
        self.amount_nano[interval] += wh * price
        self.pairs[interval][producer, consumer] += wh
        self.currencies[interval].add(tag.currency)

    def _add_seals(self, records: list[Observed]) -> None:
        tags: dict[bytes, IntervalTag] = {}
        for record in records:
            if isinstance(record, Delivered) and record.tag is not None:
                tags[record.place.transaction] = record.tag
        for record in records:
            tag = tags.get(record.place.transaction)
            if isinstance(record, Sealed) and tag is not None:
                self.roots[tag.interval, tag.revision].add(record.inputs_root)


def _place(record: Observed) -> tuple[int, bytes, int]:
    return record.place.height, record.place.transaction, record.place.index


def _source(record: Revoked) -> tuple[bytes, str]:
    return record.place.transaction, record.source


def _notes(records: Iterable[Observed]) -> dict[tuple[bytes, str], list[IntervalTag | None]]:
    notes: dict[tuple[bytes, str], list[IntervalTag | None]] = {}
    for record in records:
        if isinstance(record, Delivered) and not record.mosaics:
            key = (record.place.transaction, record.recipient)
            notes.setdefault(key, []).append(record.tag)
    return notes


def _price(tag: IntervalTag, index: int, count: int) -> int | None:
    prices = tag.prices_micro_per_kwh
    if len(prices) == 1:
        return prices[0]
    return prices[index] if len(prices) == count else None
