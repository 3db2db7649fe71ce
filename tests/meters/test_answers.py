"""Each captured answer is read over real HTTP, behind its meter's authentication."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.errors import MeterDenied, MeterError
from console.meters.catalogue import load_table, profile_names
from console.meters.http import HttpMeter
from console.meters.measurement import Measurement
from console.meters.profile import Profile
from console.meters.profile_schema import Sample
from tests.meters.guarded import SECRET
from tests.meters.samples import parts_of, parts_of_answer

CASES = [
    pytest.param(name, test, id=f"{name}-{test.sample or index}")
    for name in profile_names()
    for index, test in enumerate(load_table(name).tests)
    if load_table(name).http is not None
]


@pytest.mark.parametrize(("name", "test"), CASES)
async def test_every_answer_is_read_behind_its_authentication(
    guarded: Callable[..., object], name: str, test: Sample
) -> None:
    profile = Profile(name, load_table(name), test.params)
    names = list(profile.paths)
    parts = (
        parts_of_answer(test.answer, names) if test.answer else parts_of(test.sample or "", names)
    )
    if parts is None:
        pytest.skip("the sample is not at hand")
    auth = profile.http.auth
    url = await guarded(auth, {profile.paths[key]: parts[key] for key in names})  # type: ignore[misc]
    meter = HttpMeter("test1", profile, str(url), secret=SECRET)
    for _ in range(2):
        said = await meter.read()
        assert said.import_wh == Decimal(test.import_wh)
        assert said.export_wh == (None if test.export_wh is None else Decimal(test.export_wh))
        assert said.power_w == Decimal(test.power_w)
    await meter.close()
    if auth != "none":
        stranger = HttpMeter("test1", profile, str(url), secret="admin:zebra9")
        with pytest.raises(MeterDenied) as caught:
            await stranger.read()
        assert "zebra9" not in caught.value.paragraph
        await stranger.close()


async def test_a_meter_that_repeats_its_secret_does_not_tell_it(
    guarded: Callable[..., object],
) -> None:
    profile = Profile("powerfox-local", load_table("powerfox-local"))
    body = b'{"values":[{"obis":"1.8.0","value":"admin:h.nter2"}]}'
    url = await guarded("header:X-API-KEY", {"/value": body})  # type: ignore[misc]
    meter = HttpMeter("test1", profile, str(url), secret=SECRET)
    with pytest.raises(MeterError) as caught:
        await meter.read()
    assert SECRET not in caught.value.paragraph
    await meter.close()


FUZZED = [
    (name, test)
    for name in profile_names()
    for test in load_table(name).tests
    if test.answer and load_table(name).http is not None
]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
JUNK: st.SearchStrategy[object] = (
    st.none()
    | st.booleans()
    | st.text(max_size=6).filter(lambda text: not NUMBER.fullmatch(text))
    | st.just([])
    | st.just({})
)
"""No number: several meters write theirs in quotation marks."""
ANSWERS = {"slice": 3_000, "full": 100_000}[os.environ.get("SOAK", "full")]


def read_of(name: str, test: Sample, document: bytes) -> Measurement:
    return Profile(name, load_table(name), test.params).read(document)


def spoil(value: object, junk: object, steps: list[int]) -> object:
    """Return a document with one of its leaves replaced, found by steps."""
    if isinstance(value, dict) and value:
        key = sorted(value)[steps[0] % len(value)]
        return value | {key: spoil(value[key], junk, [*steps[1:], steps[0]])}
    if isinstance(value, list) and value:
        at = steps[0] % len(value)
        return [*value[:at], spoil(value[at], junk, [*steps[1:], steps[0]]), *value[at + 1 :]]
    return junk


def check_spoilt(name: str, test: Sample, junk: object, steps: list[int]) -> None:
    """Whatever one leaf becomes, each value is refused or is the sound one: never made up."""
    document = json.dumps(spoil(json.loads(test.answer or ""), junk, steps)).encode()
    try:
        said = read_of(name, test, document)
    except MeterError:
        return
    sound = {Decimal(test.import_wh), Decimal(test.power_w), Decimal(test.export_wh or 0)}
    assert {said.import_wh, said.power_w, said.export_wh or Decimal(0)} <= sound


STEPS = st.lists(st.integers(0, 20), min_size=4, max_size=8)


@settings(max_examples=150)
@given(st.sampled_from(FUZZED), JUNK, STEPS)
def test_a_spoilt_answer_makes_no_reading(
    case: tuple[str, Sample], junk: object, steps: list[int]
) -> None:
    check_spoilt(*case, junk, steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=ANSWERS, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FUZZED), JUNK, STEPS)
def test_a_hundred_thousand_spoilt_answers_make_no_reading(
    case: tuple[str, Sample], junk: object, steps: list[int]
) -> None:
    check_spoilt(*case, junk, steps)
