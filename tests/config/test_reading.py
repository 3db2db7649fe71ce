"""config.toml is found, read in bounds, and all its mistakes are told at once."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.config import MOST_BYTES, find, parse, read
from console.errors import ConfigError
from console.settings import (
    ChainSettings,
    CommunitySettings,
    EngineSettings,
    PriceSettings,
    Settings,
    SettlementSettings,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "config.toml").read_text(encoding="utf-8")
LEAST = '[community]\nid = "c"\ntimezone = "UTC"\ncurrency = "EUR"\n'


def settings_of(text: str) -> Settings:
    return parse(text, Path("config.toml"))


def mistakes_of(text: str) -> list[str]:
    """The lines `config.toml:N: ...` of what is wrong."""
    with pytest.raises(ConfigError) as refused:
        settings_of(text)
    assert refused.value.exit_status == 78
    return refused.value.message.split("\n")[1:]


def test_ten_mistakes_are_all_named_with_their_lines() -> None:
    text = """[community]
id = "bad id"
timezone = "Europe/Nowhere"
currency = "euro"
[settlement]
minutes = 7
grace_seconds = true
[price]
fixed = nan
retial = 0.25
[engine]
poll_seconds = -1
[[house]]
id = "a"
wallet = "TX"
meter = { url = "http://10.0.0.1" }
[[house]]
id = "A"
meter = { profile = "simulated", secret = "hunter2" }
"""
    mistakes = mistakes_of(text)
    assert [mistake.split(" ", 1)[0] for mistake in mistakes] == [
        f"config.toml:{line}:" for line in (2, 3, 4, 6, 7, 9, 10, 12, 15, 16, 18, 19)
    ]
    assert "[settlement] minutes: must be one of 5, 15, 30, 60, not 7" in mistakes[3]
    assert "did you mean retail?" in mistakes[6]
    assert "line 14 already" in mistakes[10]
    assert not any("hunter2" in mistake for mistake in mistakes)


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ("[settlement]\nminutes = 15.0", "6: [settlement] minutes"),
        ("[settlement]\nself_netting = 1", "6: [settlement] self_netting"),
        (
            '[settlement]\nrule = "static"',
            '6: [settlement] rule: "static": the houses\' keys sum to 0;',
        ),
        ("[settlement]\nmax_wh_per_day = 0", "6: [settlement] max_wh_per_day"),
        ("[settlement]\ndeadline_days = 9999999", "6: [settlement] deadline_days"),
        ("[price]\nfixed = 0.1000001", "whole number of millionths"),
        ("[price]\nfixed = 1e-999999", "whole number of millionths"),
        ("[price]\nfixed = 1e999999999999999999999", "6: [price] fixed"),
        ("[price]\nfixed = inf", "6: [price] fixed"),
        ('[price]\nfixed = "-0.1"', "6: [price] fixed"),
        ("[price]\nfeed_in = false", "6: [price] feed_in"),
        ('[price]\nkind = "mid-market"\nretail = 0.2', "5: [price] feed_in: is missing"),
        ('[chain]\nkind = "symbol"', '"symbol" is not supported yet'),
        ('[chain]\npublish = "day"', '"day" is not supported yet'),
        ('[chain]\nnodes = ["http://a:b@c"]', "6: [chain] nodes"),
        ('[chain]\nkeystore = ""', "6: [chain] keystore"),
        ("[engine]\npoll_seconds = inf", "6: [engine] poll_seconds"),
        ('[engine]\ngroup = "a b"', "6: [engine] group"),
        ('[engine]\ndata = "~nobodyhere/x"', "6: [engine] data"),
        ("[setlement]\nminutes = 15", "5: [setlement] is no table of the configuration; did you"),
        ("[house]\nid = 'a'", "5: [[house]] must be written in double brackets"),
        ("[[price]]\nfixed = 1", "5: [price] must be a table, not a list"),
        ("[[house]]\nid = 'a'", "5: [[house]] meter is missing"),
        ("[[house]]\nid = 'a'\nmeter = {}", "7: [[house]] meter profile: is missing"),
        ("[[house]]\nid = 'a'\nmeter = { profile = 'shelly' }", "7: [[house]] meter url"),
        ("[[house]]\nid = 'a'\nphases = 4\nmeter = {profile='simulated'}", "7: [[house]] phases"),
        ("[[house]]\nid='a'\nkey = -1\nmeter = {profile='simulated'}", "7: [[house]] key"),
        ("[[house]]\nid='a'\nask = []\nmeter = {profile='simulated'}", "7: [[house]] ask"),
        ("[[house]]\nid='a'\nsince='2026-01-01'\nmeter = {profile='simulated'}", "without quotes"),
        (
            "[[house]]\nid='a'\nsince=2026-01-02\nuntil=2026-01-02\nmeter={profile='simulated'}",
            "8: [[house]] until: must be later",
        ),
        (
            "[[tariff]]\nfrom = 0001-01-01\nretail = 1\nfeed_in = 0",
            "6: [[tariff]] from: must lie in 1970 to 2199, not 0001-01-01",
        ),
        ("[[tariff]]\nfrom = 2026-01-01\nretail = 1", "5: [[tariff]] feed_in: is missing"),
        (
            "[[tariff]]\nfrom = 2026-01-01\nretail = 1\nfeed_in = 0\nfixed = -1",
            "9: [[tariff]] fixed: must be a price per kWh from 0",
        ),
        ("[profiles]\nfolder = 7", "6: [profiles] folder"),
    ],
)
def test_each_mistake_is_told(lines: str, mistake: str) -> None:
    (told,) = mistakes_of(f"{LEAST}{lines}\n")
    assert mistake in told


def test_one_wallet_belongs_to_one_house() -> None:
    house = f"[[house]]\nid = 'h%d'\nwallet = '{'T' * 39}'\nmeter = {{ profile = 'simulated' }}\n"
    (told,) = mistakes_of(LEAST + house % 1 + house % 2)
    assert told.startswith("config.toml:11: [[house]] wallet:")
    assert "line 7 already" in told


def test_tariffs_stand_in_order_of_time() -> None:
    tariff = "[[tariff]]\nfrom = %s\nretail = 0.2\nfeed_in = 0.1\n"
    (told,) = mistakes_of(LEAST + tariff % "2026-02-01" + tariff % "2026-01-01")
    assert told.startswith("config.toml:10: [[tariff]] from: must be later than 2026-02-01")


def test_rules_stand_in_order_of_time_and_static_ones_need_keys() -> None:
    rule = '[[rule]]\nfrom = %s\nrule = "%s"\n'
    order, keys = mistakes_of(
        LEAST + rule % ("2026-02-01", "equal") + rule % ("2026-02-01", "static")
    )
    assert order.startswith("config.toml:9: [[rule]] from: must be later than 2026-02-01")
    assert keys.startswith('config.toml:10: [[rule]] rule: "static": the houses\' keys sum to 0')
    [only] = settings_of(LEAST + rule % ("2026-02-01", "equal")).rules
    assert (only.rule, only.start) == ("equal", date(2026, 2, 1))


def test_required_keys_are_asked_for() -> None:
    (first, *rest) = mistakes_of("# nothing\n")
    assert first == "config.toml:1: [community] is missing"
    assert len(rest) == 3


def test_a_syntax_error_is_told_alone_with_its_line() -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of("[settlement]\nminutes = 7\nrule =\n")
    assert refused.value.message.startswith("config.toml:3: ")
    assert "minutes" not in refused.value.paragraph
    assert refused.value.advice


def test_text_from_the_file_is_cleaned() -> None:
    (told,) = mistakes_of(LEAST + '"\\u001b]52;c;x" = 1\n')
    assert "\x1b" not in told


def test_prices_are_exact() -> None:
    price = settings_of(LEAST + '[price]\nfixed = 0.1\nretail = "0.250001"\nfeed_in = 0\n').price
    assert price.fixed_micro_per_kwh == 100_000
    assert price.retail_micro_per_kwh == 250_001
    assert price.feed_in_micro_per_kwh == 0


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    source = tmp_path / "my.toml"
    source.write_text(
        LEAST + '[engine]\ndata = "d"\n[chain]\nkeystore = "/k"\n[profiles]\nfolder = "p"\n'
        '[[house]]\nid="a"\nmeter={profile="p1", url="http://h:8080/", secret="file:s/x"}\n'
        '[[house]]\nid="b"\nmeter={profile="p1", url="http://h", secret="env:B"}\n'
    )
    found = read(source)
    assert found.engine.data == tmp_path / "d"
    assert found.chain.keystore == Path("/k")
    assert found.profiles == tmp_path / "p"
    first, second = (member.meter for member in found.members)
    assert first.secret == f"file:{tmp_path / 's/x'}"
    assert first.url == "http://h:8080"
    assert second.secret == "env:B"


def test_the_data_folder_is_named_after_the_community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/op")
    assert settings_of(LEAST).engine.data == Path("/home/op/.local/state/mosaic/c")


def test_the_examples_written_defaults_are_the_settings_defaults() -> None:
    example = settings_of(EXAMPLE)
    default = Settings(
        source=Path("config.toml"),
        community=CommunitySettings(
            id="lindenhof",
            name="Lindenhof",
            timezone="Europe/Helsinki",
            currency="EUR",
            latitude=60.2,
            longitude=24.7,
        ),
        settlement=SettlementSettings(),
        price=PriceSettings(retail_micro_per_kwh=250_000, feed_in_micro_per_kwh=60_000),
        chain=ChainSettings(),
        engine=EngineSettings(data=example.engine.data),
        members=example.members,
    )
    assert example == default
    assert [house.id for house in example.houses] == [f"test{n}" for n in range(1, 13)]


def test_the_examples_commented_keys_are_taken() -> None:
    lines = []
    for line in EXAMPLE.split("\n"):
        key = line.removeprefix("# ")
        written = line.startswith("# ") and ("=" in key.split("#")[0] or key.startswith("["))
        lines.append(key if written else line)
    text = "\n".join(lines).replace('"T..."', f'"{"T" * 39}"')
    house = settings_of(text).members[0].house
    assert house.ask_micro_per_kwh == 100_000
    assert [one.fixed_micro_per_kwh for one in settings_of(text).tariffs] == [120_000]


def test_the_places_it_is_looked_for(tmp_path: Path) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    for folder in (here, home / ".config" / "mosaic"):
        folder.mkdir(parents=True)
    with pytest.raises(ConfigError, match="there is none") as refused:
        find(environment={}, folder=here, home=home)
    assert "mosaic demo needs none" in refused.value.paragraph
    assert "Make one with: mosaic init" in refused.value.paragraph
    user = home / ".config" / "mosaic" / "config.toml"
    user.touch()
    assert find(environment={}, folder=here, home=home) == user
    (here / "config.toml").touch()
    assert find(environment={}, folder=here, home=home) == here / "config.toml"
    named = tmp_path / "named.toml"
    with pytest.raises(ConfigError, match=r"named\.toml, named by \$MOSAIC_CONFIG, is no file"):
        find(environment={"MOSAIC_CONFIG": str(named)}, folder=here, home=home)
    named.touch()
    assert find(environment={"MOSAIC_CONFIG": str(named)}, folder=here, home=home) == named
    assert find(user, environment={"MOSAIC_CONFIG": str(named)}, folder=here, home=home) == user


def test_a_file_of_any_size_or_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "config.toml"
    source.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than"):
        read(source)
    source.write_bytes(b"# ok\n# \xff\n")
    with pytest.raises(ConfigError, match="this line is no UTF-8"):
        read(source)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 2000, "a." * 3000 + "b = 1"])
def test_what_tomli_lets_through_is_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError):
        settings_of(text)


def broken(draw: st.DrawFn) -> str:
    """The example with some of its pieces replaced, removed or doubled."""
    lines = EXAMPLE.split("\n")
    values = [
        "nan", "inf", "-1", "true", '""', "[]", "{}", '"\\u0000"', "1e400", "0x1F", "'''a\nb'''",
        "2026-01-01", "12:00:00", "9223372036854775808", '"' + "x" * 300 + '"', "[[1]]", "{a=1}",
        "-0.0", "1979-05-27T07:32:00Z", '"../.."', '"/dev/zero"', "=", "",
    ]  # fmt: skip
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["value", "drop", "double", "text"]))
        key = lines[at].split("=")[0]
        if kind == "value" and "=" in lines[at]:
            lines[at] = f"{key}= {draw(st.sampled_from(values))}"
        elif kind == "drop":
            lines[at] = ""
        elif kind == "double":
            lines.insert(at, lines[at])
        else:
            lines[at] = draw(st.text(max_size=40))
    return "\n".join(lines)


@settings(max_examples=400)
@given(st.composite(broken)())
def test_a_broken_file_is_a_config_error_and_nothing_else(text: str) -> None:
    with contextlib.suppress(ConfigError):
        settings_of(text)


@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError):
        settings_of(text)


def test_a_meter_has_parameters_and_a_generic_one_its_expressions(tmp_path: Path) -> None:
    source = tmp_path / "config.toml"
    source.write_text(
        '[community]\nid="a"\ntimezone="UTC"\ncurrency="EUR"\n'
        '[[house]]\nid="a"\nmeter={profile="vzlogger", url="http://h", params={import_uuid="x"}}\n'
        '[[house]]\nid="b"\n[house.meter]\nprofile="generic"\nurl="http://h"\nimport=["i"]\n'
    )
    first, second = (member.meter for member in read(source).members)
    assert first.params == {"import_uuid": "x"}
    assert second.described == {"import": ["i"]}
