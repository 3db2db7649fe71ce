"""`mosaic meters probe` names what is wrong with a meter that answers on a real socket."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from console.meters.measurement import Measurement
from tests.cli.conftest import CONFIG
from tests.cli.probed_meter import HastyClock, ecotracker, homewizard
from tests.meters.probing.house import Change, Meter, Phases
from tests.system.lan import Lan

Capture = pytest.CaptureFixture[str]

TAKES = Phases([(0, 700, 0, 0), (100, 2600, 0, 0), (220, 800, 0, 0)])
CONSUMER = Meter(export_wh=Decimal(0))


OURS = """name = "Ours"
import = ["total_power_import_kwh"]
export = ["total_power_export_kwh"]
power = ["active_power_w"]
units = { energy = "Wh", power = "W" }
register = "revenue"
balancing = "meter"
tests = [
    { answer = '{"total_power_import_kwh":1,"total_power_export_kwh":2,"active_power_w":3}', import_wh = 1, export_wh = 2, power_w = 3 },
]
[http]
path = "/api/v1/data"
"""  # noqa: E501
"""A profile of somebody's own, whose unit is wrong."""


@pytest.fixture
def lan() -> Iterator[Lan]:
    with Lan() as lan:
        yield lan


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, folder: Path) -> HastyClock:
    """The clock of the command, in a folder without a configuration."""
    (folder / "config.toml").unlink()
    clock = HastyClock()
    monkeypatch.setattr("console.cli.meters.commands.SystemClock", lambda: clock)
    return clock


@pytest.fixture
def serve(lan: Lan, clock: HastyClock) -> Callable[..., str]:
    """Serve a meter of a house that takes power; return its url."""

    def start(
        change: Change = lambda said: said, meter: Meter = CONSUMER, house: Phases = TAKES
    ) -> str:
        return lan.serve({"/api/v1/data": homewizard(clock, house, meter, change)})

    return start


def other_sign(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, power_w=-said.power_w)


def swapped(said: Measurement) -> Measurement:
    assert said.export_wh is not None
    return msgspec.structs.replace(said, import_wh=said.export_wh, export_wh=said.import_wh)


def thousandfold(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, import_wh=said.import_wh * 1000)


def stuck(said: Measurement) -> Measurement:
    return msgspec.structs.replace(said, import_wh=Decimal(4812301))


def test_a_sound_meter_is_found_and_its_house_can_be_added(
    serve: Callable[..., str], capsys: Capture
) -> None:
    url = serve()
    assert main(["meters", "probe", url.removeprefix("http://")]) == 0
    told = capsys.readouterr()
    assert "Power and registers agree: import counted" in told.out
    assert f"--meter-url {url} --profile homewizard-v1" in told.out
    assert told.err == f"Asking {url} ...\n"
    assert max(map(len, told.out.splitlines())) <= 110


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (other_sign, "! sign: The power's sign is swapped"),
        (swapped, "! swap: Import and export are swapped"),
        (thousandfold, "! unit: The registers count 1000 times what the power says"),
        (stuck, "! stuck: The import register is stuck at 4812.301 kWh"),
    ],
)
def test_a_planted_fault_is_named(
    serve: Callable[..., str], capsys: Capture, change: Change, named: str
) -> None:
    assert main(["meters", "probe", serve(change), "--profile", "homewizard-v1"]) == 1
    assert named in capsys.readouterr().out


def test_phases_that_are_counted_apart_are_named(
    serve: Callable[..., str], capsys: Capture
) -> None:
    url = serve(
        meter=Meter(balanced=False),
        house=Phases([(0, 500, 300, -2000), (300, 600, 300, -2100)]),
    )
    assert main(["meters", "probe", url]) == 1
    assert "! per-phase: Both registers grow at once" in capsys.readouterr().out


def test_who_knows_what_the_house_does_is_told_which_of_two(
    serve: Callable[..., str], capsys: Capture
) -> None:
    words = ["meters", "probe", serve(other_sign, meter=Meter())]
    assert main(words) == 1
    assert "! sign-or-swap" in capsys.readouterr().out
    assert main([*words, "--now", "taking"]) == 1
    assert "! sign:" in capsys.readouterr().out
    assert main([*words, "--now", "giving"]) == 1
    assert "! swap:" in capsys.readouterr().out
    assert main([*words, "--now", "sleeping"]) == 2


@pytest.mark.parametrize(
    ("typed", "named"), [("taking", "! sign:"), ("giving", "! swap:"), ("", "! sign-or-swap")]
)
def test_somebody_at_the_terminal_is_asked_which_of_two(
    serve: Callable[..., str],
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    named: str,
) -> None:
    asked: list[str] = []

    def prompt(question: str, **_more: object) -> str:
        asked.append(question)
        return typed

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    url = serve(other_sign, meter=Meter())
    assert main(["meters", "probe", url]) == 1
    assert named in capsys.readouterr().out
    assert len(asked) == 1
    assert main(["meters", "probe", url, "--json"]) == 1
    assert len(asked) == 1


