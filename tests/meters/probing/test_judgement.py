"""A planted fault is named, and a sound meter is never accused."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.meters.measurement import Measurement
from console.meters.probing.evidence import Evidence
from console.meters.probing.judgement import judge
from console.model.probe import Flaw, Outcome, Verdict
from tests.meters.probing.house import START, Change, Meter, Phases, watched

PACE = Decimal(2)
TEN_MINUTES = 600
TAKES = Phases([(0, 700, 0, 0), (100, 2600, 0, 0), (220, 800, 0, 0)])
GIVES = Phases([(0, -2200, 0, 0), (200, -1500, 0, 0), (400, -2500, 0, 0)])
SUM_OF_PHASES = Phases([(0, 500, 300, -2000), (300, 600, 300, -2100)])


def probed(
    house: Phases,
    meter: Meter,
    change: Change = lambda said: said,
    *,
    seconds: int = TEN_MINUTES,
    pace: Decimal = PACE,
    taking: bool | None = None,
) -> Verdict:
    evidence: Evidence | None = None
    for at, said in watched(house, meter, seconds=seconds, pace=pace, change=change):
        if evidence is None:
            evidence = Evidence(at, said, float(pace))
        else:
            evidence.take(at, said)
    return judge(evidence, taking=taking)


def kinds(verdict: Verdict) -> list[Flaw]:
    return [fault.kind for fault in verdict.faults]


def other_sign(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, power_w=-said.power_w)


def swapped(said: Measurement) -> Measurement:
    assert said.export_wh is not None
    return msgspec.structs.replace(said, import_wh=said.export_wh, export_wh=said.import_wh)


def in_unit(factor: str) -> Change:
    scale = Decimal(factor)

    def change(said: Measurement) -> Measurement:
        export = None if said.export_wh is None else said.export_wh * scale
        return msgspec.structs.replace(said, import_wh=said.import_wh * scale, export_wh=export)

    return change


def power_in(factor: str) -> Change:
    def change(said: Measurement) -> Measurement:
        return msgspec.structs.replace(said, power_w=said.power_w * Decimal(factor))

    return change


def stuck(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, import_wh=Decimal(4812301))


def both(*changes: Change) -> Change:
    def change(said: Measurement) -> Measurement:
        for one in changes:
            said = one(said)
        return said

    return change


METER = Meter()
CONSUMER = Meter(export_wh=Decimal(0))
ONE_WAY = Meter(export_wh=None)


@pytest.mark.parametrize("house", [TAKES, GIVES])
@pytest.mark.parametrize("meter", [METER, CONSUMER, Meter(step_wh=Decimal("0.1"))])
def test_a_sound_meter_agrees(house: Phases, meter: Meter) -> None:
    verdict = probed(house, meter)
    assert verdict.outcome is Outcome.AGREES
    assert "agree" in verdict.text
    assert verdict.sure


def test_a_meter_without_an_export_register_agrees() -> None:
    verdict = probed(TAKES, ONE_WAY)
    assert verdict.outcome is Outcome.AGREES
    assert verdict.counted.export_wh is None


@pytest.mark.parametrize(
    ("house", "meter", "change", "named"),
    [
        (TAKES, CONSUMER, other_sign, [Flaw.SIGN]),
        (TAKES, CONSUMER, swapped, [Flaw.SWAP]),
        (TAKES, METER, other_sign, [Flaw.SIGN_OR_SWAP]),
        (TAKES, METER, swapped, [Flaw.SIGN_OR_SWAP]),
        (GIVES, METER, swapped, [Flaw.SIGN_OR_SWAP]),
        (TAKES, ONE_WAY, other_sign, [Flaw.SIGN_OR_SWAP]),
        (TAKES, METER, in_unit("1000"), [Flaw.UNIT]),
        (GIVES, METER, in_unit("1000"), [Flaw.UNIT]),
        (TAKES, METER, in_unit("0.001"), [Flaw.UNIT]),
        (TAKES, METER, power_in("0.001"), [Flaw.UNIT]),
        (TAKES, METER, power_in("1000"), [Flaw.UNIT]),
        (TAKES, METER, in_unit("60"), [Flaw.UNIT]),
        (TAKES, CONSUMER, both(other_sign, in_unit("1000")), [Flaw.SIGN, Flaw.UNIT]),
        (TAKES, METER, stuck, [Flaw.STUCK]),
        (TAKES, METER, in_unit("0.33"), [Flaw.MISMATCH]),
        (SUM_OF_PHASES, msgspec.structs.replace(METER, balanced=False), lambda said: said,
         [Flaw.PER_PHASE]),
    ],
)  # fmt: skip
def test_a_planted_fault_is_named(
    house: Phases, meter: Meter, change: Callable[[Measurement], Measurement], named: list[Flaw]
) -> None:
    verdict = probed(house, meter, change)
    assert kinds(verdict) == named
    assert verdict.outcome is Outcome.FAULT
    assert all(fault.text and fault.advice for fault in verdict.faults)


@pytest.mark.parametrize(
    ("change", "taking", "named"),
    [
        (other_sign, True, [Flaw.SIGN]),
        (swapped, True, [Flaw.SWAP]),
        (both(other_sign, swapped), True, [Flaw.REVERSED]),
        (lambda said: said, True, []),
        (lambda said: said, False, [Flaw.REVERSED]),
    ],
)
def test_who_knows_whether_the_house_takes_is_told_more(
    change: Change, taking: bool, named: list[Flaw]
) -> None:
    assert kinds(probed(TAKES, METER, change, taking=taking)) == named


@pytest.mark.parametrize(
    ("change", "at_fault"),
    [
        (in_unit("1000"), "registers have a wrong unit (Wh told as kWh)"),
        (in_unit("0.001"), "registers have a wrong unit (kWh told as Wh)"),
        (power_in("0.001"), "power has a wrong unit (kW told as W)"),
        (power_in("1000"), "power has a wrong unit (mW told as W)"),
    ],
)
def test_the_unit_at_fault_is_the_one_that_no_house_has(change: Change, at_fault: str) -> None:
    assert at_fault in probed(TAKES, METER, change).text


def test_a_register_that_falls_and_comes_back_is_told_with_its_values() -> None:
    seen = iter(range(10_000))

    def reads_zero_once(said: Measurement) -> Measurement:
        if next(seen) == 50:
            return msgspec.structs.replace(said, import_wh=Decimal(0))
        return said

    verdict = probed(TAKES, METER, reads_zero_once)
    assert kinds(verdict) == [Flaw.FELL]
    assert "to 0 Wh and came back" in verdict.text
    assert verdict.counted.import_wh == pytest.approx(verdict.flowed.import_wh, abs=3)


def test_what_flows_in_a_gap_is_counted_on_neither_side() -> None:
    evidence: Evidence | None = None
    for at, said in watched(TAKES, METER, seconds=TEN_MINUTES, pace=PACE):
        if evidence is None:
            evidence = Evidence(at, said, float(PACE))
        elif not 100 < (at.minute * 60 + at.second) < 300:
            evidence.take(at, said)
    verdict = judge(evidence)
    assert verdict.outcome is Outcome.AGREES
    assert verdict.seconds == TEN_MINUTES - 200


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_spoils_nothing(hours: int) -> None:
    evidence: Evidence | None = None
    for at, said in watched(TAKES, METER, seconds=TEN_MINUTES, pace=PACE):
        if evidence is None:
            evidence = Evidence(at, said, float(PACE))
        else:
            set_at = timedelta(hours=hours if at > START + timedelta(minutes=3) else 0)
            evidence.take(at + set_at, said)
    verdict = judge(evidence)
    assert verdict.outcome is Outcome.AGREES
    assert verdict.seconds == TEN_MINUTES - PACE


@pytest.mark.parametrize(
    ("meter", "seconds"),
    [(METER, 10), (Meter(step_wh=Decimal(1000), import_wh=Decimal(4812000)), TEN_MINUTES)],
)
def test_too_little_is_said_to_be_too_little(meter: Meter, seconds: int) -> None:
    verdict = probed(TAKES, meter, seconds=seconds)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "not yet enough energy to say" in verdict.text.lower()
    assert not verdict.sure


@pytest.mark.parametrize(
    ("every", "usual", "outcome"),
    [
        (10, 10, Outcome.AGREES),
        (300, 300, Outcome.AGREES),
        (300, 10, Outcome.UNDECIDED),
    ],
)
def test_a_meter_that_speaks_by_itself_has_its_own_pace(
    every: int, usual: int, outcome: Outcome
) -> None:
    evidence: Evidence | None = None
    for at, said in watched(TAKES, METER, seconds=2 * TEN_MINUTES, pace=Decimal(every)):
        if evidence is None:
            evidence = Evidence(at, said, 2, listens=True, every=usual)
        else:
            evidence.take(at, said)
    verdict = judge(evidence)
    assert verdict.outcome is outcome
    assert outcome is Outcome.AGREES or "too far apart" in verdict.text


def test_nothing_is_said_before_a_reading() -> None:
    assert judge(None).outcome is Outcome.UNDECIDED


MANY = {"slice": 1_000, "full": 20_000}[os.environ.get("SOAK", "full")]
POWER = st.integers(-6000, 9000)
LENGTHS = st.integers(1, 200)


@st.composite
def houses(draw: st.DrawFn) -> Phases:
    """A house with kettles, clouds and pumps on every phase."""
    steps, at = [], 0
    for length in draw(st.lists(LENGTHS, min_size=1, max_size=40)):
        steps.append((at, draw(POWER), draw(POWER), draw(POWER)))
        at += length
    return Phases(steps)


METERS = st.builds(
    Meter,
    import_wh=st.integers(0, 10**8).map(Decimal),
    export_wh=st.none() | st.just(Decimal(0)) | st.integers(0, 10**8).map(Decimal),
    step_wh=st.sampled_from([Decimal("0.01"), Decimal("0.1"), Decimal(1), Decimal(10)]),
    renewed_s=st.sampled_from([Decimal(1), Decimal(2), Decimal(5), Decimal(10), Decimal(60)]),
    late_s=st.sampled_from([Decimal(0), Decimal(0), Decimal(10), Decimal(30), Decimal(60)]),
    gain=st.sampled_from([Decimal("0.97"), Decimal(1), Decimal("1.03")]),
)
PACES = st.sampled_from([Decimal(1), Decimal(2), Decimal(5), Decimal(10), Decimal(60)])
SECONDS = st.integers(10, 1800)


@settings(max_examples=100, deadline=None)
@given(houses(), METERS, SECONDS, PACES)
def test_a_sound_meter_is_never_accused(
    house: Phases, meter: Meter, seconds: int, pace: Decimal
) -> None:
    assert probed(house, meter, seconds=seconds, pace=pace).faults == ()


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(houses(), METERS, SECONDS, PACES)
def test_of_many_sound_meters_none_is_ever_accused(
    house: Phases, meter: Meter, seconds: int, pace: Decimal
) -> None:
    assert probed(house, meter, seconds=seconds, pace=pace).faults == ()


FAULTS: dict[Flaw, Change] = {
    Flaw.SIGN: other_sign,
    Flaw.SWAP: swapped,
    Flaw.UNIT: in_unit("1000"),
    Flaw.STUCK: stuck,
    Flaw.PER_PHASE: lambda said: said,
}
MAY_BE = {
    Flaw.SIGN: {Flaw.SIGN, Flaw.SIGN_OR_SWAP},
    Flaw.SWAP: {Flaw.SWAP, Flaw.SIGN_OR_SWAP},
    Flaw.UNIT: {Flaw.UNIT},
    Flaw.STUCK: {Flaw.STUCK},
    Flaw.PER_PHASE: {Flaw.PER_PHASE},
}


FAULTY = (
    st.sampled_from(sorted(FAULTS)),
    houses(),
    st.builds(
        Meter,
        step_wh=st.sampled_from([Decimal("0.1"), Decimal(1)]),
        renewed_s=st.sampled_from([Decimal(1), Decimal(5)]),
    ),
    PACES,
)


def named(planted: Flaw, house: Phases, meter: Meter, pace: Decimal) -> set[Flaw]:
    meter = msgspec.structs.replace(meter, balanced=planted is not Flaw.PER_PHASE)
    return set(kinds(probed(house, meter, FAULTS[planted], seconds=900, pace=pace)))


@settings(max_examples=80, deadline=None)
@given(*FAULTY)
def test_a_fault_is_named_as_itself_or_not_yet(
    planted: Flaw, house: Phases, meter: Meter, pace: Decimal
) -> None:
    assert named(planted, house, meter, pace) <= MAY_BE[planted]


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(*FAULTY)
def test_of_many_faults_each_is_named_as_itself_or_not_yet(
    planted: Flaw, house: Phases, meter: Meter, pace: Decimal
) -> None:
    assert named(planted, house, meter, pace) <= MAY_BE[planted]


def test_phases_that_nearly_balance_are_not_taken_for_another_meter() -> None:
    house = Phases([(0, 0, 0, 0), (2, 0, -38, 535), (21, 0, 0, 1)])
    apart = Meter(step_wh=Decimal("0.1"), balanced=False)
    assert probed(house, apart, seconds=900).faults == ()


def test_a_register_that_may_stand_is_not_taken_for_the_other_one() -> None:
    house = Phases([(0, 0, 0, 0), (23, 0, 0, -126), (89, 0, 0, 0), (93, 0, 0, 13)])
    meter = Meter(step_wh=Decimal("0.1"))
    assert probed(house, meter, stuck, seconds=900, pace=Decimal(60)).faults == ()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(MAY_BE.keys() - {Flaw.PER_PHASE})),
    st.integers(300, 9000),
    st.sampled_from([PACE, Decimal(5)]),
)
def test_under_a_steady_load_every_fault_is_named(planted: Flaw, watts: int, pace: Decimal) -> None:
    house = Phases([(0, watts, 0, 0), (300, watts + 500, 0, 0)])
    verdict = probed(house, METER, FAULTS[planted], pace=pace)
    assert set(kinds(verdict)) <= MAY_BE[planted]
    assert len(verdict.faults) == 1


@pytest.mark.parametrize(
    ("change", "meter", "house", "after"),
    [
        (lambda said: said, METER, TAKES, 120),
        (other_sign, METER, TAKES, 60),
        (stuck, METER, TAKES, 300),
        (lambda said: said, Meter(balanced=False), SUM_OF_PHASES, 120),
    ],
)
def test_a_verdict_is_sure_once_watching_on_is_of_no_use(
    change: Change, meter: Meter, house: Phases, after: int
) -> None:
    assert not probed(house, meter, change, seconds=after - 20).sure
    assert probed(house, meter, change, seconds=after + 20).sure


def test_a_register_that_stands_is_told_before_it_is_called_stuck() -> None:
    verdict = probed(TAKES, METER, stuck, seconds=100)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "No register has moved yet, although" in verdict.text
