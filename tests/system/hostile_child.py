"""The console on a real terminal over an engine all of whose words are hostile, or all are tame.

Run as a process: the mode, and the file into which it writes what the engine was asked. SIGUSR1
brings the next batch of words.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from console.model.snapshot import Line
from console.model.view import EntryProof
from console.tui.start import prepare
from tests.tui.chain_data import SEALED, entries, flowing, proof
from tests.tui.chain_engine import ChainEngine

FRAGMENTS = (
    "[@click=app.quit]win[/]", "[@click=screen.attempt('settle')]", "[/nope]", "[bold red]",
    "[link=file:///]x[/link]", "\x1b]52;c;cm0gLXJm\x07", "\x1b]0;title\x1b\\", "\x1b[2J\x1b[H",
    "\x1b[?1049l", "\x1bc", "\x1bP+q544e\x1b\\", "\x1b[6n", "\x1b_G\x1b\\", "\x9b31m",
    "\x9d52;c;eA==\x9c", "\x90q\x9c", "\x85", "\r\n", "\t", "\0", "\x7f", "\x08\x08", "\u202e",
    "\u2066x\u2069", "\u200f", "\u2028", "\u2029", "漢字の家", "ＦＵＬＬ", "Z" + "\u0301" * 40,
    "\u20dd",
    "👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "🇫🇮", "\ufeff", "\u00ad", "\ue000", "ﷺ",
    "עברית", "\U000e0041", "x" * 300, "q", "s", "y\n", "%s{0}", "'; DROP", "\\",
)  # fmt: skip


class Words:
    """Gives every text of a batch another one, always the same for the same text."""

    def __init__(self, *, tame: bool) -> None:
        self._random = random.Random(20_260_621)
        self._tame = tame
        self._given: dict[str, str] = {}
        self.count = 0

    def turn(self) -> None:
        """Begin another batch."""
        self._given = {}

    def instead(self, text: str) -> str:
        """The word that stands for a text."""
        if text not in self._given:
            self.count += 1
            fragments = self._random.choices(FRAGMENTS, k=self._random.randint(1, 5))
            evil = "".join([*fragments, str(self.count)])
            self._given[text] = f"tame{self.count}" if self._tame else evil
        return self._given[text]

    def spoil(self, value: Any) -> Any:
        """A model value with every text in it replaced, the zone's name and cursors apart."""
        spoilt = value
        if isinstance(value, tuple):
            spoilt = tuple(map(self.spoil, value))
        elif isinstance(value, msgspec.Struct):
            names = [name for name in value.__struct_fields__ if name not in ("timezone", "next")]
            changes = {name: self.spoil(getattr(value, name)) for name in names}
            spoilt = msgspec.structs.replace(value, **changes)
        elif type(value) is str and value:
            spoilt = self.instead(value)
        return spoilt


class SpoilingEngine(ChainEngine):
    """Answers as a real one does, in other words."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.turned = asyncio.Event()

    async def stream(self) -> AsyncIterator[Line]:
        version = 0
        while True:
            picture = self.words.spoil(flowing())
            version += 1
            head = msgspec.structs.replace(picture.head, ledger_version=version)
            yield msgspec.structs.replace(picture, head=head)
            self.turned.clear()
            await self.turned.wait()
            self.words.turn()

    async def proof(self, interval: str, revision: int, producer: str, consumer: str) -> EntryProof:
        self._note("proof")
        found: EntryProof = self.words.spoil(proof(entries(SEALED)[0]))
        return found

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in ("settlements", "preview", "ledger", "events", "house"):
            return found

        async def asked(*given: Any, **named: Any) -> Any:
            return self.words.spoil(await found(*given, **named))

        return asked


async def main(mode: str) -> dict[str, Any]:
    """Show the console until it is left; return what was asked and how many words were told."""
    prepare(os.environ, calm=False)
    from console.tui.app import MosaicApp

    engine = SpoilingEngine(Words(tame=mode == "tame"))
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, engine.turned.set)
    app = MosaicApp(engine, theme="dark")
    await app.run_async(mouse=False)
    return {
        "words": engine.words.count,
        "commands": len(engine.settled),
        "asked": sorted({asked.split()[0] for asked in engine.asked}),
        "status": app.return_code or 0,
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(asyncio.run(main(sys.argv[1]))))
