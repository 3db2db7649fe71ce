"""The settings that need no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import demo_settings, parse, recording_settings, replayed_settings
from console.errors import UsageError

DATA = Path("/data")
ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_is_the_example() -> None:
    example = parse((ROOT / "config.toml").read_text(encoding="utf-8"), ROOT / "config.toml")
    demo = demo_settings(12, "summer", DATA)
    assert demo.community == example.community
    assert demo.settlement == example.settlement
    assert demo.price == example.price
    assert demo.members == example.members


def test_a_demo_of_many_houses_polls_at_most_200_times_a_second() -> None:
    assert demo_settings(12, "summer", DATA).engine.poll_seconds == 60
    assert demo_settings(1000, "winter", DATA).engine.poll_seconds == 300
    assert demo_settings(12, "winter", DATA, speed=6000).engine.poll_seconds == 360


@pytest.mark.parametrize(("houses", "season"), [(0, "summer"), (1001, "summer"), (1, "autumn")])
def test_no_other_demo(houses: int, season: str) -> None:
    with pytest.raises(UsageError):
        demo_settings(houses, season, DATA)


def test_a_recording_names_its_houses() -> None:
    settings = recording_settings(("a", "b"), DATA, minutes=60, price="0.250001")
    assert [house.id for house in settings.houses] == ["a", "b"]
    assert settings.settlement.minutes == 60
    assert settings.price.fixed_micro_per_kwh == 250_001
    assert recording_settings(("a",), DATA).settlement.minutes == 15


def test_prices_between_the_grids_need_the_grids() -> None:
    settings = recording_settings(("a",), DATA, price="mid-market", retail="0.25", feed_in="0.05")
    assert settings.price.kind == "mid-market"
    with pytest.raises(UsageError, match="needs --retail and --feed-in"):
        recording_settings(("a",), DATA, price="mid-market", retail="0.25")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("minutes", 7),
        ("rule", "fair"),
        ("matching", "all"),
        ("price", "cheap"),
        ("price", "-1"),
        ("price", "0.0000001"),
        ("retail", "nan"),
        ("feed_in", "1e3"),
    ],
)
def test_an_option_that_cannot_be_is_a_usage_error(option: str, value: object) -> None:
    arguments: dict[str, object] = {option: value}
    with pytest.raises(UsageError, match="--" + option.replace("_", "-")):
        recording_settings(("a",), DATA, **arguments)  # type: ignore[arg-type]


def test_a_recording_is_settled_as_its_community_is(tmp_path: Path) -> None:
    configured = demo_settings(3, "summer", tmp_path)
    settings = replayed_settings(configured, ["test2", "guest"], tmp_path / "p", poll_seconds=400)
    assert [member.house.id for member in settings.members] == ["test2", "guest"]
    assert settings.members[0].house == configured.members[1].house
    assert {member.meter.profile for member in settings.members} == {"recording"}
    assert (settings.price, settings.community) == (configured.price, configured.community)
    assert settings.engine.data == tmp_path / "p"
    assert settings.settlement.grace_seconds == 800
    again = replayed_settings(configured, ["test1"], tmp_path, poll_seconds=1)
    assert again.settlement == configured.settlement
