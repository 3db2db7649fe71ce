"""The vouching: what the seals say of a log that is whole, cut off, or written anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ledger.seals import SealedInterval, SealedPart
from console.ledger.vouching import ADOPT, FREEZE, RESTORE, Adopted, Frozen, Restored, Vouching
from console.model.clearing import (
    TAKEN,
    Cleared,
    ClearedPart,
    Clearing,
    ClearingKind,
    ClearingName,
    record_of,
)
from console.model.event import AuditRecord
from console.model.interval import Interval
from console.model.observed import Place
from console.model.tending import SealCheck, SealOf
from console.store.audit import NO_HEAD, link_head

START = datetime(2026, 6, 21, 10, tzinfo=UTC)
SETTLED = 5


def quarter(number: int) -> Interval:
    return Interval(START + number * timedelta(minutes=15), 15)


def of(number: int) -> SealOf:
    return SealOf(interval=quarter(number))


def root(number: int) -> bytes:
    return bytes([number + 1]) * 32


def frozen(number: int) -> tuple[str, object]:
    return f"{FREEZE}engine", Frozen(quarter(number).name, root(number).hex())


def chained(*said: tuple[str, object]) -> list[AuditRecord]:
    """Records of some verbs and bodies, each with the head that it must have."""
    records: list[AuditRecord] = []
    for seq, (verb, body) in enumerate(said, 1):
        record = AuditRecord(
            seq=seq, time=START, actor="engine", verb=verb,
            body=msgspec.json.encode(body).decode(), head=b"",
        )  # fmt: skip
        head = link_head(records[-1].head if records else NO_HEAD, record)
        records.append(msgspec.structs.replace(record, head=head))
    return records


def log() -> list[AuditRecord]:
    """A log in which an operator's word stands before each plan, and one at the end."""
    said: list[tuple[str, object]] = []
    for number in range(SETTLED):
        said += [("settle", number), frozen(number)]
    return chained(*said, ("auto on", {}))


def sealed(number: int, head: bytes, height: int | None = None) -> SealedInterval:
    place = Place(height=height or 10 + number, transaction=bytes([number]) * 32, index=0)
    part = SealedPart(part=1, parts=1, place=place, inputs_root=root(number), audit_head=head)
    return SealedInterval(interval=quarter(number), revision=0, seen=(part,))


def seals(records: list[AuditRecord]) -> list[SealedInterval]:
    """What the chain has of a log: each plan's seal with the head before the plan's record."""
    plans = [record.seq for record in records if record.verb.startswith(FREEZE)]
    return [
        sealed(number, records[seq - 2].head if seq > 1 else NO_HEAD)
        for number, seq in enumerate(plans)
    ]


def vouched(on_chain: list[SealedInterval], records: list[AuditRecord]) -> SealCheck:
    vouching = Vouching(on_chain)
    vouching.take(records)
    return vouching.result


def test_every_seal_vouches_for_the_log_up_to_its_plan() -> None:
    found = vouched(seals(log()), log())
    assert (found.seals, found.vouching, found.missing, found.first) == (5, 5, None, None)
    assert found.last == log()[8]
    assert found.after == 2


def test_the_order_of_the_blocks_need_not_be_the_order_of_the_plans() -> None:
    on_chain = seals(log())
    early = [sealed(1, on_chain[1].seen[0].audit_head, height=2)]
    assert vouched([*on_chain[2:], on_chain[0], *early], log()).missing is None


def test_a_plan_before_every_other_record_is_sealed_with_zeros() -> None:
    records = chained(frozen(0))
    found = vouched([sealed(0, NO_HEAD)], records)
    assert (found.vouching, found.last, found.after) == (1, None, 1)


@given(st.integers(0, 9))
def test_a_log_that_was_cut_off_lacks_every_seal_from_there_on(kept: int) -> None:
    found = vouched(seals(log()), log()[:kept])
    assert found.missing is not None
    assert found.first is not None
    assert found.vouching == kept // 2
    assert found.missing.first == found.first.of == of(kept // 2)
    assert found.missing.count == SETTLED - kept // 2
    assert found.first.decided is None
    assert found.first.after == max(0, kept // 2 * 2 - 1)


def test_a_log_that_was_cut_off_and_went_on_lacks_them_too() -> None:
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()[:6]]
    found = vouched(seals(log()), chained(*said, ("auto off", {}), ("auto on", {})))
    assert found.first is not None
    assert (found.vouching, found.first.of) == (3, of(3))


@given(st.integers(0, 8), st.sampled_from(["altered", "gone", "swapped"]))
def test_a_log_written_anew_with_all_its_hashes_is_found(place: int, how: str) -> None:
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()]
    if how == "altered":
        said[place] = (said[place][0], {"other": 1})
    elif how == "gone":
        del said[place]
    else:
        said[place], said[place + 1] = said[place + 1], said[place]
    found = vouched(seals(log()), chained(*said))
    assert found.first is not None
    first = place // 2
    assert found.first.of in (of(first), of(first + 1))
    assert found.first.after <= place
    assert found.vouching <= first + 1


def test_the_record_that_is_not_as_sealed_is_named() -> None:
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()]
    said[4] = ("settle", "another")
    found = vouched(seals(log()), chained(*said))
    assert found.first is not None
    assert (found.first.of, found.first.height) == (of(2), 12)
    assert (found.first.after, found.first.decided) == (3, 6)
    assert found.first.head == log()[4].head


