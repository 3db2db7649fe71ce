from collections.abc import Callable

from console.ledger.seals import find_seals
from console.model.interval import Interval
from console.model.observed import Delivered, IntervalTag, Observed, Place, Sealed

MakeTag = Callable[..., IntervalTag]
MakeDelivered = Callable[..., Delivered]
MakePlace = Callable[..., Place]


def key_of(interval: Interval, revision: int, part: int) -> int:
    return interval.start.minute * 10_000 + revision * 100 + part


def part(
    delivered: MakeDelivered, place: MakePlace, tag: IntervalTag, height: int, root: int = 7
) -> list[Observed]:
    transaction = height * 10 + tag.part
    key = key_of(tag.interval, tag.revision, tag.part)
    seal = Sealed(
        place=place(0, height, transaction),
        key=key,
        inputs_root=bytes([root]) * 32,
        audit_head=bytes(32),
    )
    sent = delivered("W1", ((1, 5),), tag, index=1, height=height, transaction=transaction)
    return [seal, sent]


def test_all_parts_make_an_interval_complete(
    delivered: MakeDelivered, place: MakePlace, tag: MakeTag
) -> None:
    first = part(delivered, place, tag(part=1, parts=2), height=4)
    second = part(delivered, place, tag(part=2, parts=2), height=6)
    [half] = find_seals(first, key_of).intervals
    assert (half.parts, half.complete, half.agreed, half.height) == (2, False, True, 4)
    [whole] = find_seals([*second, *first], key_of).intervals
    assert (whole.complete, whole.height, whole.revision) == (True, 6, 0)
    assert [seen.part for seen in whole.seen] == [1, 2]
    assert whole.roots == {bytes([7]) * 32}


def test_parts_with_other_roots_or_counts_do_not_agree(
    delivered: MakeDelivered, place: MakePlace, tag: MakeTag
) -> None:
    first = part(delivered, place, tag(part=1, parts=2), height=4)
    other = part(delivered, place, tag(part=2, parts=2), height=4, root=8)
    [interval] = find_seals([*first, *other], key_of).intervals
    assert (interval.complete, interval.agreed) == (False, False)
    assert len(interval.roots) == 2
    recounted = part(delivered, place, tag(part=2, parts=3), height=4)
    [interval] = find_seals([*first, *recounted], key_of).intervals
    assert (interval.complete, interval.agreed, interval.parts) == (False, False, 3)


def test_seals_that_no_message_explains_are_told(
    delivered: MakeDelivered, place: MakePlace, tag: MakeTag
) -> None:
    seal, _ = part(delivered, place, tag(), height=4)
    assert isinstance(seal, Sealed)
    assert find_seals([seal], key_of).unexplained == (seal,)
    wrong: list[Observed] = [
        seal,
        delivered("W1", ((1, 5),), tag(1), index=1, height=4, transaction=41),
    ]
    assert find_seals(wrong, key_of).unexplained == (seal,)
    torn = [*part(delivered, place, tag(), height=4), wrong[1]]
    assert find_seals(torn, key_of).unexplained == (seal,)
    assert find_seals(torn, key_of).intervals == ()


def test_intervals_come_in_order(delivered: MakeDelivered, place: MakePlace, tag: MakeTag) -> None:
    records = [
        *part(delivered, place, tag(3), height=4),
        *part(delivered, place, tag(1, revision=1), height=9),
        *part(delivered, place, tag(1), height=5),
    ]
    found = find_seals(records, key_of).intervals
    assert [(one.interval, one.revision) for one in found] == [
        (tag(1).interval, 0),
        (tag(1).interval, 1),
        (tag(3).interval, 0),
    ]
