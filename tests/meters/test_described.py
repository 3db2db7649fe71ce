"""What the documents say of profiles and their keys is what is so."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from console.meters.catalogue import GENERIC, load_profile, load_table, profile_names
from console.meters.profile_schema import P1, Http, Mqtt, ProfileTable, SunSpec

ROOT = Path(__file__).parents[2]
METERS = (ROOT / "docs" / "meters.md").read_text(encoding="utf-8")
PROFILES = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row."""
    lines = (line for line in text.split("\n") if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def described() -> dict[str, list[str]]:
    return {row[0].strip("`"): row[1:] for row in rows(METERS) if len(row) == 7}


def test_every_profile_is_described_and_no_other() -> None:
    assert sorted(described()) == sorted([*profile_names(), GENERIC, "profile"])


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_described_as_it_is(name: str) -> None:
    kind, counts, secret, params, note, proven = described()[name]
    table = load_table(name)
    assert kind == table.name
    assert counts == f"{table.register}, {table.balancing}"
    asked = [*(f"`{key}`" for key in table.params), *(f"`{key}`?" for key in table.params_optional)]
    assert params == ", ".join(asked)
    assert proven == ("a real answer" if table.verified else "*unverified*")
    if table.http is not None:
        user = f", user {table.http.user}" if table.http.user else ""
        assert secret == ("" if table.http.auth == "none" else f"{table.http.auth}{user}")
    else:
        assert secret == ("key" if table.p1 is not None and table.p1.encrypted else "")
        assert ("extra `p1`" if table.p1 is not None else "extra `modbus`") in note


def keys(title: str) -> set[str]:
    """Return the keys in the first column of the tables below a heading of `docs/profiles.md`."""
    part = PROFILES.partition(title)[2]
    part = part.partition("\n`[")[0]
    return {key for row in rows(part) for key in re.findall(r"`([a-z0-9_]+)`", row[0])}


@pytest.mark.parametrize(
    ("title", "kind"),
    [("`[http]`:", Http), ("`[mqtt]`:", Mqtt), ("`[p1]`:", P1), ("`[sunspec]`:", SunSpec)],
)
def test_every_key_of_a_way_is_described(title: str, kind: type[msgspec.Struct]) -> None:
    assert keys(title) == set(kind.__struct_fields__)


def test_every_key_of_a_profile_is_described() -> None:
    ways = {"http", "mqtt", "p1", "sunspec"}
    assert keys("## What it may say") == set(ProfileTable.__struct_encode_fields__) - ways


def blocks(text: str) -> list[str]:
    """Return the indented blocks of a text."""
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, flags=re.M)
    return [re.sub(r"^    ", "", block, flags=re.M).strip("\n") for block in found]


def test_the_example_of_a_file_is_a_profile(tmp_path: Path) -> None:
    [example] = [block for block in blocks(PROFILES) if block.startswith("# barn-meter.toml")]
    (tmp_path / "barn-meter.toml").write_text(example)
    profile = load_profile("barn-meter", tmp_path)
    answer = b'{"total": {"in": 4812.301, "out": 6120.457}, "now": -4210, "id": "00AA11BB"}'
    said = profile.read(answer)
    assert (said.whole_import_wh, said.whole_export_wh) == (4_812_301, 6_120_457)
    assert (said.whole_power_w, said.serial) == (-4210, "00AA11BB")
    assert answer.decode() in PROFILES
