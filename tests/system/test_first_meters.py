"""The README's minute: a HomeWizard's and a Shelly's meter added and probed by its own commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.config import read
from tests.system.community import run
from tests.system.lan import Lan
from tests.system.terminal import ROOT, Terminal

PASSWORD = "h.nter2"
CONFIG = """[community]
id = "lindenhof"
timezone = "UTC"
currency = "EUR"
[engine]
data = "data"
"""


@pytest.fixture
def lan() -> Iterator[Lan]:
    """Meters on the loopback."""
    with Lan() as meters:
        yield meters


def lines_of_readme() -> list[str]:
    """Return what is typed in the README's section, in its order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Add a meter in a minute")[2].partition("\n## ")[0]
    return re.findall(r"^    (\S.*)$", section, flags=re.M)


def at(line: str, url: str) -> list[str]:
    """Return a command's words behind `mosaic`, at another address."""
    return [url if word.startswith("http") else word for word in line.split()[1:]]


def test_a_new_user_adds_both_meters_and_probes_one(short_folder: Path, lan: Lan) -> None:
    (short_folder / "config.toml").write_text(CONFIG)
    mill, secret, barn, probe = lines_of_readme()
    homewizard = lan.plug_in(4000, 90_000, -3600)
    shelly = lan.plug_in_shelly(7000, 10, 36_000, password=PASSWORD)

    with Terminal(*at(mill, homewizard), home=short_folder, rows=50) as terminal:
        terminal.wait_for("It answers as homewizard-v1")
        terminal.wait_for("Private key")
        terminal.press("\r")
        terminal.wait_for("mill is added")
        assert terminal.end() == 0

    file = re.search(r"> (\S+)\)", secret)
    assert file is not None
    (short_folder / file[1]).write_text(PASSWORD + "\n")
    with Terminal(*at(barn, shelly), home=short_folder, rows=50) as terminal:
        text = terminal.wait_for("It answers as shelly-gen2")
        terminal.wait_for("counted by itself")
        terminal.wait_for("Private key")
        terminal.press("\r")
        terminal.wait_for("barn is added")
        assert PASSWORD not in text
        assert terminal.end() == 0

    houses = {member.house.id: member for member in read(short_folder / "config.toml").members}
    assert houses["mill"].meter.url == homewizard
    assert houses["barn"].meter.url == shelly
    assert PASSWORD not in (short_folder / "config.toml").read_text()

    with Terminal(*at(probe, shelly), home=short_folder, columns=100, rows=30) as terminal:
        terminal.wait_for("shelly-gen2: 0:0")
        terminal.press("\x03")
        terminal.wait_for("Not yet enough energy to say")
        terminal.end()

    told = run("doctor", home=short_folder)
    assert "meter mill" in told.stdout
    assert "meter barn" in told.stdout


def test_without_its_secret_a_meter_is_asked_for_it(short_folder: Path, lan: Lan) -> None:
    (short_folder / "config.toml").write_text(CONFIG)
    (short_folder / "barn.secret").write_text(PASSWORD + "\n")
    shelly = lan.plug_in_shelly(7000, 10, 1800, password=PASSWORD)
    words = ("houses", "add", "barn", "--new-wallet", "--meter-url", shelly)
    with Terminal(*words, home=short_folder, rows=50) as terminal:
        terminal.wait_for("refuses access (401)")
        terminal.wait_for("Where its secret stands")
        terminal.press("h.nter2\r")
        terminal.wait_for("never the secret itself")
        terminal.press("file:nosuch\r")
        terminal.wait_for("leads nowhere yet")
        terminal.press("file:barn.secret\r")
        terminal.wait_for("It answers as shelly-gen2")
        terminal.wait_for("Private key")
        terminal.press("\r")
        assert terminal.end() == 0
    [member] = read(short_folder / "config.toml").members
    assert member.meter.secret.endswith("barn.secret")
