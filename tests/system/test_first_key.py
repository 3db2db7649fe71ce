"""A real terminal: the first key is made, its words are shown once, and the engine has it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.phrase import bytes_of
from tests.system.community import Community, end_all
from tests.system.terminal import Terminal

PASSPHRASE = "four random words stand"


@pytest.fixture
def community(short_folder: Path) -> Iterator[Community]:
    """A configuration without a key."""
    community = Community(short_folder)
    community.settings.key_file.unlink()
    yield community
    if (community.data / "engine.lock").exists():
        end_all([community.pid])


def test_from_no_key_to_a_locked_engine_and_back(short_folder: Path, community: Community) -> None:
    words = ("run", "-c", str(community.config))
    with Terminal(*words, home=short_folder, columns=100) as terminal:
        terminal.wait_for("New passphrase")
        terminal.press(f"{PASSPHRASE}\n")
        terminal.wait_for("once more")
        terminal.press(f"{PASSPHRASE}\n")
        shown = terminal.wait_for("Press enter")
        rows = [line for line in shown.splitlines() if line.strip()[:1].isdigit()]
        numbered = dict(re.findall(r"([0-9]+) ([a-z]+)", "\n".join(rows)))
        phrase = " ".join(numbered[str(place)] for place in range(1, 25))
        terminal.press("\n")
        # the houses' names may be among the words of a backup
        terminal.wait_for("OPERATE")
        terminal.press("q")
        assert terminal.end() == 0
        assert PASSPHRASE.encode() not in terminal.raw
    path = community.settings.key_file
    assert OperatorKey(bytes_of(phrase)).public_key == keystore.public_part(path).public_key
    community.mosaic("stop")

    with Terminal(*words, home=short_folder, columns=100) as terminal:
        terminal.wait_for("Passphrase")
        terminal.press("not this one\n")
        terminal.wait_for("does not open with that")
        terminal.wait_for("Again (enter alone leaves it locked)")
        terminal.press("\n")
        terminal.wait_for("LOCKED")
        terminal.press("u")
        terminal.wait_for("Unlock the engine")
        terminal.press("\x1b")
        with Terminal("unlock", "-c", str(community.config), home=short_folder) as other:
            other.wait_for("Passphrase")
            other.press(f"{PASSPHRASE}\n")
            other.wait_for("Unlocked")
            assert other.end() == 0
        terminal.wait_for("OPERATE")
        terminal.press("q")
        assert terminal.end() == 0
    community.mosaic("stop")
    assert not os.path.lexists(community.data / "operator.sock")
