"""`mosaic houses` adds a house whose meter answers and whose wallet is sound, or none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.__main__ import main
from console.chain.keyfile import OperatorKey
from console.chain.node.limits import NETWORK
from console.config import read
from console.settings import Member
from tests.meters.mqtt.mosquitto import MISSING, find, mosquitto
from tests.system.lan import Lan

Capture = pytest.CaptureFixture[str]

ADDRESS = OperatorKey(b"\x07" * 32).address(NETWORK)
SILENT = "http://127.0.0.1:9"
ANYWAY = ("--anyway", "--profile", "homewizard-v1", "--meter-url", SILENT)


@pytest.fixture
def meter() -> Iterator[str]:
    """A meter that gives."""
    with Lan() as lan:
        yield lan.plug_in(4000, 90_000, -3600)


def members(folder: Path) -> dict[str, Member]:
    return {member.house.id: member for member in read(folder / "config.toml").members}


def test_a_meter_is_asked_and_its_profile_found(folder: Path, meter: str, capsys: Capture) -> None:
    place = meter.removeprefix("http://")
    words = ("--meter-url", place, "--address", "-".join(ADDRESS[at : at + 6] for at in range(39)))
    assert main(["houses", "add", "roof", *words]) == 2
    split = "-".join(ADDRESS[at : at + 6].lower() for at in range(0, 39, 6))
    assert main(["houses", "add", "Rose Cottage", "--yes", "--meter-url", place,
                 "--address", split]) == 0  # fmt: skip
    told = capsys.readouterr().err
    assert "It answers as homewizard-v1: taken 4.000 kWh, given 90.00" in told
    assert "now giving 3.60 kW" in told
    assert "Does it count rightly? mosaic meters probe rose-cottage" in told
    member = members(folder)["rose-cottage"]
    assert (member.house.name, member.house.wallet) == ("Rose Cottage", ADDRESS)
    assert (member.meter.profile, member.meter.url) == ("homewizard-v1", meter)


def test_a_new_wallet_is_a_page_and_is_stored_nowhere(
    folder: Path, meter: str, capsys: Capture
) -> None:
    assert main(["houses", "add", "roof", "--new-wallet", "--meter-url", meter]) == 0
    page = capsys.readouterr().out
    lines = [line.strip() for line in page.split("\n")]
    at = lines.index("Private key: whoever has it has the wallet. Show it to nobody.") + 2
    key = lines[at] + lines[at + 1]
    address = OperatorKey(bytes.fromhex(key)).address(NETWORK)
    assert address in page.replace("-", "")
    assert members(folder)["roof"].house.wallet == address
    assert key not in (folder / "config.toml").read_text()
    assert max(map(len, lines)) <= 76


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("Test1", "--meter-url", SILENT), 2, '"Test1" is taken: there is test1 already'),
        (("a b", "--meter-url", SILENT, "--id", "a b"), 2, "--id must be 1 to 32 letters"),
        (("roof",), 2, "roof needs its meter's address"),
        (("roof", "--profile", "simulated"), 2, "needs to know where the sun stands"),
        (("roof", "--meter-url", "ftp://x"), 2, "--meter-url must be an address such as"),
        (("roof", "--meter-url", SILENT), 1, "--anyway"),
        (("roof", "--meter-url", SILENT, "--profile", "nosuch"), 78, "The profiles are: "),
        (
            ("roof", *ANYWAY, "--address", ADDRESS[:-1] + "Q"),
            2,
            "its checksum is wrong",
        ),
        (
            ("roof", *ANYWAY, "--address",
             OperatorKey(b"\x07" * 32).address(0x68)),
            2,
            "public network",
        ),
        (("roof", "--new-wallet", "--address", ADDRESS), 2, "not both"),
    ],
)  # fmt: skip
def test_a_wrong_turn_is_one_paragraph_and_changes_nothing(
    folder: Path, capsys: Capture, words: tuple[str, ...], status: int, said: str
) -> None:
    before = (folder / "config.toml").read_bytes()
    assert main(["houses", "add", *words]) == status
    told = capsys.readouterr().err.replace("Asking http://127.0.0.1:9 ...\n", "")
    told = told.replace(f"Asking {SILENT} ...\n", "")
    assert said in told
    assert (folder / "config.toml").read_bytes() == before


def test_a_silent_meter_can_be_added_anyway(folder: Path) -> None:
    assert (
        main(
            [
                "houses",
                "add",
                "roof",
                "--anyway",
                "--profile",
                "homewizard-v1",
                "--meter-url",
                SILENT,
            ]
        )
        == 0
    )
    assert members(folder)["roof"].meter.url == SILENT


def test_a_meter_that_is_another_houses_is_not_added_twice(
    folder: Path, meter: str, capsys: Capture
) -> None:
    assert main(["houses", "add", "roof", "--meter-url", meter, "--yes"]) == 0
    again = ["houses", "add", "cellar", "--meter-url", f"{meter}/", "--yes"]
    assert main(again) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "cellar is not added: its meter is that of roof already" in told
    assert set(members(folder)) & {"roof", "cellar"} == {"roof"}
    assert main([*again, "--anyway"]) == 0


VZLOGGER = b'{"data":[{"uuid":"a","tuples":[[1,5000.5]]},{"uuid":"b","tuples":[[1,200]]}]}'
PARAMS = ("--param", "import_uuid=a", "--param", "power_uuid=b")


@pytest.fixture
def vzlogger() -> Iterator[str]:
    """A meter that needs parameters and has no export register."""
    with Lan() as lan:
        yield lan.serve({"/": lambda: VZLOGGER})


def test_what_a_profile_asks_of_a_house_is_written(
    folder: Path, vzlogger: str, capsys: Capture
) -> None:
    words = ["houses", "add", "barn", "--profile", "vzlogger", "--meter-url", vzlogger]
    assert main(words) == 2
    assert "--param import_uuid is needed" in capsys.readouterr().err
    assert main([*words, *PARAMS, "--param", "nosuch=1"]) == 78
    assert "does not know nosuch" in capsys.readouterr().err
    assert main([*words, *PARAMS]) == 0
    told = capsys.readouterr().err
    assert "vzlogger (unverified): taken 5.000 kWh, given -- kWh, now taking 0.20 kW" in told
    assert "it cannot sell" in told
    assert members(folder)["barn"].meter.params == {"import_uuid": "a", "power_uuid": "b"}


def test_a_profile_that_needs_parameters_is_found_by_them(folder: Path, vzlogger: str) -> None:
    words = ["houses", "add", "barn", "--meter-url", vzlogger]
    assert main(words) == 1
    assert main([*words, *PARAMS]) == 0
    assert members(folder)["barn"].meter.profile == "vzlogger"


@pytest.mark.skipif(find() is None, reason=MISSING)
def test_a_meter_behind_a_broker_is_heard_and_its_profile_found(
    folder: Path, capsys: Capture
) -> None:
    registers = [
        {"obis": f"01-00:{code}.00*ff", "value": value}
        for code, value in (("01.08", 1500), ("02.08", 250), ("10.07", -30))
    ]
    said = {"meter": {"reading": {"time": datetime.now(UTC).isoformat(), "registers": registers}}}
    with mosquitto(folder) as broker:
        asyncio.run(broker.say("houses/roof", json.dumps(said), keep=True))
        place = f"{broker.url}/houses/roof"
        assert main(["houses", "add", "roof", "--new-wallet", "--meter-url", place]) == 0
        told = capsys.readouterr().err
        assert "It answers as iometer: taken 1.500 kWh, given 0.250 kWh" in told
        words = ("--meter-url", place, "--profile", "youless")
        assert main(["houses", "add", "east", "--new-wallet", *words]) == 1
        assert "iometer reads it: --profile iometer" in capsys.readouterr().err
    member = members(folder)["roof"]
    assert (member.meter.profile, member.meter.url) == ("iometer", place)


def test_a_meter_that_wants_a_password_is_added_with_it(folder: Path, capsys: Capture) -> None:
    secret = folder / "barn.secret"
    with Lan() as lan:
        place = lan.plug_in_shelly(7000, 10, 1800, password="h.nter2")
        words = ["houses", "add", "barn", "--new-wallet", "--meter-url", place]
        assert main(words) == 1
        told = capsys.readouterr().err
        assert told.count("refuses access (401)") == 1
        assert "--secret file:PATH says where its secret stands" in told
        secret.write_text("zebra9\n")
        assert main([*words, "--secret", "file:barn.secret"]) == 1
        told = capsys.readouterr().err
        assert "Its secret may be wrong" in told
        assert "zebra9" not in told
        secret.write_text("h.nter2\n")
        assert main([*words, "--secret", "file:barn.secret"]) == 0
    told = capsys.readouterr().err
    assert "It answers as shelly-gen2: taken 7.000 kWh, given 0.010 kWh, now taking 1.80 kW" in told
    assert "each phase" in told.lower()
    assert members(folder)["barn"].meter.secret == f"file:{secret}"


def test_a_meter_without_a_profile_is_described(folder: Path, capsys: Capture) -> None:
    answer = b'{"total": {"in": "12.5", "out": 3}, "phases": [{"w": 1}, {"w": -2001}]}'
    said = [
        "path=/s.json", "import=total.in", "export=total.out", "power=phases[0].w",
        "power=phases[1].w", "units.energy=kWh", "units.power=W", "register=device",
        "balancing=per-phase",
    ]  # fmt: skip
    generic = [word for text in said for word in ("--generic", text)]
    with Lan() as lan:
        url = lan.serve({"/s.json": lambda: answer})
        words = ["houses", "add", "barn", "--meter-url", url]
        assert main([*words, *generic[:-2]]) == 78
        assert "balancing" in capsys.readouterr().err
        assert main([*words, *generic, "--profile", "youless"]) == 2
        assert "belongs to --profile generic" in capsys.readouterr().err
        assert main([*words, *generic]) == 0
        # another value of the same answer may be another house's meter, the same one is not
        words[2] = "mill"
        assert main([*words, *generic]) == 2
        assert main([*words, *generic, "--generic", "power=phases[2].w"]) == 1
        others = [word.replace("import=total.in", "import=total.out") for word in generic]
        assert main([*words, *others]) == 0
    told = capsys.readouterr().err
    assert "generic (unverified): taken 12.500 kWh, given 3.000 kWh, now giving 2.00 kW" in told
    assert "each phase is counted by itself" in told
    meter = members(folder)["barn"].meter
    assert (meter.profile, meter.described["power"]) == ("generic", ["phases[0].w", "phases[1].w"])


def test_two_houses_share_no_wallet(folder: Path, capsys: Capture) -> None:
    assert folder.is_dir()
    words = (*ANYWAY, "--address", ADDRESS)
    assert main(["houses", "add", "roof", *words]) == 0
    assert main(["houses", "add", "east", *words]) == 2
    assert "is the wallet of roof already" in capsys.readouterr().err


def test_an_address_is_given_and_comments_stay(folder: Path, capsys: Capture) -> None:
    file = folder / "config.toml"
    file.write_text("# ours\n" + file.read_text())
    assert main(["houses", "address", "test1", ADDRESS]) == 0
    assert members(folder)["test1"].house.wallet == ADDRESS
    assert file.read_text().startswith("# ours\n")
    assert main(["houses", "address", "nobody", ADDRESS]) == 2
    assert "The houses: test1" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_houses_are_listed(capsys: Capture) -> None:
    assert main(["houses", "list"]) == 0
    assert "test1  -     simulated  kept by the operator" in capsys.readouterr().out
    assert main(["houses", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [house["id"] for house in listed] == ["test1"]


def test_what_must_be_known_of_a_meter_stands_beside_its_house(
    folder: Path, capsys: Capture
) -> None:
    add = ["houses", "add", "roof", "--anyway", "--meter-url", SILENT, "--profile"]
    assert main([*add, "shelly-gen2"]) == 0
    add[2] = "barn"
    assert main([*add, "vzlogger", *PARAMS]) == 0
    capsys.readouterr()
    assert main(["houses", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["roof"].endswith("each phase counted by itself")
    assert lines["barn"].endswith("no export register; unverified")
    assert main(["houses", "list", "--json"]) == 0
    listed = {house["id"]: house for house in json.loads(capsys.readouterr().out)}
    assert (listed["roof"]["balancing"], listed["roof"]["verified"]) == ("per-phase", True)
    assert (listed["barn"]["exports"], listed["test1"]["exports"]) == (False, None)
    file = folder / "config.toml"
    file.write_text(file.read_text().replace("shelly-gen2", "gone"))
    assert main(["houses", "list"]) == 0
    assert "its profile cannot be read: mosaic doctor" in capsys.readouterr().out


def test_a_house_whose_readings_come_from_files_has_no_meter_to_be_asked(
    folder: Path, capsys: Capture
) -> None:
    assert main(["houses", "add", "roof", "--profile", "file"]) == 0
    assert "mosaic import FILE --house roof" in capsys.readouterr().err
    assert members(folder)["roof"].meter.from_files
    assert main(["houses", "list"]) == 0
    assert "not polled: mosaic import brings its readings" in capsys.readouterr().out
    before = (folder / "config.toml").read_bytes()
    assert main(["houses", "add", "barn", "--profile", "file", "--meter-url", SILENT]) == 2
    assert "barn is not polled" in capsys.readouterr().err
    assert (folder / "config.toml").read_bytes() == before
    assert main(["meters", "probe", "roof"]) == 2
    assert "its readings come from files" in capsys.readouterr().err
