from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import MeterError
from console.meters.simulated import SimulatedStreet, demo_street
from console.meters.source import Playground

IDS = [f"test{number}" for number in range(1, 13)]
NOON = datetime(2026, 6, 21, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def demo(seed: int = 1, season: str = "summer") -> SimulatedStreet:
    return demo_street(IDS, seed, 60.2, 24.66, season)


def giving_w(street: SimulatedStreet, now: datetime) -> int:
    powers = (street.meter(house, now).power_w for house in street.houses)
    return -sum(power for power in powers if power < 0)


@pytest.mark.parametrize("seed", range(1, 9))
def test_at_midsummer_noon_roofs_have_some_twelve_kilowatts_to_spare(seed: int) -> None:
    street = demo(seed)
    assert len(street.producers) == 4
    assert 7_000 < giving_w(street, NOON) < 18_000
    for house in set(street.houses) - set(street.producers):
        assert 300 <= street.meter(house, NOON).power_w <= 2_500


def test_the_demos_own_street_is_the_one_of_the_pictures() -> None:
    assert demo().producers == ("test2", "test5", "test9", "test10")
    assert giving_w(demo(), NOON) == pytest.approx(12_000, abs=1_000)


@given(st.lists(st.sampled_from([*IDS, "roof", "east", "h1", "7", "Z9"]), unique=True, min_size=1))
@settings(max_examples=15)
def test_neighbours_who_come_or_go_change_nothing_in_a_house(houses: list[str]) -> None:
    one = demo_street(houses, 1, 60.2, 24.66)
    alone = [demo_street([house], 1, 60.2, 24.66).meter(house, NOON) for house in houses]
    assert [one.meter(house, NOON) for house in houses] == alone


def test_by_night_nobody_exports() -> None:
    street = demo()
    dusk = datetime(2026, 6, 21, 20, 30, tzinfo=UTC)
    for house in street.houses:
        before, after = (
            street.meter(house, dusk),
            street.meter(house, dusk + 3 * timedelta(0, 3600)),
        )
        assert before.export_wh == after.export_wh
        assert before.import_wh < after.import_wh


def test_a_winters_day_has_little_sun() -> None:
    noon = datetime(2026, 12, 21, 10, 20, tzinfo=UTC)
    assert giving_w(demo(season="winter"), noon) < giving_w(demo(), NOON) / 4


@given(st.lists(st.integers(0, 40 * 3600 * 1000), min_size=1, max_size=12), st.integers(1, 3))
@settings(max_examples=15)
def test_registers_are_the_same_however_often_and_in_whichever_order_asked(
    offsets: list[int], seed: int
) -> None:
    street, other = demo(seed), demo(seed)
    instants = [NOON + timedelta(milliseconds=offset) for offset in offsets]
    for house in ("test1", street.producers[0]):
        shown = {instant: street.meter(house, instant) for instant in instants}
        assert all(other.meter(house, at) == shown[at] for at in sorted(instants))
        imports = [shown[at].import_wh for at in sorted(instants)]
        exports = [shown[at].export_wh for at in sorted(instants)]
        assert imports == sorted(imports)
        assert exports == sorted(exports)


def test_power_over_time_is_the_registers_difference() -> None:
    street = demo()
    for house in street.houses:
        powers = [street.meter(house, NOON + number * MINUTE).power_w for number in range(60)]
        start, end = street.meter(house, NOON), street.meter(house, NOON + 60 * MINUTE)
        assert end.import_wh - start.import_wh == pytest.approx(
            sum(power for power in powers if power > 0) / 60, abs=1
        )
        assert end.export_wh - start.export_wh == pytest.approx(
            -sum(power for power in powers if power < 0) / 60, abs=1
        )


def test_a_cloud_takes_from_all_roofs_from_its_instant_on_and_passes() -> None:
    street, calm = demo(), demo()
    now = NOON + timedelta(seconds=23, milliseconds=7)
    earlier = street.meter(street.producers[0], now - MINUTE)
    street.cloud(now)
    assert street.meter(street.producers[0], now - MINUTE) == earlier
    for house in street.producers:
        assert street.meter(house, now).export_wh == calm.meter(house, now).export_wh
        assert street.meter(house, now).power_w > calm.meter(house, now).power_w + 1_000
        after = now + timedelta(minutes=10)
        assert street.meter(house, after).power_w == calm.meter(house, after).power_w
        assert street.meter(house, after).export_wh < calm.meter(house, after).export_wh


def test_an_effect_is_in_the_registers_of_days_that_were_asked_before_it() -> None:
    street, calm = demo(), demo()
    house, tomorrow = street.producers[0], NOON + timedelta(days=1)
    street.meter(house, tomorrow)
    street.cloud(NOON)
    less = calm.meter(house, tomorrow).export_wh - street.meter(house, tomorrow).export_wh
    today = NOON + timedelta(minutes=10)
    lost = calm.meter(house, today).export_wh - street.meter(house, today).export_wh
    assert less == pytest.approx(lost, abs=1)
    assert lost > 100


def test_a_car_charges_for_an_hour_at_a_consumer() -> None:
    street, calm = demo(), demo()
    now = NOON + timedelta(seconds=5)
    house = street.plug_in(now)
    assert house is not None
    assert house not in street.producers
    assert street.charging(house, now)
    assert not street.charging(house, now + timedelta(hours=1))
    taken = street.meter(house, now).power_w - calm.meter(house, now).power_w
    assert taken in (7_400, 11_000)
    end = now + timedelta(hours=2)
    more = street.meter(house, end).import_wh - calm.meter(house, end).import_wh
    assert more == pytest.approx(taken, abs=1)


def test_cars_go_to_different_houses_until_all_charge() -> None:
    street = demo()
    charging = [street.plug_in(NOON) for _ in range(12)]
    assert sorted(house for house in charging if house) == sorted(street.houses)
    assert set(charging[:8]).isdisjoint(street.producers)
    assert street.plug_in(NOON) is None
    assert street.plug_in(NOON + timedelta(hours=2)) is not None


def test_effects_are_the_same_for_the_same_commands_whatever_was_asked_between() -> None:
    street, other = demo(), demo()
    draw = random.Random(4)
    for number in range(6):
        now = NOON + timedelta(seconds=draw.randrange(400) + 500 * number)
        for one in (street, other):
            one.cloud(now)
            one.plug_in(now + MINUTE)
        for house in street.houses:
            street.meter(house, now + timedelta(seconds=30))
    end = NOON + timedelta(hours=20)
    assert [street.meter(house, end) for house in IDS] == [other.meter(house, end) for house in IDS]


def test_night_is_told_with_its_end() -> None:
    playground: Playground = demo()
    assert playground.dark_until(NOON) is None
    dawn = playground.dark_until(datetime(2026, 6, 21, 21, 30, tzinfo=UTC))
    assert dawn is not None
    assert (
        datetime(2026, 6, 22, 0, 40, tzinfo=UTC) < dawn < datetime(2026, 6, 22, 1, 20, tzinfo=UTC)
    )
    polar = demo_street(IDS, 1, 75.0, 20.0, "winter")
    assert polar.dark_until(datetime(2026, 12, 21, 12, tzinfo=UTC)) is None


@pytest.mark.parametrize("count", [3, 4, 5, 100])
def test_about_a_third_of_any_street_has_roofs(count: int) -> None:
    street = demo_street([f"h{number}" for number in range(count)], 1, 60.2, 24.66)
    assert count / 5 <= len(street.producers) <= count / 2


def test_what_the_street_does_not_know_is_refused() -> None:
    with pytest.raises(MeterError):
        demo().meter("test99", NOON)
    with pytest.raises(MeterError):
        demo().meter("test1", NOON - timedelta(days=2))


def test_days_of_23_and_25_hours_lose_nothing() -> None:
    for start in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        street = SimulatedStreet(["a", "b"], 1, latitude=60.2, longitude=24.66, start=start)
        registers = [street.meter("a", start + hour * 60 * MINUTE).import_wh for hour in range(60)]
        steps = [after - before for before, after in itertools.pairwise(registers)]
        assert all(0 <= step < 17_250 for step in steps)
