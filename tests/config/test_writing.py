from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config import read
from console.config.writing import Draft
from console.errors import ConfigError, UsageError
from console.model.change import ConfigChange, HouseWords, NewHouse

EXAMPLE = Path(__file__).parents[2] / "config.toml"
LEAST = '[community]\nid = "a"\ntimezone = "UTC"\ncurrency = "EUR"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy = tmp_path / "config.toml"
    copy.write_bytes(EXAMPLE.read_bytes())
    return copy


def test_a_draft_without_a_change_is_the_file(file: Path) -> None:
    draft = Draft.open(file)

    assert draft.text.encode() == EXAMPLE.read_bytes()
    assert draft.difference() == ""


def test_a_value_changes_and_its_comment_stays(file: Path) -> None:
    draft = Draft.open(file)

    draft.set("price.fixed", "0.12")
    draft.write()

    assert "fixed = 0.12                    # per kWh\n" in file.read_text()
    assert read(file).price.fixed_micro_per_kwh == 120_000


@given(st.integers(0, 10**6), st.sampled_from(["price.fixed", "price.retail", "price.feed_in"]))
def test_all_other_lines_stay(micro: int, key: str) -> None:
    draft = Draft(EXAMPLE, EXAMPLE.read_bytes())

    draft.set(key, f"{micro / 10**6:.6f}")

    before, after = EXAMPLE.read_text().splitlines(), draft.text.splitlines()
    changed = [line for line, old in zip(after, before, strict=True) if line != old]
    assert len(changed) <= 1


def test_an_empty_value_takes_the_key_away(file: Path) -> None:
    draft = Draft.open(file)

    draft.set("price.retail", "")
    draft.write()

    assert read(file).price.retail_micro_per_kwh is None


def test_houses_are_added_at_the_end_with_or_without_others(file: Path, tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text(LEAST)
    new = NewHouse(id="h13", profile="homewizard-v1", url="http://127.0.0.1:1")
    for source in (file, least):
        draft = Draft.open(source)
        draft.add_house(new)
        draft.write()

        last = read(source).members[-1]
        assert (last.house.id, last.meter.url) == ("h13", "http://127.0.0.1:1")
        assert "\n\n[[house]]\n" in source.read_text()


def test_a_table_that_was_not_there_is_added(tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text(LEAST)
    draft = Draft.open(least)

    draft.apply(ConfigChange(values={"price.kind": '"ask"', "engine.poll_seconds": "20"}))
    draft.write()

    settings = read(least)
    assert (settings.price.kind, settings.engine.poll_seconds) == ("ask", 20)


def test_the_difference_names_the_lines(file: Path) -> None:
    draft = Draft.open(file)
    draft.set("price.kind", '"ask"')

    assert [line for line in draft.difference().splitlines() if line[0] in "+-"] == [
        '-kind = "fixed"                  # "fixed", "ask", "mid-market" or "supply-demand"',
        '+kind = "ask"                  # "fixed", "ask", "mid-market" or "supply-demand"',
    ]


@pytest.mark.parametrize(
    ("key", "value"), [("price.fixed", "0.1]"), ("price", "1"), ("price.fixed", '"a\nb"')]
)
def test_what_is_no_key_or_value_is_refused(file: Path, key: str, value: str) -> None:
    with pytest.raises(UsageError):
        Draft.open(file).set(key, value)


def test_what_cannot_be_is_never_written(file: Path) -> None:
    draft = Draft.open(file)
    draft.set("price.fixed", "-1")

    with pytest.raises(ConfigError, match="fixed"):
        draft.write()

    assert file.read_bytes() == EXAMPLE.read_bytes()


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    draft = Draft.open(file)
    file.write_text(LEAST)
    draft.set("price.fixed", "0.2")

    with pytest.raises(ConfigError, match="meanwhile"):
        draft.write()

    assert file.read_text() == LEAST


def test_a_stale_form_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="meanwhile"):
        Draft.open(file).apply(ConfigChange(was="0" * 64))


def test_the_file_keeps_its_mode_and_its_link(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    draft = Draft.open(link)
    draft.set("price.fixed", "0.2")
    draft.write()

    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_another_wallet_for_a_house(file: Path) -> None:
    draft = Draft.open(file)
    draft.set_wallet("test2", "T" * 39)

    assert f'wallet = "{"T" * 39}"' in draft.text
    with pytest.raises(UsageError):
        draft.set_wallet("nobody", "T" * 39)


def test_another_name_and_reference_for_a_house(file: Path) -> None:
    draft = Draft.open(file)
    before = {words.id: words for words in draft.words()}
    draft.set_words(HouseWords(id="test2", name="Mühle", secret="env:METER_2"))

    assert {**before, **{words.id: words for words in draft.words()}}["test2"].name == "Mühle"
    assert 'secret = "env:METER_2"' in draft.difference()
    [member] = [one for one in draft.check().members if one.house.id == "test2"]
    assert (member.house.name, member.meter.secret) == ("Mühle", "env:METER_2")

    draft.set_words(HouseWords(id="test2"))
    assert "secret" not in draft.difference()
    assert 'name = "Mühle"' not in draft.text
    with pytest.raises(UsageError, match="no house nobody"):
        draft.set_words(HouseWords(id="nobody", name="x"))


def test_a_secret_itself_is_refused_and_not_repeated(file: Path) -> None:
    draft = Draft.open(file)
    with pytest.raises(UsageError) as refused:
        draft.set_words(HouseWords(id="test2", secret="canary"))
    assert "canary" not in refused.value.paragraph
    assert draft.difference() == ""


def test_a_meter_is_written_with_its_parameters(tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text(LEAST)
    draft = Draft.open(least)
    params = {"import_uuid": "a-1", "power_uuid": "b"}

    draft.add_house(
        NewHouse(id="barn", profile="vzlogger", url="http://127.0.0.1:1", params=params)
    )
    draft.write()

    assert read(least).members[0].meter.params == params


def test_a_generic_meter_has_a_table_of_its_own(tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text(LEAST)
    described = {
        "path": "/s",
        "import": ["a", {"expr": "b", "scale": 0.1}],
        "export": [],
        "power": ["c"],
        "units": {"energy": "Wh", "power": "W"},
        "register": "device",
        "balancing": "single",
    }
    for name in ("barn", "shed"):
        draft = Draft.open(least)
        draft.add_house(
            NewHouse(id=name, profile="generic", url="http://127.0.0.1:1", described=described)
        )
        draft.write()

    assert least.read_text().count("[house.meter]") == 2
    for member in read(least).members:
        written = {**described, "import": ["a", {"expr": "b", "scale": Decimal("0.1")}]}
        assert member.meter.described == written


def test_what_toml_cannot_say_is_refused(tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text(LEAST)
    new = NewHouse(id="a", profile="generic", url="http://127.0.0.1:1", described={"path": None})

    with pytest.raises(UsageError, match="no TOML value"):
        Draft.open(least).add_house(new)
