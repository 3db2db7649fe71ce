"""Keys of the static rules: whole billionths that sum to one, from config.toml and from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from console.config import parse
from console.config.keys import check_keys, decimal, read_keys, wrong_sum
from console.errors import ConfigError, UsageError
from console.model.house import House

LEAST = """[community]
id = "c"
timezone = "UTC"
currency = "EUR"
[settlement]
rule = "static"
"""


def house(name: str, key: int, since: date | None = None, until: date | None = None) -> House:
    return House(id=name, key_billionths=key, since=since, until=until)


def config(*keys: str) -> str:
    houses = (
        f'[[house]]\nid = "h{number}"\nmeter = {{ profile = "simulated" }}\nkey = {key}\n'
        for number, key in enumerate(keys)
    )
    return LEAST + "".join(houses)


def test_keys_that_sum_to_one_are_taken() -> None:
    settings = parse(config("0.333333333", "0.333333333", "0.333333334"), Path("config.toml"))
    assert [member.house.key_billionths for member in settings.members] == [
        333_333_333,
        333_333_333,
        333_333_334,
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (
            ("0.6", "0.3"),
            'config.toml:6: [settlement] rule: "static": the houses\' keys sum to 0.9',
        ),
        (("0.6", "0.6"), "sum to 1.2"),
        (("0.6", "1.4"), "config.toml:14: [[house]] key: must be a share from 0 to 1"),
        (("0.0000000001", "1"), "must have nine decimals at most"),
    ],
)
def test_keys_that_cannot_be_are_told_with_their_line(keys: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(config(*keys), Path("config.toml"))
    assert told in refused.value.message


def test_members_who_follow_each_other_may_have_one_key() -> None:
    spring = date(2026, 3, 1)
    before = house("a", 400_000_000, until=spring)
    after = house("b", 400_000_000, since=spring)
    assert wrong_sum([before, after, house("c", 600_000_000)]) == ""
    assert "sum to 1.4 from 2026-02-01 on" in wrong_sum(
        [
            before,
            house("b", 400_000_000, since=date(2026, 2, 1)),
            house("c", 600_000_000),
        ]
    )


def test_a_file_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.csv"
    file.write_text("house,key\nb,0.25\na,0.75\n", encoding="utf-8")
    keys = read_keys(file, ("a", "b", "c"))
    assert keys == {"b": 250_000_000, "a": 750_000_000}
    check_keys("static", keys, file)
    file.write_text("a,1\n", encoding="utf-8")
    assert read_keys(file, ("a",)) == {"a": 1_000_000_000}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"house,key\nz,1\n", 'keys.csv:2: the recording has no house "z"'),
        (b"a,0.5\na,0.5\n", "keys.csv:2: a stands there twice"),
        (b"a,half\n", "keys.csv:1: key must be a share from 0 to 1"),
        (b"a\n", "keys.csv:1: key must be a share"),
        (b"a,1\n\xff\n", "keys.csv:2: this line is no UTF-8 text"),
        (b"a" * (1 << 20) + b"a", "is larger than"),
    ],
)
def test_a_file_of_keys_that_cannot_be(tmp_path: Path, text: bytes, told: str) -> None:
    file = tmp_path / "keys.csv"
    file.write_bytes(text)
    with pytest.raises(UsageError) as refused:
        read_keys(file, ("a", "b"))
    assert told in refused.value.message
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_keys(tmp_path / "none", ())


def test_keys_and_rule_must_fit_together() -> None:
    with pytest.raises(UsageError, match="not to equal"):
        check_keys("equal", {}, Path("keys.csv"))
    with pytest.raises(UsageError, match="--rule static-rounds needs --keys FILE"):
        check_keys("static-rounds", {}, None)
    with pytest.raises(UsageError, match=r"sum to 0\.9; they must sum to 1"):
        check_keys("static", {"a": 900_000_000}, Path("keys.csv"))
    check_keys("priority", {}, None)


def test_a_share_is_shown_in_its_shortest_form() -> None:
    assert [decimal(part) for part in (0, 10**9, 250_000_000, 1)] == [
        "0",
        "1",
        "0.25",
        "0.000000001",
    ]
