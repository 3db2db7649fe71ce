from __future__ import annotations

import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import ConfigError, MeterError
from console.meters.catalogue import load_profile
from console.meters.p1.telegram import MOST_BYTES, PlainStream, TelegramReader
from console.meters.profile_schema import P1
from tests.meters.p1.telegrams import KEY, encrypted, signed, telegram

READER = TelegramReader(P1())
CIPHERED = P1(encrypted=True)
WHOLE = telegram()


def test_a_telegram_tells_registers_power_time_and_the_printed_number() -> None:
    said = READER.document(WHOLE)
    assert said["ELECTRICITY_USED_TARIFF_1"] == Decimal("6.825")
    assert said["CURRENT_ELECTRICITY_USAGE"] == Decimal("0.244")
    assert said["P1_MESSAGE_TIMESTAMP"] == "2026-06-21T09:00:02+00:00"
    assert said["EQUIPMENT_IDENTIFIER"] == "K8EG004046395507"
    assert "ELECTRICITY_IMPORTED_TOTAL" not in said


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_wrong_byte_anywhere_refuses_it(at: int, flip: int) -> None:
    wrong = WHOLE[:at] + bytes([WHOLE[at] ^ flip]) + WHOLE[at + 1 :]
    with pytest.raises(MeterError):
        READER.stored(wrong)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=20), st.binary(max_size=200))
def test_a_stream_is_cut_however_it_comes(sizes: list[int], before: bytes) -> None:
    others = [telegram(second=second) for second in range(3)]
    # noise that begins as an encrypted telegram is taken for one
    data = before.replace(b"!", b"").replace(b"\xdb", b"") + WHOLE[:300] + b"".join(others)
    stream = PlainStream()
    found: list[bytes] = []
    while data:
        size = sizes[0]
        sizes = [*sizes[1:], size]
        found += stream.feed(data[:size])
        data = data[size:]
    assert found == others


def test_a_stream_that_never_ends_a_telegram_is_refused_in_time() -> None:
    stream = PlainStream()
    assert list(stream.feed(b"/" * MOST_BYTES)) == []
    with pytest.raises(MeterError, match="no telegram"):
        list(stream.feed(b"/"))
    assert list(stream.feed(WHOLE)) == [WHOLE]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1-0:1.8.0(000006.825*m3)\r\n", "unit 'm3'"),
        ("1-0:1.8.0(NaN*kWh)\r\n", "no number"),
        ("1-0:1.8.0(a*b*kWh)\r\n", "cannot be read"),
        ("1-0:1.8.0(12..5*kWh)\r\n", "cannot be read"),
        ("1-0:1.8.0(1)(2*kWh)\r\n", "cannot be read"),
    ],
)
def test_a_line_that_cannot_be_refuses_it_all(line: str, reason: str) -> None:
    with pytest.raises(MeterError, match=reason):
        READER.document(telegram(lines=line))


def test_a_total_of_all_tariffs_stands_before_the_tariffs() -> None:
    said = load_profile("dsmr-p1").read(telegram(lines="1-0:1.8.0(009000*Wh)\r\n"))
    assert (said.import_wh, said.export_wh) == (Decimal(9000), Decimal(2444))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no telegram"),
        (b'{"a":1}', "no telegram"),
        (WHOLE[:200], "no telegram"),
        (WHOLE.replace(b"\r\n", b"\n"), "CR LF"),
        (signed(b"/x\r\n\r\n!"), "is missing"),
        (WHOLE.replace(b"006.825", b"006.826"), "checksum is wrong"),
        (encrypted(WHOLE), "encrypted"),
    ],
)
def test_a_stored_telegram_that_cannot_be_is_refused_with_its_reason(
    content: bytes, reason: str
) -> None:
    with pytest.raises(MeterError, match=reason):
        load_profile("dsmr-p1").read(content)


def test_a_checksum_is_never_left_unread() -> None:
    with pytest.raises(MeterError, match="those of dsmr-p1"):
        load_profile("dsmr-p1-v2").read(WHOLE)


def test_an_encrypted_telegram_opens_with_its_key_alone() -> None:
    frame = encrypted(WHOLE)
    reader = TelegramReader(CIPHERED, KEY)
    cut = list(reader.stream().feed(b"noise" + frame + frame[:50]))
    assert cut == [frame]
    assert reader.document(cut[0]) == READER.document(WHOLE)
    with pytest.raises(MeterError, match="does not open"):
        TelegramReader(CIPHERED, KEY[::-1]).document(frame)
    with pytest.raises(MeterError, match="checksum"):
        reader.document(encrypted(WHOLE.replace(b"006.825", b"006.826")))


@given(st.integers(0, len(encrypted(WHOLE)) - 1), st.integers(1, 255))
def test_one_wrong_byte_of_an_encrypted_telegram_makes_no_reading(at: int, flip: int) -> None:
    frame = encrypted(WHOLE)
    reader = TelegramReader(CIPHERED, KEY)
    wrong = frame[:at] + bytes([frame[at] ^ flip]) + frame[at + 1 :]
    for telegram_ in reader.stream().feed(wrong):
        with pytest.raises(MeterError):
            reader.document(telegram_)


@pytest.mark.parametrize(
    ("secret", "reason"),
    [("", "no secret"), ("hunter2", "no key"), (f"{KEY}:hunter2", "no key"), (KEY + "0", "no key")],
)
def test_a_key_that_is_none_is_refused_and_not_repeated(secret: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        TelegramReader(CIPHERED, secret)
    assert "hunter2" not in caught.value.paragraph


def test_a_key_that_opens_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="takes no secret"):
        TelegramReader(P1(), KEY)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dsmr_parser", None)
    with pytest.raises(ConfigError, match="the extra p1") as caught:
        TelegramReader(P1())
    assert "mosaic-console[p1]" in caught.value.paragraph