def test_another_root_under_the_same_head_does_not_count() -> None:
    [first, *rest] = seals(log())
    part = msgspec.structs.replace(first.seen[0], inputs_root=bytes(32))
    found = vouched([msgspec.structs.replace(first, seen=(part,)), *rest], log())
    assert found.missing is not None
    assert (found.missing.count, found.vouching) == (1, SETTLED - 1)


def test_parts_that_carry_different_heads_vouch_for_nothing() -> None:
    [first, *_] = seals(log())
    other = msgspec.structs.replace(first.seen[0], part=2, audit_head=bytes(32))
    two = msgspec.structs.replace(first, seen=(first.seen[0], other))
    assert vouched([two], log()).missing is not None


def test_what_was_taken_from_the_chain_is_told_apart() -> None:
    on_chain = seals(log())
    records = chained(*((ADOPT, Adopted.of(one)) for one in on_chain[:2]), frozen(2))
    found = vouched(on_chain[:2], records)
    assert found.missing is None
    assert found.taken is not None
    assert (found.taken.count, found.taken.first, found.taken.last) == (2, of(0), of(1))
    other = msgspec.structs.replace(Adopted.of(on_chain[0]), root="00" * 32)
    assert vouched(on_chain[:1], chained((ADOPT, other))).missing is not None


def test_what_is_newer_than_a_backup_that_was_put_back_is_told_apart() -> None:
    on_chain = seals(log())
    restored = Restored(
        made="2026-06-21T11:00:00Z", links=4, audit_head="", height=11, chain="kept",
        chain_height=13,
    )  # fmt: skip
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()[:4]]
    found = vouched(on_chain, chained(*said, (RESTORE, restored)))
    assert (found.vouching, found.seals) == (2, 5)
    assert found.newer is not None
    assert (found.newer.count, found.newer.first, found.newer.last) == (2, of(2), of(3))
    assert found.missing is not None
    assert (found.missing.count, found.missing.first) == (1, of(4))


NAMES = (
    ClearingName(kind=ClearingKind.RETIREMENT, period="2026-06", house="H03"),
    ClearingName(kind=ClearingKind.RETIREMENT, period="2026-06", house="H03", revision=1),
    ClearingName(kind=ClearingKind.PAYOUT, period="2026-06"),
)


def decision(name: ClearingName, end: str = "") -> tuple[str, object]:
    body = msgspec.json.decode(record_of(Clearing(name=name)))
    return f"{name.kind.value}{end}", body


def with_clearings() -> list[AuditRecord]:
    """A log that goes on with an operator's word before each decision."""
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()]
    for name in NAMES:
        said += [("bill paid", {}), decision(name)]
    return chained(*said)


def cleared(records: list[AuditRecord]) -> list[Cleared]:
    made = []
    for number, name in enumerate(NAMES):
        part = ClearedPart(
            part=1, parts=1, height=20 + number, transaction=bytes([number]) * 32,
            root=bytes(32), audit_head=records[12 + 2 * number - 1].head, cells=(),
        )  # fmt: skip
        made.append(Cleared(name=name, parts=(part,)))
    return made


def all_vouched(records: list[AuditRecord]) -> SealCheck:
    vouching = Vouching(seals(log()), cleared(with_clearings()))
    vouching.take(records)
    return vouching.result


def test_the_seals_of_retirements_and_payouts_vouch_too() -> None:
    found = all_vouched(with_clearings())
    assert (found.seals, found.vouching, found.missing, found.after) == (8, 8, None, 1)
    assert found.last == with_clearings()[15]


@given(st.integers(12, 17))
def test_what_was_changed_after_the_last_interval_is_found_by_them(place: int) -> None:
    said = [(record.verb, msgspec.json.decode(record.body)) for record in with_clearings()]
    said[place - 1] = (said[place - 1][0], {"other": 1})
    found = all_vouched(chained(*said))
    assert found.missing is not None
    assert found.first is not None
    assert found.first.of == SealOf(clearing=NAMES[(place - 12) // 2])
    assert found.first.of.name == NAMES[(place - 12) // 2].told


def test_a_retirement_that_was_taken_from_the_chain_is_told_apart() -> None:
    said = [(record.verb, msgspec.json.decode(record.body)) for record in log()]
    taken = [decision(name, f" {TAKEN}") for name in NAMES]
    found = all_vouched(chained(*said, *taken))
    assert (found.vouching, found.missing) == (SETTLED, None)
    assert found.taken is not None
    first, _, last = NAMES
    assert found.taken.count == len(NAMES)
    assert (found.taken.first.clearing, found.taken.last.clearing) == (first, last)


@pytest.mark.parametrize(
    "verb", [ADOPT, "retirement", f"payout {TAKEN}", RESTORE, f"{FREEZE}engine"]
)
@pytest.mark.parametrize("body", ["", "[" * 5000, '{"interval": 7}', "null"])
def test_a_body_that_does_not_read_explains_nothing(verb: str, body: str) -> None:
    record = AuditRecord(seq=1, time=START, actor="engine", verb=verb, body=body, head=NO_HEAD)
    assert vouched(seals(log()), [record]).vouching == 0
