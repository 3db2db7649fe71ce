from __future__ import annotations

from datetime import date, timedelta

import pytest

from console.meters.simulated.household import has_roof, outdoor_temperature, settle_in

SUNDAY = date(2026, 6, 21)
WINTER = date(2026, 12, 21)


def test_a_household_is_the_same_for_the_same_seed_house_and_day() -> None:
    one, same = (settle_in("test1", 1) for _ in range(2))
    assert one == same
    assert one.load(SUNDAY, 1440) == same.load(SUNDAY, 1440)
    assert one.load(SUNDAY, 1440) != one.load(SUNDAY + timedelta(days=1), 1440)
    assert one != settle_in("test2", 1)
    assert one != settle_in("test1", 2)


@pytest.mark.parametrize("minutes", [1380, 1440, 1500])
def test_a_day_may_be_an_hour_shorter_or_longer(minutes: int) -> None:
    load = settle_in("test1", 1).load(SUNDAY, minutes)
    assert len(load) == minutes
    assert all(200 < watts < 17_250 for watts in load)


def test_a_street_uses_a_believable_amount_and_more_in_winter() -> None:
    households = [settle_in(f"test{number}", 1) for number in range(60)]
    summer = [sum(home.load(SUNDAY, 1440)) / 60_000 for home in households]
    winter = [sum(home.load(WINTER, 1440)) / 60_000 for home in households]
    assert all(7 < kwh < 45 for kwh in summer)
    assert 10 < sum(summer) / 60 < 22
    assert 1.3 * sum(summer) < sum(winter) < 4 * sum(summer)


def test_the_evening_is_the_peak() -> None:
    households = [settle_in(f"test{number}", 1) for number in range(60)]
    loads = [home.load(date(2026, 6, 24), 1440) for home in households]
    night = sum(sum(load[180:300]) for load in loads)
    evening = sum(sum(load[1020:1140]) for load in loads)
    assert evening > 2 * night


def test_winters_are_cold_and_summers_mild() -> None:
    assert outdoor_temperature(WINTER) < 0 < 15 < outdoor_temperature(SUNDAY)


@pytest.mark.parametrize("seed", range(1, 9))
def test_one_of_three_in_a_row_has_a_roof_and_others_a_third_of_the_time(seed: int) -> None:
    for first in range(1, 40, 3):
        assert sum(has_roof(f"test{number}", seed) for number in range(first, first + 3)) == 1
    named = [has_roof(f"house-{letter}{other}", seed) for letter in "abcdefgh" for other in "mnop"]
    assert 4 <= sum(named) <= 20
