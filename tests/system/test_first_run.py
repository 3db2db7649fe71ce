"""From an empty folder to two live houses on HTTP meters, by the README's own commands in a pty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.config import read
from console.engine.process.starter import answers
from console.sockets import sockets_of
from tests.system.community import run
from tests.system.lan import Lan
from tests.system.terminal import ROOT, Terminal

PASSPHRASE = "four random words here"
ADDRESS = re.compile(r"T[A-Z2-7]{38}")


@pytest.fixture
def lan() -> Iterator[Lan]:
    """Meters on the loopback."""
    with Lan() as meters:
        yield meters


def commands_of_readme() -> list[str]:
    """Return the commands of the README's path, in its order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Run it for a neighbourhood")[2].partition("\n## ")[0]
    lines = re.findall(r"^    mosaic (.*?)(?: {2,}#.*)?$", section, flags=re.M)
    return [line.strip() for line in lines]


def set_up(folder: Path) -> None:
    """Answer what `mosaic init` asks; the passphrases differ at first."""
    with Terminal("init", home=folder, rows=40) as terminal:
        terminal.wait_for("Name of the neighbourhood")
        terminal.press("Lindenhof\r")
        terminal.wait_for("Its id")
        terminal.press("\r")
        terminal.wait_for("Time zone")
        terminal.press("Europe/Helsinky\r")
        terminal.wait_for("did you mean Europe/Helsinki?")
        terminal.press("Europe/Helsinki\r")
        for question in ("Currency", "Price among", "grid charges", "grid pays", "Latitude",
                         "Folder for"):  # fmt: skip
            terminal.wait_for(question)
            terminal.press("\r")
        terminal.wait_for("New passphrase")
        terminal.press(PASSPHRASE + "\r")
        terminal.wait_for("once more")
        terminal.press("another one\r")
        terminal.wait_for("the two passphrases differ")
        terminal.wait_for(lambda text: text.count("New passphrase") == 2)
        terminal.press(PASSPHRASE + "\r")
        terminal.wait_for(lambda text: text.count("once more") == 2)
        terminal.press(PASSPHRASE + "\r")
        terminal.wait_for("24 words")
        assert not (folder / "config.toml").exists()
        assert not (folder / "data").exists()
        terminal.press("\r")
        assert terminal.end() == 0
        assert PASSPHRASE.encode() not in bytes(terminal.raw)


def add(folder: Path, words: list[str], url: str) -> None:
    """Add a house as the README says it, at a meter of the loopback."""
    words = [url if word.startswith("http") else word for word in words]
    with Terminal(*words, home=folder, rows=50) as terminal:
        terminal.wait_for("Private key")
        assert words[2] not in (folder / "config.toml").read_text()
        terminal.press("\r")
        terminal.wait_for("is added")
        assert terminal.end() == 0


def test_the_readme_leads_from_an_empty_folder_to_two_live_houses(
    short_folder: Path, lan: Lan
) -> None:
    first, roof, east, last = (line.split() for line in commands_of_readme())
    assert (first, last) == (["init"], ["run"])
    set_up(short_folder)
    add(short_folder, roof, lan.plug_in(4000, 90_000, -3600))
    add(short_folder, east, lan.plug_in(70_000, 0, 1200))
    settings_file = short_folder / "config.toml"
    settings = read(settings_file)
    assert all(ADDRESS.fullmatch(house.wallet) for house in settings.houses)
    try:
        with Terminal("run", home=short_folder, columns=120, rows=36) as terminal:
            terminal.wait_for("Passphrase")
            terminal.press(PASSPHRASE + "\r")
            terminal.wait_for(lambda text: "roof" in text and "east" in text)
            # a meter is live from its first reading on, and the two come one after the other
            terminal.wait_for(lambda text: "3.60" in text and "1.20" in text)
            terminal.press("q")
            assert terminal.end() == 0
        status = json.loads(run("status", "--json", home=short_folder).stdout)
        assert (status["live"], status["lost"], status["locked"]) == (2, 0, False)
        assert (status["giving_w"], status["taking_w"]) == (3600, 1200)
        words = ("houses", "add", "west", "--new-wallet", "--meter-url")
        later = run(*words, lan.plug_in(100, 0, 500), home=short_folder)
        assert (later.returncode, "The wallet of west" in later.stdout) == (0, True)
        assert "It holds from " in later.stderr
        assert [house.id for house in read(settings_file).houses] == ["roof", "east", "west"]
    finally:
        if answers(sockets_of(settings).operator):
            assert run("stop", home=short_folder).returncode == 0


def test_an_interrupted_setting_up_leaves_nothing(short_folder: Path) -> None:
    with Terminal("init", home=short_folder, rows=40) as terminal:
        terminal.wait_for("Name of the neighbourhood")
        terminal.press("Lindenhof\r")
        terminal.wait_for("Its id")
        # one that comes in the very moment before the line is read is heard with the next one
        while terminal.process.poll() is None and terminal.text.count("^C") < 20:
            terminal.press("\x03")
            terminal.keep_reading(1.0)
        assert terminal.end() == 130
    assert not list(short_folder.iterdir())
