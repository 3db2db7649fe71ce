"""What an operator did outside its own time, or with another's mosaics, makes no row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.ledger.spans import keep_to_span
from console.model.interval import Interval
from console.model.observed import Delivered, IntervalTag, Observed, Place, Revoked, Supplied

EDGE = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
BEFORE = Interval(EDGE - timedelta(minutes=15), 15)
AFTER = Interval(EDGE, 15)
OWN, FOREIGN, STRANGE = 1, 2, 3
WALLET = "T" * 39


def delivered(interval: Interval | None, *mosaics: int, index: int = 1) -> Delivered:
    tag = (
        None
        if interval is None
        else IntervalTag(
            interval=interval,
            currency="EUR",
            prices_micro_per_kwh=(100_000,),
            revision=0,
            part=1,
            parts=1,
        )
    )
    return Delivered(
        place=Place(height=7, transaction=bytes(32), index=index),
        recipient=WALLET,
        mosaics=tuple((mosaic, 10) for mosaic in mosaics),
        message="said",
        tag=tag,
    )


def kept(*records: Observed) -> list[Observed]:
    return list(keep_to_span(records, lambda interval: interval.start >= EDGE, {FOREIGN}))


def test_what_is_of_the_span_is_left_as_it_is() -> None:
    place = Place(height=7, transaction=bytes(32), index=0)
    records: tuple[Observed, ...] = (
        delivered(AFTER, OWN),
        delivered(AFTER, OWN, STRANGE),
        delivered(AFTER),
        delivered(None, FOREIGN),
        Supplied(place=place, mosaic=OWN, delta=5),
        Revoked(place=place, source=WALLET, mosaic=OWN, amount=5),
    )
    assert kept(*records) == list(records)


def test_what_is_of_anothers_span_or_mosaic_stays_without_its_tag() -> None:
    for record in (delivered(BEFORE, OWN), delivered(BEFORE), delivered(AFTER, OWN, FOREIGN)):
        [left] = kept(record)
        assert isinstance(left, Delivered)
        assert left.tag is None
        assert (left.mosaics, left.message) == (record.mosaics, record.message)
