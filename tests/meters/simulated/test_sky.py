from __future__ import annotations

import itertools

from console.meters.simulated.sky import sky_between

DAY = 29_700_000


def test_it_is_the_same_for_the_same_minute_however_asked() -> None:
    whole = sky_between(1, DAY, 1440)
    assert sky_between(1, DAY + 700, 100) == whole[700:800]
    assert sky_between(2, DAY, 1440) != whole


def test_clouds_pass_smoothly_and_most_light_comes_through() -> None:
    sky = sky_between(1, DAY, 14_400)
    assert all(0.4 < clear <= 1 for clear in sky)
    assert 0.7 < sum(sky) / len(sky) < 0.95
    assert max(abs(after - before) for before, after in itertools.pairwise(sky)) < 0.2
