"""Houses of a made-up street are probed at any hour, sound and spoilt; nonsense ends nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.meters.catalogue import load_profile
from console.meters.measurement import Measurement
from console.meters.probing.evidence import Evidence
from console.meters.probing.judgement import judge
from console.meters.simulated import SimulatedStreet, answer_of, demo_street
from console.model.probe import Flaw, Outcome, Verdict
from tests.meters.probing.house import START, Change

HOUSES = [f"test{number}" for number in range(1, 7)]
PROFILE = load_profile("homewizard-v1")
PACE = timedelta(seconds=5)


@pytest.fixture(scope="module")
def street() -> SimulatedStreet:
    return demo_street(HOUSES, 7, 60.2, 24.9)


def probed(
    street: SimulatedStreet, house: str, hour: int, change: Change = lambda said: said
) -> list[Verdict]:
    """Return what is said of a house's meter after each minute of ten."""
    now = datetime(2026, 6, 21, hour, 7, tzinfo=UTC)
    said = change(PROFILE.read(answer_of(house, street.meter(house, now))))
    evidence = Evidence(now, said, PACE.total_seconds())
    verdicts = []
    for look in range(1, 121):
        now += PACE
        evidence.take(now, change(PROFILE.read(answer_of(house, street.meter(house, now)))))
        if look % 12 == 0:
            verdicts.append(judge(evidence))
    return verdicts


@pytest.mark.parametrize("hour", [2, 10, 17])
def test_a_whole_street_agrees_at_any_hour(street: SimulatedStreet, hour: int) -> None:
    for house in HOUSES:
        verdicts = probed(street, house, hour)
        assert all(verdict.faults == () for verdict in verdicts)
        assert verdicts[-1].outcome is Outcome.AGREES


def other_sign(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, power_w=-said.power_w)


def thousandth(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, power_w=said.power_w / 1000)


@pytest.mark.parametrize(
    ("change", "named"),
    [(other_sign, {Flaw.SIGN, Flaw.SIGN_OR_SWAP}), (thousandth, {Flaw.UNIT})],
)
def test_a_fault_of_any_house_is_named(
    street: SimulatedStreet, change: Change, named: set[Flaw]
) -> None:
    for house in HOUSES:
        last = probed(street, house, 17, change)[-1]
        assert {fault.kind for fault in last.faults} <= named
        assert len(last.faults) == 1


def seldom(street: SimulatedStreet, house: str, hour: int, change: Change) -> list[Verdict]:
    """Return what is said of a house's meter at each of its messages, one in five minutes."""
    now = datetime(2026, 6, 21, hour, 7, tzinfo=UTC)
    said = change(PROFILE.read(answer_of(house, street.meter(house, now))))
    evidence = Evidence(now, said, 2, listens=True, every=300)
    verdicts = []
    for _ in range(4):
        now += timedelta(seconds=300)
        evidence.take(now, change(PROFILE.read(answer_of(house, street.meter(house, now)))))
        verdicts.append(judge(evidence))
    return verdicts


@pytest.mark.parametrize("hour", [2, 10, 17])
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda said: said, set()),
        (other_sign, {Flaw.SIGN, Flaw.SIGN_OR_SWAP}),
        (thousandth, {Flaw.UNIT}),
    ],
)
def test_a_meter_that_speaks_every_five_minutes_is_judged_and_never_accused_of_another_fault(
    street: SimulatedStreet, hour: int, change: Change, named: set[Flaw]
) -> None:
    told = [seldom(street, house, hour, change) for house in HOUSES]
    kinds = {fault.kind for one in told for verdict in one for fault in verdict.faults}
    assert kinds <= named
    wanted = Outcome.FAULT if named else Outcome.AGREES
    assert wanted in {one[-1].outcome for one in told}
    assert {one[-1].outcome for one in told} <= {wanted, Outcome.UNDECIDED}


REGISTERS = st.decimals(0, 10**12, places=3) | st.sampled_from([Decimal(0), Decimal("1E-30")])
SAID = st.builds(
    Measurement,
    import_wh=REGISTERS,
    export_wh=REGISTERS,
    power_w=st.decimals(-(10**7), 10**7, places=2) | st.just(Decimal(0)),
)
GAPS = st.integers(-(10**10), 10**10) | st.integers(0, 5_000_000)


@settings(deadline=None)
@given(SAID, st.lists(st.tuples(GAPS, SAID), max_size=30), st.none() | st.booleans())
def test_whatever_a_meter_says_there_is_a_verdict(
    first: Measurement, then: list[tuple[int, Measurement]], taking: bool | None
) -> None:
    now = START
    evidence = Evidence(now, first, 2)
    for microseconds, said in then:
        now += timedelta(microseconds=microseconds)
        evidence.take(now, said)
        verdict = judge(evidence, taking=taking)
        assert verdict.text
        assert verdict.seconds >= 0
