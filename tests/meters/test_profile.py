from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import ConfigError, MeterError
from console.meters.catalogue import load_profile, load_table, profile_names
from console.meters.profile import Profile
from console.meters.profile_schema import Sample
from tests.meters.samples import FOLDERS, parts_of, parts_of_answer

HOMEWIZARD = load_profile("homewizard-v1")

TABLE = """
name = "Made for a test"
import = ["i"]
export = ["e"]
power = ["p"]
units = { energy = "Wh", power = "W" }
register = "device"
balancing = "meter"
tests = [ { sample = "none", import_wh = 1, export_wh = 2, power_w = 3 } ]
[http]
path = "/status"
"""


def made(folder: Path, old: str = "", new: str = "") -> Profile:
    assert old in TABLE
    (folder / "made.toml").write_text(TABLE.replace(old, new, 1))
    return load_profile("made", folder)


def answers(**changes: object) -> bytes:
    values: dict[str, object] = {
        "total_power_import_kwh": 1.5,
        "total_power_export_kwh": 2,
        "active_power_w": 3,
    }
    return json.dumps(values | changes).encode()


TESTS = [
    pytest.param(Profile(name, table, test.params), test, id=f"{name}-{test.sample or index}")
    for name, table in ((name, load_table(name)) for name in profile_names())
    for index, test in enumerate(table.tests)
]


@pytest.mark.parametrize(("profile", "test"), TESTS)
def test_every_profile_reads_its_own_tests_exactly(profile: Profile, test: Sample) -> None:
    names = list(profile.paths) or [""]
    parts = (
        parts_of_answer(test.answer, names) if test.answer else parts_of(test.sample or "", names)
    )
    if parts is None:
        pytest.skip("the sample is not at hand")
    measurement = profile.read_all(parts)
    assert measurement.import_wh == Decimal(test.import_wh)
    assert measurement.export_wh == (None if test.export_wh is None else Decimal(test.export_wh))
    assert measurement.power_w == Decimal(test.power_w)


def test_tariffs_stand_in_where_a_total_is_missing_and_are_cut_to_whole_wh() -> None:
    document = (FOLDERS[0] / "homewizard-v1-tariffs.json").read_bytes()
    assert HOMEWIZARD.read(document).whole_import_wh == 13579
    assert HOMEWIZARD.read(document).whole_export_wh == 0


@pytest.mark.parametrize(
    "value",
    [None, True, False, "1,5", "NaN", "1_000", "", " 1", "0x10", [], {}, -1, 1e9, 1e300, "1e5"],
)
def test_a_register_that_is_no_sound_number_refuses_the_reading(value: object) -> None:
    with pytest.raises(MeterError):
        HOMEWIZARD.read(answers(total_power_import_kwh=value))


def test_a_missing_tariff_is_never_taken_for_zero() -> None:
    with pytest.raises(MeterError, match=r"t2_kwh.*missing"):
        HOMEWIZARD.read(answers(total_power_import_kwh=None, total_power_import_t1_kwh=5))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"3",
        b"\xff",
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 50_000,
        b'{"total_power_import_kwh":NaN,"total_power_export_kwh":1,"active_power_w":1}',
        b'{"total_power_import_kwh":1e400,"total_power_export_kwh":1,"active_power_w":1}',
        b'{"total_power_import_kwh":1e999999999,"total_power_export_kwh":1,"active_power_w":1}',
        b'{"total_power_import_kwh":' + b"9" * 4000 + b',"total_power_export_kwh":1}',
        b'{"total_power_import_kwh":1,"total_power_export_kwh":1,"active_power_w":10000000}',
    ],
)
def test_garbage_is_refused_with_one_sentence(document: bytes) -> None:
    with pytest.raises(MeterError) as caught:
        HOMEWIZARD.read(document)
    assert len(caught.value.message) < 250


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_give_no_reading(document: bytes) -> None:
    with pytest.raises(MeterError):
        HOMEWIZARD.read(document)


SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
LIST = st.lists(SCALAR, max_size=2)
JSON = (
    SCALAR | LIST | st.dictionaries(st.sampled_from(("value", "0", "")), SCALAR | LIST, max_size=2)
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(json.loads(answers()), JSON)))
def test_json_of_any_kind_gives_a_reading_in_bounds_or_is_refused(values: object) -> None:
    document = json.dumps(values).encode()
    try:
        measurement = HOMEWIZARD.read(document)
    except MeterError:
        return
    assert 0 <= measurement.whole_import_wh < 10**12
    assert 0 <= measurement.whole_export_wh < 10**12
    assert abs(measurement.power_w) < 10**7


