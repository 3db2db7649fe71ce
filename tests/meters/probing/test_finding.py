"""Whatever answers is found by its profile, and by no other one, behind its authentication."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.clock import FrozenClock
from console.errors import ConfigError
from console.meters.catalogue import load_table, profile_names
from console.meters.probing.finding import Found, find
from console.meters.profile import Profile
from console.meters.profile_schema import Sample
from console.settings import MeterSettings
from tests.meters.guarded import SECRET
from tests.meters.p1.port import Port
from tests.meters.p1.telegrams import telegram
from tests.meters.samples import parts_of, parts_of_answer
from tests.meters.sunspec.device import END, MARK, common, device, inverter, whole
from tests.meters.sunspec.device import served as over_modbus

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)

Serve = Callable[[str, Mapping[str, bytes]], Awaitable[str]]

CASES = [
    pytest.param(name, load_table(name).tests[0], id=name)
    for name in profile_names()
    if load_table(name).http is not None
]


@pytest.fixture
def secret(tmp_path: Path) -> str:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    return f"file:{file}"


async def look_for(url: str, *, every: bool = True, **more: object) -> Found:
    meter = MeterSettings(**{"profile": "", "url": url, **more})  # type: ignore[arg-type]
    return await find(
        "probe", meter, None, FrozenClock(datetime(2026, 6, 21, tzinfo=UTC)), every=every
    )


async def served(serve: Serve, name: str, test: Sample) -> str:
    """Serve a profile's own example; return its url."""
    profile = Profile(name, load_table(name), test.params)
    names = list(profile.paths)
    parts = (
        parts_of_answer(test.answer, names) if test.answer else parts_of(test.sample or "", names)
    )
    if parts is None:
        pytest.skip("the sample is not at hand")
    http = load_table(name).http
    documents = {profile.paths[key]: parts[key] for key in names}
    return await serve("none" if http is None else http.auth, documents)


@pytest.mark.parametrize(("name", "test"), CASES)
async def test_what_answers_is_found_by_its_own_profile_alone(
    guarded: Serve, secret: str, name: str, test: Sample
) -> None:
    url = await served(guarded, name, test)
    found = await look_for(url, secret=secret, params=test.params)
    assert [attempt.meter.profile for attempt in found.reading] == [name]
    assert found.reading[0].meter.params == test.params
    assert found.reading[0].plate is not None


async def test_who_wants_a_secret_is_told_before_who_has_no_such_page(guarded: Serve) -> None:
    name = "shelly-gen2"
    url = await served(guarded, name, load_table(name).tests[0])
    found = await look_for(url)
    assert found.reading == []
    assert "refuses access (401)" in found.fault.split(";")[0]


async def test_the_first_that_reads_it_is_enough_where_not_all_are_wanted(guarded: Serve) -> None:
    name = "ecotracker"
    url = await served(guarded, name, load_table(name).tests[-1])
    found = await look_for(url, every=False)
    assert found.attempts[-1].said is not None
    assert len(found.attempts) < len((await look_for(url)).attempts)


async def test_a_profile_that_is_wrong_is_told_with_the_right_one(guarded: Serve) -> None:
    name = "ecotracker"
    url = await served(guarded, name, load_table(name).tests[-1])
    found = await look_for(url, profile="homewizard-v1")
    assert found.attempts[0].meter.profile == "homewizard-v1"
    assert "status 404" in found.attempts[0].fault
    assert [attempt.meter.profile for attempt in found.reading] == [name]


async def test_where_nothing_is_it_is_asked_once() -> None:
    found = await look_for("http://127.0.0.1:9")
    assert len([attempt for attempt in found.attempts if attempt.is_absent]) == 1
    assert "no connection" in found.fault


@pytest.mark.parametrize("profile", ["", "ecotracker"])
async def test_who_wants_to_be_left_alone_is_asked_by_no_other_profile(
    serve: Callable[[str], Awaitable[str]], profile: str
) -> None:
    found = await look_for(await serve("busy"), profile=profile)
    assert len(found.attempts) == 1
    assert found.rest_seconds == 120
    assert found.fault.endswith("is busy (503) and asks to be left alone for 120 s")


async def test_a_profile_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match="no meter profile named"):
        await look_for("http://127.0.0.1:9", profile="nosuch")


async def test_a_meter_over_modbus_is_found_and_no_telegram_is_waited_for() -> None:
    words = MARK + common("A17") + inverter() + common("B18") + whole() + END
    async with over_modbus(device(1, {40000: words})) as (url, _):
        found = await look_for(url)
    assert [attempt.meter.profile for attempt in found.reading] == ["sunspec"]
    assert not any(attempt.plate and "P1" in attempt.plate.kind for attempt in found.attempts)


async def test_a_p1_port_is_found_though_modbus_is_asked_first() -> None:
    port = Port()
    port.greeting = telegram()
    found = await look_for(await port.open())
    port.close()
    assert [attempt.meter.profile for attempt in found.reading] == ["dsmr-p1"]
