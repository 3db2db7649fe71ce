"""A console whose engine is killed and started again: it waits, dim, and goes on by itself."""

from __future__ import annotations

import re
from pathlib import Path

from tests.system.community import Community, EngineProcess
from tests.system.terminal import Terminal

SILENT = re.compile(r"ENGINE SILENT for (\d+) s, last word \d\d:\d\d:\d\d")


async def test_a_console_outlives_its_engine(short_folder: Path) -> None:
    community = Community(short_folder)
    await community.live_through(2)
    with EngineProcess(community) as first:
        words = ("watch", "-c", str(community.config), "--theme", "dark")
        with Terminal(*words, home=short_folder, columns=120, rows=36) as terminal:
            terminal.wait_for("3 live")
            first.process.kill()
            first.end()

            terminal.wait_for(lambda text: (found := SILENT.search(text)) and int(found[1]) >= 2)
            assert "roof" in terminal.text, "what is old stays in sight"
            colours = {
                terminal.screen.buffer[row][column].fg
                for row in range(5, 30)
                for column in range(120)
                if terminal.screen.buffer[row][column].data.strip()
            }
            assert len(colours) == 1, f"everything is dim: {colours}"

            with EngineProcess(community):
                terminal.wait_for(lambda text: "SILENT" not in text and "3 live" in text)
                terminal.press("q")
                assert terminal.end() == 0
