"""The doctor says what is in reach, what is missing, and what comes next."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from console.chain import keystore
from console.model.meter import Counted, MeterHealth, Movement, Plate
from console.model.reading import MeterState
from tests.cli.fake_engine import NOW, OPEN, FakeEngine
from tests.system.lan import Lan

Capture = pytest.CaptureFixture[str]

METER = (
    '[[house]]\nid = "test2"\nmeter = { profile = "homewizard-v1", url = "http://127.0.0.1:9" }\n'
)


@pytest.fixture
def sealed(folder: Path) -> Path:
    """A keystore where the configuration expects it."""
    path = folder / "data" / "operator.key"
    keystore.create(path, "four random words")
    return path


@pytest.mark.usefixtures("sealed")
def test_all_is_well_before_the_first_start(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "config.toml: lindenhof, 1 houses" in told
    assert "sealed; account T" in told
    assert told.endswith("Next: mosaic run\n")


@pytest.mark.usefixtures("folder")
def test_a_key_that_is_missing_is_told_with_the_way_to_it(folder: Path, capsys: Capture) -> None:
    assert main(["doctor"]) == 1
    assert "the first start makes one: mosaic run" in capsys.readouterr().out
    (folder / "data").mkdir()
    (folder / "data" / "store.db").touch()
    assert main(["doctor"]) == 1
    assert "from its 24 words: mosaic key import" in capsys.readouterr().out


def test_a_plain_key_is_told(folder: Path, capsys: Capture) -> None:
    (folder / "data").mkdir()
    key = folder / "data" / "operator.key"
    key.touch(mode=0o600)
    key.write_text("11" * 32)
    assert main(["doctor"]) == 1
    assert "is not sealed" in capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine", "sealed")
def test_the_account_that_signs_is_told_with_its_beginning(
    fake_engine: FakeEngine, capsys: Capture
) -> None:
    fake_engine.account = "TA"
    assert main(["doctor"]) == 0
    assert "TA signs since the beginning" in capsys.readouterr().out
    assert main(["status"]) == 0
    assert "TA signs" not in capsys.readouterr().out
    fake_engine.account_since = OPEN.start
    for command in ("doctor", "status"):
        assert main([command]) == 0
        assert "TA signs since 2026-06-21 13:15" in capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine", "sealed")
def test_an_engine_that_answers_is_told(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "answers at" in told
    assert told.endswith("Next: mosaic status\n")


def test_an_open_key_file_and_a_silent_meter_are_missing(folder: Path, capsys: Capture) -> None:
    (folder / "data").mkdir()
    key = folder / "data" / "operator.key"
    key.touch(mode=0o644)
    key.chmod(0o644)
    with (folder / "config.toml").open("a") as file:
        file.write(METER)
    assert main(["doctor"]) == 1
    bad = [line for line in capsys.readouterr().out.split("\n") if line.startswith("!")]
    assert [line.split()[1] for line in bad] == ["key", "meter"]
    assert "chmod 600" in bad[0]


def test_a_broken_configuration_is_shown_with_its_lines(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").write_text('[community]\nid = "a b"\n')
    assert main(["doctor"]) == 78
    assert "config.toml:2: [community] id" in capsys.readouterr().out


def test_without_a_configuration_the_next_command_is_init(folder: Path, capsys: Capture) -> None:
    (folder / "config.toml").unlink()
    assert main(["doctor"]) == 78
    assert "Next: mosaic init" in capsys.readouterr().out


@pytest.mark.usefixtures("sealed")
def test_without_houses_the_next_command_adds_one(folder: Path, capsys: Capture) -> None:
    file = folder / "config.toml"
    file.write_text(file.read_text().partition("[[house]]")[0])
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.endswith("Next: mosaic houses add NAME\n")


HOUSE = '[[house]]\nid = "{}"\nmeter = {{ profile = "{}", url = "{}"{} }}\n'
SHELLY = json.dumps(
    {
        "emeters": [{"is_valid": True, "total": 1000, "total_returned": 5}] * 3,
        "total_power": -250, "unixtime": 0, "mac": "00AA",
    }
).encode()  # fmt: skip
VZLOGGER = b'{"data":[{"uuid":"a","tuples":[[1,5000.5]]},{"uuid":"b","tuples":[[1,200]]}]}'
UUIDS = ', params = { import_uuid = "a", power_uuid = "b" }'


@pytest.mark.usefixtures("sealed")
def test_every_meter_is_asked_and_what_must_be_known_of_it_is_told(
    folder: Path, capsys: Capture
) -> None:
    with Lan() as lan:
        url = lan.serve({"/status": lambda: SHELLY, "/": lambda: VZLOGGER})
        houses = (
            ("mill", "shelly-gen1", url, ""),
            ("lane", "shelly-gen1", f"{url}/", ""),
            ("hut", "shelly-gen1", url.replace("127.0.0.1", "localhost"), ""),
            ("barn", "vzlogger", url, UUIDS),
            ("dark", "homewizard-v1", "http://127.0.0.1:9", ""),
            ("gone", "no-such", url, ""),
        )
        with (folder / "config.toml").open("a") as file:
            file.writelines(HOUSE.format(*house) for house in houses)
        assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.split("\n")
    marks = {line.split()[-1]: line[0] for line in (one[:16] for one in lines) if " meter " in line}
    assert marks == {"mill": "?", "lane": "?", "hut": "?", "barn": "?", "dark": "!", "gone": "!"}
    told = "\n".join(lines)
    assert "shelly-gen1: taken 3.000 kWh, given 0.015 kWh, now giving 0.25 kW; answered in" in told
    assert "each phase is counted by itself" in told
    assert "it is the meter of lane too: whose energy is it?" in told
    assert "it is the meter of mill too: whose energy is it?" in told
    assert "its serial number is that of mill's meter: are they one?" in told
    assert "vzlogger: taken 5.000 kWh, given -- kWh, now taking 0.20 kW" in told
    assert "it cannot sell" in told
    assert "its profile is unverified" in told
    assert "there is no meter profile named 'no-such'" in told


def test_a_doubt_is_no_fault(sealed: Path, folder: Path, capsys: Capture) -> None:
    with Lan() as lan:
        with (folder / "config.toml").open("a") as file:
            file.write(
                HOUSE.format("mill", "shelly-gen1", lan.serve({"/status": lambda: SHELLY}), "")
            )
        assert main(["doctor"]) == 0
    assert "? meter mill" in capsys.readouterr().out
    assert sealed.exists()


@pytest.mark.usefixtures("fake_engine", "sealed")
def test_an_engine_that_asks_a_meter_is_asked_instead(
    fake_engine: FakeEngine, folder: Path, capsys: Capture
) -> None:
    counted = Counted(
        plate=Plate(kind="K", register="device", balancing="meter"),
        since=NOW,
        exported=Movement(None, 430),
    )
    live = MeterHealth(
        house="test2", profile="homewizard-v1", period_seconds=60, state=MeterState.LIVE,
        time=NOW, import_wh=1000, export_wh=2, power_w=-500, counted=counted,
    )  # fmt: skip
    with (folder / "config.toml").open("a") as file:
        file.write(METER)
    fake_engine.metered = [live]
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "! meter test2    out has not moved while 0.430 kWh flowed" in told
    assert "taken 1.000 kWh, given 0.002 kWh, now giving 0.50 kW" in told
    assert "; read by the engine at 2026-06-21 13:22" in told
    lost = msgspec.structs.replace(live, state=MeterState.LOST, reason="12 polls without a reading")
    fake_engine.metered = [lost]
    assert main(["doctor"]) == 1
    assert "! meter test2    lost: 12 polls without a reading" in capsys.readouterr().out
    fake_engine.metered = [msgspec.structs.replace(live, profile="ecotracker")]
    assert main(["doctor"]) == 1
    assert "no connection to 127.0.0.1:9" in capsys.readouterr().out


FROM_FILES = '[[house]]\nid = "test2"\nmeter = { profile = "file" }\n'


@pytest.mark.usefixtures("sealed")
def test_a_house_whose_readings_come_from_files_is_no_fault(folder: Path, capsys: Capture) -> None:
    with (folder / "config.toml").open("a") as file:
        file.write(FROM_FILES)
    assert main(["doctor"]) == 0
    assert "its readings come from files, taken by mosaic import\n" in capsys.readouterr().out


@pytest.mark.usefixtures("fake_engine", "sealed")
def test_the_newest_reading_from_files_is_told(
    folder: Path, fake_engine: FakeEngine, capsys: Capture
) -> None:
    with (folder / "config.toml").open("a") as file:
        file.write(FROM_FILES)
    health = MeterHealth(house="test2", profile="file", state=MeterState.FILES, period_seconds=10)
    fake_engine.metered = [health]
    assert main(["doctor"]) == 0
    assert "mosaic import; none came yet" in capsys.readouterr().out
    fake_engine.metered = [msgspec.structs.replace(health, time=NOW)]
    assert main(["doctor"]) == 0
    assert "the newest is of 2026-06-21" in capsys.readouterr().out