def test_the_meter_of_a_house_is_probed_by_its_id(
    serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    url = serve()
    (folder / "config.toml").write_text(
        CONFIG + f'[[house]]\nid = "barn"\nmeter = {{ profile = "homewizard-v1", url = "{url}" }}\n'
    )
    assert main(["meters", "probe", "barn"]) == 0
    assert f"homewizard-v1 at {url}" in capsys.readouterr().out
    assert main(["meters", "probe", "barn", "--profile", "youless"]) == 1
    assert "youless does not read it, homewizard-v1" in " ".join(capsys.readouterr().out.split())
    assert main(["meters", "probe", "test1"]) == 2
    assert "test1 is simulated" in capsys.readouterr().err


def test_a_wrong_profile_is_told_with_the_right_one(
    lan: Lan, clock: HastyClock, capsys: Capture
) -> None:
    url = lan.serve({"/v1/json": ecotracker(clock, TAKES, CONSUMER)})
    assert main(["meters", "probe", url, "--profile", "homewizard-v1"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "! wrong-profile: homewizard-v1 does not read it, ecotracker does" in told
    assert "--profile ecotracker" in told
    assert main(["meters", "probe", url]) == 0
    assert "ecotracker at http" in capsys.readouterr().out


def test_a_profile_that_reads_it_wrongly_is_told_with_one_that_reads_it_too(
    serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    url = serve()
    (folder / "config.toml").write_text(CONFIG + '[profiles]\nfolder = "kinds"\n')
    (folder / "kinds").mkdir()
    (folder / "kinds" / "ours.toml").write_text(OURS)
    assert main(["meters", "probe", url, "--profile", "ours"]) == 1
    told = capsys.readouterr().out
    assert "! unit: The registers count one 1000th of what the power says" in told
    assert "Read by others too: homewizard-v1." in told
    assert main(["meters", "probe", url]) == 0
    told = capsys.readouterr().out
    assert told.index("homewizard-v1 at") < told.index("ours at") < told.index("! unit:")


def test_a_profile_with_parameters_is_tried_where_they_are_given(
    lan: Lan, clock: HastyClock, capsys: Capture
) -> None:
    def answer() -> bytes:
        said = CONSUMER.tell(TAKES, clock.second)
        tuples = {"a-1": said.import_wh, "b-2": said.power_w}
        data = [{"uuid": uuid, "tuples": [[1, float(v)]]} for uuid, v in tuples.items()]
        return json.dumps({"data": data}).encode()

    url = lan.serve({"/": answer})
    assert main(["meters", "probe", url]) == 1
    assert "Not tried, as they need parameters: esphome" in " ".join(
        capsys.readouterr().out.split()
    )
    words = ["--param", "import_uuid=a-1", "--param", "power_uuid=b-2"]
    assert main(["meters", "probe", url, *words]) == 0
    told = capsys.readouterr().out
    assert "vzlogger at http" in told
    assert "it has no export register" in told


def test_one_document_tells_all_of_it(serve: Callable[..., str], capsys: Capture) -> None:
    assert main(["meters", "probe", serve(other_sign), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["profile"]) == ("fault", "homewizard-v1")
    assert [fault["kind"] for fault in told["faults"]] == ["sign"]
    candidate = told["candidates"][0]
    assert candidate["verified"] is True
    assert candidate["reading"]["import_wh"] >= 4812301
    assert candidate["reading"]["power_w"] < 0
    assert candidate["verdict"]["counted"]["import_wh"] > 10


def test_a_meter_that_is_not_there_is_one_line(clock: HastyClock, capsys: Capture) -> None:
    assert clock.second == 0
    assert main(["meters", "probe", "127.0.0.1:9", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [fault["kind"] for fault in told["faults"]] == ["unreadable"]
    assert "no connection to 127.0.0.1:9" in told["text"]


def test_ctrl_c_ends_it_with_the_verdict_so_far(serve: Callable[..., str], capsys: Capture) -> None:
    looks = 0

    def interrupts(said: Measurement) -> Measurement:
        nonlocal looks
        looks += 1
        if looks == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return said

    assert main(["meters", "probe", serve(interrupts), "--profile", "homewizard-v1"]) == 1
    told = capsys.readouterr().out
    assert "Not yet enough energy to say" in told


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["ftp://x"], 2, "must be an address"),
        (["127.0.0.1:9", "--secret", "hunter2"], 2, "never the secret itself"),
        (["127.0.0.1:9", "--profile", "nosuch"], 78, "The profiles are: "),
        (["127.0.0.1:9", "--profile", "vzlogger"], 78, "import_uuid"),
        (["127.0.0.1:9", "--minutes", "0"], 2, "--minutes"),
        (["127.0.0.1:9", "--profile", "youless", "--generic", "path=/"], 2, "--generic"),
        (["127.0.0.1:9", "--param", "a"], 2, "NAME=VALUE"),
    ],
)
def test_a_wrong_word_is_one_paragraph(
    clock: HastyClock, capsys: Capture, words: list[str], status: int, said: str
) -> None:
    assert clock.second == 0
    assert main(["meters", "probe", *words]) == status
    told = capsys.readouterr().err
    assert said in told
    assert "hunter2" not in told


def test_a_meter_that_wants_its_secret_says_so_first(
    lan: Lan, clock: HastyClock, folder: Path, capsys: Capture
) -> None:
    assert clock.second == 0
    url = lan.plug_in_shelly(7000, 10, 1800, password="h.nter2")
    assert main(["meters", "probe", url]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "refuses access (401). It may need its secret" in told
    assert "--secret file:PATH" in told
    (folder / "secret").write_text("zebra9\n")
    assert main(["meters", "probe", url, "--secret", "file:secret"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "Its secret may be wrong" in told
    assert "zebra9" not in told
