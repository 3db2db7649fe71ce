"""What the words of an answer mean, and which mean nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.chain import reading
from console.chain.codec import Kind
from console.chain.transaction_answers import TransactionInfo
from console.errors import ChainError


@pytest.mark.parametrize(
    ("text", "value"),
    [("6'000", 6_000), ("8'999'999'999'000'000", 8_999_999_999_000_000), ("7", 7)],
)
def test_grouped_numbers(text: str, value: int) -> None:
    assert reading.grouped(text) == value


@pytest.mark.parametrize("text", ["", "6'00", "'600", "6,000", "-1", "1e3", "6'000'", "٣"])
def test_no_grouped_numbers(text: str) -> None:
    with pytest.raises(ChainError):
        reading.grouped(text)


@pytest.mark.parametrize(
    ("text", "ms"),
    [("30s", 30_000), ("6h", 21_600_000), ("500ms", 500), ("2d", 172_800_000), ("1m", 60_000),
     ("1615853185s", 1_615_853_185_000)],
)  # fmt: skip
def test_time_spans(text: str, ms: int) -> None:
    assert reading.milliseconds(text) == ms


@pytest.mark.parametrize("text", ["", "s", "30", "30 s", "-1s", "1.5h", "3w", "9" * 20 + "s"])
def test_no_time_spans(text: str) -> None:
    with pytest.raises(ChainError):
        reading.milliseconds(text)


@given(st.integers(0, 2**64 - 1))
def test_numbers_and_ids_are_read_as_they_are_written(value: int) -> None:
    assert reading.count(str(value)) == value
    assert reading.id_64(f"{value:016X}") == reading.id_64(f"{value:016x}") == value


@pytest.mark.parametrize("text", ["", " 1", "+1", "1_0", "0x1", "²", "٣", str(2**64), "9" * 5000])
def test_no_numbers(text: str) -> None:
    with pytest.raises(ChainError):
        reading.count(text)


@pytest.mark.parametrize("text", ["0", "0g", " 0", "00 00", "0x00", "00" * 7, "00" * 9, "٣" * 16])
def test_no_ids(text: str) -> None:
    with pytest.raises(ChainError):
        reading.id_64(text)


def test_an_instant_beyond_the_calendar() -> None:
    with pytest.raises(ChainError):
        reading.instant(datetime(2026, 1, 1, tzinfo=UTC), 2**64 - 1)


@given(
    st.sampled_from(reading.RECORDED),
    st.dictionaries(
        st.sampled_from(
            ["recipientAddress", "mosaics", "message", "mosaicId", "delta", "action", "value",
             "sourceAddress", "amount", "targetAddress", "scopedMetadataKey", "valueSizeDelta"]
        ),
        st.one_of(
            st.none(), st.integers(), st.text(max_size=50), st.just("00" * 24), st.just("0" * 16),
            st.just([{"id": "0" * 16, "amount": "1"}]), st.just("5"),
        ),
    ),
)  # fmt: skip
def test_any_transaction_is_read_or_refused(kind: Kind, said: dict[str, object]) -> None:
    meta = {"height": "1", "index": 0, "aggregateHash": "00" * 32}
    raw = msgspec.json.encode({"id": "1", "meta": meta, "transaction": said})
    info = msgspec.json.decode(raw, type=TransactionInfo)
    with suppress(ChainError):
        reading.body_of(info, kind)