def test_strings_scales_signs_and_units_are_exact(tmp_path: Path) -> None:
    profile = made(
        tmp_path,
        'import = ["i"]',
        'import = ["i", { expr = "less", scale = -0.1 }]\npower_sign = "export"',
    )
    read = profile.read(b'{"i":"1000.1","less":"1","e":2,"p":0.5}')
    assert (read.import_wh, read.power_w) == (Decimal("1000.0"), Decimal("-0.5"))


def test_an_answer_that_says_it_is_not_valid_is_refused(tmp_path: Path) -> None:
    profile = made(tmp_path, 'register = "device"', 'valid = "ok == `1`"\nregister = "device"')
    assert profile.read(b'{"i":1,"e":2,"p":3,"ok":1}').whole_import_wh == 1
    with pytest.raises(MeterError, match="not valid"):
        profile.read(b'{"i":1,"e":2,"p":3,"ok":true}')


def test_of_several_conditions_the_one_that_does_not_hold_is_named(tmp_path: Path) -> None:
    both = 'valid = ["unit == \'Wh\'", "ok"]\nregister = "device"'
    profile = made(tmp_path, 'register = "device"', both)
    assert profile.read(b'{"i":1,"e":2,"p":3,"unit":"Wh","ok":true}').whole_import_wh == 1
    with pytest.raises(MeterError, match="not valid: ok is not true"):
        profile.read(b'{"i":1,"e":2,"p":3,"unit":"Wh","ok":false}')


@pytest.mark.parametrize("name", ["import", "export", "power"])
def test_a_sensor_in_another_unit_than_it_must_have_is_refused(name: str) -> None:
    params = {"import_sensor": "in", "export_sensor": "out", "power_sensor": "now"}
    profile = load_profile("esphome", params=params)
    answer = {
        "import": {"value": 12.5, "state": "12.5 kWh"},
        "export": {"value": 3, "state": "3 kWh"},
        "power": {"value": 40, "state": "40 W"},
    }
    assert profile.read(msgspec.json.encode(answer)).whole_export_wh == 3000
    answer[name]["state"] = {"power": "40 kW"}.get(name, "3000 Wh")
    with pytest.raises(MeterError, match=rf"not valid: .*{name}\.state"):
        profile.read(msgspec.json.encode(answer))


def test_an_expression_that_meets_another_shape_refuses_the_answer(tmp_path: Path) -> None:
    profile = made(tmp_path, 'register = "device"', 'valid = "length(ok) > `0`"\nregister="device"')
    with pytest.raises(MeterError, match="shape"):
        profile.read(b'{"i":1,"e":2,"p":3,"ok":5}')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Made for a test"\n', ""),
        ('register = "device"', 'register = "device"\ncolour = "red"'),
        ('import = ["i"]', 'import = ["sum(i)"]'),
        ('import = ["i"]', 'import = ["a.b.to_number(c)"]'),
        ('import = ["i"]', 'import = ["a-b"]'),
        ('import = ["i"]', 'import = [{ expr = "i", scale = nan }]'),
        ('energy = "Wh"', 'energy = "J"'),
        ('path = "/status"', 'path = "http://elsewhere/"'),
        ('path = "/status"', 'path = "/status"\nmax_bytes = 300000'),
        ('path = "/status"', 'path = "/status"\ntimeout = 0'),
        ("[http]", "[http"),
    ],
)
def test_a_profile_that_says_what_cannot_be_is_refused_by_its_file(
    tmp_path: Path, old: str, new: str
) -> None:
    with pytest.raises(ConfigError, match=r"made\.toml"):
        made(tmp_path, old, new)


@pytest.mark.parametrize("name", ["nothing", "../etc/passwd", "", "A"])
def test_an_unknown_profile_is_refused_with_the_names_of_all(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_profile(name)
    assert "homewizard-v1" in caught.value.advice


def test_profiles_of_a_folder_are_listed_beside_our_own(tmp_path: Path) -> None:
    made(tmp_path)
    assert {"made", "homewizard-v1"} <= set(profile_names(tmp_path))


@pytest.mark.parametrize(
    ("answer", "wanted", "why"),
    [
        ('{"i": 1, "e": 2, "p": 3}', "power_w = 4", "power_w = 4, but 3 is read"),
        ('{"i": 1, "e": 2}', "power_w = 3", "power (p) is missing"),
        ('{"i": 1,', "power_w = 3", "not JSON"),
    ],
)
def test_a_file_whose_own_test_does_not_hold_is_refused(
    tmp_path: Path, answer: str, wanted: str, why: str
) -> None:
    test = f"{{ answer = '{answer}', import_wh = 1, export_wh = 2, {wanted} }}"
    with pytest.raises(ConfigError, match=r"made\.toml") as caught:
        made(tmp_path, '{ sample = "none", import_wh = 1, export_wh = 2, power_w = 3 }', test)
    assert why in caught.value.message
