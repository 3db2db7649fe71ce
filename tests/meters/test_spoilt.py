"""Spoilt telegrams and registers: no crash, and nothing is read that no sound meter would say."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.errors import MeterError
from console.meters.catalogue import load_profile
from console.meters.measurement import LARGEST_POWER_W, LARGEST_REGISTER_WH, Measurement
from console.meters.p1.telegram import TelegramReader
from console.meters.profile_schema import P1
from console.meters.sunspec.models import METERS, document, length_of
from tests.meters.p1.telegrams import KEY, encrypted, telegram
from tests.meters.sunspec.device import floating, whole

ANSWERS = {"slice": 1_000, "full": 30_000}[os.environ.get("SOAK", "full")]

SOUND = telegram()
UNCHECKED = SOUND[: SOUND.rindex(b"!") + 1] + b"\r\n"
FRAME = encrypted(SOUND)
OLD, NEW = load_profile("dsmr-p1-v2"), load_profile("dsmr-p1")
OPENER = TelegramReader(P1(encrypted=True), KEY)

BYTE = st.integers(0, 255) | st.sampled_from(b"()*.:-/!\r\n0123456789kWhNaEIf")
SPOTS = st.lists(st.tuples(st.integers(0, 10_000), BYTE), min_size=1, max_size=20)
WORDS = st.lists(
    st.tuples(
        st.integers(0, 69), st.integers(0, 0xFFFF) | st.sampled_from([0x8000, 0x7FC0, 0x7F80])
    ),
    max_size=12,
)


def spoil(content: bytes, spots: list[tuple[int, int]]) -> bytes:
    """Return a content with some bytes replaced."""
    changed = bytearray(content)
    for at, byte in spots:
        changed[at % len(changed)] = byte
    return bytes(changed)


def check(said: Measurement) -> None:
    """A reading is within what any house has."""
    assert 0 <= said.import_wh < LARGEST_REGISTER_WH
    assert said.export_wh is None or 0 <= said.export_wh < LARGEST_REGISTER_WH
    assert abs(said.power_w) < LARGEST_POWER_W


def check_telegrams(spots: list[tuple[int, int]]) -> None:
    """Without a checksum a wrong digit passes, with one 1 of 65,536; with a key nothing does."""
    for profile, content in ((OLD, UNCHECKED), (NEW, SOUND)):
        changed = spoil(content, spots)
        try:
            check(profile.read(changed))
        except MeterError:
            continue
    for frame in OPENER.stream().feed(spoil(FRAME, spots)):
        try:
            found = OPENER.document(frame)
        except MeterError:
            continue
        assert frame == FRAME
        check(NEW.read_answer(found))


def check_registers(model: int, spots: list[tuple[int, int]]) -> None:
    """Whatever stands in a meter's registers."""
    words = whole(model) if model < 210 else floating(model)
    for at, word in spots:
        words[at] = word
    try:
        said = load_profile("sunspec").read_answer(document(model, words[: length_of(model)]))
    except MeterError:
        return
    check(said)


@settings(max_examples=60)
@given(SPOTS)
def test_spoilt_telegrams_make_no_reading(spots: list[tuple[int, int]]) -> None:
    check_telegrams(spots)


@settings(max_examples=60)
@given(st.sampled_from(METERS), WORDS)
def test_spoilt_registers_make_no_reading(model: int, spots: list[tuple[int, int]]) -> None:
    check_registers(model, spots)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=ANSWERS, suppress_health_check=list(HealthCheck))
@given(SPOTS)
def test_many_spoilt_telegrams_make_no_reading(spots: list[tuple[int, int]]) -> None:
    check_telegrams(spots)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=ANSWERS, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(METERS), WORDS)
def test_many_spoilt_registers_make_no_reading(model: int, spots: list[tuple[int, int]]) -> None:
    check_registers(model, spots)
