"""The ledger: its rows, derived from the operator's records on the chain and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from console.ledger.members import Members
from console.model.entry import Entry, EntryState
from console.model.observed import Delivered, IntervalTag, Observed, Place, Revoked

MOST_WH = 10**12
"""The most energy of one row, Wh; what is beyond is no interval of a neighbourhood."""

MOST_AMOUNT_NANO = 10**18
"""The most that one row may cost, nano-units."""

MOST_UNSOLICITED = 1000
"""How many unsolicited records are kept; the rest is only counted."""


class Unsolicited(msgspec.Struct, frozen=True, kw_only=True):
    """Energy-like records that are no ledger rows, and neither retirement nor payout."""

    record: Delivered | Revoked
    """The record."""
    reason: str
    """Why it is no row, one clause."""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """What records come to."""

    entries: tuple[Entry, ...]
    """The rows in the ledger's order."""
    unsolicited: tuple[Unsolicited, ...]
    """What is listed apart, in the chain's order, the first `MOST_UNSOLICITED`."""
    unsolicited_count: int
    """How many there are of them in all."""


def derive(records: Iterable[Observed], members: Members, final_height: int) -> Derived:
    """Return the ledger's rows of records (design sections 6 and 7).

    A transfer with a tag makes a row of each of its mosaics; its price stands at the same place
    in the tag. A revocation makes a negative row where its aggregate sends a message-only
    transfer with a tag to the same wallet. What retires or pays out is left to `clearings`. The
    result does not depend on the records' order.

    Args:
        records: what the operator's account did; whole aggregates, from any height on.
        members: the houses behind mosaics and wallets.
        final_height: blocks up to here are final.
    """
    derivation = _Derivation(members, final_height)
    for aggregate in _aggregates(records):
        derivation.read(aggregate)
    derivation.entries.sort(key=lambda entry: (entry.key, entry.price_micro_per_kwh, entry.wh))
    derivation.unsolicited.sort(key=lambda one: one.record.place)
    return Derived(
        entries=tuple(derivation.entries),
        unsolicited=tuple(derivation.unsolicited[:MOST_UNSOLICITED]),
        unsolicited_count=len(derivation.unsolicited),
    )


class _Derivation:
    """The rows and the rest of the aggregates read so far."""

    def __init__(self, members: Members, final_height: int) -> None:
        self._members = members
        self._final_height = final_height
        self.entries: list[Entry] = []
        self.unsolicited: list[Unsolicited] = []

    def read(self, aggregate: list[Delivered | Revoked]) -> None:
        notes: dict[str, list[Delivered]] = {}
        taken: dict[str, list[Revoked]] = {}
        for record in aggregate:
            if isinstance(record, Revoked):
                taken.setdefault(record.source, []).append(record)
            elif record.mosaics:
                self._read_delivery(record)
            else:
                notes.setdefault(record.recipient, []).append(record)
        for wallet, revocations in taken.items():
            self._read_revocations(revocations, notes.pop(wallet, []))
        for left in notes.values():
            plain = [note for note in left if note.clearing is None]
            self._set_apart(plain, "a message without mosaics")

    def _read_delivery(self, record: Delivered) -> None:
        consumer = self._members.house_of_wallet.get(record.recipient)
        if record.clearing is not None:
            return
        if record.tag is None:
            self._set_apart([record], "no interval's message")
        elif consumer is None:
            self._set_apart([record], "no member's wallet")
        elif (prices := _prices(record.tag, len(record.mosaics))) is None:
            self._set_apart([record], "as many prices as mosaics are needed")
        else:
            for (mosaic, amount), price in zip(record.mosaics, prices, strict=True):
                self._add(record, mosaic, consumer, amount, price, record.tag)

    def _read_revocations(self, revocations: list[Revoked], notes: list[Delivered]) -> None:
        tags = [note.tag for note in notes if note.tag is not None]
        consumer = self._members.house_of_wallet.get(revocations[0].source)
        if len(notes) == 1 and notes[0].clearing is not None:
            return
        if len(tags) != 1 or len(notes) != 1:
            self._set_apart([*revocations, *notes], "no one message of an interval beside it")
        elif consumer is None:
            self._set_apart([*revocations, *notes], "no member's wallet")
        elif (prices := _prices(tags[0], len(revocations))) is None:
            self._set_apart([*revocations, *notes], "as many prices as mosaics are needed")
        else:
            for record, price in zip(revocations, prices, strict=True):
                self._add(record, record.mosaic, consumer, -record.amount, price, tags[0])

    def _add(
        self,
        record: Delivered | Revoked,
        mosaic: int,
        consumer: str,
        wh: int,
        price: int,
        tag: IntervalTag,
    ) -> None:
        producer = self._members.house_of_mosaic.get(mosaic)
        if producer is None:
            self._set_apart([record], "no producer's mosaic")
            return
        if not 0 < abs(wh) <= MOST_WH or abs(wh) * price > MOST_AMOUNT_NANO:
            self._set_apart([record], "an amount out of range")
            return
        place = record.place
        final = place.height <= self._final_height
        self.entries.append(
            Entry(
                producer=producer,
                consumer=consumer,
                price_micro_per_kwh=price,
                wh=wh,
                currency=tag.currency,
                interval=tag.interval,
                revision=tag.revision,
                part=tag.part,
                height=place.height,
                transaction=place.transaction,
                state=EntryState.FINAL if final else EntryState.SEALED,
            )
        )

    def _set_apart(self, records: Iterable[Delivered | Revoked], reason: str) -> None:
        self.unsolicited.extend(Unsolicited(record=record, reason=reason) for record in records)


def _aggregates(records: Iterable[Observed]) -> Iterator[list[Delivered | Revoked]]:
    def place(record: Observed) -> Place:
        return record.place

    aggregates: dict[tuple[int, bytes], list[Delivered | Revoked]] = {}
    for record in sorted(records, key=place):
        if isinstance(record, Delivered | Revoked):
            key = (record.place.height, record.place.transaction)
            aggregates.setdefault(key, []).append(record)
    yield from aggregates.values()


def _prices(tag: IntervalTag, count: int) -> tuple[int, ...] | None:
    prices = tag.prices_micro_per_kwh
    if len(prices) == 1:
        return prices * count
    return prices if len(prices) == count else None
