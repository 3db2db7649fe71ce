"""What was retired, held against what the houses got."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.ledger.retired import Retired
from console.model.clearing import (
    Cell,
    Cleared,
    ClearedPart,
    Clearing,
    ClearingKind,
    ClearingName,
    ClearingRow,
)

NAME = ClearingName(kind=ClearingKind.RETIREMENT, period="2026-06", house="H03")
MOSAICS = (1, 2)
amounts = st.dictionaries(st.sampled_from(MOSAICS), st.integers(-50, 50))


def named(revision: int) -> ClearingName:
    return msgspec.structs.replace(NAME, revision=revision)


def cells(due: dict[int, int]) -> tuple[Cell, ...]:
    return tuple(Cell(house="H01", wallet="W3", mosaic=m, amount=wh) for m, wh in due.items() if wh)


def row(revision: int, due: dict[int, int], *, taken: bool = False) -> ClearingRow:
    """A retirement as it is stored; one that was taken over knows only what the chain has."""
    name = named(revision)
    part = ClearedPart(
        part=1,
        parts=1,
        height=3,
        transaction=bytes(32),
        root=bytes(32),
        audit_head=bytes(32),
        cells=cells(due),
    )
    decided = Clearing(name=name, bills=(("H03", revision + 1, "ab"),), cells=(cells(due),))
    body = msgspec.json.encode(Clearing(name=name) if taken else decided)
    cleared = msgspec.json.encode(Cleared(name=name, parts=(part,)))
    return ClearingRow(1, "retirement", "2026-06", "H03", revision, body, cleared)


@given(st.lists(amounts, min_size=1, max_size=5), st.booleans())
def test_each_bill_is_due_what_those_before_it_were_not(
    added: list[dict[int, int]], taken: bool
) -> None:
    got: Counter[int] = Counter()
    before: Counter[int] = Counter()
    rows, all_got = [], []
    for revision, more in enumerate(added):
        got.update(more)
        due = {mosaic: max(0, got[mosaic] - before[mosaic]) for mosaic in MOSAICS}
        before.update(due)
        all_got.append(Counter(got))
        rows.append(row(revision, due, taken=taken and revision == 0))
    retired = Retired(rows)
    for revision, sums in enumerate(all_got):
        assert [*retired.differences(named(revision), sums)] == []
    last = len(all_got) - 1
    if not (taken and last == 0):
        wrong = all_got[-1] + Counter({1: 500})
        [found] = retired.differences(named(last), wrong)
        assert (found.house, int(found.expected) > int(found.found)) == ("H03", True)


def test_what_was_retired_of_another_mosaic_is_named() -> None:
    [first, second] = Retired([row(1, {2: 30})]).differences(named(1), {1: 30})
    assert first.text == (
        "the retirement of 2026-06 of H03 no. 2 is of 0 Wh of mosaic 0000000000000001; "
        "its bill's rows make 30"
    )
    assert (second.expected, second.found) == ("0", "30")


def test_what_does_not_read_or_is_not_there_is_left_to_others() -> None:
    broken = msgspec.structs.replace(row(0, {1: 30}), body=b"{}")
    assert [*Retired([broken]).differences(NAME, {1: 30})] == []
    assert [*Retired([]).differences(NAME, {1: 30})] == []
